"""The formats that are read: by file name or content type, each with its reader."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from qa.load.values import Content

__all__ = ["FORMATS", "Format", "format_of_name", "format_of_type", "suffixes"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A kind of file: its short name, what people call it, its suffixes and content types.

    `reader` names the function that makes a `Content` of its bytes ("module:function"); it is None for text,
    whose stored text is the file's own.
    """

    name: str
    label: str
    suffixes: tuple[str, ...]
    types: tuple[str, ...]
    reader: str | None = None

    def read(self, data: bytes) -> Content:
        """What the file holds.

        Raises:
            LoadError: It can't be read.
        """
        if self.reader is None:
            raise ValueError(f"{self.name} files are text")
        module, _, function = self.reader.partition(":")
        # Each reader's library is imported when the first file of its kind comes.
        read: Callable[[bytes], Content] = getattr(import_module(module), function)
        return read(data)


_OFFICE = "application/vnd.openxmlformats-officedocument"

FORMATS: tuple[Format, ...] = (
    Format(name="text", label="text", suffixes=(".txt", ".text"), types=("text/plain",)),
    Format(
        name="markdown",
        label="Markdown",
        suffixes=(".md", ".markdown"),
        types=("text/markdown", "text/x-markdown"),
    ),
    Format(
        name="pdf", label="PDF", suffixes=(".pdf",), types=("application/pdf",), reader="qa.load.pdf:read_pdf"
    ),
    Format(
        name="docx",
        label="Word",
        suffixes=(".docx",),
        types=(f"{_OFFICE}.wordprocessingml.document",),
        reader="qa.load.word:read_docx",
    ),
    Format(
        name="pptx",
        label="PowerPoint",
        suffixes=(".pptx",),
        types=(f"{_OFFICE}.presentationml.presentation",),
        reader="qa.load.slides:read_pptx",
    ),
    Format(
        name="xlsx",
        label="Excel",
        suffixes=(".xlsx", ".xls", ".ods"),
        types=(
            f"{_OFFICE}.spreadsheetml.sheet",
            "application/vnd.ms-excel",
            "application/vnd.oasis.opendocument.spreadsheet",
        ),
        reader="qa.load.sheets:read_workbook",
    ),
    Format(
        name="csv",
        label="CSV",
        suffixes=(".csv", ".tsv"),
        types=("text/csv", "text/tab-separated-values"),
        reader="qa.load.sheets:read_csv",
    ),
    Format(
        name="html",
        label="HTML",
        suffixes=(".html", ".htm", ".xhtml"),
        types=("text/html", "application/xhtml+xml"),
        reader="qa.load.html:read_html",
    ),
    Format(
        name="epub",
        label="EPUB",
        suffixes=(".epub",),
        types=("application/epub+zip",),
        reader="qa.load.epub:read_epub",
    ),
    Format(
        name="eml",
        label="e-mail",
        suffixes=(".eml",),
        types=("message/rfc822",),
        reader="qa.load.mail:read_eml",
    ),
    Format(
        name="rtf",
        label="RTF",
        suffixes=(".rtf",),
        types=("application/rtf", "text/rtf"),
        reader="qa.load.rtf:read_rtf",
    ),
)

_BY_SUFFIX = {suffix: one for one in FORMATS for suffix in one.suffixes}
_BY_TYPE = {kind: one for one in FORMATS for kind in one.types}


def format_of_name(name: str) -> Format | None:
    """The format of a file by its suffix, None if it is not read."""
    dot = name.rfind(".")
    return _BY_SUFFIX.get(name[dot:].lower()) if dot >= 0 else None


def format_of_type(content_type: str) -> Format | None:
    """The format of a content type, whose parameters do not count; None if it is not read."""
    return _BY_TYPE.get(content_type.partition(";")[0].strip().lower())


def suffixes() -> tuple[str, ...]:
    """All suffixes that are read, in the order of the formats."""
    return tuple(_BY_SUFFIX)
