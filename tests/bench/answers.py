"""How good the answers are on a file of gold questions.

    python tests/bench/answers.py corpus/questions.jsonl corpus [--wrong]

Adds the documents to a new store in a temporary folder and asks every question. Prints the share of
answerable questions whose answer cites a gold quote, of unanswerable ones refused, of false refusals, and
whether every citation is exact; the same by tag.
"""

import argparse
import json
import statistics
import tempfile
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qa import Assistant
from qa.config import Settings
from qa.schema import Answer, Document, Turn


@dataclass(frozen=True)
class Outcome:
    """What became of one question."""

    row: dict[str, Any]
    answer: Answer
    on_quote: bool
    exact: bool
    found: bool

    @property
    def refused(self) -> bool:
        return self.answer.status == "not_found"


def gold_spans(row: dict[str, Any], documents: Iterable[Document]) -> list[tuple[str, int, int]]:
    """The gold quotes as (document id, start, end)."""
    spans = []
    for quote in row.get("quotes", ()):
        for document in documents:
            if quote["document"] in (Path(document.source).name, document.title, document.id):
                start = quote.get("start", document.text.find(quote["text"]))
                if start < 0:
                    raise SystemExit(
                        f"{row['id']}: the quote is not in {quote['document']}: {quote['text'][:60]}"
                    )
                spans.append((document.id, start, start + len(quote["text"])))
    return spans


def judge(row: dict[str, Any], answer: Answer, documents: dict[str, Document]) -> Outcome:
    """Compare an answer with the gold row."""
    gold = gold_spans(row, documents.values())

    def touches(document: str, start: int, end: int) -> bool:
        return any(document == d and start < e and s < end for d, s, e in gold)

    return Outcome(
        row=row,
        answer=answer,
        on_quote=any(touches(one.document_id, one.start, one.end) for one in answer.citations),
        exact=all(
            one.quote == documents[one.document_id].text[one.start : one.end] for one in answer.citations
        ),
        found=any(touches(one.document_id, one.start, one.end) for one in answer.passages),
    )


def run(questions: Path, sources: list[Path], min_confidence: float | None) -> list[Outcome]:
    """Ask every question of the file over the documents."""
    rows = [json.loads(line) for line in questions.read_text(encoding="utf-8").splitlines() if line.strip()]
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(store=Path(folder) / "store")
        if min_confidence is not None:
            settings = Settings(store=settings.store, min_confidence=min_confidence)
        with Assistant.open(settings=settings) as assistant:
            assistant.add(sources)
            documents = {one.id: assistant.document(one.id) for one in assistant.documents()}
            found = []
            for row in rows:
                history = [Turn(turn["question"], turn["answer"]) for turn in row.get("history", ())]
                answer = assistant.ask(row["question"], history=history)
                found.append(judge(row, answer, documents))
    return found


def report(outcomes: list[Outcome]) -> None:
    """Print the figures."""
    groups: dict[str, list[Outcome]] = {"all": outcomes}
    tagged = defaultdict(list)
    for one in outcomes:
        for tag in one.row.get("tags", ()):
            tagged[tag].append(one)
    print(
        f"{'':16} {'answerable':>10} {'on quote':>9} {'refused':>8} {'in top 5':>9} | "
        f"{'unanswerable':>12} {'refused':>8}"
    )
    for name, group in (groups | dict(sorted(tagged.items()))).items():
        can = [one for one in group if one.row.get("answerable", True)]
        not_ = [one for one in group if not one.row.get("answerable", True)]
        print(
            f"{name:16} {len(can):10} {share(one.on_quote for one in can)} "
            f"{share((one.refused for one in can), 8)} {share(one.found for one in can)} | {len(not_):12} {share((one.refused for one in not_), 8)}"
        )
    print("every citation exact:", all(one.exact for one in outcomes))
    total = [one.answer.timings_ms["total"] for one in outcomes]
    sentences = [len(one.answer.citations) for one in outcomes if not one.refused]
    print(
        f"median {statistics.median(total):.0f} ms a question, "
        f"{statistics.mean(sentences or [0]):.2f} citations an answer"
    )


def share(values: Iterable[bool], width: int = 9) -> str:
    """A percentage, or a dash for nothing."""
    listed = list(values)
    return f"{100 * sum(listed) / len(listed):{width}.1f}" if listed else " " * (width - 1) + "-"


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("questions", type=Path)
    parser.add_argument("sources", type=Path, nargs="+")
    parser.add_argument("--wrong", action="store_true", help="print what went wrong")
    parser.add_argument("--min-confidence", type=float)
    options = parser.parse_args()
    found = run(options.questions, options.sources, options.min_confidence)
    report(found)
    if options.wrong:
        for one in found:
            if one.on_quote is not one.row.get("answerable", True):
                what = "refused" if one.refused else "wrong"
                print(
                    f"\n{one.row['id']} {what} ({one.answer.confidence:.2f}): {one.answer.standalone_question}"
                )
                print("   gold:", [quote["text"][:110] for quote in one.row.get("quotes", ())])
                print("   got: ", [one.quote[:110] for one in one.answer.citations])


if __name__ == "__main__":
    main()
