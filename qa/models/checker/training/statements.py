"""A question and its answer as one statement: "When was it built?", "1931" as "It was built in 1931."."""

import re

from qa.models.checker.training.lexicon import past_of
from qa.models.checker.training.paraphrases import upper_first
from qa.text.terms import stem, words

__all__ = ["state", "state_yes_no"]

_AUXILIARIES = "is|are|was|were|has|have|had|will|can|could|would|should|may|might|must|do|does|did"
_WH = r"what|which|who|whom|when|where|how many|how much|how long|how old"
_SUBJECT_ASKED = re.compile(
    rf"^(?:who|what|which)\b(?: (?!(?:{_AUXILIARIES})\b)[\w'’-]+){{0,4}}? "
    rf"(?=(?:{_AUXILIARIES})\b|[a-z]+(?:ed|s|t|d|n|w|ve|m)\b)",
    re.I,
)
_FRONT = re.compile(
    rf"^(?:(?P<preposition>in|on|at|by|from|to|for|with|during|under|of|since|until) )?(?P<wh>{_WH})\b"
    rf"(?P<noun>(?: (?!(?:{_AUXILIARIES})\b)[\w'’-]+){{0,5}}) (?P<auxiliary>{_AUXILIARIES}) (?P<rest>.+)$",
    re.IGNORECASE,
)
_BEFORE_ANSWER = re.compile(
    r"\b(in|on|at|by|from|to|for|with|during|since|until|around|after|before|near)(?: the)? $", re.I
)
_NO_PARTICIPLE = frozenset(
    "united red bed need indeed hundred garden open children women men seven eleven".split()
)


def state(question: str, answer: str, before: str) -> tuple[str, tuple[int, int]] | None:
    """The statement and where the answer stands in it; None where the question is of no form that we know.

    `before` is what stands before the answer in its passage: a preposition there is kept.
    """
    question = " ".join(question.strip().rstrip("?").split())
    match = _FRONT.match(question)
    if match:
        return _from_front(match, answer.strip(" ."), before)
    match = _SUBJECT_ASKED.match(question)
    if match and "?" not in question:
        text = f"{answer.strip(' .')} {question[match.end() :]}"
        return _finish(text, answer)
    for wh in ("in what year", "what year", "what", "which", "who", "when", "how many", "where"):
        if question.casefold().endswith(f" {wh}"):  # "The Picts inhabited the islands when"
            body = question[: -len(wh)].rstrip(" ,")
            preposition = _preposition(wh, answer, before)
            return _finish(f"{body} {preposition}{answer.strip(' .')}", answer)
    return None


def _from_front(match: re.Match[str], answer: str, before: str) -> tuple[str, tuple[int, int]] | None:
    wh, noun = match["wh"].casefold(), match["noun"].strip()
    auxiliary, rest = match["auxiliary"].casefold(), match["rest"]
    preposition = (
        f"{match['preposition'].casefold()} " if match["preposition"] else _preposition(wh, answer, before)
    )
    if (
        wh in ("how many", "how much", "how long", "how old")
        and noun
        and stem(noun.split()[-1]) not in map(stem, words(answer))
    ):
        answer_words = f"{answer} {noun}"
    else:
        answer_words = answer
    if auxiliary in ("is", "are", "was", "were") and wh in ("what", "who", "which") and not preposition:
        if _splits_at(rest) is None and not noun:
            return _finish(f"{rest} {auxiliary} {answer_words}", answer)
        if noun:  # "what team was founded in 1900"
            return _finish(f"{answer_words} {auxiliary} {rest}", answer)
    if auxiliary in ("do", "does", "did"):
        return _finish(f"{_with_verb(rest, auxiliary)} {preposition}{answer_words}", answer)
    if (
        noun
        and wh in ("how many", "what", "which")
        and not preposition
        and auxiliary in ("is", "are", "was", "were", "has", "have", "had", "will", "can")
    ):
        return _finish(f"{answer_words} {auxiliary} {rest}", answer)
    split = _splits_at(rest)
    if split is None:
        return _finish(f"{rest} {auxiliary} {preposition}{answer_words}", answer)
    return _finish(f"{rest[:split].rstrip()} {auxiliary} {rest[split:]} {preposition}{answer_words}", answer)


def _splits_at(rest: str) -> int | None:
    """Where the subject ends and a participle or an adjective begins: "the bridge | built"."""
    for number, match in enumerate(re.finditer(r"[\w'’-]+", rest)):
        word = match.group().casefold()
        if (
            number
            and word not in _NO_PARTICIPLE
            and (
                re.search(r"(?:ed|ing|wn|ght)$", word)
                or participle_of_form(word)
                or word in ("located", "able", "born", "not")
            )
        ):
            return match.start()
    return None


def participle_of_form(word: str) -> bool:
    """Whether it is a participle of a verb that we know."""
    return (word.endswith("en") and len(word) > 4) or word in (
        "made",
        "built",
        "held",
        "sold",
        "sent",
        "found",
        "led",
        "put",
        "set",
        "born",
    )


def _with_verb(rest: str, auxiliary: str) -> str:
    """After "did", "the company buy" is "the company bought"."""
    if auxiliary == "did":
        for number, match in enumerate(re.finditer(r"[\w'’-]+", rest)):
            past = past_of(match.group())
            before = rest[: match.start()].rstrip().rsplit(" ", 1)[-1].casefold()
            if (
                number
                and past
                and before not in ("the", "a", "an", "of", "to", "in", "for", "his", "their", "its")
            ):
                return rest[: match.start()] + past + rest[match.end() :]
    words_of_rest = rest.split(" ")
    place = 2 if words_of_rest[0].casefold() in ("the", "a", "an", "this", "his", "her", "their") else 1
    return " ".join([*words_of_rest[:place], auxiliary, *words_of_rest[place:]])


def _preposition(wh: str, answer: str, before: str) -> str:
    if wh not in ("when", "where") and "year" not in wh:
        return ""
    if re.match(
        r"(in|on|at|by|from|to|after|before|during|since|until|the 1|early|late|between)\b", answer, re.I
    ):
        return ""
    match = _BEFORE_ANSWER.search(before)
    return f"{match[1].casefold()} " if match else "in "


def _finish(text: str, answer: str) -> tuple[str, tuple[int, int]] | None:
    answer = answer.strip(" .")
    text = upper_first(" ".join(text.split())).rstrip(" .,") + "."
    start = text.casefold().rfind(" ".join(answer.split()).casefold())
    if start < 0 or len(text) > 300:
        return None
    return text, (start, start + len(" ".join(answer.split())))


def state_yes_no(question: str) -> str | None:
    """The claim "The tax is the same." of "is the tax the same"; None where the subject has no clear end."""
    match = re.match(rf"^({_AUXILIARIES}) (.+)$", question.strip(" ?"), re.IGNORECASE)
    if not match:
        return None
    auxiliary, rest = match[1].casefold(), match[2]
    if auxiliary in ("do", "does", "did"):
        return upper_first(_with_verb(rest, auxiliary)) + "."
    split = _splits_at(rest)
    if split is None:
        match = re.search(
            r" (?=(?:a|an|the|in|on|part|still|considered|same|at|from|more|"
            r"legal|illegal|real|based|allowed|made|be|have|get)\b)",
            rest,
        )
        split = match.end() if match and match.start() > 2 else None
    if split is None:
        return None
    return upper_first(f"{rest[:split].rstrip()} {auxiliary} {rest[split:]}") + "."
