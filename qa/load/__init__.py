"""Reading: a file or folder to texts with their metadata, ready to be cut."""

from qa.load.dates import parse_date
from qa.load.files import discover, load_path, load_stdin_text
from qa.load.sets import SET_FORMATS, find_set_texts, name_in_set
from qa.load.values import LoadedText, Metadata

__all__ = [
    "SET_FORMATS",
    "LoadedText",
    "Metadata",
    "discover",
    "find_set_texts",
    "load_path",
    "load_stdin_text",
    "name_in_set",
    "parse_date",
]
