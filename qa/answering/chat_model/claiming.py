"""Whether a heading, the head of a table or the introduction of a list claims something, or only names it."""

import re
from itertools import pairwise

from qa.query.conditions.directions import find_directions
from qa.query.follow_up.verb_forms import base_form, is_noun_too

__all__ = ["claims_something"]

_NEGATION = re.compile(r"\b(?:not|no|never|none|nothing|without|cannot)\b|n['’]t\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
# Figures that only say when, or count the items of a list.
_PERIOD_OR_NUMBERING = re.compile(
    r"\b(?:1[5-9]|20)\d\d(?:\s?[-–/]\s?\d{2,4})?\b|\b[QH][1-4]\b|^\W*\d{1,2}[.)](?!\d)", re.IGNORECASE
)
_AUXILIARIES = frozenset(
    "is are was were has have had will would shall may might must can could does did remains remained".split()
)
# With these, what introduces a list says no more than that it comes.
_INTRODUCING = frozenset(
    """be have include follow list give show mention say state describe identify cite report provide note
    contain find answer help""".split()
)
_INTRODUCING_AUXILIARIES = frozenset("is are was were has have had does did can".split())
_ASKING = frozenset("how why what who whose which when where".split())
_BEFORE_NOUNS = frozenset("to the a an of and or its their".split())
# Words that say which way, in `find_directions`, but are as often names: "Imports from Mexico".
_NAMING = re.compile(
    r"(?:im|ex)port|buy|purchas|sell|sale|minimum|maximum|low|small|high|larg|big", re.IGNORECASE
)


def claims_something(text: str, *, is_introduction: bool = False) -> bool:
    """Whether the words say that something is so: a figure, a verb, "not", or a way up or down.

    "Exports in 2024" and "Here are the reasons:" (an introduction) claim nothing; "Exports fell" does.
    """
    if re.search(r"\d", _PERIOD_OR_NUMBERING.sub(" ", text)) or _NEGATION.search(text):
        return True
    if any(not _NAMING.match(text, way.start) for way in find_directions(text)):
        return True
    words = [word.casefold() for word in _WORD.findall(text)]
    is_asked = not words or words[0] in _ASKING or text.endswith("?")
    # As in "Here is what was sold:" and "took the following measures:".
    if is_asked or (is_introduction and (words[0] == "here" or "following" in words)):
        return False
    auxiliaries = _AUXILIARIES - _INTRODUCING_AUXILIARIES if is_introduction else _AUXILIARIES
    return any(word in auxiliaries for word in words) or any(
        _is_finite(word, before, is_introduction) for before, word in pairwise(words)
    )


def _is_finite(word: str, before: str, is_introduction: bool) -> bool:
    """Whether a word behind another is the verb of a clause: not what is as often a noun, nor "to pay"."""
    base = base_form(word)
    if (base is None and not word.endswith("ed")) or is_noun_too(word) or word.endswith("ing"):
        return False
    return before not in _BEFORE_NOUNS and not (is_introduction and base in _INTRODUCING)
