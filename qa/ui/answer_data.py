"""An answer as the page shows it: groups of sentences with their marks, or what was looked at."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from qa.chunk import item_start
from qa.schema import Answer, AnswerSentence, Citation, Passage, Span
from qa.schema.engines import ENGINES
from qa.ui.excerpt import Target
from qa.ui.wording import SUPPORT, certainty, day, file_name, squeezed

__all__ = ["answer_data", "target"]

_LISTED = ("list", "change", "summary")  # kinds of answers whose sentences are the items of a list


def answer_data(answer: Answer, *, opened: Target | None = None) -> dict[str, Any]:
    """What the answer component draws; `opened` is marked as chosen."""
    cited = {one.number: one for one in answer.citations}
    found = answer.status == "answered"
    rewritten = squeezed(answer.standalone_question) != squeezed(answer.question)
    return {
        "found": found,
        "understood": squeezed(answer.standalone_question) if rewritten else None,
        "short": squeezed(answer.short_answer) if answer.short_answer else None,
        "lead": None if found else answer.text,
        "groups": _groups(answer, cited) if found else [],
        "sources": _sources(answer) if found else [],
        "passages": [_passage(one, rank) for rank, one in enumerate(answer.passages)],
        "warnings": list(answer.warnings),
        "certainty": certainty(answer),
        "engine": _engine(answer),
        "seconds": _seconds(answer),
        "copy": _plain(answer),
        "chosen": _chosen(answer, opened),
    }


def target(answer: Answer, choice: object) -> Target | None:
    """What a click opens: "citation:2" or "passage:0", as `answer_data` names them; else None."""
    kind, _, digits = str(choice).partition(":")
    if not digits.isdecimal():
        return None
    number = int(digits)
    if kind == "citation":
        for one in answer.citations:
            if one.number == number:
                return _cited(one)
    if kind == "passage" and number < len(answer.passages):
        return _read(answer.passages[number])
    return None


def _cited(one: Citation) -> Target:
    return Target(
        one.document_id,
        Span(one.start, one.end),
        one.highlight,
        one.number,
        text=one.quote,
        document_sha256=one.document_sha256,
    )


def _read(one: Passage) -> Target:
    return Target(
        one.document_id, Span(one.start, one.end), text=one.text, document_sha256=one.document_sha256
    )


def _chosen(answer: Answer, opened: Target | None) -> str | None:
    """The name of what is open; a second citation of the same words is not it."""
    if opened is None or opened.quote is None:
        return None
    for one in answer.citations:
        if (one.document_id, one.start, one.number) == (
            opened.document_id,
            opened.quote.start,
            opened.number,
        ):
            return f"citation:{one.number}"
    for rank, passage in enumerate(answer.passages):
        if opened.number is None and (passage.document_id, passage.start) == (
            opened.document_id,
            opened.quote.start,
        ):
            return f"passage:{rank}"
    return None


def _groups(answer: Answer, cited: dict[int, Citation]) -> list[dict[str, Any]]:
    """Neighbouring sentences of one document under its date and title, by the sides of a comparison.

    In the answer's own order; where a chat model worded it, the newest document first.
    Where a sentence rests on several documents, or on none, there is one group without a title.
    """
    homes = [{cited[number].document_id for number in one.citations} for one in answer.sentences]
    if any(len(home) != 1 for home in homes):
        return [{"title": None, "sentences": [_sentence(one, cited) for one in answer.sentences]}]
    summary = answer.kind == "summary"
    groups: dict[tuple[str | None, str], list[AnswerSentence]] = {}
    for sentence, home in zip(answer.sentences, homes, strict=True):
        label = None if summary else sentence.label
        groups.setdefault((label, next(iter(home))), []).append(sentence)
    drawn = [_group(label, sentences, cited) for (label, _), sentences in groups.items()]
    for group in drawn:
        group["listed"] = answer.kind in _LISTED and len(group["sentences"]) > 1
    for before, group in pairwise(drawn):
        group["label"] = group["label"] if group["side"] != before["side"] else None
    if answer.kind:
        return drawn
    # Sorting keeps the order of documents of one day; those without a date come last.
    return sorted(drawn, key=lambda group: group["published"], reverse=True)


def _group(
    label: str | None, sentences: Sequence[AnswerSentence], cited: dict[int, Citation]
) -> dict[str, Any]:
    citations = [cited[number] for one in sentences for number in one.citations]
    headings = list(dict.fromkeys(one.heading for one in citations))
    first = citations[0]
    return {
        "side": label,
        "label": label,
        "title": first.title,
        "date": day(first.published),
        "published": first.published.isoformat() if first.published else "",
        "heading": headings[0] if len(headings) == 1 else None,
        "choice": f"citation:{first.number}",
        "sentences": [
            _sentence(one if label is None else replace(one, label=None), cited) for one in sentences
        ],
    }


def _sentence(sentence: AnswerSentence, cited: dict[int, Citation]) -> dict[str, Any]:
    marks = [_mark(cited[number]) for number in sentence.citations]
    return {
        "lead": sentence.label,
        "parts": _parts(sentence, cited),
        "support": sentence.support,
        "verdict": SUPPORT[sentence.support],
        "marks": marks,
    }


def _parts(sentence: AnswerSentence, cited: dict[int, Citation]) -> list[str]:
    """The sentence in three parts, of which the middle one answers; only a sentence that is its quote.

    The hyphen or number of an item of a list is left out.
    """
    begin = item_start(sentence.text)
    for number in sentence.citations:
        one = cited[number]
        if one.highlight and one.quote == sentence.text:
            first, last = (max(begin, at - one.start) for at in (one.highlight.start, one.highlight.end))
            return [one.quote[begin:first], one.quote[first:last], one.quote[last:]]
    return [sentence.text[begin:], "", ""]


def _mark(one: Citation) -> dict[str, Any]:
    page = f", page {one.page}" if one.page else ""
    return {
        "number": one.number,
        "choice": f"citation:{one.number}",
        "quote": one.quote,
        "label": f"Source {one.number}: {squeezed(one.title)}, {day(one.published)}{page}. Open the passage.",
    }


def _sources(answer: Answer) -> list[dict[str, Any]]:
    """Each document that is cited, with the first citation that opens it."""
    first: dict[str, Citation] = {}
    for one in answer.citations:
        first.setdefault(one.document_id, one)
    return [
        {
            "title": one.title,
            "date": day(one.published),
            "numbers": [other.number for other in answer.citations if other.document_id == one.document_id],
            "choice": f"citation:{one.number}",
        }
        for one in first.values()
    ]


def _passage(one: Passage, rank: int) -> dict[str, Any]:
    return {
        "title": one.title,
        "date": day(one.published),
        "heading": one.heading,
        "text": one.text,
        "choice": f"passage:{rank}",
    }


def _engine(answer: Answer) -> str:
    return answer.model or ENGINES[answer.engine].label


def _seconds(answer: Answer) -> str:
    total = answer.timings_ms.get("total")
    return f"{total / 1000:.1f} s" if total is not None else ""


def _plain(answer: Answer) -> str:
    """Question, answer and sources as plain text, for a report."""
    lines = [answer.question.strip(), "", answer.text]
    if answer.citations:
        lines += ["", "Sources"]
    lines += [
        f"[{one.number}] {squeezed(one.title)}, {day(one.published)}, {file_name(one.source)}: "
        f"“{squeezed(one.quote)}”"
        for one in answer.citations
    ]
    return "\n".join(lines)
