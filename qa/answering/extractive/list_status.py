"""What is said of the things in a list: members or applicants, exempt or covered, added or removed."""

import re

__all__ = ["NEGATION", "statuses"]

# What stands in a list, by pairs of wordings that exclude each other.
_STATUSES = tuple(
    (re.compile(rf"\b(?:{is_in})\b", re.IGNORECASE), re.compile(rf"\b(?:{is_out})\b", re.IGNORECASE))
    for is_in, is_out in (
        (
            r"members?|membership|belongs?|signator(?:y|ies)|part(?:y|ies) to|joined|founders?|founded|"
            r"binds?|bound by|ratif(?:y|ies|ied)",
            r"observers?|applicants?|appl(?:y|ies|ied)|applications?|candidates?|waiting|wait|outside|"
            r"wants? to join|wanted to join|withdrew|quit",
        ),
        (
            r"exempt(?:ed|ions?)?|spared?|le(?:ft|aves?|ave) out|exclud(?:ed|es?)|excepted|excused|"
            r"outside the (?:measure|tariff|duty)",
            r"covered|covers?|subject to|appl(?:y|ies|ied) to|liable|pays?|paid",
        ),
        (
            r"add(?:ed|s)?|additions?|included?|includes",
            r"remov(?:ed?|es)|deleted?|dropped|struck|taken off|rejected",
        ),
    )
)
NEGATION = re.compile(r"\b(?:not|no|never|without|cannot|nor|none)\b|n['’]t\b", re.IGNORECASE)
_STILL_TO_DO = re.compile(r"\b(?:yet|remains?|still (?:have|has|need|needs|had)) to$")
_NEGATION_REACH = 24  # characters before a word in which "not" turns it round


def statuses(text: str) -> dict[int, int]:
    """By number of the pair: 1 where a text has its first wording or denies the second, -1 the other way."""
    found: dict[int, int] = {}
    for pair, wordings in enumerate(_STATUSES):
        for wording, sign in zip(wordings, (1, -1), strict=True):
            if pair not in found and (match := wording.search(text)):
                before = text[max(0, match.start() - _NEGATION_REACH) : match.start()]
                is_denied = NEGATION.search(before) or _STILL_TO_DO.search(before.rstrip())
                found[pair] = -sign if is_denied else sign
    return found
