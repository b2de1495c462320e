"""The command that makes the reader's weights anew, or measures weights on rows that none was trained on.

    python -m qa.models.reader.training train --data DIR --out FILE [--start FILE] [--generated N] ...
    python -m qa.models.reader.training average --out FILE FILE=SHARE...
    python -m qa.models.reader.training measure --data DIR FILE...

DIR holds the public sets (`public_sets.FILES` names them). A run that was cut off goes on when it is called
again in the same way. On two cores with bfloat16 instructions it reads about thirty rows a second.
"""

import argparse
import random
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from qa.models import encoder
from qa.models.reader.reader_input import InputBuilder
from qa.models.reader.training.encoding import EncodedRow, encode_rows
from qa.models.reader.training.generated import generate_groups
from qa.models.reader.training.measures import measure
from qa.models.reader.training.public_sets import FILES, Group, read_groups, read_twins
from qa.models.reader.training.rows import read_row_file
from qa.models.reader.training.trainer import Recipe, train
from qa.models.training_command import exit_code_of, require_files, say
from qa.models.training_loop import write_weights

if TYPE_CHECKING:
    import torch

_FOLDER = Path(__file__).resolve().parent.parent
_CONFIG, _SHIPPED = _FOLDER / "config.json", _FOLDER / "reader.safetensors"
_HELD_OUT_ROWS = 2000


def main() -> int:
    """Run from the command line; the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m qa.models.reader.training",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("train")
    command.add_argument("--data", type=Path, required=True)
    command.add_argument("--out", type=Path, required=True)
    command.add_argument("--start", type=Path, default=_SHIPPED)
    command.add_argument("--public", type=float, default=1.0)
    command.add_argument("--generated", type=int, default=30_000)
    command.add_argument(
        "--rows", type=Path, nargs="*", default=[], help="files of tests/bench/reader_rows.py"
    )
    command.add_argument("--rate", type=float, default=Recipe().rate)
    command.add_argument("--seed", type=int, default=Recipe().seed)
    command = commands.add_parser("average")
    command.add_argument("--out", type=Path, required=True)
    command.add_argument("parts", nargs="+", metavar="FILE=SHARE")
    command = commands.add_parser("measure")
    command.add_argument("--data", type=Path, required=True)
    command.add_argument("weights", nargs="+", type=Path)
    options = parser.parse_args()
    run = {"train": _train, "average": _average, "measure": _measure}[options.command]
    return exit_code_of(lambda: run(options))


def _train(options: argparse.Namespace) -> None:
    from safetensors.torch import load_file

    rng = random.Random(options.seed)
    groups: list[Group] = []
    if options.public:
        require_files(options.data, FILES)
        groups = read_groups(options.data, rng, options.start)
        del groups[int(options.public * len(groups)) :]
    groups += generate_groups(options.generated, seed=options.seed, held_out=False)
    for path in options.rows:
        groups += read_row_file(path)
    rows = _encode(groups)
    say(f"{len(rows):,} rows, {sum(bool(row.evidence) for row in rows):,} that answer")
    recipe = Recipe(rate=options.rate, seed=options.seed)
    checkpoint = options.out.with_suffix(".checkpoint")
    weights = train(load_file(options.start), _CONFIG, rows, recipe, checkpoint, say)
    _write(weights, options.out)
    checkpoint.unlink()


def _average(options: argparse.Namespace) -> None:
    from safetensors.torch import load_file

    total: dict[str, torch.Tensor] = {}
    for part in options.parts:
        name, _, share = part.rpartition("=")
        for key, value in load_file(name).items():
            weighted = value.float() * float(share)
            total[key] = total[key] + weighted if key in total else weighted
    _write(total, options.out)


def _measure(options: argparse.Namespace) -> None:
    from safetensors.torch import load_file

    require_files(options.data, FILES)
    rng = random.Random(0)
    twins = _encode(list(read_twins(options.data, rng, split="test")))
    generated = _encode(generate_groups(_HELD_OUT_ROWS, seed=0, held_out=True))
    for path in options.weights:
        weights = load_file(path)
        for name, rows in (("twins", twins), ("generated", generated)):
            say(f"{path.name}, {name} ({len(rows):,} rows): {measure(weights, _CONFIG, rows)}")


def _encode(groups: Iterable[Group]) -> list[EncodedRow]:
    rows = [(row, number) for number, group in enumerate(groups) for row in group]
    builder = InputBuilder(encoder.open_tokenizer(encoder.packaged_minilm()))
    return encode_rows([row for row, _ in rows], [number for _, number in rows], builder)


def _write(weights: "dict[str, torch.Tensor]", path: Path) -> None:
    say(f"{path}: SHA-256 {write_weights(weights, path)}")


if __name__ == "__main__":
    sys.exit(main())
