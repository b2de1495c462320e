"""Word, PowerPoint, Excel, CSV and RTF files."""
