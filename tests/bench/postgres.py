"""Full-text search on PostgreSQL beside SQLite's, over the same passages and questions, in one run.

    python -m tests.bench.postgres [QUESTIONS SOURCE...] [--passages 20000] [--limit N]

Servers of PostgreSQL and Chroma are started for it (PostgreSQL's programs have to be installed). Prints recall at
5 of the words alone and of the blend with the cosine that a question is answered from, by SQLite's FTS5, by
our index on PostgreSQL and by PostgreSQL's own English dictionary with `ts_rank_cd`; on how many questions the
two of ours differ; and the median time of a search by words in both, in the sources and, with --passages, among
that many passages of the sources' words.
"""

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
import sqlalchemy as sa

from qa import Assistant
from qa.config import Settings
from qa.evaluate.datasets.dataset import read_questions
from qa.evaluate.datasets.gold_quotes import GoldFinder
from qa.evaluate.scoring.metric_definitions import METRICS
from qa.evaluate.scoring.statistics import estimate
from qa.query.follow_up import rewrite_follow_up
from qa.query.query import Query
from qa.retrieval.retriever import fused_score
from qa.schema import Chunk, Document, Filters, Metadata, Passage, Sentence
from qa.store import Store, candidate_queries
from qa.store.stored_vectors import exact_cosines
from tests.bench.baseline import briefings, retrieval_scores
from tests.support.chroma import ChromaServer
from tests.support.postgres import PostgresServer, programs

TOP = 5
COUNT = 48  # candidates, as a question asks for
WORDS_OF_QUESTION = 8
OWN_SEARCH = """
    SELECT w.rowid AS key, ts_rank_cd(to_tsvector('english', text), query) AS score
    FROM words w, LATERAL (SELECT concat_ws(E'\\n\\n', w.title, w.heading, w.body) AS text) t,
    CAST(:query AS tsquery) query
    WHERE to_tsvector('english', text) @@ query ORDER BY score DESC, key LIMIT :count
"""


def own_candidates(connection: sa.Connection, terms: Sequence[str]) -> list[tuple[int, float]]:
    """What PostgreSQL's parser, English dictionary and ranking find of any of the terms."""
    parsed = sa.text(
        "SELECT CAST(phraseto_tsquery('english', t) AS TEXT) FROM unnest(CAST(:terms AS TEXT[])) t"
    )
    queries = [query for query in connection.execute(parsed, {"terms": list(terms)}).scalars() if query]
    if not queries:
        return []
    query = " | ".join(f"({query})" for query in queries)
    rows = connection.execute(sa.text(OWN_SEARCH), {"query": query, "count": COUNT})
    return [(row.key, row.score) for row in rows]


def own_passages(
    store: Store, terms: Sequence[str], vector: np.ndarray, ours: Sequence[Passage]
) -> list[Passage]:
    """Our passages with PostgreSQL's own scores by words, and those that it alone finds."""
    with store.connection.reading() as connection:
        own = dict(own_candidates(connection, terms))
        missing = sorted(own.keys() - {int(passage.chunk_id) for passage in ours})
        more = store._search._read_passages(connection, missing)
        cosines = exact_cosines(connection, vector, missing)
    best = max(own.values(), default=0.0)
    return [
        replace(
            passage,
            lexical_score=own.get(int(passage.chunk_id), 0.0) / best if best else 0.0,
            dense_score=cosines.get(int(passage.chunk_id), passage.dense_score),
        )
        for passage in [*ours, *more]
    ]


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("questions", type=Path, nargs="?", default=Path("corpus/questions.jsonl"))
    parser.add_argument("sources", type=Path, nargs="*", default=briefings())
    parser.add_argument("--passages", type=int, default=0)
    parser.add_argument("--limit", type=int)
    options = parser.parse_args()
    folder = programs()
    if folder is None:
        parser.exit(1, "PostgreSQL is not installed\n")
    postgres = PostgresServer(folder)
    with tempfile.TemporaryDirectory() as name:
        chroma = ChromaServer(Path(name))
        try:
            postgres.make()
            postgres.start()
            chroma.start()
            measure(Path(name), postgres, chroma, options)
        finally:
            chroma.stop()
            postgres.remove()


def measure(
    folder: Path, postgres: PostgresServer, chroma: ChromaServer, options: argparse.Namespace
) -> None:
    """Both desks over the same sources, and then more passages in both."""
    on_server = Settings(
        store=folder / "server", chroma_url=chroma.url, database_url=postgres.url(postgres.create())
    )
    with (
        Assistant.open(settings=Settings(store=folder / "files")) as in_files,
        Assistant.open(settings=on_server) as desk,
    ):
        for each, title in ((in_files, "SQLite"), (desk, "PostgreSQL")):
            began = time.perf_counter()
            each.add(options.sources)
            print(f"{title}: sources added in {time.perf_counter() - began:.1f} s")
        compare(in_files, desk, options)
        stores = {"SQLite": in_files._store, "PostgreSQL": desk._store}
        if options.passages:
            fill(stores, options.passages)


def compare(in_files: Assistant, desk: Assistant, options: argparse.Namespace) -> None:
    """Recall at 5 by each way, and how long the words took."""
    finder = GoldFinder.for_assistant(in_files)
    scores: dict[str, list[dict[str, float]]] = {}
    seconds: dict[str, list[float]] = {}
    asked = differing = 0
    most_apart = 0.0
    for question in islice(read_questions(options.questions), options.limit):
        gold = finder.locate(question)
        if gold.answerable is False or not gold.quotes:
            continue
        text = rewrite_follow_up(question.question, question.history)
        subquestion = Query.of(text).subquestions[0]
        vector = in_files._models.embedder().embed([subquestion.text])[0]
        found: dict[str, list[Passage]] = {}
        for title, assistant in (("FTS5", in_files), ("ours", desk)):
            store = assistant._store
            found[title] = store.search(vector, subquestion.terms, count=COUNT, filters=Filters())
            with store.connection.reading() as connection:
                began = time.perf_counter()
                candidate_queries.lexical_candidates(connection, subquestion.terms, COUNT, None)
                seconds.setdefault(title, []).append(time.perf_counter() - began)
        found["english, ts_rank_cd"] = own_passages(desk._store, subquestion.terms, vector, found["ours"])
        for title, passages in found.items():
            for way, ranked in rankings(passages).items():
                scores.setdefault(f"{title}, {way}", []).append(retrieval_scores(text, ranked, gold))
        asked += 1
        most_apart = max(most_apart, apart(found["FTS5"], found["ours"]))
        differing += rank_of(found["FTS5"]) != rank_of(found["ours"])
    print(
        f"{asked} questions; the first {TOP} of the blend differ between FTS5 and ours for {differing}, "
        f"scores by words by {most_apart:.1e} at most"
    )
    report(scores, seconds)


def report(scores: dict[str, list[dict[str, float]]], seconds: dict[str, list[float]]) -> None:
    """Print the figures."""
    for metric in METRICS:
        if metric.name in ("retrieval_recall@5", "retrieval_hit@5"):
            for title, rows in scores.items():
                data = np.array([[row.get(metric.score, np.nan), 1.0] for row in rows])
                if interval := estimate(metric.aggregate, data):
                    print(f"{title:32} {metric.name} {100 * interval.value:5.1f} %")
    for title, times in seconds.items():
        print(f"{title:32} median of a search by words {1000 * statistics.median(times):.1f} ms")


def rankings(passages: Sequence[Passage]) -> dict[str, list[Passage]]:
    """The first by words alone, which have to have found them, and by the blend."""
    ways: dict[str, Callable[[Passage], float]] = {
        "words alone": lambda passage: passage.lexical_score, "blend": fused_score
    }  # fmt: skip
    return {
        way: sorted(
            (passage for passage in passages if score(passage) > 0),
            key=lambda passage: (-score(passage), int(passage.chunk_id)),
        )[:TOP]
        for way, score in ways.items()
    }


def rank_of(passages: Sequence[Passage]) -> list[tuple[str, int]]:
    """Which are the first by the blend, by what they are and not by their keys."""
    return [(passage.source, passage.start) for passage in rankings(passages)["blend"]]


def apart(first: Sequence[Passage], second: Sequence[Passage]) -> float:
    """The most that the scores by words of a passage differ."""
    scores = [{(p.source, p.start): p.lexical_score for p in passages} for passages in (first, second)]
    return max(
        (abs(scores[0].get(key, 0.0) - scores[1].get(key, 0.0)) for key in {*scores[0], *scores[1]}),
        default=0.0,
    )


def fill(stores: dict[str, Store], passages: int) -> None:
    """More passages, of the sources' words, with vectors of no meaning; and how long a search takes then."""
    chance, numbers = random.Random(1), np.random.default_rng(1)
    words = [
        word for document in stores["SQLite"].documents() for word in text_of(stores, document.id).split()
    ]
    batches: list[list[tuple[Document, list[Chunk], np.ndarray]]] = []
    for first in range(0, passages, 2000):
        batch = []
        for number in range(first, min(first + 2000, passages), 20):
            batch.append(made_up(number, min(20, passages - number), words, chance, numbers))
        batches.append(batch)
    questions = [chance.sample(words, WORDS_OF_QUESTION) for _ in range(40)]
    for title, store in stores.items():
        began = time.perf_counter()
        for batch in batches:
            store.put(batch)
        put_s, times = time.perf_counter() - began, []
        with store.connection.reading() as connection:
            for terms in questions:
                began = time.perf_counter()
                candidate_queries.lexical_candidates(connection, terms, COUNT, None)
                times.append(time.perf_counter() - began)
            began = time.perf_counter()
        store.vocabulary()
        vocabulary_s = time.perf_counter() - began
        print(
            f"{title}, {passages} more passages: put in {put_s:.0f} s, median of a search by {WORDS_OF_QUESTION} "
            f"words {1000 * statistics.median(times):.0f} ms, all stems {vocabulary_s:.2f} s"
        )


def text_of(stores: dict[str, Store], document_id: str) -> str:
    """The text of one of the sources."""
    return stores["SQLite"].document(document_id).text


def made_up(
    number: int, count: int, words: Sequence[str], chance: random.Random, numbers: np.random.Generator
) -> tuple[Document, list[Chunk], np.ndarray]:
    """A document of so many passages of some 900 characters."""
    name, pieces, chunks, place = f"made-up-{number}", [], [], 0
    for ordinal in range(count):
        piece = " ".join(chance.choices(words, k=150))
        chunks.append(
            Chunk(
                document_id=name, ordinal=ordinal, section=ordinal, start=place, end=place + len(piece),
                heading=None, sentences=(Sentence(place, place + len(piece)),),
            )
        )  # fmt: skip
        pieces.append(piece)
        place += len(piece) + 1
    document = Document(
        id=name, source=name, metadata=Metadata(title=name), text="\n".join(pieces) + "\n", sha256=name
    )
    vectors = numbers.normal(size=(count, 384)).astype(np.float32)
    return document, chunks, vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


if __name__ == "__main__":
    main()
