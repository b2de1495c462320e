"""Years, quarters, halves and months in questions and in the heads of tables, told alike."""

import re
from typing import NamedTuple

__all__ = ["FoundPeriods", "find_periods"]

_MONTHS = "january february march april may june july august september october november december".split()
_MONTH = "|".join(f"{name}|{name[:3]}\\.?" if len(name) > 4 else name for name in _MONTHS)
_ORDINALS = {
    "first": "1",
    "1st": "1",
    "second": "2",
    "2nd": "2",
    "third": "3",
    "3rd": "3",
    "fourth": "4",
    "4th": "4",
}
_PERIOD = re.compile(
    r"(?<![\w.,])(?P<split>(?:1[89]|20)\d\d\s?[/–-]\s?(?:20)?\d\d)(?![\d%]|[.,]\d)"
    r"|(?<![\d.,])(?<![^\W\d_][-/])(?:FY\s?)?(?P<year>(?:1[89]|20)\d\d)(?![\d%]|[.,]\d)"
    r"|\b(?P<ordinal>first|second|third|fourth|1st|2nd|3rd|4th)[\s-](?P<part>quarter|half)\b"
    r"|\b(?P<short>[QH])\s?(?P<number>[1-4])\b"
    r"|\bquarter\s(?P<plain>[1-4])\b"
    rf"|\b(?P<month>{_MONTH})(?![\w])",
    re.IGNORECASE,
)
_LOWER_CASE_WORDS = ("may", "march", "mar", "sep", "dec", "jan")


class FoundPeriods(NamedTuple):
    """The periods of a text in order ("2023", "2023/24", "q1", "h2", "m03"), and the text without them.

    `written` says how the text words each.
    """

    names: tuple[str, ...]
    written: dict[str, str]
    rest: str


def find_periods(text: str) -> FoundPeriods:
    """The periods that a text names; "may" and "march" are months only with a capital."""
    written: dict[str, str] = {}

    def keep(match: re.Match[str]) -> str:
        name = _name(match)
        if name is None:
            return match[0]
        written.setdefault(name, match[0])
        return " "

    rest = _PERIOD.sub(keep, text)
    return FoundPeriods(tuple(written), written, rest)


def _name(match: re.Match[str]) -> str | None:
    if years := match["split"]:
        first, second = re.split(r"\s?[/–-]\s?", years)
        # "2019-2023" are years from one to the other; "2022/23" is one.
        return (
            f"{first}/{second[-2:]}"
            if int(second[-2:]) == (int(first[-2:]) + 1) % 100
            else f"{first}-{second}"
        )
    if match["year"]:
        return match["year"]
    if match["part"]:
        return f"{match['part'][0].lower()}{_ORDINALS[match['ordinal'].lower()]}"
    if match["short"]:
        return f"{match['short'].lower()}{match['number']}"
    if match["plain"]:
        return f"q{match['plain']}"
    month = match["month"].rstrip(".")
    if month in _LOWER_CASE_WORDS:
        return None
    return f"m{next(n for n, name in enumerate(_MONTHS, 1) if name.startswith(month.lower()[:3])):02}"
