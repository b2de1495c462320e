"""From what was found for a question to its answer: quoted, worded by a chat model, or refused."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from qa.assistant.models import Models
from qa.config import Settings
from qa.schema import Answer, StreamEvent

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from qa.answer import Material, Part
    from qa.retrieve import Retrieval

__all__ = ["Asked", "Composer", "Engine", "Found"]

# "What is the CPTPP?" is a poorer question than the comparison that it is a side of.
_SIDE_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Engine:
    """Who words the answer; `chat_model` is None for the extractive engine."""

    name: str
    chat_model: "BaseChatModel | None" = None
    model: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as typed, as understood, and the parts that are looked up by themselves."""

    typed: str
    standalone: str
    parts: "tuple[Part, ...]"


@dataclass(frozen=True, slots=True)
class Found:
    """What was found for a question, one retrieval a part."""

    asked: Asked
    retrievals: "Sequence[Retrieval]"

    @property
    def retrieve_ms(self) -> float:
        """Time spent finding passages."""
        return sum(one.retrieve_ms for one in self.retrievals)

    @property
    def read_ms(self) -> float:
        """Time spent reading them."""
        return sum(one.read_ms for one in self.retrievals)


class Composer:
    """Makes answers of what was found; thread-safe."""

    def __init__(self, settings: Settings, models: Models) -> None:
        self._settings, self._models = settings, models

    def events(self, found: Found, engine: Engine, *, also_unrefused: bool = False) -> Iterator[StreamEvent]:
        """Text as it comes, then the answer; before it, if wanted and to be had, the one without refusal."""
        from qa import answer as engines

        asked, top_k, least = found.asked, self._settings.top_k, self._settings.min_confidence
        materials = [
            engines.judge(part, one.passages, one.contexts)
            for part, one in zip(asked.parts, found.retrievals, strict=True)
        ]
        passages = engines.round_robin([one.passages for one in materials])
        confidence = sum(one.confidence for one in materials) / len(materials)
        summarised: str | None = None
        if passages and engines.kind(asked.standalone) == "summary":
            home, sure = engines.document_meant(asked.standalone, passages)
            if home and sure >= confidence:
                confidence, summarised = sure, home
        refused = not passages or confidence < least
        quoted: Answer | None = None
        if engine.chat_model is None and passages and (also_unrefused or not refused):
            quoted = self._quoted(asked, materials, summarised, confidence)
            if also_unrefused:
                yield StreamEvent(kind="answer", answer=quoted)
        if refused:
            result = engines.not_found(
                asked.typed, asked.standalone, passages[:top_k], confidence=confidence, engine=engine.name
            )
            yield StreamEvent(kind="text", text=result.text)
        elif quoted is not None:
            result = quoted
            yield StreamEvent(kind="text", text=result.text)
        elif engine.chat_model is not None:
            name = str(engine.model)
            shown = passages[:top_k]
            pieces: list[str] = []
            for piece in engines.stream_text(engine.chat_model, name, asked.standalone, shown):
                pieces.append(piece)
                yield StreamEvent(kind="text", text=piece)
            result = engines.resolve(
                "".join(pieces),
                asked.typed,
                asked.standalone,
                shown,
                confidence=confidence,
                model=name,
                top_k=top_k,
            )
        yield StreamEvent(kind="answer", answer=result)

    def _quoted(
        self, asked: Asked, materials: "Sequence[Material]", summarised: str | None, confidence: float
    ) -> Answer:
        from qa import answer as engines

        retriever = self._models.retriever()
        digest = engines.summary_picks(retriever.digest(asked.standalone, summarised)) if summarised else ()
        least = self._settings.min_confidence * _SIDE_SHARE
        answered = [one for one in materials if one.confidence >= least and one.has_names]
        answered = [one for one in answered or materials if one.contexts]
        known = [passage for one in materials for passage in one.passages]
        quoted = engines.answer_extractively(
            asked.typed,
            asked.standalone,
            answered,
            confidence=confidence,
            top_k=self._settings.top_k,
            section=lambda passage: retriever.section(asked.standalone, passage, known),
            digest=digest,
        )
        if len(materials) > 1:
            return replace(quoted, warnings=engines.nothing_about(materials, answered))
        return quoted
