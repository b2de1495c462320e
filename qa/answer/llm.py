"""The chat-model engine: the model words the answer, we resolve and check what it cites."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

from qa import cite
from qa.answer.faults import explain, explain_opening
from qa.answer.prompt import messages
from qa.answer.refusal import not_found
from qa.answer.written import Line, Written, is_refusal, read_lines, without_thoughts
from qa.errors import ModelError
from qa.schema import Answer, AnswerSentence, Citation, Passage, Sentence

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

__all__ = ["open_chat_model", "resolve", "stream_text"]

_MOST_CHARS = 20_000  # of an answer: a model that repeats itself would go on for ever
_MOST_LEFT_OUT = 300  # characters that a warning shows of what a refusal was followed by


def open_chat_model(
    name: str, *, base_url: str | None, api_key: str | None, timeout_s: float
) -> "BaseChatModel":
    """Any chat model that LangChain's `init_chat_model` knows, by "provider:name".

    With a `base_url` only the `api_key` given here is sent there, never a provider's key that lies in the
    environment.

    Raises:
        ModelError: The name, its package or its key is missing, in one line.
    """
    provider, _, model_name = name.partition(":")
    if not provider.strip() or not model_name.strip():
        raise ModelError(f"the chat model {name!r} is not provider:name: write it like openai:gpt-5")
    from langchain.chat_models import init_chat_model

    options: dict[str, Any] = {"temperature": 0, "timeout": timeout_s, "max_retries": 1}
    if base_url:
        options["base_url"] = base_url
    if api_key or (base_url and provider in ("openai", "anthropic")):
        options["api_key"] = api_key or "none"
    if provider == "ollama":
        options["client_kwargs"] = {"timeout": timeout_s}
    try:
        model = init_chat_model(model_name, model_provider=provider, **options)
    # Each provider's package raises its own kind for a missing key or a wrong name.
    except Exception as error:
        raise ModelError(explain_opening(error, name)) from error
    from langchain_core.language_models import BaseChatModel

    if not isinstance(model, BaseChatModel):
        raise ModelError(f"{name} is not a chat model: name one as provider:name")
    return model


def stream_text(
    model: "BaseChatModel", name: str, question: str, passages: Sequence[Passage]
) -> Iterator[str]:
    """The model's words as they come, without its thoughts, at most about 20,000 characters.

    Raises:
        ModelError: The server can't be reached, refuses, or breaks off.
    """
    prompt = messages(question, passages)
    length = 0
    with closing(without_thoughts(_pieces(model, name, prompt))) as pieces:
        for piece in pieces:
            yield piece
            length += len(piece)
            if length >= _MOST_CHARS:
                return


def _pieces(model: "BaseChatModel", name: str, prompt: "list[BaseMessage]") -> Iterator[str]:
    read = 0
    try:
        for piece in model.stream(prompt):
            read += 1
            yield str(piece.text)
    # Each provider's package raises its own kind when its server is away.
    except Exception as error:
        if read or "temperature" not in str(error) or getattr(model, "temperature", None) is None:
            raise ModelError(explain(error, name, broke_off=read > 0)) from error
    else:
        return
    # Some reasoning models take no temperature but their own.
    yield from _pieces(model.model_copy(update={"temperature": None}), name, prompt)


@dataclass(slots=True)
class _Citations:
    """Gives each cited sentence of a passage one number, in the order of first use."""

    passages: Sequence[Passage]
    all: list[Citation] = field(default_factory=list)
    evidence: list[Passage] = field(default_factory=list)  # the passage of each citation

    def known(self, number: int) -> bool:
        return 1 <= number <= len(self.passages)

    def judged(self, written: Written) -> AnswerSentence:
        """The sentence with its citations, checked against them."""
        numbers: list[int] = []
        for evidence_number in dict.fromkeys(filter(self.known, written.numbers)):
            passage = self.passages[evidence_number - 1]
            numbers += [self._number(passage, one) for one in cite.nearest_sentences(written.text, passage)]
        numbers = list(dict.fromkeys(numbers))
        cited = [(self.all[number - 1], self.evidence[number - 1]) for number in numbers]
        context = " ".join(dict.fromkeys(_context(passage) for _, passage in cited))
        invented = not all(map(self.known, written.numbers))
        verdict = cite.support(written.text, [one.quote for one, _ in cited], context)
        return AnswerSentence(
            text=written.text,
            support="unsupported" if invented else verdict,
            citations=tuple(numbers),
        )

    def _number(self, passage: Passage, sentence: Sentence) -> int:
        for one in self.all:
            if (one.document_id, one.start, one.end) == (passage.document_id, sentence.start, sentence.end):
                return one.number
        self.all.append(cite.citation(passage, sentence, len(self.all) + 1))
        self.evidence.append(passage)
        return len(self.all)


def _context(passage: Passage) -> str:
    """What the prompt shows of a passage beside its text."""
    when = f"{passage.published:%Y-%m-%d %d %B %Y}" if passage.published else ""
    return " ".join(filter(None, (passage.title, passage.heading, when)))


def resolve(
    text: str,
    question: str,
    standalone: str,
    passages: Sequence[Passage],
    *,
    confidence: float,
    model: str,
    top_k: int,
) -> Answer:
    """The model's text as an answer: every marker resolved to exact sentences, every sentence judged.

    A sentence without a marker, or with one that names no evidence, is "unsupported" and stays. If the
    model says that the evidence does not answer before it has cited any, the answer is a refusal, and
    what else it wrote goes into `warnings`.

    Args:
        text: What the model wrote.
        question: As typed.
        standalone: The same, understood without the conversation.
        passages: The evidence in the order that it was numbered in.
        confidence: From the calibration.
        model: The model's name, for the record.
        top_k: How many passages the answer carries.
    """
    warnings: list[str] = []
    if len(text) >= _MOST_CHARS:
        warnings.append(f"the model's answer was cut off after {_MOST_CHARS:,} characters")
    # Some servers leave out the tag that opens the thoughts.
    text = text[: _MOST_CHARS + 1000].rpartition("</think>")[2]
    lines = read_lines(text)
    found = _Citations(passages)
    written = [one for line in lines for one in line.sentences]
    if not written or _refuses(written, found):
        warnings += [_beside_refusal(written)] if len(written) != 1 else []
        return not_found(
            question, standalone, passages[:top_k], confidence=confidence, engine="llm", model=model,
            warnings=warnings,
        )  # fmt: skip
    sentences = [found.judged(one) for one in written]
    invented = dict.fromkeys(n for one in written for n in one.numbers if not found.known(n))
    warnings += [f"the model cited [{number}], which does not exist" for number in invented]
    if all(one.support == "unsupported" for one in sentences):
        warnings.append("nothing in this answer is borne out by the documents")
    return Answer(
        question=question,
        standalone_question=standalone,
        status="answered",
        text=_render(lines, sentences),
        sentences=tuple(sentences),
        citations=tuple(found.all),
        passages=tuple(passages[:top_k]),
        engine="llm",
        model=model,
        confidence=confidence,
        warnings=tuple(warnings),
    )


def _refuses(written: Sequence[Written], found: _Citations) -> bool:
    """Does the model say that the evidence does not answer, before it has cited any?"""
    for one in written:
        if is_refusal(one.text):
            return True
        if any(map(found.known, one.numbers)):
            return False
    return False


def _beside_refusal(written: Sequence[Written]) -> str:
    rest = " ".join(one.text for one in written if not is_refusal(one.text))
    if not rest:
        return "the model wrote no answer" if not written else "the model refused more than once"
    shown = rest if len(rest) <= _MOST_LEFT_OUT else f"{rest[:_MOST_LEFT_OUT]}…"
    return f"the model said that the evidence does not answer, and wrote besides: {shown}"


def _render(lines: Sequence[Line], sentences: Sequence[AnswerSentence]) -> str:
    """The lines again, with the citations' numbers behind each sentence."""
    rest = iter(sentences)
    rows: list[str] = []
    for line in lines:
        judged = islice(rest, len(line.sentences))
        marked = [one.text + "".join(f" [{number}]" for number in one.citations) for one in judged]
        rows.append(line.before + " ".join(marked) + line.behind)
    return "\n".join(rows).strip("\n")
