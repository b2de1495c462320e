"""Reading: files, folders and web pages to texts with their structure and metadata, ready to be cut."""

from qa.parsers.dates import end_of_day, parse_date, start_of_day
from qa.parsers.files import (
    discover,
    fingerprint,
    load_bytes,
    load_path,
    load_stdin_text,
    read_file,
    too_large,
)
from qa.parsers.parsed_text import Content, LoadedText
from qa.parsers.question_sets import SET_FORMATS, find_set_texts, name_in_set
from qa.parsers.registry import (
    Format,
    format_named,
    format_of_data,
    format_of_name,
    format_of_type,
    suffixes,
)
from qa.parsers.titles import clean_title
from qa.schema import Metadata

__all__ = [
    "SET_FORMATS",
    "Content",
    "Format",
    "LoadedText",
    "Metadata",
    "clean_title",
    "discover",
    "end_of_day",
    "find_set_texts",
    "fingerprint",
    "format_named",
    "format_of_data",
    "format_of_name",
    "format_of_type",
    "load_bytes",
    "load_path",
    "load_stdin_text",
    "name_in_set",
    "parse_date",
    "read_file",
    "start_of_day",
    "suffixes",
    "too_large",
]
