"""What an installation weighs, by distribution, and which of our own requirements brings each.

    python -m tests.bench.weight [--rows 25]

For the default installation and, on top of it, each extra: the files of every distribution as installed here,
without bytecode; what pyproject.toml names that brings it; and what would be gone without that alone.
"""

import argparse
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.metadata import Distribution, distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

_MEGABYTE = 1e6
_PROJECT = Path("pyproject.toml")


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=25, help="of the default installation's table")
    options = parser.parse_args()
    project = tomllib.loads(_PROJECT.read_text(encoding="utf-8"))["project"]
    named = [Requirement(line) for line in project["dependencies"]]
    default = needed_by(named)
    own_mb = _size_mb(path for path in Path("qa").rglob("*") if path.suffix != ".pyc")
    print(
        f"Default: {len(default)} distributions, {total_mb(default):,.0f} MB; the package itself {own_mb:,.0f} MB\n"
    )
    print("| Distribution | MB | Brought by | MB that only those bring |\n|---|---|---|---|")
    for name in sorted(default, key=lambda name: (-size_mb(name), name))[: options.rows]:
        brought_by = [one.name for one in named if name in needed_by([one])]
        # Where several bring it, dropping one of them changes nothing.
        others = needed_by([one for one in named if one.name not in brought_by])
        saved = total_mb(default - others)
        print(f"| {name} | {size_mb(name):,.1f} | {', '.join(brought_by)} | {saved:,.0f} |")
    print("\n| Extra | MB more | The largest |\n|---|---|---|")
    for extra, lines in project["optional-dependencies"].items():
        requirements = [Requirement(line) for line in lines]
        absent = [one.name for one in requirements if canonicalize_name(one.name) not in installed()]
        if absent:
            print(f"| {extra} | not installed here: {', '.join(absent)} | |")
            continue
        added = needed_by(requirements) - default
        largest = sorted(added, key=lambda name: (-size_mb(name), name))[:3]
        names = ", ".join(f"{name} {size_mb(name):,.1f}" for name in largest)
        print(f"| {extra} | {total_mb(added):,.0f} | {names} |")


@cache
def installed() -> Mapping[str, Distribution]:
    """By canonical name; the first one on the path counts, as it does for an import."""
    found: dict[str, Distribution] = {}
    for one in distributions():
        found.setdefault(canonicalize_name(one.metadata["Name"]), one)
    return found


def needed_by(requirements: Iterable[Requirement]) -> frozenset[str]:
    """The distributions that these bring here, themselves and those of their extras included."""
    reached: set[tuple[str, str]] = set()
    waiting = list(requirements)
    while waiting:
        one = waiting.pop()
        name = canonicalize_name(one.name)
        for extra in ("", *one.extras):
            if (name, extra) not in reached and name in installed():
                reached.add((name, extra))
                waiting += _requirements(name, extra)
    return frozenset(name for name, _ in reached)


def _requirements(name: str, extra: str) -> Iterator[Requirement]:
    for line in installed()[name].requires or ():
        one = Requirement(line)
        if one.marker is None or one.marker.evaluate({"extra": extra}):
            yield one


@cache
def size_mb(name: str) -> float:
    """Of the files that the installer noted down; megabytes of 1,000,000 bytes."""
    one = installed()[name]
    paths = (Path(str(one.locate_file(file))) for file in one.files or () if file.suffix != ".pyc")
    return _size_mb(paths)


def _size_mb(paths: Iterable[Path]) -> float:
    return sum(path.stat().st_size for path in paths if path.is_file()) / _MEGABYTE


def total_mb(names: Iterable[str]) -> float:
    """Of several together."""
    return sum(map(size_mb, names))


if __name__ == "__main__":
    main()
