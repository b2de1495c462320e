"""Reading: a file or folder to texts with their metadata, ready to be cut."""

from qa.load.dates import parse_date
from qa.load.files import discover, load_path, load_stdin_text
from qa.load.values import LoadedText, Metadata

__all__ = ["LoadedText", "Metadata", "discover", "load_path", "load_stdin_text", "parse_date"]
