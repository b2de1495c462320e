"""The formats that are read: by file name or content type, each with its reader."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from qa.parsers.parsed_text import ParsedContent
from qa.parsers.pictures.text_recognition import HOW_TO_INSTALL, RECOGNISE, Recognition, can_recognise

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
    text, whose stored text is the file's own (of Markdown without what is struck out). It takes a
    `Recognition` too where `has_pictures` says that pages may be pictures; files of `is_picture` are nothing
    else.
    """

    name: str
    label: str
    suffixes: tuple[str, ...]
    types: tuple[str, ...]
    reader: str | None = None
    has_pictures: bool = False
    is_picture: bool = False

    def read(self, data: bytes, recognition: Recognition = RECOGNISE) -> ParsedContent:
        """What the file holds, its pictures recognised where that says so.

        Raises:
            LoadError: It can't be read.
        """
        if self.reader is None:
            raise ValueError(f"{self.name} files are text")
        module, _, function = self.reader.partition(":")
        # Each reader's library is imported when the first file of its kind comes.
        read: Callable[..., ParsedContent] = getattr(import_module(module), function)
        return read(data, recognition) if self.has_pictures else read(data)


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
        has_pictures=True,
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
    FileFormat(
        name="picture",
        label="picture",
        suffixes=(".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp", ".bmp", ".gif"),
        types=("image/png", "image/jpeg", "image/tiff", "image/webp", "image/bmp", "image/gif"),
        reader="qa.parsers.pictures.read_picture:read_picture",
        has_pictures=True,
        is_picture=True,
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
    ".heic": "HEIC pictures are not read: save it as .jpg or .png",
    ".heif": "HEIC pictures are not read: save it as .jpg or .png",
}

_PICTURE_SIGNATURES = (b"\x89PNG\r\n", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*", b"GIF8", b"BM")

_FORMAT_BY_SUFFIX = {suffix: file_format for file_format in FORMATS for suffix in file_format.suffixes}
_FORMAT_BY_TYPE = {content_type: file_format for file_format in FORMATS for content_type in file_format.types}


def format_named(name: str) -> FileFormat:
    """The format with this short name."""
    return next(file_format for file_format in FORMATS if file_format.name == name)


def format_of_name(name: str) -> FileFormat | None:
    """The format of a file by its suffix, None if it is not read."""
    dot = name.rfind(".")
    return _if_read(_FORMAT_BY_SUFFIX.get(name[dot:].lower())) if dot >= 0 else None


def format_of_type(content_type: str) -> FileFormat | None:
    """The format of a content type, whose parameters do not count; None if it is not read."""
    return _if_read(_FORMAT_BY_TYPE.get(content_type.partition(";")[0].strip().lower()))


def _if_read(file_format: FileFormat | None) -> FileFormat | None:
    """The format, but for pictures, which are read where their text can be recognised."""
    return file_format if file_format is None or not file_format.is_picture or can_recognise() else None


def format_of_data(data: bytes) -> FileFormat | None:
    """The format by a file's first bytes; None for text, and for what is not read."""
    if b"%PDF-" in data[:1024]:
        return _FORMAT_BY_SUFFIX[".pdf"]
    if data.startswith(_PICTURE_SIGNATURES) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP"):
        return _if_read(_FORMAT_BY_SUFFIX[".png"])
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
    if suffix in _FORMAT_BY_SUFFIX:
        return f"it is a picture, whose text is not recognised: {HOW_TO_INSTALL}"
    file_type = f"{suffix} files" if suffix else "files without a suffix"
    return (
        _ADVICE.get(suffix) or f"{file_type} are not read: PDF, Office, HTML, EPUB, e-mail and text files are"
    )


def suffixes() -> tuple[str, ...]:
    """All suffixes that are read, in the order of the formats."""
    return tuple(suffix for suffix, file_format in _FORMAT_BY_SUFFIX.items() if _if_read(file_format))
