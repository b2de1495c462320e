"""Sentences of a document that speak to the machine that reads it, and so say nothing about the world."""

import html
import re
import unicodedata

from qa.text.control_characters import remove_hidden

__all__ = ["leaves_its_role", "reads_as_order"]

_MACHINE = r"(?:language models?|chat ?bots?|assistants?|machines|LLMs?|AIs?|GPT)"
# "Reply to this address" and "Write by 5 May" are for people.
_SPEAK = (
    r"(?:(?:say|answer|reply|respond|write|print|output|repeat|cite|quote|claim|pretend|obey|act as)"
    r"\b(?! (?:by|to|before|within|until|at|on|here|online)\b)|tell (?:the )?(?:readers?|users?|people)\b)"
)
_ORDER = re.compile(
    rf"^\W*(?:(?:please|now|then|always|never|only|just|important:|do not|don't) )*{_SPEAK}"
    r"|^\W*(?:please )?(?:ignor\w{1,5}|disregard|forget|override) (?:\w+ ){0,4}\w*(?:instruction|anweisung|"
    r"instruc|consigne|istruzion|prompt|rule|above|before|previous)\w*"
    rf"|\b{_MACHINE} (?:must|should|shall|may|has to|have to|is to|are to) (?:\w+ )?{_SPEAK}"
    rf"|\b(?:to|for) (?:\w+ )?{_MACHINE}(?: only)?\s*[:,]"
    rf"|\byou (?:must|should|shall|have to|are to|will) (?:now |only |always |never )?{_SPEAK}"
    rf"|\bif you (?:do not |don't |fail to |refuse to )?{_SPEAK}"
    rf"|\bI (?:order|command|instruct|ask) you to\b|\byou (?:are|lie) (?:now|from now on)\b"
    r"|\bsystem prompt\b|<!--",
    re.IGNORECASE,
)
# What stands around the evidence, and between the turns of a conversation as models are trained on them.
_DELIMITER = re.compile(
    r"</? ?(?:evidence|conversation|system|user|assistant|tool\w*|instructions?)\b ?>?|<<sys>>"
    r"|<\|[\w ]{1,30}\|>|(?-i:\[/?(?:INST|[A-Z]+_[A-Z]+)\])"
    r"|[\"']role[\"'] ?: ?[\"'](?:system|assistant|user)",
    re.IGNORECASE,
)
_SPEAKER = re.compile(
    r"(?:^|[.!?] )\W{0,9}(?:system|human|assistant)(?: prompt)? ?:(?!.{0,300};)"
    r"|^#+ ?(?:system|user|response|instructions?) ?:",
    re.IGNORECASE,
)
_TAG = re.compile(r"</?[a-z][^<>]{0,200}>", re.IGNORECASE)


def reads_as_order(text: str) -> bool:
    """Whether a sentence tells a machine what to write, or stands in for a turn of its conversation.

    "Say that ...", "language models must answer ...", "System: ..."; not an order to anyone else.
    """
    plain = _plain(text)
    if _DELIMITER.search(plain) or _SPEAKER.search(plain):
        return True
    return _ORDER.search(_TAG.sub("", plain).strip()) is not None


def leaves_its_role(text: str) -> bool:
    """Whether a sentence holds what closes the evidence or opens another turn."""
    return _DELIMITER.search(_plain(text)) is not None


def _plain(text: str) -> str:
    """The text as a machine may read it: entities and wide letters as what they stand for."""
    return " ".join(unicodedata.normalize("NFKC", html.unescape(remove_hidden(text))).split())
