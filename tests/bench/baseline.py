"""The plain LangChain tutorial chain beside us: same documents, questions, embedding model and metrics.

    python -m tests.bench.baseline [QUESTIONS SOURCE...] [--format squad|beir] [--limit N]

The chain is the one of LangChain's tutorials: `RecursiveCharacterTextSplitter` with 1,000 characters and an
overlap of 200, all-MiniLM-L6-v2 through sentence-transformers, Chroma, the nearest 4 or 5. It cites nothing
and refuses nothing, so only retrieval can be compared. Ours is the store's own search, as a question finds
it. Both go over the same texts in one process. Prints the retrieval metrics with their intervals, the paired
difference at 5 passages, and how long each took to take the documents in, models loaded.
"""

import argparse
import tempfile
import time
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import numpy as np
from langchain_chroma import Chroma
from langchain_core.documents import Document as LangChainDocument
from langchain_core.embeddings import Embeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter

from qa import Assistant
from qa.config import Settings
from qa.evaluate.datasets.dataset import read_questions
from qa.evaluate.datasets.dataset_types import Gold
from qa.evaluate.datasets.gold_quotes import GoldFinder
from qa.evaluate.scoring.answer_scores import score_answer
from qa.evaluate.scoring.metric_definitions import METRICS
from qa.evaluate.scoring.statistics import estimate, paired_difference
from qa.models import encoder
from qa.query.follow_up import rewrite_follow_up
from qa.schema import Answer, Document, Metadata, Passage, Sentence

TOP = (4, 5)


class TutorialEmbeddings(Embeddings):
    """What `HuggingFaceEmbeddings` does: sentence-transformers in float32, normalised."""

    def __init__(self) -> None:
        from sentence_transformers import SentenceTransformer

        self._model = SentenceTransformer(str(encoder.packaged_minilm()), device="cpu")

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        vectors = self._model.encode(texts, normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vectors).tolist()  # type: ignore[no-any-return]

    def embed_query(self, text: str) -> list[float]:
        return self.embed_documents([text])[0]


def tutorial_index(documents: Sequence[Document], embeddings: Embeddings) -> Chroma:
    """The tutorial's index over these texts."""
    splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200, add_start_index=True)
    chunks = splitter.split_documents(
        [
            LangChainDocument(page_content=document.text, metadata={"document": document.id})
            for document in documents
        ]
    )
    index = Chroma(embedding_function=embeddings, collection_metadata={"hnsw:space": "cosine"})
    index.add_documents(chunks)
    return index


def tutorial_passages(index: Chroma, question: str) -> list[Passage]:
    """The nearest passages, best first."""
    passages = []
    for rank, document in enumerate(index.similarity_search(question, k=max(TOP))):
        start = int(document.metadata["start_index"])
        end = start + len(document.page_content)
        passages.append(
            Passage(
                chunk_id=str(rank), document_id=document.metadata["document"], ordinal=rank, section=0,
                start=start, end=end, heading=None, metadata=Metadata(title=""), source="",
                text=document.page_content, sentences=(Sentence(start, end),), score=-float(rank),
            )
        )  # fmt: skip
    return passages


def retrieval_scores(question: str, passages: Sequence[Passage], gold: Gold) -> dict[str, float]:
    """The scores of the passages alone."""
    answer = Answer(
        question=question, standalone_question=question, status="not_found", text="", sentences=(),
        citations=(), passages=tuple(passages), engine="", model=None, confidence=0.0,
    )  # fmt: skip
    scores = score_answer(answer, gold, text_of=lambda _: "", top_k=max(TOP))
    return {
        name: value for name, value in scores.items() if name.startswith(("retrieval", "document", "mrr"))
    }


def briefings() -> list[Path]:
    """Those of this repository."""
    return [path for path in sorted(Path("corpus").glob("*.md")) if path.name != "README.md"]


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("questions", type=Path, nargs="?", default=Path("corpus/questions.jsonl"))
    parser.add_argument("sources", type=Path, nargs="*", default=briefings())
    parser.add_argument("--format", choices=("squad", "beir"))
    parser.add_argument("--limit", type=int)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, Assistant.open(settings=Settings(store=Path(name))) as desk:
        embeddings = TutorialEmbeddings()
        embeddings.embed_query("warm")
        desk.add_text(b"Warm up.", title="warm")
        desk.remove(["warm"])
        began = time.perf_counter()
        desk.add(options.sources, format=options.format)
        ours_s = time.perf_counter() - began
        documents = [desk.document(document.id) for document in desk.documents()]
        began = time.perf_counter()
        index = tutorial_index(documents, embeddings)
        tutorial_s = time.perf_counter() - began
        finder = GoldFinder.for_assistant(desk)
        runs: dict[str, list[dict[str, float]]] = {f"chain, top {k}": [] for k in TOP}
        runs["ours, top 5"] = []
        for question in islice(read_questions(options.questions), options.limit):
            gold = finder.locate(question)
            if gold.answerable is False or not gold.quotes:
                continue
            # Both get follow-ups written out by our rule.
            standalone_question = rewrite_follow_up(question.question, question.history)
            passages = tutorial_passages(index, standalone_question)
            for k in TOP:
                runs[f"chain, top {k}"].append(retrieval_scores(standalone_question, passages[:k], gold))
            runs["ours, top 5"].append(
                retrieval_scores(standalone_question, desk.search(standalone_question, top_k=max(TOP)), gold)
            )
    report(runs)
    print(
        f"documents in: ours {ours_s:.1f} s, chain {tutorial_s:.1f} s: {tutorial_s / ours_s:.2f} times as fast"
    )


def report(runs: dict[str, list[dict[str, float]]]) -> None:
    """Print the figures."""
    print(f"{'':24}" + "".join(f"{name:>26}" for name in runs) + f"{'ours - chain, top 5':>30}")
    for metric in METRICS:
        columns = {
            name: np.array([[row.get(metric.score, np.nan), 1.0] for row in rows])
            for name, rows in runs.items()
        }
        intervals = [estimate(metric.aggregate, data) for data in columns.values()]
        difference = paired_difference(metric.aggregate, columns["chain, top 5"], columns["ours, top 5"])
        if difference is None:
            continue
        cells = [
            f"{100 * interval.value:.1f} ({100 * interval.low:.1f}-{100 * interval.high:.1f})"
            for interval in intervals
            if interval
        ]
        low, high = 100 * difference.low, 100 * difference.high
        last = f"{100 * difference.difference:+.1f} ({low:+.1f} to {high:+.1f})"
        print(f"{metric.name:24}" + "".join(f"{cell:>26}" for cell in cells) + f"{last:>30}")


if __name__ == "__main__":
    main()
