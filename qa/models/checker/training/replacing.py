"""Where a change may be made, and making it: what the ways to change a statement share."""

import random
import re
from collections.abc import Iterable, Sequence

from qa.models.checker.training.claim_rows import Changed, Statement
from qa.models.checker.training.lexicon import MONTHS, phrase_pattern
from qa.models.checker.training.paraphrases import upper_first

__all__ = ["NAME", "NOT_NAMES", "NUMBER", "YEAR", "elsewhere", "find_names", "put", "swap_in_rows"]

NUMBER = re.compile(r"(?<![\w.,])\d+(?:[.,]\d+)*(?![\w]|[.,]\d)")
YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")
NAME = re.compile(r"\b[A-Z][\w'’-]+(?: (?:of (?:the )?|de )?[A-Z][\w'’-]+)*")
NOT_NAMES = frozenset(
    """The A An In On At By It Its This That These Those He She They Their His Her There Some Many Most All
    Several Two Three Four Five As With If When While Both After Before Since Until During From
    Under For And But However Also Exports Imports Only No We Our You Although Because What Which
    Who According""".split()
)


def put(text: str, start: int, end: int, new: str) -> Changed:
    """The text with something new from start to end."""
    if start == 0:
        new = upper_first(new)
    return Changed(text[:start] + new + text[end:], ((start, start + len(new)),))


def elsewhere(pattern: re.Pattern[str], statement: Statement, text: str) -> list[str]:
    """What the rest of the evidence and of the document have, those of the evidence counting more."""
    own = set(pattern.findall(text)) | {match.group() for match in pattern.finditer(text)}
    near = [match.group() for line in statement.evidence for match in pattern.finditer(line)]
    far = [match.group() for line in statement.others for match in pattern.finditer(line)]
    return [value for value in near * 2 + far if value not in own]


def find_names(text: str) -> list[re.Match[str]]:
    """The names of a text; its first word is none unless more of the name follows."""
    return [
        match
        for match in NAME.finditer(text)
        if match.group() not in NOT_NAMES
        and match.group() not in MONTHS
        and (match.start() or " " in match.group())
    ]


def swap_in_rows(
    rows: Iterable[Sequence[str]], text: str, rng: random.Random, *, only_first: bool = False
) -> Changed | None:
    """A member of a row for another; with `only_first` a row says what may stand for its first."""
    fitting = []
    lowered = text.casefold()
    for row in rows:
        for member in row[:1] if only_first else row:
            if member in lowered:
                fitting += [
                    (match, rng.choice([name for name in row if name != member]))
                    for match in phrase_pattern(member).finditer(text)
                ]
    if not fitting:
        return None
    match, new = rng.choice(fitting)
    return put(text, *match.span(), new)
