"""The year that a fragment leaves to the last question: "in October" after May 2024, "the year before"."""

import re
from collections.abc import Iterable

from qa.query.conditions.periods import MONTHS
from qa.query.follow_up.question_words import PLAIN_PERIOD
from qa.text.terms import NUMBER_WORDS

__all__ = [
    "is_moved_period",
    "is_part_of_year",
    "keep_year",
    "name_pointed_period",
    "names_period_before",
    "shift_part",
    "shift_year",
    "shifted_year",
    "swap_part",
    "then_as_date",
]

_YEAR = re.compile(r"\b(?:1[89]|20)\d\d\b")
_SEASON_END = re.compile(r"(?P<mark>[/–-])(?P<last>(?:20)?\d\d)(?![\d/-])")
_YEAR_BEHIND = re.compile(r",? (?:of )?(?P<year>(?:1[89]|20)\d\d)\Z")
_PART_OF_YEAR = re.compile(
    rf"\b(?:(?:{'|'.join(f'{name[:3]}(?:{name[3:]})?' for name in MONTHS)})|[QH][1-4]|"
    r"(?:first|second|third|fourth|last) (?:quarter|half))\b",
    re.IGNORECASE,
)
_SHIFT = re.compile(
    r"(?:in |for |during )?(?:the (?:same )?(?:month|quarter|half|period|season),? )?"
    r"(?:(?:the|a|(?P<back>\w{1,20})) (?:years?|seasons?) (?:before|earlier)|"
    r"the (?:previous|preceding|prior) (?:year|season)|"
    r"(?P<ahead>(?:the|a|(?P<on>\w{1,20})) (?:years?|seasons?) (?:after|later)|"
    r"the (?:next|following) (?:year|season)))",
    re.IGNORECASE,
)
# "the same quarter of 2023"
_SAME_PART = re.compile(
    r"(?:in |for |during )?(?:the|that) same (?:month|quarter|half|period|season|time)(?: of| in)? "
    r"(?P<year>(?:1[89]|20)\d\d)",
    re.IGNORECASE,
)
_SHIFT_PART = re.compile(
    r"(?:in |for |during )?(?:(?:the|a|one) (?P<unit>month|quarter) (?:before|earlier|(?P<on>after|later))|"
    r"the (?:previous|preceding|prior|(?P<ahead>next|following)) (?P<unit2>month|quarter))",
    re.IGNORECASE,
)
_MONTH_OR_QUARTER = re.compile(
    rf"\b(?:(?P<month>{'|'.join(name.capitalize() for name in MONTHS)})|Q(?P<quarter>[1-4]))"
    r"(?P<year>,? (?:of )?(?:1[89]|20)\d\d)?\b"
)
# "until then", "before that", "afterwards"
_THEN = re.compile(
    r"(?:(?P<word>until|till|up to|before|since|after|from|as from|as of|by) "
    r"(?:then|that(?: (?:date|day|time|point|month|year))?)(?: on| onwards?)?|"
    r"(?P<after>after(?:wards?)?|thereafter|later|later on)|"
    r"(?P<before>before(?:hand)?|earlier|previously|formerly))",
    re.IGNORECASE,
)
# "that year", with the preposition before it.
_THAT_PERIOD = re.compile(
    r"\b(?P<before>(?:in|for|during|from|since|until|by|after|before|of|over) )?"
    r"that (?P<unit>year|season|month)\b(?!['’-])"
    r"(?(before)|(?= (?:to|from|in|for|by|on|of|and|alone)\b|\W*$))",
    re.IGNORECASE,
)
# "before then" in a clause: no noun stands for the date.
_THEN_BEHIND = re.compile(r"\b(?P<word>until|till|up to|before|since|after|by) then$", re.IGNORECASE)
_DATED = re.compile(r"\d")


def is_moved_period(piece: str) -> bool:
    """Whether it is a period told from another one: "the year before", "a month earlier", "until then"."""
    return any(pattern.fullmatch(piece) for pattern in (_SHIFT, _SHIFT_PART, _SAME_PART, _THEN))


def then_as_date(piece: str, texts: Iterable[str]) -> str | None:
    """For "until then", "before that" and the like: "until January 2025", by the nearest date of the texts.

    The texts come nearest first; None where the piece is none of these, or no text has a date.
    """
    found = _THEN.fullmatch(piece) or _THEN_BEHIND.fullmatch(piece)
    date = _last_date(texts) if found else None
    if found is None or date is None:
        return None
    groups = found.groupdict()
    word = (groups["word"] or ("after" if groups.get("after") else "before")).lower()
    return f"{word} {date}"


def name_pointed_period(text: str, texts: Iterable[str]) -> str:
    """The text with "in 2024" for "that year", and with the date for "then" after "before" and the like."""
    near = list(texts)
    if behind := _THEN_BEHIND.search(text):
        date = then_as_date(behind[0], near)
        return f"{text[: behind.start()]}{date}" if date else text
    found = _THAT_PERIOD.search(text)
    if found is None:
        return text
    date = _last_date(near, found["unit"].lower())
    if date is None:
        return text
    before = found["before"] or "in "
    return f"{text[: found.start()]}{before}{date}{text[found.end() :]}"


def names_period_before(text: str) -> bool:
    """Whether it has "that year", of what was said before."""
    return _THAT_PERIOD.search(text) is not None


def _last_date(texts: Iterable[str], unit: str = "") -> str | None:
    """The last date or year of the first text that has one; of a unit, the year or the month alone."""
    for text in texts:
        found = [match[0] for match in PLAIN_PERIOD.finditer(text) if _DATED.search(match[0])]
        if unit in ("year", "season"):
            found = [_year_of(date) for date in found if _YEAR.search(date)]
        elif unit == "month":
            found = [part[0] for date in found if (part := _MONTH_OR_QUARTER.search(date)) and part["month"]]
        if found:
            return re.sub(r"^(?:the )?(?:year to|years?|end|beginning|start) (?:of )?(?=\d)", "", found[-1])
    return None


def _year_of(date: str) -> str:
    """The year of a date, or its season: "2024/25"."""
    year = _YEAR.search(date)
    season = _SEASON_END.match(date, year.end()) if year else None
    return f"{year[0]}{season[0] if season else ''}" if year else date


def is_part_of_year(piece: str) -> bool:
    """Whether it is a month, quarter or half without a year: "in the third quarter"."""
    bare = re.sub(r"^(?:in|for|during|since|until|from)? ?(?:the )?", "", piece, flags=re.IGNORECASE)
    return _PART_OF_YEAR.fullmatch(bare) is not None


def keep_year(piece: str, base: str) -> str:
    """A month, quarter or half without a year, with the year of the base question's own part of a year.

    As it is where that has no such part, or several years.
    """
    years = set(_YEAR.findall(base))
    is_part = _PART_OF_YEAR.search(piece) and not _YEAR.search(piece)
    if not is_part or len(years) != 1 or not _PART_OF_YEAR.search(base):
        return piece
    return f"{piece} {'of ' if piece.endswith(('quarter', 'half')) else ''}{years.pop()}"


def shift_year(base: str, piece: str) -> str | None:
    """The base question a year before or after; None where the piece asks for neither, or has no one year."""
    moved = _shifted(base, piece)
    if moved is None:
        return None
    start, end, year = moved
    return f"{base[:start]}{year}{base[end:]}"


def shifted_year(base: str, piece: str) -> str | None:
    """The year, or season, that "the year before" means after a question of one year; None as there."""
    moved = _shifted(base, piece)
    return moved and moved[2]


def _shifted(base: str, piece: str) -> tuple[int, int, str] | None:
    """Where the year of the base question stands, and the one that takes its place."""
    match, same = _SHIFT.fullmatch(piece), _SAME_PART.fullmatch(piece)
    years = list(_YEAR.finditer(base))
    if same and len(years) == 1:
        return years[0].start(), years[0].end(), same["year"]
    if match is None or len(years) != 1:
        return None
    count = (match["back"] or match["on"] or "one").lower()
    steps = NUMBER_WORDS.get(count, count)
    if not str(steps).isdigit():
        return None
    moved = int(steps) if match["ahead"] else -int(steps)
    end = years[0].end()
    year = str(int(years[0][0]) + moved)
    if season := _SEASON_END.match(base, end):  # "2024/25"
        last = int(season["last"]) + moved
        year += f"{season['mark']}{last % 100 if len(season['last']) == 2 else last:02d}"
        end = season.end()
    return years[0].start(), end, year


def shift_part(base: str, piece: str) -> str | None:
    """The base question a month or quarter before or after; None where the piece asks for neither.

    Nor where the base has none, or several, or goes over the end of a year that it does not name.
    """
    match = _SHIFT_PART.fullmatch(piece)
    found = list(_MONTH_OR_QUARTER.finditer(base))
    if match is None or len(found) != 1:
        return None
    part = found[0]
    is_month = (match["unit"] or match["unit2"]).lower() == "month"
    if is_month is (part["month"] is None):
        return None
    count = len(MONTHS) if is_month else 4
    number = MONTHS.index(part["month"].lower()) if is_month else int(part["quarter"]) - 1
    over, number = divmod(number + (1 if match["on"] or match["ahead"] else -1), count)
    if over and not part["year"]:
        return None
    year = re.sub(r"\d+", lambda digits: str(int(digits[0]) + over), part["year"] or "")
    name = MONTHS[number].capitalize() if is_month else f"Q{number + 1}"
    return f"{base[: part.start()]}{name}{year}{base[part.end() :]}"


def swap_part(base: str, piece: str) -> str | None:
    """The base question with another month or quarter in the place of its own; None where it has none alike.

    A year behind the new one takes the place of the base's year.
    """
    year = _YEAR_BEHIND.search(piece)
    bare = piece[: year.start()] if year else piece
    old, new = list(_PART_OF_YEAR.finditer(base)), _PART_OF_YEAR.search(bare)
    if not is_part_of_year(bare) or new is None or len(old) != 1 or _form_of(old[0][0]) != _form_of(new[0]):
        return None
    if year and len(_YEAR.findall(base)) != 1:
        return None
    swapped = f"{base[: old[0].start()]}{new[0]}{base[old[0].end() :]}"
    return _YEAR.sub(year["year"], swapped) if year else swapped


def _form_of(part: str) -> str:
    """Of "Q3", "third quarter" and "October"."""
    return "code" if part[1:].isdigit() else part.split()[-1].lower() if " " in part else "month"
