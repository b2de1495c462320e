"""The chat-model engine: the model words the answer, we resolve and check what it cites."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice

from qa.answering.chat_model.markup import remove_markup
from qa.answering.chat_model.model_evidence import Evidence
from qa.answering.chat_model.response_judge import CitedSentence, JudgedSentences, judge_sentences
from qa.answering.chat_model.response_parser import (
    ParsedLine,
    ParsedSentence,
    is_refusal,
    is_unfinished,
    parse_response,
)
from qa.answering.chat_model.response_stream import MAX_CHARS
from qa.answering.claim_check import ClaimChecker
from qa.answering.condition_check import check_conditions
from qa.answering.evidence_parts import EvidencePart, evidence_parts
from qa.answering.refusal import refuse
from qa.query.query import Query
from qa.schema import (
    NOT_BORNE_OUT,
    Answer,
    AnswerSentence,
    CheckedCondition,
    Condition,
    Passage,
    UnsupportedPolicy,
)
from qa.schema.engines import CHAT_MODEL

__all__ = ["ResolvedResponse", "resolve_response"]

_MAX_EXCERPT_CHARS = 300  # characters that a warning shows of what a refusal was followed by
_MAX_FAILURES = 8  # that the model is told at once


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedResponse:
    """What a chat model wrote as an answer, and what of it is not borne out, in lines for the model.

    `sentences` are those that it wrote, whatever became of them, and `borne_out` is how many of them are, at
    least in part. A refusal of the model's own has none. `doubts` are lines on sentences that are borne out
    in part only: nothing is withheld for them.
    """

    answer: Answer
    sentences: tuple[AnswerSentence, ...] = ()
    failures: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    borne_out: int = 0


def resolve_response(
    text: str,
    query: Query,
    evidence: Sequence[Evidence],
    *,
    passages: Sequence[Passage],
    confidence: float,
    model: str,
    checker: ClaimChecker,
    policy: UnsupportedPolicy = "mark",
    cut_off: str | None = None,
) -> ResolvedResponse:
    """The model's text as an answer: every marker resolved to exact sentences, every claim checked.

    A sentence that no evidence bears out is "unsupported" and stays; where that is so of all, and by the
    policy "refuse" of one, or where what is cited is about something else than the question, the answer is
    a refusal that keeps what the model wrote. It is one, too, if the model says that the evidence does not
    answer before it has cited any.

    Args:
        text: What the model wrote.
        query: What it was asked.
        evidence: What it was given, in the order that it was numbered in.
        passages: What the answer carries, best first.
        confidence: From the calibration.
        model: The model's name, for the record.
        checker: Says how far each sentence is borne out.
        policy: What becomes of an answer with unsupported sentences.
        cut_off: Why the text is not the whole answer, where it is not: then the answer is not complete, and
            a sentence that stops short is "partial" at best.
    """
    if cut_off is None and len(text) >= MAX_CHARS:
        cut_off = f"the model's answer was cut off after {MAX_CHARS:,} characters"
    # Some servers leave out the tag that opens the thoughts.
    written, had_markup = remove_markup(text[: MAX_CHARS + 1000].rpartition("</think>")[2])
    warnings = [] if cut_off is None else [cut_off]
    warnings += ["links, pictures or HTML in the model's answer were left out"] if had_markup else []
    lines = parse_response(written)
    parsed_sentences = [sentence for line in lines for sentence in line.sentences]
    if not any(parsed.claims for parsed in parsed_sentences) or _is_refused(parsed_sentences, len(evidence)):
        warnings += [_describe_refusal(parsed_sentences)] if len(parsed_sentences) != 1 else []
        is_more = len(parsed_sentences) > 1
        refusal = refuse(
            query, passages, confidence=confidence, engine=CHAT_MODEL.name, model=model, warnings=warnings
        )
        refusal = replace(refusal, model_text=written.strip() if is_more else None)
        return ResolvedResponse(answer=replace(refusal, is_complete=cut_off is None))
    judged = judge_sentences(parsed_sentences, evidence, checker)
    if cut_off is not None:
        _mark_unfinished(judged)
    conditions = _check_conditions(query, judged)
    warnings += _warn_of_invented(parsed_sentences, len(evidence))
    warnings += [_describe_contradiction(checked) for checked in conditions if _is_denied(checked)]
    answer = Answer(
        question=query.typed,
        standalone_question=query.standalone,
        status="answered",
        text=_render(lines, judged.sentences),
        sentences=tuple(judged.judged),
        citations=tuple(judged.citations),
        passages=tuple(passages),
        engine=CHAT_MODEL.name,
        model=model,
        confidence=confidence,
        warnings=tuple(warnings),
        conditions=conditions,
        is_complete=cut_off is None,
    )
    failures = tuple(_find_failures(answer))
    unsupported = sum(sentence.support == "unsupported" for sentence in answer.sentences)
    if unsupported == len(answer.sentences) or (policy == "refuse" and failures):
        # Without numbers, as there is nothing in a refusal that they would point at.
        written = _render(lines, [None] * len(judged.sentences))
        answer = replace(_withhold(answer, query, unsupported), model_text=written)
    return ResolvedResponse(
        answer=answer,
        sentences=tuple(judged.judged),
        failures=failures,
        doubts=tuple(_describe_doubts(judged.judged)),
        borne_out=len(judged.judged) - unsupported,
    )


def _is_refused(parsed_sentences: Sequence[ParsedSentence], evidence_count: int) -> bool:
    """Does the model say that the evidence does not answer, before it has cited any?"""
    for parsed in parsed_sentences:
        if is_refusal(parsed.text):
            return True
        if any(1 <= number <= evidence_count for number in parsed.evidence_numbers):
            return False
    return False


def _describe_refusal(parsed_sentences: Sequence[ParsedSentence]) -> str:
    rest = " ".join(parsed.text for parsed in parsed_sentences if not is_refusal(parsed.text))
    if not rest:
        return "the model wrote no answer" if not parsed_sentences else "the model refused more than once"
    excerpt = rest if len(rest) <= _MAX_EXCERPT_CHARS else f"{rest[:_MAX_EXCERPT_CHARS]}…"
    return f"the model said that the evidence does not answer, and wrote besides: {excerpt}"


def _warn_of_invented(parsed_sentences: Sequence[ParsedSentence], evidence_count: int) -> list[str]:
    invented = dict.fromkeys(
        number
        for parsed in parsed_sentences
        for number in parsed.evidence_numbers
        if not 1 <= number <= evidence_count
    )
    return [f"the model cited [{number}], which does not exist" for number in invented]


def _mark_unfinished(judged: JudgedSentences) -> None:
    """A last sentence that stops short is partial at best."""
    last = judged.sentences[-1]
    if last is not None and last.support == "supported" and is_unfinished(last.text):
        judged.sentences[-1] = replace(last, support="partial")


def _check_conditions(query: Query, judged: JudgedSentences) -> tuple[CheckedCondition, ...]:
    """What the question asks of its answer against what the answer cites: met by any, denied by all."""
    asked = query.asked_conditions
    numbers = {
        number
        for sentence in judged.judged
        if sentence.support != "unsupported"
        for number in sentence.citations
    }
    if not asked or not numbers:
        return ()
    by_citation = [
        check_conditions(asked, _parts(judged.cited[number - 1]), question=query.standalone)
        for number in sorted(numbers)
    ]
    by_condition: dict[Condition, list[CheckedCondition]] = {}
    for checked in chain.from_iterable(by_citation):
        by_condition.setdefault(checked.condition, []).append(checked)
    # A measure that the question can't mean is checked only where it is contradicted: all must have it.
    return tuple(
        next((one for one in of_condition if one.is_met), None)
        or next((one for one in of_condition if one.state == "unstated"), None)
        or of_condition[0]
        for of_condition in by_condition.values()
        if len(of_condition) >= len(by_citation)
    )


def _parts(cited: CitedSentence) -> list[EvidencePart]:
    """What a cited sentence says and stands under; a row with the names of its columns."""
    first, *rest = evidence_parts(cited.passage, cited.passage.sentences.index(cited.sentence))
    if cited.quote != first.text:
        rest.insert(0, EvidencePart("row", cited.quote, first.document_id))
    return [first, *rest]


def _is_denied(checked: CheckedCondition) -> bool:
    """Whether what is cited has another name, period or unit in a condition's place."""
    return checked.state == "contradicted" and checked.condition.kind in ("name", "place", "period", "unit")


def _describe_contradiction(checked: CheckedCondition) -> str:
    return f"the question asks for {checked.description}"


def _find_failures(answer: Answer) -> Iterator[str]:
    """What the model has to correct, a line each."""
    unsupported = [sentence for sentence in answer.sentences if sentence.support == "unsupported"]
    for sentence in unsupported[:_MAX_FAILURES]:
        said = _name_unsupported_words(sentence)
        yield f"{sentence.text} (nothing says {said})" if said else sentence.text
    for checked in answer.conditions:
        if _is_denied(checked):
            yield f"The answer: {_describe_contradiction(checked)}"


def _describe_doubts(sentences: Sequence[AnswerSentence]) -> Iterator[str]:
    """What the model may correct, a line each: only what can be named of a sentence."""
    named = (
        (sentence.text, _name_unsupported_words(sentence))
        for sentence in sentences
        if sentence.support == "partial"
    )
    for text, said in islice(((text, said) for text, said in named if said), _MAX_FAILURES):
        yield f"{text} (nothing says {said})"


def _name_unsupported_words(sentence: AnswerSentence) -> str:
    """The words that nothing bears out, quoted; "" where that is all of it, or is not known."""
    words = [sentence.text[span.start : span.end] for span in sentence.unsupported_words]
    return ", ".join(f"“{word}”" for word in words if len(word) < len(sentence.text))


def _withhold(answer: Answer, query: Query, unsupported: int) -> Answer:
    """A refusal in place of an answer."""
    count = len(answer.sentences)
    warnings = list(answer.warnings)
    if unsupported and unsupported < count:
        warnings.append(f"{unsupported} of the {count} sentences that the model wrote are not borne out")
    elif not unsupported:
        warnings.append("what the model wrote is about something else than the question")
    refusal = refuse(
        query,
        answer.passages,
        confidence=answer.confidence,
        engine=answer.engine,
        model=answer.model,
        warnings=warnings,
        conditions=answer.conditions,
        reason=NOT_BORNE_OUT if unsupported == count else None,
    )
    return replace(refusal, is_complete=answer.is_complete)


def _render(lines: Sequence[ParsedLine], sentences: Sequence[AnswerSentence | None]) -> str:
    """The lines again, with the citations' numbers behind each sentence."""
    rest = iter(sentences)
    rows: list[str] = []
    for line in lines:
        judged = islice(rest, len(line.sentences))
        texts = [
            parsed.text + "".join(f" [{number}]" for number in (sentence.citations if sentence else ()))
            for parsed, sentence in zip(line.sentences, judged, strict=True)
        ]
        rows.append(line.prefix + " ".join(texts) + line.suffix)
    return "\n".join(rows).strip("\n")
