"""How fast it is, all in one run on one machine: ratios count, absolute times are the machine's.

    python -m tests.bench.speed [--sizes 100 2000 100000] [--corpus corpus] [--questions corpus/questions.jsonl]
    python -m tests.bench.speed --against ../before ../1.0

Prints passages embedded a second against `SentenceTransformer.encode` in float32 on the same texts, the
whole of `add` with warm models, a warm `ask` at each size (the corpus repeated with changed names and
numbers), the share of it that the two models take, resident memory, and cold commands.

Above 5,000 passages the vectors are those of the corpus with noise (cosine about 0.7 with the original), unless
--embed-all is given: embedding 100,000 passages takes a quarter of an hour, and a question can't tell.

--against names checkouts of other versions: commands and warm questions of each and of this one, in turn, by the
clock and in processor time.
"""

import argparse
import json
import os
import random
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from qa import Assistant, chunking, parsers
from qa.models import encoder
from qa.models.embedder import MiniLMEmbedder, passage_text

ASKS = 40
COMMANDS = 5
EMBEDDED = 5000
NOISE = 0.05
NAME = re.compile(r"\b[A-Z][a-z]{3,}\b")
NUMBER = re.compile(r"\d+")
# Answers the questions that come in, a line each, with the seconds by the clock and of the processor.
ANSWER = """
import json, sys, time
from qa import Assistant
with Assistant.open(sys.argv[1]) as assistant:
    assistant.warm()
    for line in sys.stdin:
        began, used = time.perf_counter(), time.process_time()
        assistant.ask(json.loads(line))
        print(json.dumps([time.perf_counter() - began, time.process_time() - used]), flush=True)
"""


class Clock:
    """Adds up the time spent inside the wrapped calls."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def wrap(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*args: Any, **kwargs: Any) -> Any:
            began = time.perf_counter()
            try:
                return call(*args, **kwargs)
            finally:
                self.seconds += time.perf_counter() - began

        return timed


def texts_of(corpus: Path) -> list[tuple[str, str | None, str]]:
    """Title, heading and text of every passage of the folder."""
    paths, _ = parsers.find_files(corpus)
    passages = []
    for path in paths:
        document = parsers.parse_path(path, metadata=parsers.Metadata(), max_bytes=10**8).to_document("d")
        for piece in chunking.split_into_chunks(document, window_chars=950):
            passages.append((document.title, piece.heading, document.text[piece.start : piece.end]))
    return passages


def embedding(corpus: Path) -> None:
    """Ours against the library's float32, on the same texts; and the whole of an add."""
    from sentence_transformers import SentenceTransformer

    triples = texts_of(corpus)
    triples = triples * (1 + 400 // len(triples))
    texts = [passage_text(*passage) for passage in triples]
    raw = SentenceTransformer(str(encoder.packaged_minilm()), device="cpu")
    ours = MiniLMEmbedder()
    raw.encode(texts[:64])
    ours.embed(texts[:64])
    best_raw = min(seconds(lambda: raw.encode(texts, show_progress_bar=False)) for _ in range(3))
    best_ours = min(seconds(lambda: ours.embed(texts)) for _ in range(3))
    print(f"\nembedding {len(texts)} passages, best of three ({encoder.choose_precision('auto')})")
    print(f"  SentenceTransformer.encode float32 {len(texts) / best_raw:8.1f} a second")
    print(
        f"  ours                               {len(texts) / best_ours:8.1f} a second, {best_raw / best_ours:.2f} times"
    )
    with tempfile.TemporaryDirectory() as folder:
        documents = Path(folder) / "documents"
        expected = write_copies(corpus, documents, len(texts))
        with Assistant.open(Path(folder) / "store") as assistant:
            assistant.warm()
            spent = seconds(lambda: assistant.add(documents))
            count = sum(document.chunks for document in assistant.documents())
        rate = count / spent
        print(
            f"  the whole of `add` ({count} of {expected})  {rate:8.1f} a second, {rate * best_raw / len(texts):.2f} times"
        )


def seconds(call: Callable[[], Any]) -> float:
    """How long a call takes."""
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def write_copies(corpus: Path, folder: Path, count: int) -> int:
    """Write the corpus again and again with changed names and numbers until it has about `wanted` passages."""
    paths, _ = parsers.find_files(corpus)
    originals = []
    for path in paths:
        text = path.read_text(encoding="utf-8")
        document = parsers.parse_path(path, metadata=parsers.Metadata(), max_bytes=10**8).to_document("d")
        originals.append((path, text, len(chunking.split_into_chunks(document, window_chars=950))))
    names = sorted({name for _, text, _ in originals for name in NAME.findall(text)})
    total, copy = 0, 0
    while total < count:
        rng = random.Random(copy)
        changed = dict(zip(names, rng.sample(names, len(names)), strict=True))
        for path, text, chunks in originals:
            if total >= count:
                break
            head, body = split_front_matter(text)
            if copy:
                body = NAME.sub(lambda match: changed.get(match[0], match[0]), body)  # noqa: B023 - used at once
                body = NUMBER.sub(lambda match: str(rng.randrange(10 ** len(match[0]))), body)  # noqa: B023
            target = folder / f"{copy:05}" / path.name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(head + body, encoding="utf-8")
            total += chunks
        copy += 1
    return total


def split_front_matter(text: str) -> tuple[str, str]:
    """The front matter, which stays as it is, and the rest."""
    match = re.match(r"---\n.*?\n---\n", text, re.DOTALL)
    return (match[0], text[match.end() :]) if match else ("", text)


def noisy(corpus: Path, embedder: Any) -> Callable[[Sequence[Any]], Any]:
    """Vectors near those of the corpus, for passages that nobody embeds."""
    vectors = embedder.embed_passages(texts_of(corpus))
    rng = np.random.default_rng(0)

    def embed_passages(passages: Sequence[Any]) -> Any:
        near = vectors[rng.integers(len(vectors), size=len(passages))]
        near = near + NOISE * rng.standard_normal(near.shape, dtype=np.float32)
        return near / np.linalg.norm(near, axis=1, keepdims=True)

    return embed_passages


@contextmanager
def filled(corpus: Path, size: int, *, embed_all: bool) -> Iterator[Assistant]:
    """An assistant over about `size` passages."""
    with tempfile.TemporaryDirectory() as folder:
        write_copies(corpus, Path(folder) / "documents", size)
        with Assistant.open(Path(folder) / "store") as assistant:
            embedder: Any = assistant.models.embedder()
            real = embedder.embed_passages
            if size > EMBEDDED and not embed_all:
                embedder.embed_passages = noisy(corpus, embedder)
                print("\nvectors of the corpus with noise, not embedded:", end="")
            began = time.perf_counter()
            assistant.add(Path(folder) / "documents")
            embedder.embed_passages = real
            spent = time.perf_counter() - began
            count = sum(document.chunks for document in assistant.documents())
            disk = sum(path.stat().st_size for path in (Path(folder) / "store").rglob("*") if path.is_file())
            print(
                f"\n{count} passages: added in {spent:.0f} s ({count / spent:.0f} a second), {disk / 1e6:.0f} MB on disk"
            )
            yield assistant


def asking(corpus: Path, questions: list[str], sizes: list[int], *, embed_all: bool) -> None:
    """Warm questions at each size."""
    medians: dict[int, float] = {}
    for size in sizes:
        with filled(corpus, size, embed_all=embed_all) as assistant:
            clock = Clock()
            assistant.warm()
            for model, name in (
                (assistant.models.embedder(), "embed"),
                (assistant.models.reader(), "read_pairs"),
            ):
                setattr(model, name, clock.wrap(getattr(model, name)))
            for question in questions[:5]:
                assistant.ask(question)
            spent, inside = [], []
            for question in questions[:ASKS]:
                clock.seconds = 0.0
                spent.append(seconds(lambda: assistant.ask(question)))  # noqa: B023 - called at once
                inside.append(clock.seconds)
            medians[size] = statistics.median(spent)
            slow = statistics.quantiles(spent, n=20)[-1]
            print(f"  warm ask: median {1000 * medians[size]:.0f} ms, 95th percentile {1000 * slow:.0f} ms")
            print(
                f"  inside the two models {100 * sum(inside) / sum(spent):.1f} %; resident {resident_mb():.0f} MB"
            )
    base = min(medians, key=lambda size: abs(size - 2000))
    for size, median in sorted(medians.items()):
        print(f"  median at {size} passages: {median / medians[base]:.2f} times that at {base}")


def resident_mb() -> float:
    """Resident memory of this process now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1]) if Path("/proc/self/statm").exists() else 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6 if pages else peak


def cold(corpus: Path) -> None:
    """Commands in a new process."""
    print("\ncold commands, best of three")
    with tempfile.TemporaryDirectory() as folder:
        store = str(Path(folder) / "store")
        base = [sys.executable, "-m", "qa", "--store", store]
        subprocess.run(
            [*base, "add", *map(str, parsers.find_files(corpus)[0])], check=False, capture_output=True
        )
        commands = {
            "qa --help": ["--help"],
            "qa list": ["list"],
            "qa ask": ["ask", "What are the main risks?"],
        }
        for name, arguments in commands.items():
            spent = min(
                seconds(lambda: subprocess.run([*base, *arguments], check=True, capture_output=True))  # noqa: B023
                for _ in range(3)
            )
            print(f"  {name:10} {spent:.2f} s")


def against(corpus: Path, questions: list[str], trees: list[Path]) -> None:
    """The versions in these folders beside one another, each with a store of its own."""
    trees = [tree.resolve() for tree in trees]
    with tempfile.TemporaryDirectory() as folder:
        documents = [str(path.resolve()) for path in parsers.find_files(corpus)[0]]
        stores = {tree: str(Path(folder) / str(number)) for number, tree in enumerate(trees)}
        commands = (["add", *documents], ["list"], ["ask", "What are the main risks?"])
        for arguments in commands:
            print(f"\nqa {arguments[0]}, of {COMMANDS} the least, the median; processor time")
            spent: dict[Path, list[tuple[float, float]]] = {tree: [] for tree in trees}
            for _ in range(COMMANDS):
                for tree in trees:
                    if arguments[0] == "add":
                        shutil.rmtree(stores[tree], ignore_errors=True)
                    spent[tree].append(run_command(tree, ["--store", stores[tree], *arguments], folder))
            show(spent)
        print(f"\nwarm question, of {len(questions[:ASKS])} the least, the median; processor time")
        show(ask_in_turn(stores, questions[:ASKS], folder))


def run_command(tree: Path, arguments: list[str], folder: str) -> tuple[float, float]:
    """Seconds by the clock and of the processor that a command of this version takes, children included."""
    used = children_seconds()
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "qa", *arguments],
        check=True,
        capture_output=True,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(tree)},
    )
    return time.perf_counter() - began, children_seconds() - used


def children_seconds() -> float:
    """Processor time of the children that have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def ask_in_turn(
    stores: dict[Path, str], questions: list[str], folder: str
) -> dict[Path, list[tuple[float, float]]]:
    """Each question asked of each version before the next one; the first four are for warming up."""
    processes = {
        tree: subprocess.Popen(
            [sys.executable, "-c", ANSWER, store],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(tree)},
        )
        for tree, store in stores.items()
    }
    spent: dict[Path, list[tuple[float, float]]] = {tree: [] for tree in stores}
    for question in questions:
        for tree, process in processes.items():
            assert process.stdin
            assert process.stdout
            process.stdin.write(json.dumps(question) + "\n")
            process.stdin.flush()
            seconds_and_used = json.loads(process.stdout.readline())
            spent[tree].append((seconds_and_used[0], seconds_and_used[1]))
    for process in processes.values():
        process.communicate()
    return {tree: times[4:] for tree, times in spent.items()}


def show(spent: dict[Path, list[tuple[float, float]]]) -> None:
    """Times of each version, and the ratio of its median to that of the first."""
    first = statistics.median(clock for clock, _ in next(iter(spent.values())))
    for tree, times in spent.items():
        clocks, used = zip(*times, strict=True)
        median = statistics.median(clocks)
        print(
            f"  {tree.name:20} {min(clocks):6.2f} {median:6.2f} s; {statistics.median(used):6.2f} s"
            f"  {median / first:5.2f} of the first"
        )


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 2000])
    parser.add_argument("--corpus", type=Path, default=Path("corpus"))
    parser.add_argument("--questions", type=Path, default=Path("corpus/questions.jsonl"))
    parser.add_argument("--embed-all", action="store_true")
    parser.add_argument("--against", type=Path, nargs="+", metavar="FOLDER")
    options = parser.parse_args()
    rows = [json.loads(line) for line in options.questions.read_text(encoding="utf-8").splitlines()]
    questions = [row["question"] for row in rows if not row.get("history")]
    random.Random(0).shuffle(questions)
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}")
    if options.against:
        return against(options.corpus, questions, [*options.against, Path.cwd()])
    asking(options.corpus, questions, sorted(options.sizes, reverse=True), embed_all=options.embed_all)
    embedding(options.corpus)
    cold(options.corpus)
    return None


if __name__ == "__main__":
    main()
