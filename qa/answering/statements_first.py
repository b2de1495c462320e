"""Lines that tell nothing: titles, bylines, publishers, datelines and captions, and questions."""

import re
from collections.abc import Sequence

from qa.answering.sentence_ranking import RankedSentence, put_behind
from qa.query.query import SubQuestion
from qa.schema import Passage
from qa.text.lines import LIST_ITEM, ends_sentence, is_question, is_table_row
from qa.text.overlap import similarity
from qa.text.terms import FUNCTION_WORDS

__all__ = ["is_title_line", "put_questions_last", "put_statements_first"]

_BYLINE = re.compile(
    r"\W*(?:\(?(?:additional )?reporting by|prepared by|posted by|written by|edited by|authors?:|"
    r"(?-i:By [A-Z][\w’'-]+(?: [A-Z][\w’'-]+)+ in\b)|"
    r"submitted by|answered by|analysts?:|reviewed by|published by|press release|client alert|table \w+\b|"
    r"exhibit \w+\b|figure \w+\b)",
    re.IGNORECASE,
)
# What only a sentence has; "is" alone makes "This is the duty" one.
_FINITE = re.compile(
    r"\b(?:is|are|was|were|be|been|has|have|had|will|would|can|could|may|might|must|shall|should|do|does|did|"
    r"not|he|she|it|they|we|who|which|that|[a-z]+ed|became|took|went|made|gave|came|sold|bought|rose|fell|paid|"
    r"grew|met|runs?|pays?|costs?|stays?|takes?)\b"
)
_WORD = re.compile(r"[^\W_][\w’'.,-]*")
# "Observers: Ghana and Namibia." tells something, "Contact: Ada Holm." does not.
_LABEL = re.compile(r"(?P<label>[A-Z][\w’'-]*(?: [\w’'-]+){0,4}): ?\S")
_DOCUMENT_LABEL = re.compile(
    r"(?:sources?|authors?|by|dated?|from|to|cc|subject|re|contacts?|photos?|credits?|pictures?|tel|phone|fax|e-?mail|"
    r"web(?:site)?|editors?|reference|ref|no|number|issue|volume|edition|version|status|classification|"
    r"distribution|series|copyright|press|media|written|text|translation|language)\b",
    re.IGNORECASE,
)
_DOCUMENT_NOUNS = frozenset(
    """report note briefing bulletin minutes meeting letter circular notice memo memorandum newsletter alert
    release article column edition issue version page pages answer brief update""".split()
)
_MAX_WORDS = 25
_MIN_NAMES = 0.6  # of the words: names, figures and months
_MIN_LIKE_TITLE = 0.8
_ASKS_OF_DOCUMENT = re.compile(
    r"\b(?:authors?|wrote|written|published?|publisher|prepared?|signed|title|titled|dated?|issued?|"
    r"report(?:ed)? by|edited|editor|reviewed|compiled|number)\b",
    re.IGNORECASE,
)

_ASKS_OF_QUESTIONS = re.compile(
    r"\b(?:questions?|ask(?:s|ed)?|wonder\w*|doubts?|unclear|puzzl\w+)\b", re.IGNORECASE
)
_CLOSING = " \t\n\"'”’»)]*_"


def is_title_line(passage: Passage, text: str) -> bool:
    """Whether a line of a passage names, dates or signs what stands there, and says nothing of it."""
    plain = text.strip(" *_#\n\"'“”")
    if is_table_row(text) or LIST_ITEM.match(text) or plain.endswith(":"):
        return False
    if _BYLINE.match(plain) and len(plain.split()) <= _MAX_WORDS:
        return True
    if not ends_sentence(plain) and similarity(plain, passage.title) >= _MIN_LIKE_TITLE:
        return True
    if _FINITE.search(plain) or _is_labelled_value(text.strip(" *_#\n")):
        return False
    words = [word for word in _WORD.findall(plain) if word.casefold().strip(".,") not in FUNCTION_WORDS]
    names = [word for word in words if not word[0].islower()]
    if ends_sentence(text):  # "Ada left in May." has few other words, too
        return len(words) <= _MAX_WORDS and all(
            word in names or word.casefold().strip(".,") in _DOCUMENT_NOUNS for word in words
        )
    return len(words) <= _MAX_WORDS and len(names) >= _MIN_NAMES * len(words) and not plain.isdigit()


def _is_labelled_value(line: str) -> bool:
    """Whether a line says what something is or has, and not who wrote the document, or when."""
    label = _LABEL.match(line)
    if label is None or not (ends_sentence(line) or "," in line[label.end() :]):
        return False
    words = {word.casefold() for word in _WORD.findall(label["label"])}
    return not words & _DOCUMENT_NOUNS and not _DOCUMENT_LABEL.match(label["label"])


def put_statements_first(
    subquestion: SubQuestion, ranked_sentences: Sequence[RankedSentence]
) -> list[RankedSentence]:
    """The sentences with title lines behind all others, unless the question is about such a line."""
    if _ASKS_OF_DOCUMENT.search(subquestion.text):
        return list(ranked_sentences)
    return put_behind(ranked_sentences, lambda one: is_title_line(one.passage, one.text))


def put_questions_last(
    subquestion: SubQuestion, ranked_sentences: Sequence[RankedSentence]
) -> list[RankedSentence]:
    """The sentences as they are, but where a question came first: those that ask behind those that tell."""
    ranked = list(ranked_sentences)
    if not ranked or not _is_asking(ranked[0]) or _ASKS_OF_QUESTIONS.search(subquestion.text):
        return ranked
    return put_behind(ranked, _is_asking)


def _is_asking(ranked: RankedSentence) -> bool:
    return is_question(ranked.text.rstrip(_CLOSING))
