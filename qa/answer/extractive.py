"""The default engine: the evidence sentences themselves, each cited, in the shape that the question asks for.

It can't invent, needs no language model and adds no time of its own.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from qa import cite
from qa.answer.material import Material
from qa.answer.picks import Pick, Section, choose, ordered, without_repeats
from qa.answer.questions import Kind, kind
from qa.chunk import item_start
from qa.schema import Answer, AnswerSentence, Citation, Passage

__all__ = ["answer_extractively", "nothing_about", "round_robin"]

_ASKS = re.compile(r"([?!]): $")  # a heading that is a question needs no colon


def answer_extractively(
    question: str,
    standalone: str,
    materials: Sequence[Material],
    *,
    confidence: float,
    top_k: int,
    section: Section,
    digest: Sequence[Pick] = (),
) -> Answer:
    """Answer from passages that have been read; there must be one.

    Args:
        question: As typed.
        standalone: The same, understood without the conversation.
        materials: What was found for each part of the question; those that are not answered are left out.
        confidence: Of the whole answer.
        top_k: How many passages the answer carries.
        section: Gives the passages of a passage's section, read, in reading order.
        digest: For a summary, its sentences in reading order, each with the section that it stands for.
    """
    asked = kind(standalone)
    picks = list(digest) or _picks(materials, asked, section)
    citations = [
        cite.citation(pick.passage, pick.sentence, number, pick.highlight(asked))
        for number, pick in enumerate(picks, start=1)
    ]
    short = asked == "fact" and len(materials) == 1
    return Answer(
        question=question,
        standalone_question=standalone,
        status="answered",
        text=_render(picks, citations, asked),
        sentences=tuple(
            AnswerSentence(text=one.quote, support="supported", citations=(one.number,), label=pick.label)
            for pick, one in zip(picks, citations, strict=True)
        ),
        citations=tuple(citations),
        passages=tuple(round_robin([one.passages for one in materials])[:top_k]),
        engine="extractive",
        model=None,
        confidence=confidence,
        kind=asked,
        short_answer=_short_answer(picks) if short else None,
    )


def nothing_about(materials: Sequence[Material], answered: Sequence[Material]) -> tuple[str, ...]:
    """Warnings that name the sides of a comparison that the documents do not answer."""
    return tuple(
        f"The documents do not answer this side: {one.part.label}" for one in materials if one not in answered
    )


def round_robin(lists: Sequence[Sequence[Passage]]) -> list[Passage]:
    """The first of each list, then the second of each, and so on, each passage once."""
    found: dict[str, Passage] = {}
    for rank in range(max(map(len, lists), default=0)):
        for one in lists:
            if rank < len(one):
                found.setdefault(one[rank].chunk_id, one[rank])
    return list(found.values())


def _picks(materials: Sequence[Material], asked: Kind, section: Section) -> list[Pick]:
    """The sentences of every part, in the order in which they are shown."""
    picks: list[Pick] = []
    for one in materials:
        chosen = choose(one.part.question, asked, one.ranked, one.passages, section)
        labelled = [replace(pick, label=one.part.label) for pick in chosen]
        taken = len(picks)
        picks = without_repeats([*picks, *labelled])
        picks[taken:] = ordered(picks[taken:], asked)
    return picks


def _short_answer(picks: Sequence[Pick]) -> str | None:
    best = max(picks, key=lambda pick: pick.rank)
    span = best.highlight("fact")
    return best.passage.slice(span) if span else None


def _render(picks: Sequence[Pick], citations: Sequence[Citation], asked: Kind) -> str:
    """Sentences with their markers, in paragraphs that say whose they are, or as a list."""
    several = len({one.document_id for one in citations}) > 1
    lines: list[str] = []
    last: tuple[str | None, str] | None = None
    listed = asked in ("list", "summary", "change") and len(picks) > 1
    for pick, one in zip(picks, citations, strict=True):
        words = " ".join(one.quote[item_start(one.quote) :].split())
        text = f"{words} [{one.number}]"
        place = (pick.label, one.document_id)
        heads = [pick.label] if pick.label else []
        if several and asked != "summary":
            when = one.published.isoformat() if one.published else "undated"
            heads.append(f"{when}, {one.title}")
        head = f"{', '.join(heads)}: " if heads else ""
        head = _ASKS.sub(r"\1 ", head)
        if listed and asked != "summary":
            if head and place != last:
                lines.append(head.rstrip())
            lines.append(f"- {text}")
        elif listed:
            lines.append(f"- {head if place != last else ''}{text}")
        elif place == last:
            lines[-1] += f" {text}"
        else:
            lines.append(head + text)
        last = place
    return ("\n" if listed else "\n\n").join(lines)
