"""Files that are there: what becomes of them, how two checkouts differ, and what is lost without a word."""

import difflib
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from qa.parsers import format_of_name
from tests.bench.known_documents.reading_process import ReadingProcess, ReadingResult
from tests.support.mutations import remove_blocks

__all__ = [
    "can_be_taken_apart",
    "compare_files",
    "find_readable_files",
    "print_lost_blocks",
    "print_readings",
]

_SLOWER = 1.2  # times as long as before is worth a mark
_SHORTEST_S = 0.002  # below it a ratio says nothing
_SHOWN = 12


@dataclass
class _FormatTimes:
    """Seconds of a format's files by one checkout and by the other."""

    now_s: float = 0.0
    before_s: float = 0.0
    files: int = 0
    differing: int = 0
    ratios: list[tuple[float, str]] = field(default_factory=list)


def find_readable_files(paths: Iterable[Path]) -> list[Path]:
    """All files below these folders that are of a format that is read, in order."""
    files = [
        path
        for start in paths
        for path in ([start] if start.is_file() else sorted(start.rglob("*")))
        if path.is_file() and format_of_name(path.name)
    ]
    return list(dict.fromkeys(files))


def _format_of(path: Path) -> str:
    return path.suffix.lower().removeprefix(".")


def print_readings(files: Sequence[Path], checkout: Path) -> None:
    """A line a file: time, characters, tables, notes, or why it was not read."""
    with ReadingProcess(checkout) as process:
        _warm(process, files)
        for path in files:
            result = process.read(path)
            if failure := result.get("failure"):
                print(f"{path.name}: {failure}")
                continue
            tables = f", {len(result['tables'])} tables" if result["tables"] is not None else ""
            print(
                f"{path.name}: {1000 * result['seconds']:.0f} ms, {len(result['text'])} characters{tables}; {result['title']!r}"
            )
            for note in result["notes"]:
                print(f"    says: {note}")


def _warm(process: ReadingProcess, files: Sequence[Path]) -> None:
    """The first file of a format pays for the imports."""
    for first in {_format_of(path): path for path in reversed(files)}.values():
        process.read(first)


def compare_files(files: Sequence[Path], checkout: Path, before: Path, *, rounds: int) -> None:
    """Each file by both, in turns; the least time of each counts. Times by format, and where texts differ."""
    by_format: dict[str, _FormatTimes] = {}
    with ReadingProcess(checkout) as process_now, ReadingProcess(before) as process_before:
        _warm(process_now, files)
        _warm(process_before, files)
        for path in files:
            results_now, results_before = [], []
            for _ in range(rounds):
                results_before.append(process_before.read(path))
                results_now.append(process_now.read(path))
            now_s = min(result["seconds"] for result in results_now)
            before_s = min(result["seconds"] for result in results_before)
            times = by_format.setdefault(_format_of(path), _FormatTimes())
            times.files += 1
            is_different = _print_difference(path, results_before[0], results_now[0])
            times.differing += is_different
            # A file that one of them refuses says nothing about time.
            if not (results_now[0].get("failure") or results_before[0].get("failure")):
                times.now_s += now_s
                times.before_s += before_s
                times.ratios.append((now_s / max(before_s, 1e-9), path.name))
    _print_times(by_format)


def _print_difference(path: Path, before: ReadingResult, now: ReadingResult) -> bool:
    described = [
        (result.get("failure", ""), result["title"], result["published"], result["notes"], result["text"])
        for result in (before, now)
    ]
    if described[0] == described[1]:
        return False
    print(f"{path}: {len(before['text'])} characters before, {len(now['text'])} now")
    for label, old, new in zip(("failure", "title", "date", "notes"), *described, strict=False):
        if old != new:
            print(f"    {label}: {old!r} -> {new!r}")
    lines = [
        line
        for line in difflib.unified_diff(
            before["text"].split("\n"), now["text"].split("\n"), n=0, lineterm=""
        )
        if line[:1] in "+-" and line[:3] not in ("+++", "---") and line[1:].strip()
    ]
    for line in lines[:_SHOWN]:
        print(f"    {line[:150]}")
    if len(lines) > _SHOWN:
        print(f"    ... {len(lines)} lines differ")
    return True


def _print_times(by_format: Mapping[str, _FormatTimes]) -> None:
    print(
        f"{'format':<10}{'files':>6}{'differ':>8}{'before ms':>11}{'now ms':>9}{'ratio':>7}  slowest by ratio"
    )
    for name, times in sorted(by_format.items()):
        ratio = times.now_s / times.before_s if times.before_s else 0.0
        mark = "!" if ratio > _SLOWER and times.now_s - times.before_s > _SHORTEST_S else " "
        worst = max(times.ratios, default=(0.0, ""))
        print(
            f"{name:<10}{times.files:>6}{times.differing:>8}{1000 * times.before_s:>11.1f}{1000 * times.now_s:>9.1f}"
            f"{ratio:>7.2f}{mark} {worst[0]:.2f} {worst[1]}"
        )


def can_be_taken_apart(path: Path) -> bool:
    """Whether there is any block that could be lost."""
    return next(remove_blocks(path.name, path.read_bytes()), None) is not None


def print_lost_blocks(files: Sequence[Path], checkout: Path) -> None:
    """Take each block of each file out, and name those without which text and notes stay as they are."""
    with ReadingProcess(checkout) as process, tempfile.TemporaryDirectory() as folder:
        for path in files:
            target = Path(folder, path.name)
            whole = _says(process, target, path.read_bytes())
            count = 0
            lost = []
            for mutant in remove_blocks(path.name, path.read_bytes()):
                count += 1
                if _says(process, target, mutant.data) == whole:
                    lost.append(mutant)
            print(
                f"{path.parent.name}/{path.name}: {len(lost)} of {count} blocks are lost without a word",
                flush=True,
            )
            for mutant in lost[:_SHOWN]:
                print(f"    {mutant.place}: {mutant.words}")


def _says(process: ReadingProcess, target: Path, data: bytes) -> tuple[object, ...]:
    target.write_bytes(data)
    result = process.read(target)
    return result["text"], result["notes"], result.get("failure")
