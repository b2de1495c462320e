"""The day that a text gives itself in its head: "Tell Harbour, 17 May 2022", "Notice 9 of 3 May 2025"."""

import re
from collections.abc import Iterator
from datetime import date

from qa.errors import LoadError
from qa.parsers.dates import parse_date

__all__ = ["DAY", "MONTH", "WEEKDAY", "find_dateline", "find_last_change"]

MONTH = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\.?"
)
DAY = (
    rf"(?:\d{{1,2}}(?:st|nd|rd|th)? {MONTH},? \d{{4}}|{MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}"
    r"|\d{4}-\d{2}-\d{2})"
)
WEEKDAY = r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,? )?"

_MAX_LINES = 8
_MAX_HEAD_CHARS = 1200
_MAX_FOOT_LINES = 12
_MAX_LINE_CHARS = 220
_MAX_WORDS = 14  # of the names and places before a day
_FIRST_YEAR = 1900
_DAYS = re.compile(rf"\b{WEEKDAY}(?P<day>{DAY})(?!\w)", re.IGNORECASE)
# "28 July to 1 August 2025": what a paper for several days is of; its last day counts.
_FIRST_DAY = re.compile(
    rf"(?<!\w){WEEKDAY}(?:\d{{1,2}}(?:st|nd|rd|th)?(?: {MONTH})?(?:,? \d{{4}})?|"
    rf"{MONTH} \d{{1,2}}(?:,? \d{{4}})?)"
    rf" ?(?:to|until|[-–—]) ?{WEEKDAY}$",
    re.IGNORECASE,
)
# What says of a day that it is the text's own: "Issued on", "Adopted in Lunwick on", "Last updated".
_OWN_DAY = re.compile(
    r"(?:^|[^\w’'-])(?:dated?|published|issued|released|posted|printed|adopted|delivered|given|held|compiled|"
    r"drawn up|"
    r"(?:last |page )?(?:updated|changed|modified|revised)|decided|recorded|filed|answered)"
    r"(?: (?:at|in|by) [^,.;:]{1,40}(?:,[^,.;:]{1,30})?,?)?(?: on)?\W{0,3}$|"
    r"^done (?:at|in) [^,.;:]{1,40},?(?: on)?(?: this)? $|"
    r"(?:^|[.;:] )(?:(?:schedule|list|table|figures|data|position|state|version|status) )?as (?:of|at) $",
    re.IGNORECASE,
)
# A text of that name "of" the day, at the beginning of what is said: not "Review of Notice 3 of 4 May 2024".
_DOCUMENT = re.compile(
    r"^\W*(?:(?!of\b|on\b|to\b|for\b)[\w’'/-]{1,30} ){0,3}?(?:circular|notice|decision|judge?ment|ruling|"
    r"order|decree|regulation|directive|bulletin|report|release|letter|memo(?:randum)?|minutes|meeting|sitting|session|"
    r"statement|briefing|note|review|edition|issue|version|communiqu[eé]|transcript|opinion|resolution|"
    r"answer|survey|address|speech|digest|week)"
    r"(?: (?:no\.? ?)?(?=[\D ]{0,12}\d)[\w./()-]{1,20})?,? of (?:the )?$",
    re.IGNORECASE,
)
_CHANGED = re.compile(
    r"(?:this )?(?:page |content )?(?:was )?(?:last |date )?"
    rf"(?:updated|reviewed|modified|changed|revised|published)(?: on)? ?[:–-]? ?{WEEKDAY}(?P<day>{DAY})\W?",
    re.IGNORECASE,
)
# After a place or a name with a comma, a dash or a bracket, or alone on its line; "of 3 May 2025" continues
# the name of an act above.
_APART = re.compile(r"(?:^\W*(?:of )?|[,(|–—·•] ?|[.;:] )$")
# "Speech by the minister for ports of Ostia, at the fair, Calder, 9 May 2025" takes more words.
_SPOKEN = re.compile(
    r"\W*(?:[\w’'-]{1,20} ){0,2}(?:speech|address|remarks|keynote|lecture|testimony|interview|"
    r"statement|summary)\b",
    re.IGNORECASE,
)
_MAX_SPOKEN_WORDS = 30
# An item of a list that begins with a day tells what happened on it.
_DATED_ITEM = re.compile(r"[-*+•–] ")
_BEHIND = re.compile(r"(?:$|[\s)*_.,;|–—:]|[/](?!\d))")
# Words of a sentence, or of another day, before a date.
_OTHER = re.compile(
    r"\b(?:effects?|force|deadline|valid|expir\w+|clos(?:e|es|ed|ing)|open(?:s|ed)?|"
    r"beg[aiu]n\w*|start\w*|due|replac\w+|supersed\w+|repeal\w*|amend\w*|entered|enters|sign(?:s|ed)?|will|was|"
    r"were|is|are|has|have|had|ask(?:s|ed)|re|subject|your|our ref\w*|data|embargo\w*|"
    r"next|applies|apply|received|refers?|born|comments?|hearing|allott\w+|registered)\b",
    re.IGNORECASE,
)


def find_dateline(text: str, start: int = 0) -> date | None:
    """The day that the first lines of a text, from an offset on, give it; None where they give none.

    Only a whole day counts, and of several the first.
    """
    for line in _head_lines(text, start):
        if _DATED_ITEM.match(line):
            continue
        for match in _DAYS.finditer(line):
            before = _FIRST_DAY.sub("", line[: match.start()])
            said = re.split(r"(?<=[a-z)])[.;] ", before)[-1]
            is_own = _OWN_DAY.search(before) or (
                (_DOCUMENT.search(said) or _stands_apart(before, said)) and not _OTHER.search(said)
            )
            day = _parse(match["day"]) if is_own and _BEHIND.match(line, match.end()) else None
            if day:
                return day
    return None


def find_last_change(text: str) -> date | None:
    """The day on which the last lines of a page say that it was changed; None where they don't."""
    for line in text[-_MAX_HEAD_CHARS:].splitlines()[: -_MAX_FOOT_LINES - 1 : -1]:
        if match := _CHANGED.fullmatch(" ".join(line.split())):
            return _parse(match["day"])
    return None


def _head_lines(text: str, start: int) -> Iterator[str]:
    count = 0
    for raw in text[start : start + _MAX_HEAD_CHARS].splitlines():
        line = " ".join(raw.split())
        if not line:
            continue
        count += 1
        if count > _MAX_LINES:
            return
        # Rows of tables have days of their own.
        if len(line) <= _MAX_LINE_CHARS and not line.startswith("|") and line.count(";") < 2:
            yield line


def _stands_apart(before: str, said: str) -> bool:
    most = _MAX_SPOKEN_WORDS if _SPOKEN.match(said) else _MAX_WORDS
    return _APART.search(before) is not None and len(said.split()) <= most


def _parse(text: str) -> date | None:
    try:
        day = parse_date(text)
    except LoadError:
        return None
    return day if day.year >= _FIRST_YEAR else None
