"""What a sentence denies as a value, and what it says in its place."""

import re
from typing import NamedTuple

from qa.answering.polarity.values import find_values
from qa.schema import Span

__all__ = ["CHANGES", "UP_TO_END", "WITHIN", "Correction", "find_corrections", "rejected_spans", "trimmed"]

# Stems of verbs that take a value from one figure to another.
CHANGES = (
    r"(?:rais|ris|rose|increas|grow|grew|climb|jump|cut|low|reduc|fall|fell|drop|declin|go|went|gone|"
    r"shr[iau]nk|slip|mov|chang|extend|wid|doubl|tripl|halv|brought|bring|up|down|lift|slash|trim|expand|"
    r"adjust|set|soar|surg|swell|plung|tumbl|eas|doubl|push|driv|drove|took|take|narrow|shorten|lengthen|"
    r"correct|revis)"
)
# Where what is denied ends: at a mark, at what stands against it, or where a clause begins.
UP_TO_END = (
    r"(?=[,;:.!?](?!\d)|\s[–—-]\s|\)|\s(?:but|although|though|because|while|whereas|and (?:not|so))\b|$)"
)
WITHIN = r"(?:[^,;:]|,(?=\d))"  # a character of the same part of a sentence
# "not only", "not more than", "not until 2025" deny nothing; "not yet", "not all" no value.
_BOUNDED = (
    r"(?!(?:only|just|merely|simply|solely|more|less|fewer|later|earlier|longer|before|until|till|yet|all|"
    r"every|everyone|everything|even|least|exceed\w*|over|above|below|under|necessarily|always|quite|"
    r"nearly|much|many|surprising\w*|far|so|as|to be|to mention|unlike\w*|because|if|when|where|that|"
    r"[a-z]+ed to|[a-z]+ing\b)\b)"
)
_NOT_THIS = re.compile(rf"\b(?:not|never)\s{_BOUNDED}(?P<rejected>.{{1,200}}?){UP_TO_END}", re.IGNORECASE)
_BUT_THIS = re.compile(
    r",?\s*+(?:[^,;]*+,\s*+)?but\s(?:rather\s|only\s|instead\s)?(?P<accepted>.+?)(?=[,;.](?!\d)|$)"
)
_IN_PLACE_OF = re.compile(
    rf"\b(?:rather than|instead of|in place of|as opposed to|contrary to|in contrast (?:to|with))\s"
    rf"(?P<rejected>.{{1,200}}?){UP_TO_END}",
    re.IGNORECASE,
)
# "was not raised to 7 percent": the figure behind a verb that is denied.
_NOT_REACHED = re.compile(
    rf"(?:\b(?:not|never|cannot)|n['’]t)\s(?:yet\s|be\s|been\s|have\s|actually\s)*{CHANGES}\w{{0,20}}\b{WITHIN}{{0,120}}?"
    rf"\b(?:to|at)\s(?P<rejected>{WITHIN}{{1,120}}?){UP_TO_END}",
    re.IGNORECASE,
)
_MISTAKEN = re.compile(
    r"\b(?:wrongly|mistakenly|erroneously|falsely|incorrectly|den(?:y|ies|ied)(?: \w+){0,3} that|den(?:y|"
    r"ies|ied) (?:\w+ )?(?:reports?|rumou?rs|claims?)|(?:dismiss|reject|"
    r"disput)\w*(?: \w+){0,2} (?:reports?|rumou?rs|claims?)|false (?:reports?|rumou?rs|claims?)|(?:it is|"
    r"it was) (?:not true|untrue|false|wrong) that)\b"
    rf"(?P<rejected>{WITHIN}+)",
    re.IGNORECASE,
)
# 'In section 5, for "6,000 talers" read "9,000 talers"'.
_READ_THIS = re.compile(
    r"\bfor [\"“'‘](?P<rejected>[^\"”'’]{1,80})[\"”'’],? (?:please )?read "
    r"[\"“'‘](?P<accepted>[^\"”'’]{1,80})[\"”'’]",
    re.IGNORECASE,
)


class Correction(NamedTuple):
    """What is denied, and what the sentence says in its place, if it does so in the same breath."""

    rejected: Span
    accepted: Span | None


def find_corrections(sentence: str) -> list[Correction]:
    """What a sentence denies as a value, in order: "not A but B", "B rather than A", "not raised to A"."""
    found: dict[Span, Correction] = {}
    for match in _NOT_THIS.finditer(sentence):
        rejected = trimmed(sentence, *match.span("rejected"))
        if rejected and _names_something(sentence, match.start("rejected"), rejected):
            but = _BUT_THIS.match(sentence, rejected.end)
            accepted = trimmed(sentence, *but.span("accepted")) if but else None
            found[rejected] = _without_preposition(sentence, Correction(rejected, accepted))
    for match in _READ_THIS.finditer(sentence):
        rejected = Span(*match.span("rejected"))
        found.setdefault(rejected, Correction(rejected, Span(*match.span("accepted"))))
    for pattern in (_IN_PLACE_OF, _NOT_REACHED, _MISTAKEN):
        for match in pattern.finditer(sentence):
            if rejected := trimmed(sentence, *match.span("rejected")):
                found.setdefault(rejected, Correction(rejected, None))
    return sorted(found.values(), key=lambda correction: correction.rejected.start)


def rejected_spans(sentence: str) -> tuple[Span, ...]:
    """The parts of a sentence that it denies as a value, in order: "8 percent" of "not 8 percent but 6"."""
    return tuple(correction.rejected for correction in find_corrections(sentence))


def _without_preposition(sentence: str, correction: Correction) -> Correction:
    """The correction without a preposition that both sides begin with: "not by A but by B"."""
    rejected, accepted = correction
    shared = re.match(r"(?:by|from|in|for|on|to|at|with|of) ", sentence[rejected.start : rejected.end])
    if not shared or not accepted or not sentence.startswith(shared[0], accepted.start):
        return correction
    width = len(shared[0])
    return Correction(Span(rejected.start + width, rejected.end), Span(accepted.start + width, accepted.end))


def _names_something(sentence: str, start: int, rejected: Span) -> bool:
    """Whether "not" stands before a name, a figure or a thing, not before what somebody did or does."""
    before = sentence[: start - len("not ")].rstrip()
    apposed = before.endswith((",", ";", ":", "(", "–", "—", "but", "and")) or not before
    text = sentence[rejected.start : rejected.end]
    if find_values(text):
        return apposed or bool(
            re.match(r"(?:the |about |some |by |from |at |to |in |on |for )*\W?\S*\d|\w+ \w*$", text)
        )
    if apposed:
        return not re.match(r"(?:be|have|do|has|had|is|was|are|were|to)\b", text)
    if re.search(r"\b(?:is|are|was|were|been|be)$", before) and len(text.split()) == 1:
        return bool(_BUT_THIS.match(sentence, rejected.end))
    return bool(
        re.match(r"(?:by|from|in|for|on|to|at|with|of|the|a|an)\s", text)
        and _BUT_THIS.match(sentence, rejected.end)
    )


def trimmed(sentence: str, start: int, end: int) -> Span | None:
    """The span without marks and spaces around it; None where nothing is left."""
    text = sentence[start:end]
    start += len(text) - len(text.lstrip(" ,;:\"“'‘"))
    text = text.strip(" ,;:\"”'’“‘")
    return Span(start, start + len(text)) if text else None
