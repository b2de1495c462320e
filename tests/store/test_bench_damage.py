"""The benches of damage and kills in a small form: nothing wrong is quoted, nothing is lost."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def figures_of(bench: str, *arguments: str) -> dict[str, int]:
    """The figures of the line that the bench ends with, by their names."""
    command = [sys.executable, "-m", f"tests.bench.{bench}", *arguments]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=600)
    assert ended.returncode == 0, ended.stderr[-2000:]
    line = ended.stdout.strip().splitlines()[-1]
    print(ended.stdout)  # noqa: T201 - seen with -s, and when it fails
    return {name.strip(): int(count) for count, name in re.findall(r"(\d+) ([a-z][a-z -]+)", line)}


@pytest.mark.slow
def test_a_few_damages() -> None:
    figures = figures_of("damage", "8", "3", "--search")
    assert figures["damages in"] == 8
    assert figures["wrong quotes"] == figures["tracebacks"] == figures["wrong"] == 0


@pytest.mark.slow
def test_a_few_kills() -> None:
    figures = figures_of("kills", "3", "3")
    assert figures["kills in"] == 3
    assert figures["lost"] == figures["tracebacks"] == figures["not repaired"] == 0
    assert figures["with debris after the next command"] == 0
