"""Verbs that say the opposite of each other: one name for both, and which side of it a verb is on."""

import re
from functools import cache

from qa.answering.polarity.concepts import concept, root

__all__ = ["MOVING", "MOVING_ITSELF", "is_form_of", "read_verb", "read_verb_with_particle"]

MOVING = "~move"  # the axis of what goes up or down, whose thing moves
MOVING_ITSELF = frozenset((MOVING, "~open"))  # of which may be said who moves, or what
_AXES = {
    MOVING: (
        "rise raise increase grow growth climb jump hike expand widen soar surge gain",
        "fall lower reduce reduction cut decline decrease drop shrink narrow slump sink slip slash trim dip "
        "dwindle halve",
    ),
    "~impose": ("impose introduce", "lift abolish repeal scrap remove revoke end"),
    "~accept": ("accept approve adopt", "reject refuse dismiss"),
    "~support": ("support back favour favor", "oppose"),
    "~allow": ("allow permit authorise authorize", "ban prohibit forbid outlaw"),
    "~open": ("open reopen", "close shut"),
    "~join": ("join", "leave quit"),
    "~cover": ("cover include", "exempt exclude"),
    "~strengthen": ("strengthen", "weaken"),
    "~lengthen": ("lengthen extend", "shorten"),
    "~keep": ("keep retain", "abandon lose"),
}
_SIDES = {
    word: (axis, sign)
    for axis, sides in _AXES.items()
    for sign, words in zip((1, -1), sides, strict=True)
    for word in words.split()
}
# Verbs with a particle, by what they mean.
_WITH_PARTICLES = {
    "turn down": "reject", "take over": "buy", "go up": "rise", "go down": "fall", "come down": "fall",
    "give up": "abandon", "pick up": "rise",
}  # fmt: skip
# Forms that no ending explains.
_FORMS = {
    "fell": "fall", "fallen": "fall", "rose": "rise", "risen": "rise", "grew": "grow", "grown": "grow",
    "shrank": "shrink", "shrunk": "shrink", "sank": "sink", "sunk": "sink", "left": "leave", "shut": "shut",
    "kept": "keep", "got": "get", "lost": "lose",
    "forbade": "forbid", "forbidden": "forbid", "overtook": "overtake",
    "overtaken": "overtake", "beaten": "beat", "began": "begin", "begun": "begin", "bought": "buy",
    "sold": "sell", "lent": "lend", "won": "win", "went": "go", "gone": "go", "goes": "go", "came": "come",
    "took": "take", "taken": "take", "gave": "give",
    "given": "give", "withdrew": "withdraw", "withdrawn": "withdraw",
}  # fmt: skip
_ENDINGS = (
    ("s", ""),
    ("es", ""),
    ("ed", ""),
    ("d", ""),
    ("ied", "y"),
    ("ies", "y"),
    ("ing", ""),
    ("ing", "e"),
)
_ENDING = re.compile(r"(?<=[eo]r)(?:ed|ing|s)$")
# Groups of `concept` some of whose verbs have their sides the other way round: "admit" and "enter",
# "charge" and "pay".
_TOO_WIDE = frozenset("cover join accept remain".split())


@cache
def read_verb(word: str) -> tuple[str, int]:
    """The axis of a verb in lower case and its side, 1 or -1; its concept and 1 where it has no opposite."""
    for form in _bases(word):
        if form in _SIDES:
            return _SIDES[form]
    base = _FORMS.get(word, word)
    base = _ENDING.sub("", base)  # "answer" loses its "er", too
    name = concept(base)
    return (root(base) if name in _TOO_WIDE else name), 1


def read_verb_with_particle(word: str, particle: str) -> tuple[str, int]:
    """As `read_verb` of a verb in lower case with a particle: "turned down" is "rejected"."""
    meant = next(
        (
            _WITH_PARTICLES[f"{form} {particle}"]
            for form in _bases(word)
            if f"{form} {particle}" in _WITH_PARTICLES
        ),
        None,
    )
    if meant is not None:
        return read_verb(meant)
    name, sign = read_verb(word)
    return f"{name} {particle}", sign


def is_form_of(word: str, verbs: frozenset[str]) -> str | None:
    """Which of some verbs, as a dictionary has them, a word may be a form of; None for none of them."""
    return next((form for form in _bases(word) if form in verbs), None)


def _bases(word: str) -> list[str]:
    forms = [_FORMS.get(word, word)]
    forms += [word.removesuffix(ending) + instead for ending, instead in _ENDINGS if word.endswith(ending)]
    return forms + [form[:-1] for form in forms if len(form) > 3 and form[-1] == form[-2]]
