"""What office files say about themselves, without what programs and templates put there."""

import re
from datetime import date

from qa.errors import LoadError
from qa.parsers.content_builder import clean
from qa.parsers.dates import parse_date
from qa.parsers.empty_titles import is_empty_title
from qa.schema import Metadata

__all__ = ["office_metadata"]

_MAX_TITLE_CHARS = 300
_MAX_TOPICS = 30
_MAX_TOPIC_CHARS = 60
# What makers of computers and programs fill in as the company.
_PLACEHOLDER_COMPANY = re.compile(
    r"(?:microsoft(?: corporation)?|hewlett[- ]packard(?: company)?|hp(?: inc\.?)?|toshiba|dell(?: inc\.?)?"
    r"|lenovo|acer|asus|sony|home|private|privat|personal|none|n/?a|company|your company(?: name)?"
    r"|organization|user|unknown|test|office|[-. ]*)",
    re.IGNORECASE,
)
_ORGANISATION = re.compile(
    r"\b(?:minist(?:ry|ère|erium|erio)|department|office of|agency|authority|bureau|commission|council"
    r"|committee|universit\w*|institut\w*|foundation|association|chamber|federation|union|bank|centre|center"
    r"|government|secretariat|organi[sz]ation|company|corporation|inc|corp|ltd|llc|llp|plc|gmbh|limited|group|partners"
    r"|press|society|parliament|congress|senate|embassy|desk|news)\b",
    re.IGNORECASE,
)
# Dates that stand in the templates of libraries, and the zero days of clocks.
_MEANINGLESS_DATES = frozenset(
    date.fromisoformat(day)
    for day in (
        "2013-12-23",
        "2013-01-27",
        "2006-09-16",
        "1601-01-01",
        "1899-12-30",
        "1970-01-01",
        "1980-01-01",
    )
)
_FIRST_YEAR = 1980


def office_metadata(
    *, title: str = "", dates: tuple[str, ...] = (), company: str = "", author: str = "", keywords: str = ""
) -> Metadata:
    """The fields of a file's properties as metadata; `dates` in order of preference."""
    title, company, author = clean(title), clean(company), clean(author)
    if is_empty_title(title) or len(title) > _MAX_TITLE_CHARS:
        title = ""
    if _PLACEHOLDER_COMPANY.fullmatch(company) or not any(map(str.isalpha, company)):
        company = ""
    if not company and _ORGANISATION.search(author):
        company = author
    return Metadata(
        title=title or None,
        published=next(filter(None, map(_parse_plausible_date, dates)), None),
        publisher=company or None,
        topics=_parse_topics(keywords),
    )


def _parse_plausible_date(text: str) -> date | None:
    try:
        parsed = parse_date(text)
    except LoadError:
        return None
    return parsed if parsed.year >= _FIRST_YEAR and parsed not in _MEANINGLESS_DATES else None


def _parse_topics(keywords: str) -> tuple[str, ...]:
    separator = r"[;\n]" if ";" in keywords else r"[,\n]"
    topics: dict[str, str] = {}
    for topic in map(clean, re.split(separator, keywords)):
        if topic and len(topic) <= _MAX_TOPIC_CHARS:
            topics.setdefault(topic.casefold(), topic)
    return tuple(topics.values())[:_MAX_TOPICS]
