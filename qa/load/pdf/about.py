"""What a PDF says about itself: its document information and its XMP packet."""

import re
from datetime import date

from qa.errors import LoadError
from qa.load.content import clean
from qa.load.dates import parse_date
from qa.load.pdf.pages import PdfFile
from qa.load.values import Metadata

__all__ = ["is_sensible_title", "read_metadata"]

_MAX_TITLE_CHARS = 300
_MAX_TOPICS = 20
_MAX_TOPIC_CHARS = 60
_MAX_PACKET = 1_000_000
_PDF_DATE = re.compile(r"(?:D:)?(\d{4})(\d{2})?(\d{2})?")
_DC = "{http://purl.org/dc/elements/1.1/}"
_XMP = "{http://ns.adobe.com/xap/1.0/}"
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
# What programs write where nobody gave a title.
_PROGRAM = re.compile(
    r"(?:microsoft (?:word|powerpoint|excel)\s*-.*|(?:untitled|unbenannt|sans titre|sin título)\W*\d*"
    r"|(?:document|dokument|presentation|slide|book|page|scan|print|fax|file|title)\s*\d*"
    r"|powerpoint[- ]presentation|pdf|output|about:blank|none|null|\(?anonymous\)?|unspecified|no title)",
    re.I,
)
_FILE = re.compile(
    r"\S+\.(?:docx?|dotx?|odt|rtf|pdf|tex|dvi|ps|eps|indd|qxd|fm|wpd|txt|html?|php|aspx?|xlsx?|pptx?|md|tmp)"
    r"|.*\.(?:docx?|indd|qxd|pdf|dvi|pptx?|xlsx?)|[/\\].*|file:.*|https?:.*",
    re.I,
)


def is_sensible_title(title: str) -> bool:
    """Whether a title is one that a person would give: no file name, no program's stopgap."""
    title = clean(title)
    if not 2 < len(title) <= _MAX_TITLE_CHARS or not any(map(str.isalpha, title)) or "\ufffd" in title:
        return False
    if _PROGRAM.fullmatch(title) or _FILE.fullmatch(title):
        return False
    # "report_final_v3", "WP-2025-017", "a1b2c3"
    return " " in title or (title.isalpha() and not title.isascii()) or (title.isalpha() and len(title) > 3)


def read_metadata(file: PdfFile, data: bytes) -> Metadata:
    """Title, date, publisher and keywords that say something; the document information comes first."""
    packet = _read_packet(data)
    titles = [clean(file.info("Title")), *packet.get("title", ())]
    keywords = clean(file.info("Keywords"))
    topics = _split(keywords) if keywords else tuple(packet.get("subject", ()))
    publishers = packet.get("publisher", [])
    return Metadata(
        title=next(filter(is_sensible_title, titles), None),
        published=_read_date(file.info("CreationDate")) or _read_date(*packet.get("created", ())),
        publisher=publishers[0][:_MAX_TITLE_CHARS] if publishers else None,
        topics=tuple(dict.fromkeys(topic for topic in topics if len(topic) <= _MAX_TOPIC_CHARS))[
            :_MAX_TOPICS
        ],
    )


def _split(keywords: str) -> tuple[str, ...]:
    mark = next((one for one in ";,|" if one in keywords), None)
    return tuple(filter(None, (one.strip(" \"'") for one in keywords.split(mark)))) if mark else (keywords,)


def _read_date(*texts: str) -> date | None:
    """A date of either form; none that lies before there were such files."""
    for text in texts:
        try:
            if found := _PDF_DATE.match(text.strip()):
                if "-" in text[:8]:
                    day = parse_date(text)
                else:
                    day = date(int(found[1]), int(found[2] or 1), int(found[3] or 1))
                return day if day.year >= 1980 else None
        except (ValueError, LoadError):
            continue
    return None


def _read_packet(data: bytes) -> dict[str, list[str]]:
    """The Dublin Core fields of the last XMP packet that is not compressed; empty if there is none."""
    from lxml import etree

    start = data.rfind(b"<x:xmpmeta")
    end = data.find(b"</x:xmpmeta>", start)
    if start < 0 or not start < end < start + _MAX_PACKET:
        return {}
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data[start : end + len(b"</x:xmpmeta>")], parser)
    except (etree.XMLSyntaxError, ValueError):
        return {}
    found: dict[str, list[str]] = {}
    for name in ("title", "subject", "publisher"):
        values = (clean(item.text or "") for item in root.iterfind(f".//{_DC}{name}//{_RDF}li"))
        found[name] = [value for value in values if value]
    element = root.find(f".//{_XMP}CreateDate")
    written = [element.text] if element is not None else []
    written += [one.get(f"{_XMP}CreateDate") for one in root.iterfind(f".//{_RDF}Description")]
    found["created"] = [text for text in written if text]
    return found
