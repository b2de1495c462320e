"""The year that a fragment leaves to the last question: "in October" after May 2024, "the year before"."""

import re

from qa.query.conditions.periods import MONTHS
from qa.text.terms import NUMBER_WORDS

__all__ = ["is_part_of_year", "keep_year", "shift_part", "shift_year", "swap_part"]

_YEAR = re.compile(r"\b(?:1[89]|20)\d\d\b")
_SEASON_END = re.compile(r"(?P<mark>[/–-])(?P<last>(?:20)?\d\d)(?![\d/-])")
_YEAR_BEHIND = re.compile(r",? (?:of )?(?P<year>(?:1[89]|20)\d\d)\Z")
_PART_OF_YEAR = re.compile(
    rf"\b(?:(?:{'|'.join(f'{name[:3]}(?:{name[3:]})?' for name in MONTHS)})|[QH][1-4]|"
    r"(?:first|second|third|fourth|last) (?:quarter|half))\b",
    re.IGNORECASE,
)
_SHIFT = re.compile(
    r"(?:in |for |during )?(?:(?:the|a|(?P<back>\w+)) years? (?:before|earlier)|"
    r"the (?:previous|preceding|prior) year|"
    r"(?P<ahead>(?:the|a|(?P<on>\w+)) years? (?:after|later)|the (?:next|following) year))",
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
    match = _SHIFT.fullmatch(piece)
    years = list(_YEAR.finditer(base))
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
    return f"{base[: years[0].start()]}{year}{base[end:]}"


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
