"""The chat-model engine: the model words the answer, we resolve and check what it cites."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from qa.answering.chat_model.response_parser import (
    ParsedLine,
    ParsedSentence,
    is_refusal,
    is_unfinished,
    parse_response,
)
from qa.answering.chat_model.response_stream import MAX_CHARS
from qa.answering.citations import make_citation, supporting_sentences
from qa.answering.claim_check import Claim, ClaimChecker, ClaimVerdict
from qa.answering.refusal import refuse
from qa.query.query import Query
from qa.schema import Answer, AnswerSentence, Citation, Passage, Sentence
from qa.schema.engines import CHAT_MODEL

__all__ = ["resolve_response"]

_MAX_EXCERPT_CHARS = 300  # characters that a warning shows of what a refusal was followed by


@dataclass(slots=True)
class _CitationNumbers:
    """Gives each cited sentence of a passage one number, in the order of first use."""

    passages: Sequence[Passage]
    citations: list[Citation] = field(default_factory=list)
    cited_passages: list[Passage] = field(default_factory=list)  # the passage of each citation

    def is_evidence(self, number: int) -> bool:
        """Whether there is evidence of this number."""
        return 1 <= number <= len(self.passages)

    def cite(self, parsed: ParsedSentence) -> tuple[int, ...]:
        """The numbers of the citations that the sentence rests on."""
        numbers: list[int] = []
        for evidence_number in dict.fromkeys(filter(self.is_evidence, parsed.evidence_numbers)):
            passage = self.passages[evidence_number - 1]
            numbers += [
                self._number(passage, sentence) for sentence in supporting_sentences(parsed.text, passage)
            ]
        return tuple(dict.fromkeys(numbers))

    def claim(self, text: str, numbers: Sequence[int]) -> Claim:
        """What is claimed of these citations."""
        quotes = tuple(self.citations[number - 1].quote for number in numbers)
        contexts = dict.fromkeys(_prompt_context(self.cited_passages[number - 1]) for number in numbers)
        return Claim(text, quotes, " ".join(contexts))

    def judge(
        self, parsed: ParsedSentence, numbers: tuple[int, ...], verdict: ClaimVerdict
    ) -> AnswerSentence:
        """The sentence with its citations, and how far they bear it out."""
        is_invented = not all(map(self.is_evidence, parsed.evidence_numbers))
        return AnswerSentence(
            text=parsed.text,
            support="unsupported" if is_invented else verdict.support,
            citations=numbers,
            unsupported_words=verdict.unsupported_words,
        )

    def _number(self, passage: Passage, sentence: Sentence) -> int:
        location = (passage.document_id, sentence.start, sentence.end)
        for citation in self.citations:
            if (citation.document_id, citation.start, citation.end) == location:
                return citation.number
        self.citations.append(make_citation(passage, sentence, len(self.citations) + 1))
        self.cited_passages.append(passage)
        return len(self.citations)


def _prompt_context(passage: Passage) -> str:
    """What the prompt shows of a passage beside its text."""
    published = f"{passage.published:%Y-%m-%d %d %B %Y}" if passage.published else ""
    return " ".join(filter(None, (passage.title, passage.lead, published)))


def resolve_response(
    text: str,
    query: Query,
    passages: Sequence[Passage],
    *,
    confidence: float,
    model: str,
    top_k: int,
    checker: ClaimChecker,
    cut_off: str | None = None,
) -> Answer:
    """The model's text as an answer: every marker resolved to exact sentences, every sentence checked.

    A sentence without a marker, or with one that names no evidence, is "unsupported" and stays. If the
    model says that the evidence does not answer before it has cited any, the answer is a refusal, and
    what else it wrote goes into `warnings`.

    Args:
        text: What the model wrote.
        query: What it was asked.
        passages: The evidence in the order that it was numbered in.
        confidence: From the calibration.
        model: The model's name, for the record.
        top_k: How many passages the answer carries.
        checker: Says how far each sentence is borne out.
        cut_off: Why the text is not the whole answer, where it is not: then the answer is not complete, and
            a sentence that stops short is "partial" at best.
    """
    if cut_off is None and len(text) >= MAX_CHARS:
        cut_off = f"the model's answer was cut off after {MAX_CHARS:,} characters"
    warnings = [] if cut_off is None else [cut_off]
    # Some servers leave out the tag that opens the thoughts.
    text = text[: MAX_CHARS + 1000].rpartition("</think>")[2]
    lines = parse_response(text)
    numbers = _CitationNumbers(passages)
    parsed_sentences = [sentence for line in lines for sentence in line.sentences]
    if not parsed_sentences or _is_refused(parsed_sentences, numbers):
        warnings += [_describe_refusal(parsed_sentences)] if len(parsed_sentences) != 1 else []
        refusal = refuse(
            query, passages[:top_k], confidence=confidence, engine=CHAT_MODEL.name, model=model,
            warnings=warnings,
        )  # fmt: skip
        return replace(refusal, is_complete=cut_off is None)
    cited = [numbers.cite(parsed) for parsed in parsed_sentences]
    claims = [numbers.claim(parsed.text, own) for parsed, own in zip(parsed_sentences, cited, strict=True)]
    sentences = list(map(numbers.judge, parsed_sentences, cited, checker.check(claims)))
    if cut_off is not None and sentences[-1].support == "supported" and is_unfinished(sentences[-1].text):
        sentences[-1] = replace(sentences[-1], support="partial")
    invented_numbers = dict.fromkeys(
        number
        for parsed in parsed_sentences
        for number in parsed.evidence_numbers
        if not numbers.is_evidence(number)
    )
    warnings += [f"the model cited [{number}], which does not exist" for number in invented_numbers]
    if all(sentence.support == "unsupported" for sentence in sentences):
        warnings.append("nothing in this answer is borne out by the documents")
    return Answer(
        question=query.typed,
        standalone_question=query.standalone,
        status="answered",
        text=_render(lines, sentences),
        sentences=tuple(sentences),
        citations=tuple(numbers.citations),
        passages=tuple(passages[:top_k]),
        engine=CHAT_MODEL.name,
        model=model,
        confidence=confidence,
        warnings=tuple(warnings),
        is_complete=cut_off is None,
    )


def _is_refused(parsed_sentences: Sequence[ParsedSentence], numbers: _CitationNumbers) -> bool:
    """Does the model say that the evidence does not answer, before it has cited any?"""
    for parsed in parsed_sentences:
        if is_refusal(parsed.text):
            return True
        if any(map(numbers.is_evidence, parsed.evidence_numbers)):
            return False
    return False


def _describe_refusal(parsed_sentences: Sequence[ParsedSentence]) -> str:
    rest = " ".join(parsed.text for parsed in parsed_sentences if not is_refusal(parsed.text))
    if not rest:
        return "the model wrote no answer" if not parsed_sentences else "the model refused more than once"
    excerpt = rest if len(rest) <= _MAX_EXCERPT_CHARS else f"{rest[:_MAX_EXCERPT_CHARS]}…"
    return f"the model said that the evidence does not answer, and wrote besides: {excerpt}"


def _render(lines: Sequence[ParsedLine], sentences: Sequence[AnswerSentence]) -> str:
    """The lines again, with the citations' numbers behind each sentence."""
    rest = iter(sentences)
    rows: list[str] = []
    for line in lines:
        checked = islice(rest, len(line.sentences))
        cited_sentences = [
            sentence.text + "".join(f" [{number}]" for number in sentence.citations) for sentence in checked
        ]
        rows.append(line.prefix + " ".join(cited_sentences) + line.suffix)
    return "\n".join(rows).strip("\n")
