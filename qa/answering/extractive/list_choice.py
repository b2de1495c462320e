"""Which list a question names, of several that look alike: members, not applicants; exempt, not covered."""

import re
from collections.abc import Sequence
from datetime import date

from qa.answering.extractive.enumeration import count_members, find_enumeration, is_item
from qa.answering.extractive.list_status import NEGATION, statuses
from qa.answering.sentence_ranking import RankedSentence
from qa.query.conditions import find_years
from qa.query.conditions.names import INSTITUTION_WORDS
from qa.query.query import SubQuestion
from qa.schema import Passage
from qa.text.overlap import stems
from qa.text.terms import NUMBER_WORDS, stem

__all__ = ["choose_listed", "is_only_counted", "is_opposed", "is_undenied"]

_TEENS = "thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
_COUNTS = [word for word in (*NUMBER_WORDS, *_TEENS) if word != "one"]
_COUNT_ASKED = re.compile(
    rf"\b(?:which|name|list|what|who)\b(?: \w+){{0,3}}? (?P<count>{'|'.join(_COUNTS)}|\d\d?)\b"
    r"(?!\s*(?:percent|per cent|%)|\s(?:years?|months?|days?)\b)",
    re.IGNORECASE,
)
_COUNTED_IN = 12  # of the best sentences
# "Ten had not: ...", behind "Seventeen had ratified it": they deny what was said of the first.
_THOSE_THAT_DID_NOT = re.compile(
    r"(?:[^\W\d_]+ ){1,4}(?:do|does|did|has|have|had|is|are|was|were) not(?: yet)?(?= ?[:,;.–—])",
    re.IGNORECASE,
)
# What a line says that names those that are not, did not or have not.
_DENIES = re.compile(
    r"\b(?:not|no|never|without|cannot|nor|none|neither|nobody|only|except\w*|exempt\w*|exclud\w*|outside|"
    r"left out|spared|missing|absent|lack\w*|fail\w*|refus\w*|reject\w*|oppos\w*|declin\w*|yet to|un\w+|"
    r"wait\w*|(?:the )?others)\b|n['’]t\b",
    re.IGNORECASE,
)
_NAMED = re.compile(r"\b[A-Z][a-z]+")
_SENTENCE_WORTH, _HEADING_WORTH, _BEFORE_WORTH, _STATUS_WORTH = 1.0, 0.8, 0.5, 1.5
_OTHER_BODY_COST = 3.0
_BODY = re.compile(r"\b[A-Z][a-z]+\b")
_IN_SHORT = re.compile(r"\bthe ([A-Z][a-z]+)\b(?! (?:of\b|[A-Z]))")
_POINTS_BACK = re.compile(r"(?:These|They|Those|Among (?:them|these))\b")
# "Vietnam followed two weeks later, while the rest took their time": the list goes on.
_GOES_ON = re.compile(r"\b(?:followed|joined|came later|the rest|the others|since then)\b", re.IGNORECASE)
_BECAME_MEMBER = re.compile(
    r"\b(?:became|becomes|was admitted as) (?:the|a|its) (?:[\w-]{1,20} )?member\b", re.IGNORECASE
)
_MAX_GOING_ON = 2  # sentences behind a list
# "It binds A, B and C": of what the sentence before is about, its words count as its own.
_SAYS_OF_BEFORE = re.compile(r"(?:It|Its|They|Their|These|Those)\b")
_MIN_SHARE_OF_STATUS = 0.02  # the same of a list whose status is the one asked for
_MIN_SHARE = 0.1  # of the best one's probability that a list must have to be the one that is asked for

_ASKS_FOR_NAMES = re.compile(r"\b(?:which|who|name|list|members|parties|signatories)\b", re.IGNORECASE)
_ASKS_NOW = re.compile(
    r"\b(?:now|currently|current|today|at present|at the moment|latest|still)\b", re.IGNORECASE
)


def is_only_counted(question: str, ranked_sentences: Sequence[RankedSentence]) -> bool:
    """Whether so many things are asked for by name, and the best sentences only say that there are as many.

    "Name the fifteen smaller partners" - "Fifteen others make up the rest", and no list of fifteen.
    """
    asked = _COUNT_ASKED.search(question)
    if not asked:
        return False
    word = asked["count"].casefold()
    count = str(13 + _TEENS.index(word)) if word in _TEENS else stem(word)
    number = re.compile(rf"\b(?:{word}|{count})\b", re.IGNORECASE)
    terms = stems(question)
    told = [ranked.text for ranked in ranked_sentences[:_COUNTED_IN]]
    lists = [ranked.passage.slice(one) for ranked in ranked_sentences for one in ranked.passage.sentences]
    if any(str(count_members(text)) == count for text in lists):
        return False
    return any(number.search(text) and len(terms & stems(text)) > 1 for text in told) and not any(
        is_item(text) and not number.search(text) for text in told[:1]
    )


def choose_listed(
    subquestion: SubQuestion, ranked_sentences: Sequence[RankedSentence]
) -> tuple[Sequence[RankedSentence], tuple[RankedSentence, ...]]:
    """The sentences without those of a list that the question excludes, and those that are the whole list.

    That is one that counts it up; before "These are ..." the one that it points back to. None where the
    list is not in a sentence. `ranked_sentences` are most probable first; all stay if none would.
    """
    wanted = statuses(subquestion.text)
    fitting = [
        ranked
        for ranked in ranked_sentences
        if not any(status == -wanted.get(pair, 0) for pair, status in _statuses_of(ranked).items())
    ] or ranked_sentences
    if counted := _find_counted(subquestion.text, fitting):
        return fitting, counted
    if not _ASKS_FOR_NAMES.search(subquestion.text):
        return fitting, ()  # "what steps were taken" may need several sentences
    top = fitting[0].probability
    lists = [
        ranked
        for ranked in fitting
        if ranked.probability >= (_MIN_SHARE_OF_STATUS if _agrees(wanted, ranked) else _MIN_SHARE) * top
        and find_enumeration(ranked.passage.slice(ranked.sentence))
        and not is_item(ranked.passage.slice(ranked.sentence))
    ]
    asks_now = _ASKS_NOW.search(subquestion.text) is not None
    if asks_now:
        newest = max((ranked.passage.published or date.min for ranked in lists), default=date.min)
        lists = [ranked for ranked in lists if (ranked.passage.published or date.min) == newest]
    best = max(
        lists, key=lambda ranked: (_fit(subquestion, wanted, ranked), ranked.probability), default=None
    )
    if best is None:
        return fitting, ()
    first = fitting[0]
    if is_item(first.text) and best.probability < _MIN_SHARE * first.probability:
        return fitting, ()
    is_outdated = asks_now and (first.passage.published or date.min) < (best.passage.published or date.min)
    if is_outdated or _fit(subquestion, wanted, best) >= _fit(subquestion, wanted, first):
        return fitting, _with_lead(best, fitting, of_members=wanted.get(0) == 1)
    return fitting, next((pair for one in lists if first in (pair := _with_lead(one, fitting))), ())


def _find_counted(question: str, ranked_sentences: Sequence[RankedSentence]) -> tuple[RankedSentence, ...]:
    """The sentence that opens a list of so many, and the one behind it that counts them up.

    "Which three groups wanted it?" - "Three groups wanted the gate closed." It must say more of the question
    than how many of what there are.
    """
    asked = _COUNT_ASKED.search(question)
    noun = asked and re.match(r"\W+(?:\w+ )?(\w+)", question[asked.end() :])
    if not (asked and noun):
        return ()
    by_place = {(one.passage.document_id, one.sentence): one for one in ranked_sentences}
    told = re.compile(rf"{asked['count']}\b(?: \w+)? {re.escape(noun[1])}\b", re.IGNORECASE)
    terms = stems(question) - stems(f"{asked['count']} {noun[1]}")
    for ranked in ranked_sentences:
        following = ranked.passage.sentences[ranked.number + 1 : ranked.number + 2]
        key = (ranked.passage.document_id, *following)
        if told.match(ranked.text) and terms & stems(ranked.text) and key in by_place:
            behind = by_place[key]
            return () if is_item(behind.text) or behind.text.count(", ") < 2 else (ranked, behind)
    return ()


def is_opposed(subquestion: SubQuestion, text: str) -> bool:
    """Whether a line names the opposite of what is asked for: those that wait, where members are."""
    wanted = statuses(subquestion.text)
    return any(status == -wanted.get(pair, 0) for pair, status in statuses(text).items())


def is_undenied(subquestion: SubQuestion, ranked_sentences: Sequence[RankedSentence]) -> bool:
    """Whether those are asked for that did not do something, and the list is one of those that did.

    "Which countries did not sign?" - "Arda, Brell and Corvo signed in May", and nothing denies it.
    """
    if not (ranked_sentences and NEGATION.search(subquestion.text)):
        return False
    wanted = statuses(subquestion.text)
    fitting, whole = choose_listed(subquestion, ranked_sentences)
    lines = [one for one in whole if find_enumeration(one.text)] or fitting[:1]
    return not any(
        _agrees(wanted, one)
        or _DENIES.search(one.text)
        or _DENIES.search(_text_before(one.passage, one.number))
        or _DENIES.search(one.passage.innermost_heading or "")
        for one in lines
    )


def _agrees(wanted: dict[int, int], ranked: RankedSentence) -> bool:
    """Whether the question names a status, and the sentence has it."""
    statuses = _statuses_of(ranked)
    return bool(wanted) and all(statuses.get(pair) == status for pair, status in wanted.items())


def _with_lead(
    best: RankedSentence, ranked_sentences: Sequence[RankedSentence], *, of_members: bool = False
) -> tuple[RankedSentence, ...]:
    """A list, before it the sentence that it points back to, and behind it those that go on with it.

    To members belongs who became one later.
    """
    passage = best.passage
    of_document = {
        one.sentence: one for one in ranked_sentences if one.passage.document_id == passage.document_id
    }
    chosen = [best]
    if best.number and _POINTS_BACK.match(best.text):
        chosen = [
            of_document[one] for one in passage.sentences[best.number - 1 : best.number] if one in of_document
        ]
        chosen.append(best)
    for sentence in passage.sentences[best.number + 1 : best.number + 1 + _MAX_GOING_ON]:
        text = passage.slice(sentence)
        if (
            sentence not in of_document
            or not (_GOES_ON.search(text) and _NAMED.search(text))
            or _is_against(text)
        ):
            break
        chosen.append(of_document[sentence])
    newcomers = [one for one in of_document.values() if of_members and _BECAME_MEMBER.search(one.text)]
    for one in newcomers[:_MAX_GOING_ON]:
        lead = one.passage.sentences[one.number - 1] if one.number else None
        if lead and lead in of_document and _SAYS_OF_BEFORE.match(one.text):
            chosen.append(of_document[lead])
        chosen.append(one)
    return tuple(dict.fromkeys(chosen))


def _is_against(text: str) -> bool:
    return any(status < 0 for status in statuses(text).values())


def _fit(subquestion: SubQuestion, wanted: dict[int, int], ranked: RankedSentence) -> float:
    """How well a sentence, its heading and what leads in to it fit the question's words and status."""
    terms = stems(" ".join(subquestion.terms))
    passage = ranked.passage
    sentence, before = passage.slice(ranked.sentence), _text_before(passage, ranked.number)
    fit = _SENTENCE_WORTH * len(terms & stems(sentence))
    fit += _HEADING_WORTH * len(terms & stems(passage.innermost_heading or ""))
    worth = _SENTENCE_WORTH if _SAYS_OF_BEFORE.match(sentence) else _BEFORE_WORTH
    fit += worth * len((terms & stems(before)) - stems(sentence))
    fit += _STATUS_WORTH * sum(status == wanted.get(pair) for pair, status in _statuses_of(ranked).items())
    fit -= _OTHER_BODY_COST * _names_other_body(subquestion.text, sentence)
    years = subquestion.conditions.years
    of_text = find_years(f"{sentence} {passage.title} {passage.published or ''}")
    return fit + (_STATUS_WORTH if years & of_text else 0.0)


def _names_other_body(question: str, sentence: str) -> bool:
    """Whether a sentence tells, in short, of a body of another sort than is asked of: "the Pact"."""
    asked = {word for word in _BODY.findall(question) if word.casefold() in INSTITUTION_WORDS}
    told = {word for word in _IN_SHORT.findall(sentence) if word.casefold() in INSTITUTION_WORDS}
    return bool(asked and told) and not asked & set(_BODY.findall(sentence))


def _statuses_of(ranked: RankedSentence) -> dict[int, int]:
    """By the sentence; what it leaves open, by what leads in to it, and by its heading."""
    passage = ranked.passage
    sentence = passage.slice(ranked.sentence)
    before = statuses(_text_before(passage, ranked.number))
    if _THOSE_THAT_DID_NOT.match(sentence):
        before = {pair: -status for pair, status in before.items()}
    return statuses(passage.innermost_heading or "") | before | statuses(sentence)


def _text_before(passage: Passage, number: int) -> str:
    """The sentence before; of an item the line that leads in to its list."""
    is_listed = is_item(passage.slice(passage.sentences[number]))
    for sentence in reversed(passage.sentences[:number]):
        text = passage.slice(sentence)
        if not (is_listed and is_item(text)):
            return text
    return ""
