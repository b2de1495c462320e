"""The sentences of an answer as the page shows them: by document, with marks, little tables and verdicts."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from itertools import pairwise
from typing import Any

from qa.answering.extractive.disagreement import OTHERWISE
from qa.schema import LISTED_TYPES, Answer, AnswerSentence, Citation
from qa.text.lines import item_start
from qa.ui.chat.answer_sources import build_mark, describe_least_recognition, says_verdict
from qa.ui.chat.answer_table import TableView
from qa.ui.shared.formatting import SUPPORT_LABELS, format_date, read_rows, split_rows

__all__ = ["build_groups"]


def build_groups(
    answer: Answer, citations_by_number: dict[int, Citation], tables: Mapping[int, TableView]
) -> list[dict[str, Any]]:
    """Neighbouring sentences of one document under its date and title, by the sides of a comparison.

    In the answer's own order; where a chat model worded it, the newest document first.
    Where a sentence rests on several documents, or on none, there is one group without a title.
    """
    # Of what the desk itself quotes, a sentence without citations is the lead; yes or no stands above.
    sentences = [
        sentence
        for sentence in answer.sentences
        if (sentence.citations or not answer.question_type)
        and not _says_computed(answer, sentence)
        and not says_verdict(answer, sentence)
    ]
    best = _find_best(answer, sentences, citations_by_number)
    documents_of_sentences = [
        {citations_by_number[number].document_id for number in sentence.citations} for sentence in sentences
    ]
    if any(len(document_ids) != 1 for document_ids in documents_of_sentences):
        return [
            {
                "title": None,
                "sentences": [_build_sentence(sentence, citations_by_number, best) for sentence in sentences],
                "listed": _are_items(answer, sentences),
            }
        ]
    is_summary = answer.question_type == "summary"
    groups: dict[tuple[str | None, str], list[AnswerSentence]] = {}
    for sentence, document_ids in zip(sentences, documents_of_sentences, strict=True):
        label = None if is_summary else sentence.label
        groups.setdefault((label, next(iter(document_ids))), []).append(sentence)
    views = [
        _build_group(label, of_group, citations_by_number, best, tables)
        for (label, _), of_group in groups.items()
    ]
    for group, of_group in zip(views, groups.values(), strict=True):
        is_list = answer.question_type in LISTED_TYPES and len(group["sentences"]) > 1
        group["listed"] = is_list or _are_items(answer, of_group)
    for previous, group in pairwise(views):
        group["label"] = group["label"] if group["side"] != previous["side"] else None
    if answer.question_type:
        return views
    # Sorting keeps the order of documents of one day; those without a date come last.
    return sorted(views, key=lambda group: group["published"], reverse=True)


def _are_items(answer: Answer, sentences: Sequence[AnswerSentence]) -> bool:
    """Whether a chat model wrote several sentences, and each as an item of a list."""
    if answer.question_type or len(sentences) < 2:
        return False
    end = 0
    for sentence in sentences:
        start = answer.text.find(sentence.text, end)
        line_start = answer.text.rfind("\n", 0, max(0, start)) + 1
        if start < 0 or item_start(answer.text[line_start:]) != start - line_start or start == line_start:
            return False
        end = start + len(sentence.text)
    return True


def _says_computed(answer: Answer, sentence: AnswerSentence) -> bool:
    """Whether it says the value that was worked out, which stands in a line of its own."""
    return (
        answer.computed is not None
        and sentence.citations == answer.computed.cells
        and answer.computed.description in sentence.text
    )


def _find_best(
    answer: Answer, sentences: Sequence[AnswerSentence], citations_by_number: dict[int, Citation]
) -> Set[int]:
    """The number of the citation of which the answer is emphasised: where the short answer stands.

    With those that say otherwise; none where prose or a list is asked for, of which no words are the answer.
    """
    if not answer.short_answer and answer.question_type not in ("fact", "yes-no", None):
        return frozenset()
    numbers = [
        (number, sentence.label)
        for sentence in sentences
        for number in sentence.citations
        if citations_by_number[number].highlight
    ]
    return {number for number, _ in numbers[:1]} | {number for number, label in numbers if label == OTHERWISE}


def _build_group(
    label: str | None,
    sentences: Sequence[AnswerSentence],
    citations_by_number: dict[int, Citation],
    best: Set[int],
    tables: Mapping[int, TableView],
) -> dict[str, Any]:
    citations = [citations_by_number[number] for sentence in sentences for number in sentence.citations]
    headings = list(dict.fromkeys(citation.heading for citation in citations))
    first = citations[0]
    return {
        "side": label,
        "label": label,
        "title": first.title,
        "date": format_date(first.published),
        "published": first.published.isoformat() if first.published else "",
        "heading": headings[0] if len(headings) == 1 else None,
        "recognised": describe_least_recognition(citations),
        "choice": f"citation:{first.number}",
        "sentences": _merge_rows(
            [
                _build_sentence(
                    sentence if label is None else replace(sentence, label=None),
                    citations_by_number,
                    best,
                    tables,
                )
                for sentence in sentences
            ]
        ),
    }


def _merge_rows(sentences: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Neighbouring rows of one table as one sentence, which has all their marks."""
    merged = sentences[:1]
    for sentence in sentences[1:]:
        if sentence["table"] is not None and sentence["table"] is merged[-1]["table"]:
            merged[-1]["marks"] += sentence["marks"]
        else:
            merged.append(sentence)
    return merged


def _build_sentence(
    sentence: AnswerSentence,
    citations_by_number: dict[int, Citation],
    best: Set[int],
    tables: Mapping[int, TableView] | None = None,
) -> dict[str, Any]:
    marks = [build_mark(citations_by_number[number]) for number in sentence.citations]
    is_quote = any(citations_by_number[number].quote == sentence.text for number in sentence.citations)
    clean = str if is_quote else _drop_emphasis
    return {
        "lead": sentence.label,
        "leads_in": sentence.leads_in,
        "parts": [clean(part) for part in _split_at_highlight(sentence, citations_by_number, best)],
        "table": _find_table(sentence, citations_by_number, tables or {}),
        "pieces": [(clean(piece), is_borne_out) for piece, is_borne_out in _split_at_words(sentence)],
        "support": sentence.support,
        "verdict": SUPPORT_LABELS[sentence.support],
        "marks": marks,
    }


def _drop_emphasis(text: str) -> str:
    """The words of a chat model without the marks that Markdown has for bold letters and code."""
    return text.replace("**", "").replace("`", "")


def _find_table(
    sentence: AnswerSentence, citations_by_number: dict[int, Citation], tables: Mapping[int, TableView]
) -> dict[str, Any] | None:
    """The little table of a sentence that is a row of it."""
    if not sentence.citations or sentence.citations[0] not in tables:
        return None
    if any(citations_by_number[number].quote != sentence.text for number in sentence.citations):
        return None
    return tables[sentence.citations[0]]


def _split_at_highlight(
    sentence: AnswerSentence, citations_by_number: dict[int, Citation], best: Set[int]
) -> list[str]:
    """The sentence in three parts, of which the middle one answers; only a sentence that is its quote.

    The hyphen or number of an item of a list is left out.
    """
    text_start = item_start(sentence.text)
    for number in sentence.citations:
        citation = citations_by_number[number]
        if number in best and citation.highlight and citation.quote == sentence.text:
            first, last = (
                max(text_start, offset - citation.start)
                for offset in (citation.highlight.start, citation.highlight.end)
            )
            return split_rows(
                citation.quote[text_start:first], citation.quote[first:last], citation.quote[last:]
            )
    return [read_rows(sentence.text[text_start:]), "", ""]


def _split_at_words(sentence: AnswerSentence) -> list[tuple[str, bool]]:
    """The sentence in pieces, with whether what it cites bears them out; none where nothing is marked in it.

    Where all of it fails, it is marked as a whole.
    """
    pieces: list[tuple[str, bool]] = []
    offset = item_start(sentence.text)
    for span in sentence.unsupported_words:
        start = max(offset, span.start)
        if start < span.end:
            pieces += [(sentence.text[offset:start], True), (sentence.text[start : span.end], False)]
            offset = span.end
    pieces.append((sentence.text[offset:], True))
    pieces = [(text, is_borne_out) for text, is_borne_out in pieces if text]
    return pieces if len(pieces) > 1 else []
