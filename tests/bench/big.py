"""Two thousand documents, a hundred thousand passages: rate beside raw encoding, memory, disk, kill -9 and resume.

The documents are sentences of corpus/ in ever new orders. Usage: python -m tests.bench.big [documents] [folder]
"""

import random
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

import psutil

from qa import chunking
from qa.models.embedder import open_embedder
from qa.parsers import Metadata, parse_path
from qa.store import Store
from qa.text.sentences import sentence_spans

ROOT = Path(__file__).resolve().parents[2]
SENTENCES, SAMPLE = 365, 1500  # in a document; passages that are encoded by themselves


def write_documents(folder: Path, count: int) -> None:
    """Text files of about fifty passages each, with a heading every thirty sentences."""
    chance = random.Random(5)
    pool = []
    for path in sorted((ROOT / "corpus").glob("*.md")):
        body = path.read_text(encoding="utf-8").partition("\n---\n")[2]
        sentences = [" ".join(body[slice(*span)].split()) for span in sentence_spans(body)]
        pool += [sentence for sentence in sentences if len(sentence) > 40 and sentence[0].isupper()]
    for number in range(count):
        lines = [f"# Collected notes {number}"]
        for place in range(SENTENCES):
            if place % 30 == 0:
                lines.append(f"\n## Part {place // 30 + 1} of notes {number}\n")
            lines.append(chance.choice(pool) + ("\n" if place % 5 == 4 else ""))
        (folder / f"notes-{number:05}.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


def raw_rate(folder: Path) -> float:
    """Passages a second of the embedder alone, on passages of these documents."""
    embedder = open_embedder("all-MiniLM-L6-v2")
    triples: list[tuple[str, str | None, str]] = []
    for path in sorted(folder.glob("*.md"))[:60]:
        document = parse_path(path, metadata=Metadata(), max_bytes=10**7).to_document("d")
        chunks = chunking.split_into_chunks(document, window_chars=950)
        triples += [
            (document.title, passage.heading, document.text[passage.start : passage.end])
            for passage in chunks
        ]
    triples = triples[:SAMPLE]
    embedder.embed_passages(triples[:256])
    began = time.perf_counter()
    for start in range(0, len(triples), 256):
        embedder.embed_passages(triples[start : start + 256])
    return len(triples) / (time.perf_counter() - began)


def counts(store: Path) -> tuple[int, int]:
    with closing(Store.open(store)) as open_store:
        return open_store.counts()


def add(folder: Path, store: Path, until: int | None) -> tuple[float, list[tuple[float, float]]]:
    """`qa add` with its memory (of all its processes, MB) every few seconds; killed at so many documents."""
    command = [sys.executable, "-m", "qa", "--store", str(store), "add", str(folder), "--json"]
    began = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=ROOT)
    memory: list[tuple[float, float]] = []
    while child.poll() is None:
        time.sleep(3)
        try:
            family = [psutil.Process(child.pid), *psutil.Process(child.pid).children(recursive=True)]
            memory_mb = sum(process.memory_info().rss for process in family) / 1e6
            if memory_mb:  # of one that has just ended there is nothing to measure
                memory.append((time.perf_counter() - began, memory_mb))
        except psutil.NoSuchProcess:
            continue
        if until is not None and counts(store)[0] >= until:
            child.send_signal(signal.SIGKILL)
            child.wait()
    return time.perf_counter() - began, memory


def main() -> None:
    """Print the figures."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    base = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(tempfile.mkdtemp(prefix="qa-big-"))
    folder, store = base / "documents", base / "store"
    folder.mkdir(parents=True)
    write_documents(folder, count)
    before = raw_rate(folder)
    print(f"raw encoding before: {before:.1f} passages a second", flush=True)
    first_s, first = add(folder, store, count // 4)
    documents, passages = counts(store)
    print(f"killed after {first_s:.0f} s at {documents} documents, {passages} passages", flush=True)
    rest_s, memory = add(folder, store, None)
    all_documents, all_passages = counts(store)
    after = raw_rate(folder)
    rate = (all_passages - passages) / rest_s
    print(
        f"resumed: {all_documents - documents} documents, {all_passages - passages} passages in {rest_s:.0f} s"
    )
    print(f"raw encoding after: {after:.1f} passages a second")
    print(f"{rate:.1f} passages a second, {rate / ((before + after) / 2):.2f} of raw encoding")
    began = time.perf_counter()
    with closing(Store.open(store)) as open_store:
        assert open_store.check().problems == ()
        versions = {len(open_store.history(document.id)) for document in open_store.documents()[:200]}
        print(f"checked in {time.perf_counter() - began:.1f} s; versions of a document: {sorted(versions)}")
    seconds, _ = add(folder, store, None)
    print(f"again, nothing to do: {seconds:.1f} s")
    size = sum(path.stat().st_size for path in store.rglob("*") if path.is_file())
    texts = sum(path.stat().st_size for path in folder.iterdir())
    print(
        f"{all_documents} documents, {all_passages} passages, {texts / 1e6:.0f} MB of text, {size / 1e6:.0f} MB on disk"
    )
    for share in (0.1, 0.25, 0.5, 0.75, 1.0):
        moment_s, mb = memory[max(0, int(share * len(memory)) - 1)]
        print(f"  after {moment_s:5.0f} s: {mb:.0f} MB")
    print(f"  most: {max(mb for _, mb in [*first, *memory]):.0f} MB")


if __name__ == "__main__":
    main()
