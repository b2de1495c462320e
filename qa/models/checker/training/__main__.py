"""The command that makes the checker's weights anew, or measures weights on rows that none was trained on.

    python -m qa.models.checker.training train --data DIR --claims FILE... --documents FOLDER... --out FILE
    python -m qa.models.checker.training blend --out FILE FILE...
    python -m qa.models.checker.training measure --data DIR --claims FILE... FILE...

DIR holds the public sets (`public_rows.FILES` names them), `tests/bench/claim_sets` the claims, and `corpus`
and `tests/bench/question_sets` the documents. A run that was cut off goes on when it is called again in the
same way.
"""

import argparse
import random
import sys
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from qa.models import encoder
from qa.models.checker.checker_heads import LABELS, make_heads
from qa.models.checker.checker_input import InputBuilder
from qa.models.checker.claim_model import WORD_TABLE, read_reader_weights
from qa.models.checker.training.checker_trainer import Recipe, train
from qa.models.checker.training.claim_encoding import encode_rows
from qa.models.checker.training.claim_measures import describe, judge_rows
from qa.models.checker.training.claim_rows import ClaimRow
from qa.models.checker.training.claim_sets import read_claim_set, vary_claims
from qa.models.checker.training.made_tables import make_table_rows
from qa.models.checker.training.public_rows import FILES, read_boolq, read_squad, read_stances, read_twins
from qa.models.checker.training.statement_rows import read_documents
from qa.models.training_command import exit_code_of, require_files, say
from qa.models.training_loop import write_weights

if TYPE_CHECKING:
    import torch

_FOLDER = Path(__file__).resolve().parent.parent
_CONFIG = _FOLDER / "config.json"
_HELD_OUT_ROWS = 500
_TYPE_TABLE = "b.embeddings.token_type_embeddings.weight"


def main() -> int:
    """Run from the command line; the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m qa.models.checker.training",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("train")
    command.add_argument("--out", type=Path, required=True)
    command.add_argument(
        "--start", type=Path, help="a file of the checker's weights; otherwise the reader's body"
    )
    command.add_argument("--documents", type=Path, nargs="*", default=[])
    command.add_argument("--share", type=float, default=1.0, help="of all rows but the claims")
    command.add_argument("--repeats", type=int, default=6, help="of the claims, varied")
    command.add_argument("--rate", type=float, default=Recipe().rate)
    command.add_argument("--seed", type=int, default=Recipe().seed)
    blending = commands.add_parser("blend", help="the mean of several runs' weights, better than each")
    blending.add_argument("weights", nargs="+", type=Path)
    blending.add_argument("--out", type=Path, required=True)
    measuring = commands.add_parser("measure")
    measuring.add_argument("weights", nargs="+", type=Path)
    for any_command in (command, measuring):
        any_command.add_argument("--data", type=Path, required=True)
        any_command.add_argument("--claims", type=Path, nargs="*", default=[])
    options = parser.parse_args()
    run = {"train": _train, "blend": _blend, "measure": _measure}[options.command]
    return exit_code_of(lambda: run(options))


def _train(options: argparse.Namespace) -> None:
    from safetensors.torch import load_file

    require_files(options.data, FILES)
    rng = random.Random(options.seed)
    rows = _draw_rows(options.data, options.documents, rng)
    rows = rows[: int(options.share * len(rows))]
    claims = [row for path in options.claims for row in read_claim_set(path)]
    for number in range(options.repeats):
        rows += [replace(row, group=f"{number} {row.group}") for row in vary_claims(claims, rng)]
    encoded = encode_rows(rows, InputBuilder(encoder.open_tokenizer(encoder.packaged_minilm())))
    counts = {label: sum(row.label == label for row in rows) for label in LABELS}
    say(f"{len(rows):,} rows: {counts}")
    weights = with_word_table(load_file(options.start)) if options.start else start_weights(options.seed)
    recipe = Recipe(rate=options.rate, seed=options.seed)
    checkpoint = options.out.with_suffix(".checkpoint")
    weights = train(weights, _CONFIG, encoded, recipe, checkpoint, say)
    del weights[WORD_TABLE]  # it is the reader's
    say(f"{options.out}: SHA-256 {write_weights(weights, options.out)}")
    checkpoint.unlink()


def _blend(options: argparse.Namespace) -> None:
    """Write the mean of the weights of runs from one start (Wortsman et al., Model soups, ICML 2022)."""
    import torch
    from safetensors.torch import load_file

    runs = [load_file(path) for path in options.weights]
    mean = {
        name: torch.stack([run[name].float() for run in runs]).mean(0).to(runs[0][name].dtype)
        for name in runs[0]
    }
    say(f"{options.out}: SHA-256 {write_weights(mean, options.out)}")


def _draw_rows(data: Path, documents: Sequence[Path], rng: random.Random) -> list[ClaimRow]:
    """One pass over all that is not a claim set, in any order; the rows of a group stay together."""
    rows = [
        *islice(read_twins(data, rng, split="train"), 12_000),
        *read_squad(data, rng, 4_500, held_out=False),
        *islice(read_boolq(data, rng), 1_200),
        *read_stances(data, rng),
        *read_documents(documents, rng, passes=1),
        *make_table_rows(3_000, rng),
    ]
    groups = list(dict.fromkeys(row.group for row in rows))
    rng.shuffle(groups)
    places = {group: place for place, group in enumerate(groups)}
    return sorted(rows, key=lambda row: places[row.group])


def _measure(options: argparse.Namespace) -> None:
    from safetensors.torch import load_file

    require_files(options.data, FILES)
    rng = random.Random(0)
    sets = {path.stem: read_claim_set(path) for path in options.claims}
    sets["twins"] = list(islice(read_twins(options.data, rng, split="test"), _HELD_OUT_ROWS))
    sets["squad"] = list(islice(read_squad(options.data, rng, _HELD_OUT_ROWS, held_out=True), _HELD_OUT_ROWS))
    builder = InputBuilder(encoder.open_tokenizer(encoder.packaged_minilm()))
    for path in options.weights:
        weights = with_word_table(load_file(path))
        for name, rows in sets.items():
            labels, _ = judge_rows(weights, _CONFIG, encode_rows(rows, builder))
            verdicts = [LABELS[int(place)] for place in labels.argmax(axis=1)]
            say(f"{path.name}, {name} ({len(rows):,} rows): {describe(rows, verdicts)}")


def start_weights(seed: int) -> "dict[str, torch.Tensor]":
    """The reader's body with new heads, and with types of tokens that begin as the reader's two."""
    weights = {name: value for name, value in _reader_tensors().items() if name.startswith("b.")}
    weights[_TYPE_TABLE] = weights[_TYPE_TABLE].repeat(2, 1)
    return {**weights, **make_heads(weights[WORD_TABLE].shape[1], seed)}


def with_word_table(weights: "dict[str, torch.Tensor]") -> "dict[str, torch.Tensor]":
    """A file's weights with the embeddings of words, which are the reader's."""
    return {**weights, WORD_TABLE: _reader_tensors()[WORD_TABLE]}


def _reader_tensors() -> "dict[str, torch.Tensor]":
    import torch

    return {name: torch.from_numpy(value) for name, value in read_reader_weights().items()}


if __name__ == "__main__":
    sys.exit(main())
