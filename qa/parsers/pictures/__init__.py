"""Pictures: the text that is recognised in them, in scanned pages as in picture files."""
