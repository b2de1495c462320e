"""Reading: files, folders and web pages to texts with their structure and metadata, ready to be cut."""

from qa.parsers.dates import end_of_day, parse_date, start_of_day
from qa.parsers.files import (
    current_fingerprints,
    file_fingerprint,
    find_files,
    parse_bytes,
    parse_path,
    parse_stdin_text,
    read_file,
    size_refusal,
)
from qa.parsers.parsed_text import ParsedContent, ParsedText
from qa.parsers.pictures.text_recognition import Recognition
from qa.parsers.question_sets import QUESTION_SET_FORMATS, find_question_set_texts, name_in_question_set
from qa.parsers.registry import (
    FileFormat,
    format_named,
    format_of_data,
    format_of_name,
    format_of_type,
    suffixes,
)
from qa.parsers.titles import clean_title
from qa.schema import Metadata

__all__ = [
    "QUESTION_SET_FORMATS",
    "FileFormat",
    "Metadata",
    "ParsedContent",
    "ParsedText",
    "Recognition",
    "clean_title",
    "current_fingerprints",
    "end_of_day",
    "file_fingerprint",
    "find_files",
    "find_question_set_texts",
    "format_named",
    "format_of_data",
    "format_of_name",
    "format_of_type",
    "name_in_question_set",
    "parse_bytes",
    "parse_date",
    "parse_path",
    "parse_stdin_text",
    "read_file",
    "size_refusal",
    "start_of_day",
    "suffixes",
]
