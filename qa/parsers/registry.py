"""The formats that are read: by file name or content type, each with its reader."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from qa.parsers.parsed_text import ParsedContent

__all__ = [
    "FORMATS",
    "FileFormat",
    "format_named",
    "format_of_data",
    "format_of_name",
    "format_of_type",
    "refusal_of_name",
    "suffixes",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFormat:
    """A kind of file: its short name, what people call it, its suffixes and content types.

    `reader` names the function that makes a `ParsedContent` of its bytes ("module:function"); it is None for
    text, whose stored text is the file's own.
    """

    name: str
    label: str
    suffixes: tuple[str, ...]
    types: tuple[str, ...]
    reader: str | None = None

    def read(self, data: bytes) -> ParsedContent:
        """What the file holds.

        Raises:
            LoadError: It can't be read.
        """
        if self.reader is None:
            raise ValueError(f"{self.name} files are text")
        module, _, function = self.reader.partition(":")
        # Each reader's library is imported when the first file of its kind comes.
        read: Callable[[bytes], ParsedContent] = getattr(import_module(module), function)
        return read(data)


_OFFICE = "application/vnd.openxmlformats-officedocument"

FORMATS: tuple[FileFormat, ...] = (
    FileFormat(name="text", label="text", suffixes=(".txt", ".text"), types=("text/plain",)),
    FileFormat(
        name="markdown",
        label="Markdown",
        suffixes=(".md", ".markdown"),
        types=("text/markdown", "text/x-markdown"),
    ),
    FileFormat(
        name="pdf",
        label="PDF",
        suffixes=(".pdf",),
        types=("application/pdf",),
        reader="qa.parsers.pdf:read_pdf",
    ),
    FileFormat(
        name="docx",
        label="Word",
        suffixes=(".docx",),
        types=(f"{_OFFICE}.wordprocessingml.document",),
        reader="qa.parsers.office.docx:read_docx",
    ),
    FileFormat(
        name="pptx",
        label="PowerPoint",
        suffixes=(".pptx",),
        types=(f"{_OFFICE}.presentationml.presentation",),
        reader="qa.parsers.office.pptx:read_pptx",
    ),
    FileFormat(
        name="xlsx",
        label="Excel",
        suffixes=(".xlsx", ".xls", ".ods"),
        types=(
            f"{_OFFICE}.spreadsheetml.sheet",
            "application/vnd.ms-excel",
            "application/vnd.oasis.opendocument.spreadsheet",
        ),
        reader="qa.parsers.office.workbooks:read_workbook",
    ),
    FileFormat(
        name="csv",
        label="CSV",
        suffixes=(".csv", ".tsv"),
        types=("text/csv", "text/tab-separated-values"),
        reader="qa.parsers.office.workbooks:read_csv",
    ),
    FileFormat(
        name="html",
        label="HTML",
        suffixes=(".html", ".htm", ".xhtml"),
        types=("text/html", "application/xhtml+xml"),
        reader="qa.parsers.web.html:read_html",
    ),
    FileFormat(
        name="epub",
        label="EPUB",
        suffixes=(".epub",),
        types=("application/epub+zip",),
        reader="qa.parsers.web.epub:read_epub",
    ),
    FileFormat(
        name="eml",
        label="e-mail",
        suffixes=(".eml",),
        types=("message/rfc822",),
        reader="qa.parsers.web.eml:read_eml",
    ),
    FileFormat(
        name="rtf",
        label="RTF",
        suffixes=(".rtf",),
        types=("application/rtf", "text/rtf"),
        reader="qa.parsers.office.rtf:read_rtf",
    ),
)

# What people have that looks like it could be read, and what to do with it.
_ADVICE = {
    ".doc": "old Word documents are not read: save it as .docx",
    ".dot": "old Word documents are not read: save it as .docx",
    ".odt": "OpenDocument texts are not read: save it as .docx or .pdf",
    ".odp": "OpenDocument presentations are not read: save it as .pptx or .pdf",
    ".ppt": "old PowerPoint presentations are not read: save it as .pptx",
    ".xlsb": "binary Excel workbooks are not read: save it as .xlsx",
    ".pages": "Pages documents are not read: export it as .docx or .pdf",
    ".key": "Keynote presentations are not read: export it as .pptx or .pdf",
    ".numbers": "Numbers tables are not read: export it as .xlsx or .csv",
    ".msg": "Outlook messages are not read: save it as .eml",
    ".mht": "web archives are not read: save the page as .html",
    ".mhtml": "web archives are not read: save the page as .html",
    ".mobi": "Kindle books are not read: convert it to .epub",
    ".json": "JSON files are not read; `qa add --format squad` adds the paragraphs of a SQuAD file",
} | dict.fromkeys(
    (".png", ".jpg", ".jpeg", ".gif", ".tif", ".tiff", ".webp", ".bmp", ".heic"),
    "pictures are not read: recognising text in them (OCR) is not done",
)

_FORMAT_BY_SUFFIX = {suffix: file_format for file_format in FORMATS for suffix in file_format.suffixes}
_FORMAT_BY_TYPE = {content_type: file_format for file_format in FORMATS for content_type in file_format.types}


def format_named(name: str) -> FileFormat:
    """The format with this short name."""
    return next(file_format for file_format in FORMATS if file_format.name == name)


def format_of_name(name: str) -> FileFormat | None:
    """The format of a file by its suffix, None if it is not read."""
    dot = name.rfind(".")
    return _FORMAT_BY_SUFFIX.get(name[dot:].lower()) if dot >= 0 else None


def format_of_type(content_type: str) -> FileFormat | None:
    """The format of a content type, whose parameters do not count; None if it is not read."""
    return _FORMAT_BY_TYPE.get(content_type.partition(";")[0].strip().lower())


def format_of_data(data: bytes) -> FileFormat | None:
    """The format by a file's first bytes; None for text, and for what is not read."""
    if b"%PDF-" in data[:1024]:
        return _FORMAT_BY_SUFFIX[".pdf"]
    if data.startswith(b"{\\rtf"):
        return _FORMAT_BY_SUFFIX[".rtf"]
    if data.startswith(b"PK\x03\x04"):
        signatures = (
            (b"word/", ".docx"),
            (b"ppt/", ".pptx"),
            (b"xl/", ".xlsx"),
            (b"application/epub+zip", ".epub"),
        )
        # The names of an archive's members stand at its end as well.
        sample = data[:4096] + data[-65_536:]
        return next(
            (_FORMAT_BY_SUFFIX[suffix] for signature, suffix in signatures if signature in sample), None
        )
    return None


def refusal_of_name(name: str) -> str | None:
    """Why a file of this name is not read, with the way out, or None."""
    if format_of_name(name):
        return None
    dot = name.rfind(".")
    suffix = name[dot:].lower() if dot > 0 else ""
    file_type = f"{suffix} files" if suffix else "files without a suffix"
    return (
        _ADVICE.get(suffix) or f"{file_type} are not read: PDF, Office, HTML, EPUB, e-mail and text files are"
    )


def suffixes() -> tuple[str, ...]:
    """All suffixes that are read, in the order of the formats."""
    return tuple(_FORMAT_BY_SUFFIX)
