"""What a PDF says about itself: its document information and its XMP packet."""

import re
from datetime import date

from qa.errors import LoadError
from qa.parsers.content_builder import clean
from qa.parsers.dates import parse_date
from qa.parsers.pdf.pdfium_pages import PdfFile
from qa.parsers.pdf.title_lines import is_masthead, is_no_title
from qa.schema import Metadata

__all__ = ["is_sensible_title", "read_metadata"]

_MAX_TITLE_CHARS = 300
_MAX_TOPICS = 20
_MAX_TOPIC_CHARS = 60
_MAX_PACKET_BYTES = 1_000_000
_PDF_DATE = re.compile(r"(?:D:)?(\d{4})(\d{2})?(\d{2})?")
_DC = "{http://purl.org/dc/elements/1.1/}"
_XMP = "{http://ns.adobe.com/xap/1.0/}"
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
# What programs write where nobody gave a title.
_PROGRAM_TITLE = re.compile(
    r"(?:microsoft (?:word|powerpoint|excel)\s*-.*|(?:untitled|unbenannt|sans titre|sin título)\W*\d*"
    r"|(?:document|dokument|presentation|slide|book|page|scan|print|fax|file|title)\s*\d*"
    r"|.{0,200}\b(?:template|vorlage|letterhead)\b.{0,200}|(?:final|draft|version|copy|rev)[\s_-]*v?[\d.]*"
    r"|powerpoint[- ]presentation|pdf|output|about:blank|none|null|\(?anonymous\)?|unspecified|no title)",
    re.I,
)
_FILE_NAME = re.compile(
    r"\S+\.(?:docx?|dotx?|odt|rtf|pdf|tex|dvi|ps|eps|indd|qxd|fm|wpd|txt|html?|php|aspx?|xlsx?|pptx?|md|tmp)"
    r"|.*\.(?:docx?|indd|qxd|pdf|dvi|pptx?|xlsx?)|[/\\].*|file:.*|https?:.*",
    re.I,
)


def is_sensible_title(title: str) -> bool:
    """Whether a title is one that a person would give: no file name, no program's stopgap."""
    title = clean(title)
    if not 2 < len(title) <= _MAX_TITLE_CHARS or not any(map(str.isalpha, title)) or "\ufffd" in title:
        return False
    if _PROGRAM_TITLE.fullmatch(title) or _FILE_NAME.fullmatch(title):
        return False
    # "report_final_v3", "WP-2025-017", "a1b2c3", "quota"
    is_name = title.isalpha() and (not title.isascii() or (len(title) > 3 and title[0].isupper()))
    return " " in title or is_name


def _names_document(title: str) -> bool:
    """Whether a sensible title is that of one document, not of who issues it or of a series."""
    return is_sensible_title(title) and not is_masthead(title) and not is_no_title(title)


def read_metadata(file: PdfFile, data: bytes) -> Metadata:
    """Title, publisher and keywords that say something; the document information comes first.

    The date is that on which the file was made, which need not be that of its publication.
    """
    packet = _read_packet(data)
    titles = [clean(file.info("Title")), *packet.get("title", ())]
    keywords = clean(file.info("Keywords"))
    topics = _split_keywords(keywords) if keywords else tuple(packet.get("subject", ()))
    publishers = packet.get("publisher", [])
    return Metadata(
        title=next(filter(_names_document, titles), None),
        published=_read_date(file.info("CreationDate")) or _read_date(*packet.get("created", ())),
        publisher=publishers[0][:_MAX_TITLE_CHARS] if publishers else None,
        topics=tuple(dict.fromkeys(topic for topic in topics if len(topic) <= _MAX_TOPIC_CHARS))[
            :_MAX_TOPICS
        ],
    )


def _split_keywords(keywords: str) -> tuple[str, ...]:
    separator = next((candidate for candidate in ";,|" if candidate in keywords), None)
    return (
        tuple(filter(None, (keyword.strip(" \"'") for keyword in keywords.split(separator))))
        if separator
        else (keywords,)
    )


def _read_date(*texts: str) -> date | None:
    """A date of either form; none that lies before there were such files."""
    for text in texts:
        try:
            if match := _PDF_DATE.match(text.strip()):
                if "-" in text[:8]:
                    day = parse_date(text)
                else:
                    day = date(int(match[1]), int(match[2] or 1), int(match[3] or 1))
                return day if day.year >= 1980 else None
        except (ValueError, LoadError):
            continue
    return None


def _read_packet(data: bytes) -> dict[str, list[str]]:
    """The Dublin Core fields of the last XMP packet that is not compressed; empty if there is none."""
    from lxml import etree

    start = data.rfind(b"<x:xmpmeta")
    end = data.find(b"</x:xmpmeta>", start)
    if start < 0 or not start < end < start + _MAX_PACKET_BYTES:
        return {}
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data[start : end + len(b"</x:xmpmeta>")], parser)
    except (etree.XMLSyntaxError, ValueError):
        return {}
    fields: dict[str, list[str]] = {}
    for field_name in ("title", "subject", "publisher"):
        values = (clean(item.text or "") for item in root.iterfind(f".//{_DC}{field_name}//{_RDF}li"))
        fields[field_name] = [value for value in values if value]
    element = root.find(f".//{_XMP}CreateDate")
    dates = [element.text] if element is not None else []
    dates += [description.get(f"{_XMP}CreateDate") for description in root.iterfind(f".//{_RDF}Description")]
    fields["created"] = [text for text in dates if text]
    return fields
