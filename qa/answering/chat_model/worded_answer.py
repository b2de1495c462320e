"""A chat model's answer from the prompt to the end: its words as they come, checked, and corrected by it."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from qa.answering.chat_model.chat_model_answer import ResolvedResponse, resolve_response
from qa.answering.chat_model.ended_sentences import EndedSentences, RememberingChecker
from qa.answering.chat_model.model_calls import ModelCalls
from qa.answering.chat_model.model_evidence import Evidence, fit_evidence
from qa.answering.chat_model.prompt import build_correction, build_messages, render_evidence
from qa.answering.chat_model.token_count import room_for_evidence, token_counter
from qa.answering.claim_check import ClaimChecker
from qa.errors import ModelError
from qa.query.query import Query
from qa.schema import Passage, SentPassage, StreamEvent, UnsupportedPolicy

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

__all__ = ["WordingTask", "fit_to_model", "word_answer"]

# How often the model is asked to correct what is not borne out.
_CORRECTIONS: dict[UnsupportedPolicy, int] = {"mark": 1, "show": 0, "retry": 3, "refuse": 1}
# A correction that drops more of what was borne out than this is none.
_MIN_KEPT_SHARE = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class WordingTask:
    """A question with the evidence that a chat model is to answer it by.

    `passages` are those that the answer carries, `model` is the model's name. Where its answer breaks off in
    the middle, the question fails unless `keeps_broken`.
    """

    query: Query
    evidence: Sequence[Evidence]
    passages: Sequence[Passage]
    confidence: float
    model: str
    checker: ClaimChecker
    policy: UnsupportedPolicy = "mark"
    keeps_broken: bool = True

    def resolve(self, text: str, *, cut_off: str | None = None) -> ResolvedResponse:
        """What the model wrote as an answer."""
        return resolve_response(
            text,
            self.query,
            self.evidence,
            passages=self.passages,
            confidence=self.confidence,
            model=self.model,
            checker=self.checker,
            policy=self.policy,
            cut_off=cut_off,
        )


def fit_to_model(
    evidence: Sequence[Evidence], query: Query, model: "BaseChatModel", *, max_tokens: int
) -> list[Evidence]:
    """As much of the evidence, most useful first, as the model has room for, by its own count of tokens."""
    count = token_counter(model)
    others = sum(count(message.text) for message in build_messages(query.standalone, ()))
    return fit_evidence(
        evidence,
        lambda part: count(render_evidence(1, part)),
        room_for_evidence(model, max_tokens=max_tokens, other_tokens=others),
    )


def word_answer(task: WordingTask, calls: ModelCalls) -> Iterator[StreamEvent]:
    """The model's words as they come, each sentence checked as it ends, then its answer.

    Where something is not borne out, the model is told what, and asked again as often as the policy says;
    the better of its answers stands.

    Raises:
        ModelError: The model does not answer. Where only a correction fails, the first answer stands.
    """
    task = replace(task, checker=RememberingChecker(task.checker))
    messages = build_messages(task.query.standalone, task.evidence, task.query.asked_conditions)
    ended = EndedSentences(lambda text: task.resolve(text).sentences)
    response = calls.ask(messages)
    with closing(iter(response)) as pieces:
        for piece in pieces:
            yield StreamEvent(kind="text", text=piece)
            for sentence in ended.add(piece):
                yield StreamEvent(kind="sentence", sentence=sentence)
    if response.error is not None and not task.keeps_broken:
        raise response.error
    written = ended.text
    resolved = task.resolve(written, cut_off=response.cut_off)
    for sentence in resolved.sentences[ended.count :]:
        yield StreamEvent(kind="sentence", sentence=sentence)
    newest, tried = resolved, {written.strip()}
    for _ in range(_CORRECTIONS[task.policy]):
        to_correct = newest.failures + newest.doubts
        if not to_correct or not newest.answer.is_complete:
            break
        yield StreamEvent(kind="stage", text="Asking the model to correct what nothing bears out")
        try:
            response = calls.ask([*messages, *build_correction(written, to_correct)])
            corrected = "".join(response)
        except ModelError as error:
            warnings = (*resolved.answer.warnings, f"the answer was not corrected: {error}")
            resolved = replace(resolved, answer=replace(resolved.answer, warnings=warnings))
            break
        newest = task.resolve(corrected, cut_off=response.cut_off)
        if _is_better(newest, resolved):
            resolved = _keep_first_words(newest, resolved)
        elif corrected.strip() in tried:
            break  # it would say so again
        written = corrected
        tried.add(written.strip())
    answer = replace(resolved.answer, usage=calls.usage, sent_passages=tuple(_sent_passages(task)))
    yield StreamEvent(kind="answer", answer=answer)


def _sent_passages(task: WordingTask) -> Iterator[SentPassage]:
    for part in task.evidence:
        for passage in part.passages:
            yield SentPassage(document_id=passage.document_id, start=passage.start, end=passage.end)


def _is_better(candidate: ResolvedResponse, before: ResolvedResponse) -> bool:
    """Whether a correction fails less, and has not thrown out what was borne out with what was not.

    Of two that fail alike, one of which less is borne out in part only.
    """
    counts = [(len(one.failures), len(one.doubts)) for one in (candidate, before)]
    if not candidate.answer.is_complete or counts[0] >= counts[1]:
        return False
    return candidate.borne_out >= max(_MIN_KEPT_SHARE * before.borne_out, min(1, before.borne_out))


def _keep_first_words(candidate: ResolvedResponse, before: ResolvedResponse) -> ResolvedResponse:
    """A refusal with what the model wrote before it was asked to correct that."""
    if candidate.answer.status == "answered" or candidate.answer.model_text:
        return candidate
    return replace(candidate, answer=replace(candidate.answer, model_text=before.answer.model_text))
