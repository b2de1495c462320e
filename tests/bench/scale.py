"""What passages and people cost in disk, memory and time, measured at small sizes and carried on by a law.

    python -m tests.bench.scale [--sizes 2000 10000 50000] [--passages 10000000] [--people 1000] [--sessions 200]

Stores are filled with sentences of corpus/ in ever new orders and with vectors that chance made, so that minutes
are enough; each is measured in a process of its own. A line is fitted to the figures by least squares (cost =
fixed + each * passages), and what it says of the size that is asked for is printed beside what was measured.
Times are processor time. `--filled FOLDER` takes stores that were filled before, and fills those that are not there.
Then, with the real models over corpus/: memory of a process, processor time of a question, passages added a
second, bytes of a question that is kept, and memory of an open page.
"""

import argparse
import asyncio
import json
import multiprocessing
import random
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from qa import Assistant, Settings, parsers
from qa.ingest.parse_document import chunk_parsed_text
from qa.query.query import SubQuestion
from qa.schema import Answer, Filters
from qa.store import Store
from tests.bench.big import write_documents
from tests.bench.speed import write_copies

ROOT = Path(__file__).resolve().parents[2]
DIMENSION = 384  # of all-MiniLM-L6-v2
WINDOW_CHARS, BATCH = 950, 256
ADDED, ASKED = 400, 24  # passages and questions with the real models
TOGETHER, SEARCHES = 4, 30  # processes that search at once, and how often each
PASSAGES_OF_A_DOCUMENT = 52  # of those that `write_documents` writes
QUESTIONS_A_DAY, HOURS, PEAK = 20, 8, 3  # of a person; of a working day; how much busier the busiest hour is
GROWING = {  # name to unit
    "catalogue": "bytes of disk",
    "vectors": "bytes of disk",
    "memory": "bytes of memory, the vectors open in one process",
    "dense": "ms a search by vector",
    "words": "ms a search by words, the vector's left out",
    "listed": "ms, to list the documents, the first time in a process",
    "documents": "ms, to list them again, as each click in the page does",
    "counts": "ms, to count them, as each question does",
    "vocabulary": "ms, to read all words, as a process does for its first question",
}


def fill(path: Path, count: int) -> float:
    """Passages written a second into a new store, without reading, cutting and embedding."""
    rng = np.random.default_rng(7)
    with tempfile.TemporaryDirectory() as folder, closing(Store.open(path)) as store:
        write_documents(Path(folder), max(1, round(count / PASSAGES_OF_A_DOCUMENT)))
        store.bind_model("chance", DIMENSION)
        batch: list[Any] = []
        written, spent = 0, 0.0
        files = sorted(Path(folder).glob("*.md"))
        for number, file in enumerate(files):
            text = parsers.parse_path(file, metadata=parsers.Metadata(), max_bytes=10**7)
            parsed = chunk_parsed_text(text, f"made-{number}", WINDOW_CHARS)
            vectors = rng.standard_normal((len(parsed.chunks), DIMENSION), dtype=np.float32)
            vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
            batch.append((parsed.document, parsed.chunks, vectors, parsed.signature))
            written += len(parsed.chunks)
            if sum(len(row[1]) for row in batch) >= BATCH or number == len(files) - 1:
                began = time.perf_counter()
                store.put([row[:3] for row in batch], {row[0].id: row[3] for row in batch})
                spent += time.perf_counter() - began
                batch.clear()
    return written / spent


def measure(path: Path) -> dict[str, float]:
    """What a store that was filled costs."""
    import chromadb  # noqa: F401 - what importing it takes is no store's

    rng = np.random.default_rng(11)
    vectors = rng.standard_normal((40, DIMENSION), dtype=np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    asked = [SubQuestion.of(question).terms for question in questions()[:40]]
    figures: dict[str, float] = {
        "catalogue": sum(file.stat().st_size for file in path.glob("catalogue.sqlite3*")),
        "vectors": sum(file.stat().st_size for file in (path / "vectors").rglob("*") if file.is_file()),
    }
    with closing(Store.open(path)) as store:
        figures["documents_there"], figures["passages"] = store.counts()
        before = psutil.Process().memory_info().rss
        for vector in vectors[:10]:
            store.search(vector, (), count=48, filters=Filters())
        figures["memory"] = psutil.Process().memory_info().rss - before
        dense = [
            milliseconds(lambda: store.search(vector, (), count=48, filters=Filters()))  # noqa: B023
            for vector in vectors
        ]
        both = [
            milliseconds(lambda: store.search(vector, terms, count=48, filters=Filters()))  # noqa: B023
            for vector, terms in zip(vectors, asked, strict=True)
        ]
        figures["dense"] = statistics.median(dense)
        figures["words"] = statistics.median(
            max(0.0, all_of_it - without) for all_of_it, without in zip(both, dense, strict=True)
        )
        figures["listed"] = milliseconds(store.documents)
        figures["documents"] = statistics.median(milliseconds(store.documents) for _ in range(5))
        figures["counts"] = statistics.median(milliseconds(store.counts) for _ in range(5))
        figures["vocabulary"] = milliseconds(store.vocabulary)
    return figures


def together(path: Path) -> dict[str, float]:
    """How much of their time processes that search at once wait for the store's lock."""
    fork = multiprocessing.get_context("fork")
    ready, results = fork.Barrier(TOGETHER), fork.Queue()
    searchers = [
        fork.Process(target=search_and_wait, args=(path, number, ready, results))
        for number in range(TOGETHER)
    ]
    for searcher in searchers:
        searcher.start()
    seconds = [results.get(timeout=600) for _ in searchers]
    for searcher in searchers:
        searcher.join()
    spent, waited = (sum(part) for part in zip(*seconds, strict=True))
    return {"waited_share": waited / spent, "waited_ms": 1000 * waited / (TOGETHER * SEARCHES)}


def search_and_wait(path: Path, number: int, ready: Any, results: Any) -> None:
    """One of them: seconds of its searches, and those of them until it had the lock."""
    rng = np.random.default_rng(number)
    vectors = rng.standard_normal((SEARCHES, DIMENSION), dtype=np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    asked = [SubQuestion.of(question).terms for question in questions()[:SEARCHES]]
    waited = 0.0
    with closing(Store.open(path)) as store:
        store.search(vectors[0], asked[0], count=48, filters=Filters())
        lock = store.connection.lock
        hold = lock.hold

        @contextmanager
        def timed(**options: Any) -> Iterator[None]:
            nonlocal waited
            began = time.perf_counter()
            with hold(**options):
                waited += time.perf_counter() - began
                yield

        lock.hold = timed  # type: ignore[method-assign]
        ready.wait()
        began = time.perf_counter()
        for vector, terms in zip(vectors, asked, strict=True):
            store.search(vector, terms, count=48, filters=Filters())
        results.put((time.perf_counter() - began, waited))


def milliseconds(call: Callable[[], Any]) -> float:
    """Processor time of this process and its threads, which other programs lengthen less than waiting."""
    began = time.process_time()
    call()
    return 1000 * (time.process_time() - began)


def questions() -> list[str]:
    rows = map(json.loads, (ROOT / "corpus" / "questions.jsonl").read_text(encoding="utf-8").splitlines())
    asked = [row["question"] for row in rows if not row.get("history")]
    random.Random(0).shuffle(asked)
    return asked


def people(store: Path) -> dict[str, float]:
    """What a process with the models, and a question, cost, on one thread: several wait for each other."""
    settings = Settings(store=store, threads=1)
    with Assistant.open(settings=settings) as assistant, tempfile.TemporaryDirectory() as folder:
        count = write_copies(ROOT / "corpus", Path(folder), ADDED)
        assistant.models.embedder()
        before_s = family_seconds()
        assistant.add(folder)
        add_s = family_seconds() - before_s
        assistant.warm()
        asked = questions()
        answers = [assistant.ask(question) for question in asked[:5]]
        cpu, began = time.process_time(), time.perf_counter()
        answers += [assistant.ask(question) for question in asked[5 : 5 + ASKED]]
        figures = {
            "added_a_second": count / add_s,
            "cpu_s_a_question": (time.process_time() - cpu) / ASKED,
            "wall_s_a_question": (time.perf_counter() - began) / ASKED,
            "process_bytes": psutil.Process().memory_info().rss,
        }
    return figures | {"exchange_bytes": exchange_bytes(store, answers * 10)}


def exchange_bytes(store: Path, answers: Sequence[Answer]) -> float:
    """What a question takes that is kept with its answer, five in a conversation."""
    catalogue = store / "catalogue.sqlite3"
    before = catalogue.stat().st_size  # the store is closed, so that nothing is in a journal
    with closing(Store.open(store)) as opened:
        kept = opened.conversations
        for number, answer in enumerate(answers):
            conversation = f"{number // 5:032x}"
            place = kept.begin_exchange(conversation, answer.question, Filters())
            kept.end_exchange(conversation, place, answer=answer)
    return (catalogue.stat().st_size - before) / len(answers)


def family_seconds() -> float:
    """Processor time of this process and of those that it keeps to read files."""
    own = psutil.Process()
    return sum(sum(process.cpu_times()[:2]) for process in (own, *own.children(recursive=True)))


def sessions(store: Path, count: int) -> dict[str, float]:
    """What open pages cost the app: memory, and processor time to draw each once."""
    open_bytes: list[int] = []
    with running_app(store) as (process, port):
        asyncio.run(open_pages(port, 3))  # what the first ones import is no page's
        wait_for_models(port)
        time.sleep(10)  # what loading them has left behind is given back
        before, cpu = process.memory_info().rss, sum(process.cpu_times()[:2])
        asyncio.run(open_pages(port, count, look=lambda: open_bytes.append(process.memory_info().rss)))
        spent = sum(process.cpu_times()[:2]) - cpu
    return {"session_bytes": (open_bytes[0] - before) / count, "cpu_s_a_page": spent / count}


def wait_for_models(port: int) -> None:
    """Until the app has loaded them; ten minutes at most."""
    for _ in range(600):
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=60) as answer:
            if json.load(answer)["models"] == "ready":
                return
        time.sleep(1)
    raise RuntimeError("the models do not load")


@contextmanager
def running_app(store: Path) -> Iterator[tuple[psutil.Process, int]]:
    """The app on a store, once it answers."""
    from tests.browser.conftest import free_port, wait_until_healthy

    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        with log.open("wb") as output:
            command = [sys.executable, "-m", "qa", "--store", str(store), "app", "--port", str(port)]
            app = subprocess.Popen(command, stdout=output, stderr=output, cwd=ROOT)
        try:
            wait_until_healthy(port, app, log)
            yield psutil.Process(app.pid), port
        finally:
            app.terminate()
            app.wait(30)


async def open_pages(port: int, count: int, look: Callable[[], object] | None = None) -> None:
    """Connect as so many browsers do, have each page drawn, and look while all are open."""
    from streamlit.proto.BackMsg_pb2 import BackMsg
    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
    from websockets.asyncio.client import connect

    begin = BackMsg()
    begin.rerun_script.query_string = ""
    open_connections = []
    for _ in range(count):
        connection = await connect(
            f"ws://localhost:{port}/_stcore/stream",
            origin=f"http://localhost:{port}",  # type: ignore[arg-type]
            subprotocols=["streamlit"],  # type: ignore[list-item]
            max_size=None,
            max_queue=None,
            close_timeout=5,
        )
        open_connections.append(connection)
        await connection.send(begin.SerializeToString())
        while True:
            message = ForwardMsg()
            message.ParseFromString(await asyncio.wait_for(connection.recv(), 120))
            if message.WhichOneof("type") == "script_finished":
                break
    if look:
        look()
    await asyncio.gather(*(connection.close() for connection in open_connections))


def fit(sizes: Sequence[float], costs: Sequence[float]) -> tuple[float, float]:
    """Fixed cost and cost of each, by least squares on the shares, so that the largest does not decide alone."""
    weights = 1 / np.maximum(np.asarray(costs), 1e-9)
    table = np.stack([np.ones(len(sizes)), np.asarray(sizes)], axis=1)
    solution, *_ = np.linalg.lstsq(table * weights[:, None], np.asarray(costs) * weights, rcond=None)
    return float(solution[0]), float(solution[1])


def child(*arguments: str) -> dict[str, float]:
    """The figures that this script prints in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.scale", *arguments],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def show(cost: float, unit: str) -> str:
    return f"{cost / 1e6:,.1f} MB" if unit.startswith("bytes") else f"{cost:,.1f} ms"


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=[2000, 10_000, 50_000])
    parser.add_argument("--passages", type=int, default=10_000_000)
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--sessions", type=int, default=200)
    parser.add_argument("--filled", type=Path)
    parser.add_argument("--one", nargs="+", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        task, *rest = options.one
        print(json.dumps(run_one(task, rest)))
        return
    with tempfile.TemporaryDirectory(prefix="qa-scale-") as folder:
        laws = growing(options.filled or Path(folder), sorted(options.sizes), options.passages)
        fixed(Path(folder), options.people, options.sessions, laws)


def run_one(task: str, rest: list[str]) -> dict[str, float]:
    path = Path(rest[0])
    if task == "fill":
        return {"written_a_second": fill(path, int(rest[1]))}
    if task == "measure":
        return measure(path)
    if task == "together":
        return together(path)
    return people(path) if task == "people" else sessions(path, int(rest[1]))


def growing(folder: Path, sizes: list[int], wanted: int) -> dict[str, tuple[float, float]]:
    """What grows with the passages; by name the fixed cost and that of each passage."""
    rows = []
    for size in sizes:
        store, written = folder / f"store-{size}", ""
        if not store.exists():
            rate = child("--one", "fill", str(store), str(size))["written_a_second"]
            written = f", written at {rate:,.0f} a second (not read, cut and embedded)"
        rows.append(child("--one", "measure", str(store)))
        print(
            f"{rows[-1]['passages']:,.0f} passages in {rows[-1]['documents_there']:,.0f} documents{written}",
            flush=True,
        )
    passages = [row["passages"] for row in rows]
    laws = {}
    for name, unit in GROWING.items():
        costs = [row[name] for row in rows]
        base, each = laws[name] = fit(passages, costs)
        print(f"{name:11} {unit}: {', '.join(show(cost, unit) for cost in costs)}; ", end="")
        if each <= 0:
            print("no growth seen")
            continue
        per = f"{each:,.0f} bytes" if unit.startswith("bytes") else f"{1000 * each:.3g} ms a thousand"
        print(
            f"{show(base, unit)} and {per} each; at {wanted:,}: {show(base + each * wanted, unit)}",
            flush=True,
        )
    waits = child("--one", "together", str(folder / f"store-{sizes[-1]}"))
    print(
        f"{TOGETHER} processes that search at once wait for the lock {100 * waits['waited_share']:.1f} % of "
        f"their time, {waits['waited_ms']:.1f} ms a search"
    )
    return laws


def fixed(folder: Path, count: int, pages: int, laws: dict[str, tuple[float, float]]) -> None:
    """What a process, a question and a person cost."""
    store = str(folder / "people")
    costs = child("--one", "people", store)
    costs |= child("--one", "sessions", store, str(pages))
    busiest = count * QUESTIONS_A_DAY / (3600 * HOURS) * PEAK
    print(f"\na process with the models: {costs['process_bytes'] / 1e6:,.0f} MB")
    print(
        f"a question: {costs['cpu_s_a_question']:.2f} s of processor time on one core ({costs['wall_s_a_question']:.2f} s until it is there)"
    )
    print(f"added (read, cut, embedded, written): {costs['added_a_second']:.0f} passages a second of a core")
    print(f"a question that is kept: {costs['exchange_bytes'] / 1000:.1f} kB")
    print(
        f"an open page: {costs['session_bytes'] / 1e6:.2f} MB, drawn in {costs['cpu_s_a_page']:.2f} s of processor time"
    )
    print(
        f"{count:,} people who ask {QUESTIONS_A_DAY} times in {HOURS} h, the busiest hour {PEAK} times the mean: {busiest:.2f} questions a second, {busiest * costs['cpu_s_a_question']:.1f} cores"
    )
    each = max(0.0, laws["dense"][1]) + laws["words"][1]
    most = (1000 / busiest - max(0.0, laws["dense"][0]) - laws["words"][0]) / each
    print(f"the busiest hour's searches, which share the lock, fill one core at {most:,.0f} passages")
    year = count * QUESTIONS_A_DAY * 250 * costs["exchange_bytes"]
    print(
        f"kept in a year of 250 days: {year / 1e9:.1f} GB; open pages: {count * costs['session_bytes'] / 1e9:.2f} GB"
    )


if __name__ == "__main__":
    main()
