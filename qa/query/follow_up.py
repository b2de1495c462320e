"""Follow-up questions: what a question means after the turns before it, by rule.

A follow-up ("And for Mexico?", "Why?", "When was that?") is understood by putting the question that it
follows behind it, with the beginning of the last answer, for half of all pronouns point to that: "When was
that? (Which refinery did Pemex build? Pemex built the Olmeca refinery.)". The result is shown to the user as
`standalone_question`. Behind, because the reader gives more weight to what a question begins with.
"""

import re
from collections.abc import Callable, Sequence

from qa.schema import Turn
from qa.text.sentences import sentence_spans

__all__ = ["is_follow_up", "rewrite_follow_up"]

_OPENING = re.compile(
    r"^\W*(and|but|or|so(?! far|-called)|then|also|what about|how about|what else|"
    r"why( not| is that| so)?\W*$|how (so|come)|since when|by how much|until when|which ones?|who else|"
    r"for how long|like what|same (for|with|in)|"
    r"(on|in|of|for|with|to|from|by|at) (what|which|whom)\b(?! \w+ \w+ \w+)|"
    r"for (example|instance)|such as|any(thing| others?)|examples?)\b",
    re.IGNORECASE,
)
_POINTING = re.compile(
    r"\b(it|its|they|them|their|theirs|he|him|his|she|her|hers|this|these|those|the latter|"
    r"the former\W*$|there\W*$|then\W*$|more details?|"
    r"(first|second|third|last|other|same|that) (one|ones|two))\b",
    re.IGNORECASE,
)
# "How did Mexico react?": to what, was said before.
_OPEN_VERB = re.compile(
    r"^\W*how (?:do|does|did|will|would|has|have) (?:the )?[\w.’'-]+ "
    r"(?:react|respond|reply|comply)(?:ed)?\W*$",
    re.IGNORECASE,
)
# "that" points back after these and at the end; elsewhere it opens a clause ("the tariffs that apply").
_POINTING_THAT = re.compile(
    r"\b(is|are|was|were|do|does|did|will|would|can|could|should|has|had|of|to|for|in|on|at|by|with|from|about|"
    r"after|before|since|until|than|like|why|explain) that\b|\bthat\W*$",
    re.IGNORECASE,
)
# Words that look as if they pointed back: "this year", "is it true", "does it take to", "those who".
_NOT_POINTING = re.compile(
    r"\bthis (year|month|week|quarter|decade|century)\b|\bthese days\b|\bthose (who|that|which|with|in)\b|"
    r"\bof (its|their|his|her) own\b|\bit (true|possible|likely|legal|right|correct|known|expected)\b|"
    r"\bit (takes?|costs?) to\b",
    re.IGNORECASE,
)
# "did Canada lower its tariffs", "does Mexico say it will": the word points to a name in the question itself.
_POSSESSIVES = r"its|their|his|her"
_NAME = r"(?<!^)\b[A-Z][\w.’'-]+"
_HOLDER_BEFORE = re.compile(
    rf"({_NAME}.*?\b)(?:(?:{_POSSESSIVES})(?= [\w-])|"
    r"(?:(?<=says )|(?<=say )|(?<=said )|(?<=if )|(?<=whether )|(?<=because )|(?<=when ))"
    r"(?:it|they|he|she)\b)"
)
_HOLDER_AFTER = re.compile(
    rf"\b(?:{_POSSESSIVES})\b(?= .*\b(?:do|does|did|has|have|had|will|would|can) (?:the )?{_NAME})"
)
# A short question that names its thing: "What is CUSMA?", "Define de minimis".
_NAMES_SUBJECT = re.compile(
    r"^\W*(what (is|are)|define|explain|describe) (?!it\b|that\b|this\b|new\b|more\b|next\b|left\b)\w",
    re.IGNORECASE,
)
_CONJUNCTION = re.compile(r"^\W*(?:and|but|so|also|or)\b[\s,]*(?=\w)", re.IGNORECASE)
_MARKERS = re.compile(r"\s*\[\d+\]|(?<=\n)- ")
_ATTRIBUTION = re.compile(r"^(?:[^\n:]{1,60}, )?(?:\d{4}-\d\d-\d\d|undated), [^\n:]{1,120}:\s+(?:- )?|^- ")
_MAX_ANSWER_WORDS = 22
_BARE_WORDS = 3  # questions of up to this many words rarely stand alone
_MAX_WORDS = 14  # longer ones rarely lean on what was said before


def is_follow_up(question: str) -> bool:
    """Does the question need what was said before it?"""
    question = question.strip()
    count = len(question.split())
    if _OPENING.search(question) or (count <= _BARE_WORDS and not _NAMES_SUBJECT.search(question)):
        return True
    if _OPEN_VERB.search(question):
        return True
    if count > _MAX_WORDS:
        return False
    rest = _HOLDER_AFTER.sub("", _NOT_POINTING.sub("", question))
    # Once for each word: one name may hold several ("Did Canada say it lowered its tariffs?").
    for _ in range(count):
        rest = _HOLDER_BEFORE.sub(r"\1", rest)
    return bool(_POINTING.search(rest) or _POINTING_THAT.search(rest))


def rewrite_follow_up(question: str, history: Sequence[Turn], *, correct: Callable[[str], str] = str) -> str:
    """The question with what it leans on in brackets; unchanged without history or if it stands alone.

    In brackets stand the last question that stood alone and the beginning of the last answer. The turns'
    questions are those that were typed; `correct` mends their slips.
    """
    turns = [turn for turn in history if turn.question.strip()]
    if not turns or not is_follow_up(question):
        return question
    earlier = [correct(turn.question.strip()) for turn in turns]
    subject = next((question for question in reversed(earlier) if not is_follow_up(question)), earlier[-1])
    follow_up = _CONJUNCTION.sub("", question.strip())
    context = " ".join(filter(None, (subject, _first_sentence(turns[-1]))))
    return f"{follow_up[:1].upper()}{follow_up[1:]} ({context})"


def _first_sentence(turn: Turn) -> str:
    """The first sentence of an answer, at most 22 words, without marks and what says whose it is."""
    plain = " ".join(_MARKERS.sub("", _ATTRIBUTION.sub("", turn.answer.strip())).split())
    if not plain or turn.is_refused:
        return ""
    start, end = next(iter(sentence_spans(plain)), (0, len(plain)))
    words = plain[start:end].split()
    return " ".join(words[:_MAX_ANSWER_WORDS]) + ("…" if len(words) > _MAX_ANSWER_WORDS else "")
