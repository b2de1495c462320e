"""Kill -9 at random moments of every command that writes: nothing is lost, and the next command goes on.

    python -m tests.bench.kills [kills] [seed]

Each time a command begins on a fresh copy of a store and is killed after a random part of the time that it
takes. Then `list`, `check` and `check --repair` run, each a process of its own. Prints a line of figures: lost
are documents that the command was not to touch, or that are neither as before nor as after; debris are files
that are in the store or beside it after the next command and belong to neither.
"""

import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.support.commands import CommandResult, run_command, start_command, warm_up

ROOT = Path(__file__).resolve().parents[2]
_KEPT, _CHANGED, _REMOVED, _NEW = "dairy-quotas.md", "natural-gas.md", "softwood-lumber.md", "japan.md"
_PARTS = {
    "catalogue.sqlite3",
    "catalogue.sqlite3-wal",
    "catalogue.sqlite3-shm",
    "store.lock",
    "store.lock.next",
}
_PARTS |= {"vectors", "vectors.sha256", "uploads", "reserve"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A store with what lies beside it: files to add, a backup, questions, a run's directory."""

    folder: Path

    @property
    def store(self) -> Path:
        return self.folder / "store"

    @property
    def sources(self) -> Path:
        return self.folder / "sources"


# What is run.
Command = Callable[[Scene], list[str]]
_COMMANDS: dict[str, Command] = {
    "add": lambda scene: ["add", str(scene.folder / "new" / _NEW)],
    "update": lambda scene: ["add", str(scene.folder / "sources")],
    "sync": lambda scene: ["sync", str(scene.folder / "sources")],
    "remove": lambda scene: ["remove", _REMOVED],
    "forget": lambda scene: ["remove", "--forget", _REMOVED],
    "backup": lambda scene: ["backup", str(scene.folder / "again.qabackup")],
    "restore": lambda scene: ["restore", "--replace", str(scene.folder / "backup.qabackup")],
    "compact": lambda scene: ["compact"],
    "repair": lambda scene: ["check", "--repair"],
    "eval": lambda scene: ["eval", str(scene.folder / "questions.jsonl"), "--out", str(scene.folder / "run")],
}


def build(folder: Path) -> Scene:
    """The scene before any command, in which a briefing has changed since it was added."""
    scene = Scene(folder=folder)
    scene.sources.mkdir(parents=True)
    (folder / "new").mkdir()
    for name in (_KEPT, _CHANGED, _REMOVED):
        shutil.copy(ROOT / "corpus" / name, scene.sources)
    shutil.copy(ROOT / "corpus" / _NEW, folder / "new")
    question = {"id": "1", "question": "What did Canada agree on dairy quotas?", "answerable": False}
    (folder / "questions.jsonl").write_text(json.dumps(question) + "\n", encoding="utf-8")
    _require(run_command("--store", scene.store, "add", scene.sources, is_first=True))
    _require(run_command("--store", scene.store, "backup", folder / "backup.qabackup"))
    with (scene.sources / _CHANGED).open("a", encoding="utf-8") as stream:
        stream.write("\nA line that is new.\n")
    return scene


def _require(result: CommandResult) -> CommandResult:
    assert result.code == 0, (result.code, result.stdout[-500:], result.stderr[-2000:])
    return result


def documents_of(scene: Scene) -> dict[str, int]:
    """Name of the file to length of the documents that are there."""
    listed = json.loads(_require(run_command("--store", scene.store, "list", "--json")).stdout)
    return {Path(document["source"]).name: document["characters"] for document in listed}


def debris_of(scene: Scene) -> list[str]:
    """What is in the store's folder or beside it and belongs to neither."""
    beside = {"store", "sources", "new", "backup.qabackup", "again.qabackup", "questions.jsonl", "run"}
    found = {path.name for path in scene.store.iterdir()} - _PARTS
    return sorted(found | ({path.name for path in scene.folder.iterdir()} - beside))


def kill_one(scene: Scene, arguments: list[str], after_s: float) -> bool:
    """Kill the command after so many seconds; whether it was still running."""
    with tempfile.TemporaryDirectory() as name:
        child = start_command(["--store", str(scene.store), *arguments], Path(name))
        time.sleep(after_s)
        done, _ = os.waitpid(child, os.WNOHANG)
        if done:
            return False
        try:
            os.killpg(child, signal.SIGKILL)
        except ProcessLookupError:  # it has not come as far as to have children
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    return True


def run(kills: int, seed: int) -> Counter[str]:
    """Kill commands in turn, each at a random moment, and count what came of it."""
    chance = random.Random(seed)
    tally: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        scene, first = build(folder / "scene"), folder / "first"
        shutil.copytree(scene.folder, first)
        outcomes: dict[str, tuple[dict[str, int], dict[str, int], float]] = {}
        turn = 0
        while tally["kills"] < kills:
            command = list(_COMMANDS)[turn % len(_COMMANDS)]
            turn += 1
            _copy(first, scene)
            if command not in outcomes:
                before = documents_of(scene)
                began = time.monotonic()
                _require(run_command("--store", scene.store, *_COMMANDS[command](scene)))
                outcomes[command] = (before, documents_of(scene), time.monotonic() - began)
                _copy(first, scene)
            before, after, takes_s = outcomes[command]
            if kill_one(scene, _COMMANDS[command](scene), chance.uniform(0.0, takes_s)):
                tally["kills"] += 1
                _look(scene, command, (before, after), tally)
    return tally


def _copy(first: Path, scene: Scene) -> None:
    """A fresh copy, in the place where the documents' files are said to be."""
    shutil.rmtree(scene.folder, ignore_errors=True)
    shutil.copytree(first, scene.folder)


def _look(
    scene: Scene, command: str, states: tuple[dict[str, int], dict[str, int]], tally: Counter[str]
) -> None:
    tally[command] += 1
    listed = run_command("--store", scene.store, "list", "--json")
    debris = debris_of(scene)
    check = run_command("--store", scene.store, "check")
    repair = run_command("--store", scene.store, "check", "--repair")
    documents = documents_of(scene) if listed.code == 0 else {}
    is_lost = any(
        documents.get(name) not in (states[0].get(name), states[1].get(name))
        for name in {*states[0], *states[1]}
    )
    tally["lost"] += is_lost
    tally["debris"] += bool(debris)
    tally["needed a repair"] += check.code != 0
    tally["not repaired"] += repair.code != 0
    results = (listed, check, repair)
    broken = [result for result in results if result.code not in (0, 1) or "Traceback" in result.stderr]
    tally["tracebacks"] += len(broken)
    if is_lost or broken or repair.code:
        said = " / ".join(result.stderr.strip()[-200:] for result in results)
        print(f"{command}: {'lost' if is_lost else 'broken'}: {said}", flush=True)
    if debris:
        print(f"{command}: leaves {', '.join(debris)}", flush=True)


def figures(tally: Counter[str], seconds: float) -> str:
    """The line."""
    return (
        f"{tally['kills']} kills in {seconds:.0f} s: {tally['lost']} lost, {tally['debris']} with debris after "
        f"the next command, {tally['tracebacks']} tracebacks, {tally['needed a repair']} needed a repair, "
        f"{tally['not repaired']} not repaired"
    )


def main() -> None:
    """Print what went wrong, and the line."""
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    warm_up()
    began = time.monotonic()
    tally = run(kills, seed)
    print(figures(tally, time.monotonic() - began))


if __name__ == "__main__":
    main()
