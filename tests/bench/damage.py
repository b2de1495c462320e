"""Random damage of every file of a store: an answer is right or refused in one line, and repair mends.

    python -m tests.bench.damage [damages] [seed] [--search] [--keep FOLDER]

Each time a file of a fresh copy of a store gets some bits flipped, a page zeroed or filled with noise, is cut,
removed or exchanged with another. Then `qa ask`, `check`, `check --repair` and `ask` again, each a process of
its own. The files that documents came from are there half of the time. With --search it is the store alone
that is searched, checked and repaired, which needs no models: ten times as fast.

Prints a line of figures: an answer is right if it is the one of before with the same quotes; other if its
quotes are exact but others; wrong if a quote is not what was added. --keep keeps the stores that copies are
made of, for the next time, and what was printed where something went wrong.
"""

import argparse
import json
import random
import shutil
import tempfile
import time
from abc import ABC, abstractmethod
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qa.store import Store
from tests.bench.big import write_documents
from tests.store.test_store import EMBEDDER, find, make_addition, word
from tests.support.commands import CommandResult, run_call, run_command, warm_up

ROOT = Path(__file__).resolve().parents[2]
_PAGE = 4096
_DOCUMENTS = ("canada-mexico-summit.md", "dairy-quotas.md", "natural-gas.md", "softwood-lumber.md")
_QUESTIONS = (
    "Where in Mexico did Carney meet Sheinbaum?",
    "What did Canada agree on dairy quotas?",
    "How much natural gas does Mexico import from the United States?",
    "What duties apply to softwood lumber?",
)


@dataclass(frozen=True, slots=True)
class SoundStore:
    """A store to copy and damage, with what it answers and the texts that it quotes from."""

    folder: Path
    sources: Path
    answers: dict[str, Any]
    texts: dict[str, str]


class Desk(ABC):
    """What is asked, checked and repaired; each method runs a process of its own."""

    @abstractmethod
    def build(self, folder: Path, *, is_large: bool) -> SoundStore:
        """A store in the folder, if it is not there; a large one has enough passages for Chroma's graph."""

    @abstractmethod
    def ask(self, store: Path, question: str) -> CommandResult:
        """An answer as JSON on stdout."""

    @abstractmethod
    def check(self, store: Path, *, repairs: bool) -> CommandResult:
        """Check it, or repair it."""

    @abstractmethod
    def read(self, stdout: str) -> tuple[Any, list[tuple[str, int, int, str]]]:
        """Of an answer what has to be the same; its quotes with document, start and end."""


class Commands(Desk):
    """The commands of `qa`, over briefings in some versions."""

    def build(self, folder: Path, *, is_large: bool) -> SoundStore:
        sources, store = folder / "sources", folder / "store"
        if not store.exists():
            sources.mkdir(parents=True)
            write_documents(sources, 24 if is_large else 1)
            for name in _DOCUMENTS:
                shutil.copy(ROOT / "corpus" / name, sources)
            first = sources / _DOCUMENTS[0]
            final = first.read_text(encoding="utf-8")
            first.write_text(final + "\nA line that was there once.\n", encoding="utf-8")
            _require(run_command("--store", store, "add", sources, is_first=True))
            first.write_text(final, encoding="utf-8")
            _require(run_command("--store", store, "add", sources))
        _require(run_command("--store", store, "ask", "--json", _QUESTIONS[0], is_first=True))
        answers = {question: self.read(_require(self.ask(store, question)).stdout) for question in _QUESTIONS}
        listed = json.loads(_require(run_command("--store", store, "list", "--json")).stdout)
        texts = {}
        for document in listed:
            shown = _require(run_command("--store", store, "show", document["document"], "--json"))
            texts[document["document"]] = json.loads(shown.stdout)["text"]
        return SoundStore(store, sources, answers, texts)

    def ask(self, store: Path, question: str) -> CommandResult:
        return run_command("--store", store, "ask", "--json", question)

    def check(self, store: Path, *, repairs: bool) -> CommandResult:
        return run_command("--store", store, "check", *(["--repair"] if repairs else []))

    def read(self, stdout: str) -> tuple[Any, list[tuple[str, int, int, str]]]:
        answer = json.loads(stdout)
        quotes = [
            (citation["document"], citation["start"], citation["end"], citation["quote"])
            for citation in answer["citations"]
        ]
        return (answer["text"], quotes), quotes


class StoreAlone(Desk):
    """The store, over documents of one sentence a passage, with vectors made of their words."""

    def build(self, folder: Path, *, is_large: bool) -> SoundStore:
        store, sources = folder / "store", folder / "sources"
        names = ("alpha", "beta", "gamma", "delta")
        passages = 300 if is_large else 6
        sources.mkdir(parents=True, exist_ok=True)
        if not store.exists():

            def fill() -> None:
                with closing(Store.open(store)) as opened:
                    opened.bind_model(EMBEDDER.name, EMBEDDER.dimension)
                    opened.put([make_addition(name, passages=passages) for name in names])
                    opened.put([make_addition("alpha", 2, passages=passages)])

            _require(run_call(fill))
        questions = [
            f"tariffs {word(name, 2 if name == 'alpha' else 1, place)}" for name in names for place in (1, 4)
        ]
        answers = {question: self.read(_require(self.ask(store, question)).stdout) for question in questions}
        texts = {
            name: make_addition(name, 2 if name == "alpha" else 1, passages=passages)[0].text
            for name in names
        }
        return SoundStore(store, sources, answers, texts)

    def ask(self, store: Path, question: str) -> CommandResult:
        def search() -> None:
            with closing(Store.open(store)) as opened:
                opened.bind_model(EMBEDDER.name, EMBEDDER.dimension)
                best = find(opened, question, count=3)[:1]  # the others are many that are as near
                passages = [*best, *(opened.expand_passage(passage, 1) for passage in best)]
            print(
                json.dumps(
                    [
                        (passage.document_id, passage.start, passage.end, passage.text, passage.title,
                         passage.heading, passage.source)
                        for passage in passages
                    ]
                )
            )  # fmt: skip

        return run_call(search)

    def check(self, store: Path, *, repairs: bool) -> CommandResult:
        def look() -> None:
            with closing(Store.open(store)) as opened:
                report = opened.repair(EMBEDDER) if repairs else opened.check()
                print(report)
                raise SystemExit(int(bool(opened.check().problems)))

        return run_call(look)

    def read(self, stdout: str) -> tuple[Any, list[tuple[str, int, int, str]]]:
        passages = [tuple(passage) for passage in json.loads(stdout)]
        return passages, [passage[:4] for passage in passages]


def _require(result: CommandResult) -> CommandResult:
    assert result.code == 0, (result.code, result.stdout[-500:], result.stderr[-2000:])
    return result


def judge(desk: Desk, sound: SoundStore, question: str, result: CommandResult) -> str:
    """What an answer is: right, other, wrong, refused or broken."""
    if result.is_one_line:
        return "refused"
    if result.code != 0:
        return "broken"
    answer = desk.read(result.stdout)
    for document_id, start, end, quote in answer[1]:
        if sound.texts.get(document_id, "")[start:end] != quote:
            return "wrong"
    return "right" if answer == sound.answers[question] else "other"


def damage(store: Path, chance: random.Random) -> str:
    """Damage one file; what was done to it."""
    files = sorted(path for path in store.rglob("*") if path.is_file())
    catalogue = store / "catalogue.sqlite3"
    path = catalogue if chance.random() < 0.5 else chance.choice(files)
    data = bytearray(path.read_bytes())
    name = path.relative_to(store).as_posix()
    place = chance.randrange(len(data)) if data else 0
    page = slice(place // _PAGE * _PAGE, place // _PAGE * _PAGE + _PAGE)
    match chance.choice(("flip", "flips", "zero", "noise", "cut", "remove", "exchange", "swap")):
        case "flip" if data:
            data[place] ^= 1 << chance.randrange(8)
            what = f"flips a bit of {name} at {place}"
        case "flips" if data:
            for _ in range(16):
                data[chance.randrange(len(data))] = chance.randrange(256)
            what = f"changes 16 bytes of {name}"
        case "zero" if data:
            data[page] = bytes(len(data[page]))
            what = f"zeroes {name} from {page.start}"
        case "noise" if data:
            data[page] = chance.randbytes(len(data[page]))
            what = f"fills {name} with noise from {page.start}"
        case "cut":
            del data[place:]
            what = f"cuts {name} at {place}"
        case "swap" if len(data) >= 2 * _PAGE:
            other = chance.randrange(len(data) // _PAGE) * _PAGE
            first, second = bytes(data[page.start : page.start + _PAGE]), bytes(data[other : other + _PAGE])
            if len(first) == _PAGE:
                data[page.start : page.start + _PAGE], data[other : other + _PAGE] = second, first
            what = f"swaps pages of {name} at {page.start} and {other}"
        case "exchange":
            other_path = chance.choice(files)
            data = bytearray(other_path.read_bytes())
            what = f"puts {other_path.relative_to(store).as_posix()} in the place of {name}"
        case _:
            path.unlink()
            return f"removes {name}"
    path.write_bytes(data)
    return what


def run(desk: Desk, damages: int, seed: int, kept: Path | None) -> Counter[str]:
    """Damage copies of stores so many times and count what came of it."""
    chance = random.Random(seed)
    tally: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        stores = (kept or folder) / type(desk).__name__.lower()
        sounds = [desk.build(stores / "small", is_large=False)]
        if damages >= 50:
            sounds.append(desk.build(stores / "large", is_large=True))
        for number in range(damages):
            sound = sounds[number % len(sounds)]
            store, away = folder / "damaged", folder / "away"
            shutil.rmtree(store, ignore_errors=True)
            shutil.copytree(sound.folder, store)
            question = chance.choice(sorted(sound.answers))
            what = f"{number} {sound.folder.parent.name}: {damage(store, chance)}"
            has_sources = chance.random() < 0.5
            if not has_sources:
                shutil.move(sound.sources, away)
            try:
                _one(desk, sound, store, question, tally, kept=kept, what=what)
            finally:
                if not has_sources:
                    shutil.move(away, sound.sources)
    return tally


def _one(
    desk: Desk,
    sound: SoundStore,
    store: Path,
    question: str,
    tally: Counter[str],
    *,
    kept: Path | None,
    what: str,
) -> None:
    results = {
        "ask": desk.ask(store, question),
        "check": desk.check(store, repairs=False),
        "repair": desk.check(store, repairs=True),
        "again": desk.ask(store, question),
    }
    before, after = (judge(desk, sound, question, results[name]) for name in ("ask", "again"))
    tally["damages"] += 1
    tally[before] += 1
    tally[f"{after} after repair"] += 1
    tally["noticed"] += results["check"].code == 1
    tally["repaired"] += results["repair"].code == 0
    broken = [
        result
        for result in results.values()
        if not result.is_one_line
        and (result.code not in (0, 1) or "Traceback" in result.stderr or "panicked" in result.stderr)
    ]
    tally["tracebacks"] += len(broken)
    if kept and after == "refused":
        print(f"{what}: refused after repair: {results['again'].stderr.strip()}", flush=True)
    if broken or {before, after} & {"wrong", "other", "broken"}:
        print(f"{what}: {before}, then {after}{', broken' if broken else ''}", flush=True)
        if kept:
            for name, result in results.items():
                file = kept / f"{what.split()[0]}-{name}.txt"
                file.write_text(f"{result.code}\n{result.stdout}\n{result.stderr}", encoding="utf-8")


def figures(tally: Counter[str], seconds: float) -> str:
    """The line."""
    return (
        f"{tally['damages']} damages in {seconds:.0f} s: {tally['right']} right answers, "
        f"{tally['refused']} one-line refusals, {tally['other']} other answers, {tally['wrong']} wrong quotes, "
        f"{tally['tracebacks']} tracebacks, {tally['repaired']} repaired; after it "
        f"{tally['right after repair']} right, {tally['refused after repair']} refused, "
        f"{tally['other after repair']} other, {tally['wrong after repair']} wrong"
    )


def main() -> None:
    """Print what went wrong, and the line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("damages", type=int, nargs="?", default=200)
    parser.add_argument("seed", type=int, nargs="?", default=0)
    parser.add_argument("--search", action="store_true", help="the store alone")
    parser.add_argument("--keep", type=Path, metavar="FOLDER")
    options = parser.parse_args()
    if options.keep is not None:
        options.keep.mkdir(parents=True, exist_ok=True)
    if options.search:
        import chromadb  # noqa: F401 - imported for the children
    else:
        warm_up()
    began = time.monotonic()
    tally = run(StoreAlone() if options.search else Commands(), options.damages, options.seed, options.keep)
    print(figures(tally, time.monotonic() - began))


if __name__ == "__main__":
    main()
