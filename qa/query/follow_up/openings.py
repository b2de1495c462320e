"""What stands around a follow-up: thanks, corrections ("no, imports") and returns ("back to the levy")."""

import re
from typing import NamedTuple

from qa.query.follow_up.question_parts import QuestionParts
from qa.query.follow_up.question_words import UNITS, split_words

__all__ = ["Return", "drop_remarks", "find_correction", "find_return", "unit_in_aside"]

_REMARK = re.compile(
    r"^(?:ok|okay|thanks|thank you|well|good|great|hello|hi|now|i see)\b[^.?!]*[.!] +(?=\w)", re.IGNORECASE
)
# "By value, please", "and Tarvel, if you have it"
_THANKS = re.compile(
    r",? (?:please|pls|thanks|thank you|cheers|if (?:you (?:have it|have that|know|can)|known|possible|"
    r"available|there is one))(?=\W*$)",
    re.IGNORECASE,
)
# What is said behind a question: "And in 2024? Tonnes will do."
_ASIDE = re.compile(r"^(?P<question>[^?]{1,200}\?)\s{1,9}(?P<aside>[^?]{1,90})$")
_WANTED = re.compile(rf"^\W{{0,9}}(?:in )?(?P<unit>{UNITS})\b", re.IGNORECASE)
_STARTLED = r"(?:oh|ah|er|hm+|sorry|apologies|pardon|no|nope|wait|actually|rather|my mistake|but)"
_MEANT = r"i (?:mean|meant|was asking about|was thinking of|asked about)"
_CORRECTION = re.compile(
    rf"^\W{{0,9}}(?:(?:{_STARTLED}\b[,.;:!–—-]? ){{0,3}}(?:{_MEANT}|make (?:that|it)) |"
    rf"(?:{_STARTLED}\b ?){{0,2}}(?:sorry|no|nope|wait|actually|rather|my mistake)"
    r"(?:[,.;:!–—]| [–—-]) ?)(?P<meant>\S.{0,200})$",
    re.IGNORECASE,
)
_NOT_THAT = re.compile(
    r"^\W{0,9}not (?:the )?[^,;:.?!]{1,60}(?:[,;:.!]|,? but) ?(?P<meant>\S.{0,120})$|"
    r"^(?P<meant2>[^,;:.?!]{1,60}), (?:and )?not [^,;:.?!]{1,60}\W{0,9}$",
    re.IGNORECASE,
)
_MEANT_BEHIND = re.compile(rf",? (?:{_MEANT}|sorry|rather)(?: to (?:ask|say))?(?=\W{{0,9}}$)", re.IGNORECASE)
# "the other agreement, the Ishkara one"
_OTHER = re.compile(
    r"^(?:the )?other (?P<noun>[a-z-]{1,30})(?:,| -| –)? (?:the )?(?P<which>[^,]{1,60}) one$|"
    r"^(?:the )?other (?P<noun2>[a-z-]{1,30})(?:,| -| –) the one (?P<rest>[^,]{1,80})$",
    re.IGNORECASE,
)
_RETURN = re.compile(
    r"^\W{0,9}(?:(?:and|but|so|ok|okay|now)\b,? )?(?:"
    r"(?:(?:(?:going|coming|getting|turning|to (?:go|come|get)|let['’]?s (?:go|get)|"
    r"let me (?:go|come)) )?back|"
    r"returning|to return) (?:again )?to|(?:once )?(?:again|more) (?:on|about)|on the subject of|"
    r"as (?:for|to)(?=[^:;,.?!]{1,80}[:;,])) (?P<subject>[^:;,.?!–—]{1,80}?)"
    r"(?: again| for a moment)?(?:(?:[:;,.?!]| ?[–—]| -) {0,9}(?P<rest>.{0,200})|)$",
    re.IGNORECASE,
)


class Return(NamedTuple):
    """An earlier subject that a question comes back to, and what it asks of that ("" for nothing)."""

    subject: str
    rest: str


def drop_remarks(question: str) -> str:
    """The question without what is said before it ("Thanks.") and behind it ("please", "Tonnes will do.")."""
    text = _REMARK.sub("", question.strip())
    if aside := _ASIDE.match(text):
        text = aside["question"]
    mark = "?" if text.endswith("?") else ""
    bare = text
    while (shorter := _THANKS.sub("", bare)) != bare:
        bare = shorter.rstrip(" ,.!?")
    return f"{bare}{mark}" if bare != text else text


def unit_in_aside(question: str) -> str:
    """The unit that what is said behind a question wants: "Tonnes" of "Tonnes will do."; "" for none."""
    aside = _ASIDE.match(question.strip())
    wanted = _WANTED.match(aside["aside"]) if aside else None
    return wanted["unit"] if wanted else ""


def find_correction(question: str) -> str | None:
    """What was meant instead of a part of the last question; None where nothing is corrected."""
    text = " ".join(drop_remarks(question).split()).rstrip("?!. ")
    found = _CORRECTION.match(text)
    meant = found["meant"] if found else None
    if found is None and (behind := _MEANT_BEHIND.search(text)):
        meant = text[: behind.start()]
    if contrast := _NOT_THAT.match(meant or text):
        meant = contrast["meant"] or contrast["meant2"]
    if meant is None:
        return None
    meant = _MEANT_BEHIND.sub("", meant).strip(" ,.;:")
    parts = QuestionParts(meant)
    if not meant or parts.is_wh or parts.is_polar or len(split_words(meant)) > 10:
        return None
    if other := _OTHER.match(meant):
        noun = other["noun"] or other["noun2"]
        return f"the {other['which']} {noun}" if other["which"] else f"the {noun} {other['rest']}"
    # "imports, what Tarvel buys there": the clause only says the same again.
    first, _, behind_comma = meant.partition(", ")
    says_again = behind_comma.split(" ")[0].lower() in ("what", "which", "that", "who", "those", "i", "so")
    return first if says_again else meant


def find_return(question: str) -> Return | None:
    """The subject that a question comes back to; None where it does not."""
    found = _RETURN.match(" ".join(question.split()))
    return Return(found["subject"].strip(), (found["rest"] or "").strip()) if found else None
