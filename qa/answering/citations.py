"""From sentences and markers to exact citations."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from qa.schema import Citation, Passage, Sentence, Span
from qa.text.overlap import content_words

__all__ = [
    "CitationMarker",
    "hold_back_half_markers",
    "make_citation",
    "parse_markers",
    "supporting_sentences",
]

# [1], [2, 3], [2-4], [ 1 ], [Source 1], [^1], 【1†a】, in a line whose white space is single spaces; digits
# are bounded because Python's int() is.
_LIST = r"\d{1,12}(?: ?(?:[,;&–-]|and) ?\d{1,12})*"
_LABELS = ("evidence", "source", "passage", "document", "no.")
_LABEL = rf"(?:(?:{'|'.join(map(re.escape, _LABELS))}) ?|[#^])?"
_BRACKETS = rf"(?:\[ ?{_LABEL}{_LIST} ?\]|【 ?{_LABEL}{_LIST} ?(?:†[^【】]*)?】)"
_MARKER = re.compile(rf"^(?:{_BRACKETS} ?)+| ?\( ?{_BRACKETS} ?\)| ?{_BRACKETS}", re.IGNORECASE)
# "[1], [2]" and "[1]-[3]" are "[1, 2]" and "[1-3]".
_JOINED = re.compile(r"(?<=\d) ?\] ?([,;&–-]|and) ?\[ ?(?=\d)")
# Where a marker stands for a noun, the sentence would not read without one.
_AS_OBJECT = re.compile(
    r"\b(according to|based on|(?:stated|noted|described|reported|mentioned|shown|given) in)"
    rf"(?= {_BRACKETS})",
    re.IGNORECASE,
)
_AS_SUBJECT = re.compile(
    rf"(?:^|(?<=[.!?] ))(?={_BRACKETS} "
    r"(?:says?|states?|notes?|reports?|shows?|describes?|mentions?|explains?|adds?|indicates?|suggests?)\b)",
    re.IGNORECASE,
)
_MAX_RANGE = 50
# What may become a marker when more of the text comes.
_BEGUN_LABEL = "|".join(re.escape(label[:length]) for label in _LABELS for length in range(len(label), 0, -1))
_HALF_MARKER = re.compile(
    rf"[\[【] ?(?:(?:{_BEGUN_LABEL}) ?|[#^])?(?:\d(?:[\d ,;&–-]|an?d?)*(?:(?<=\d)†[^【】]*)?)?", re.IGNORECASE
)
_MAX_HALF_CHARS = 100

# A further sentence of a passage is cited if it holds this many words that the ones before it do not.
_MIN_NEW_WORDS = 2
_MAX_SENTENCES = 3


@dataclass(frozen=True, slots=True)
class CitationMarker:
    """Evidence numbers and where they stood: an offset into the text without markers."""

    position: int
    numbers: tuple[int, ...]


def make_citation(
    passage: Passage, sentence: Sentence, number: int, highlight: Span | None = None
) -> Citation:
    """The citation of one sentence of a passage; a highlight outside the sentence is left out."""
    is_inside = highlight is not None and sentence.start <= highlight.start and highlight.end <= sentence.end
    return Citation(
        number=number,
        document_id=passage.document_id,
        source=passage.source,
        metadata=passage.metadata,
        page=passage.page_at(sentence.start),
        heading=passage.heading,
        start=sentence.start,
        end=sentence.end,
        quote=passage.slice(sentence),
        highlight=highlight if is_inside else None,
        document_sha256=passage.document_sha256,
        recognised=passage.certainty_of(sentence),
    )


def parse_markers(line: str) -> tuple[str, tuple[CitationMarker, ...]]:
    """A line without its markers, white space collapsed, and the markers in order.

    A range gives every number in it, at most 50 and the last one. "(1)", "¹" and "[Canada]" are no markers.
    """
    line = " ".join(line.split())
    line = _JOINED.sub(lambda match: f"{match[1].replace('and', ',')} ", line)
    line = _AS_SUBJECT.sub("The evidence ", _AS_OBJECT.sub(r"\1 the evidence", line))
    fragments: list[str] = []
    markers: list[CitationMarker] = []
    length = offset = 0
    for match in _MARKER.finditer(line):
        fragments.append(line[offset : match.start()])
        length += match.start() - offset
        offset = match.end()
        markers.append(CitationMarker(length, _parse_numbers(match[0])))
        if length and fragments[-1][-1:].strip() and line[offset : offset + 1].isalnum():
            fragments.append(" ")
            length += 1
    return "".join([*fragments, line[offset:]]), tuple(markers)


def hold_back_half_markers(pieces: Iterable[str]) -> Iterator[str]:
    """The text of the pieces in pieces none of which ends within a marker.

    "[1" waits until it is "[1]", or something that is no marker.
    """
    pending = ""
    for piece in pieces:
        pending += piece
        start = max(pending.rfind("["), pending.rfind("【"), len(pending) - _MAX_HALF_CHARS)
        is_half = start >= 0 and _HALF_MARKER.fullmatch(pending, start)
        ready, pending = (pending[:start], pending[start:]) if is_half else (pending, "")
        if ready:
            yield ready
    if pending:
        yield pending


def _parse_numbers(marker: str) -> tuple[int, ...]:
    numbers: list[int] = []
    for first, last in re.findall(r"(\d+)(?: ?[–-] ?(\d+))?", re.sub(r"†[^】]*", "", marker)):
        low, high = sorted((int(first), int(last or first)))
        numbers += [*range(low, min(high, low + _MAX_RANGE) + 1), high]
    return tuple(dict.fromkeys(numbers))


def supporting_sentences(
    text: str, passage: Passage, among: Sequence[Sentence] | None = None
) -> tuple[Sentence, ...]:
    """The one to three sentences of a passage that a written sentence rests on, in reading order.

    Where only some come into question, they are `among` these; of none there is none.

    The first is the one that shares most, where a word counts for more the fewer sentences of the passage
    hold it, and a number counts double; among equals the one that the reader found to answer best. Another
    is taken if it holds a number or two words of the text that those taken lack.
    """
    candidates = passage.sentences if among is None else among
    words_by_sentence = {sentence: content_words(passage.slice(sentence)) for sentence in candidates}
    text_words = content_words(text)
    scores = passage.reader_scores
    logits = scores.sentence_logits if scores else [0.0] * len(passage.sentences)
    logit_by_sentence = dict(zip(passage.sentences, logits, strict=True))
    weights = {
        word: (2 if word[0].isdigit() else 1) / sum(word in words for words in words_by_sentence.values())
        for word in text_words & set().union(*words_by_sentence.values())
    }

    def gain(sentence: Sentence) -> float:
        return sum(weights[word] for word in uncovered & words_by_sentence[sentence])

    uncovered = set(weights)
    selected: list[Sentence] = []
    while words_by_sentence and len(selected) < _MAX_SENTENCES:
        best = max(
            words_by_sentence,
            key=lambda sentence: (gain(sentence), logit_by_sentence[sentence], -sentence.start),
        )
        new_words = uncovered & words_by_sentence[best]
        if selected and len(new_words) < _MIN_NEW_WORDS and not any(word[0].isdigit() for word in new_words):
            break
        selected.append(best)
        uncovered -= words_by_sentence.pop(best)
    return tuple(sorted(selected, key=lambda sentence: sentence.start))
