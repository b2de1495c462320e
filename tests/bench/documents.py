"""How well each format is read: documents whose text and tables are known, since this bench prints them.

    python -m tests.bench.documents [--documents 8] [--formats docx pdf-ruled ...] [--faults] [--json FILE]
    python -m tests.bench.documents --checkout ../before
    python -m tests.bench.documents --mutations [--real FOLDER]
    python -m tests.bench.documents --real FOLDER [--against ../before] [--rounds 3]

The first prints, per format, shares of what was read right: words, their order, headings, cells of tables
with the heads of their row and column, blanks that stay blank, captions with units, note marks apart from
their figures, notes, title, date; and how many cells say something wrong, how many words around the text
were taken for text, seconds a document, and failures. `--checkout` measures another checkout's `qa`.
`--mutations` removes each block of one file a format, or of each file in a folder, and lists those without which
text and notes stay the same. `--real` reads files that are there, and with `--against` compares two checkouts,
file by file in turns: a format that takes more than 1.2 times as long as before is marked, texts that differ shown.

It needs python-docx, python-pptx and openpyxl (pip install them), LibreOffice (soffice) and Chromium with
Playwright; a format that can't be made without them is skipped, which is said.
"""

import argparse
import json
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tests.bench.known_documents.existing_files import (
    can_be_taken_apart,
    compare_files,
    find_readable_files,
    print_lost_blocks,
    print_readings,
)
from tests.bench.known_documents.printed_files import FORMATS, print_files
from tests.bench.known_documents.reading_process import ReadingProcess
from tests.bench.known_documents.reading_scores import MEASURES, FileScores, score_file

ROOT = Path(__file__).resolve().parents[2]
_FAULTS_SHOWN = 3


def measure(
    count: int, formats: list[str], checkout: Path, folder: Path
) -> tuple[dict[str, FileScores], list[str]]:
    """The scores of each format over so many documents, and what was skipped."""
    files, skipped = print_files(range(count), formats, folder)
    by_format: dict[str, FileScores] = {}
    with ReadingProcess(checkout) as process:
        # The first file of a kind pays for the imports.
        for first in {file.format: file for file in reversed(files)}.values():
            process.read(first.path)
        for file in files:
            by_format.setdefault(file.format, FileScores()).merge(score_file(file, process.read(file.path)))
    return by_format, skipped


def print_scores(by_format: Mapping[str, FileScores], *, shows_faults: bool) -> None:
    """One table, then what the readers said about losses, and the first faults of each format."""
    print(f"{'format':<17}" + "".join(f"{measure:>9}" for measure in MEASURES) + f"{'ms':>7}{'failed':>8}")
    for name, scores in by_format.items():
        shares = [scores.share(measure) for measure in MEASURES]
        cells = "".join(f"{'-' if share is None else f'{share:.3f}':>9}" for share in shares)
        print(f"{name:<17}{cells}{1000 * scores.seconds / scores.files:>7.0f}{scores.failures:>8}")
    for name, scores in by_format.items():
        for loss, times in scores.losses.most_common():
            print(f"{name} says {times} times: {loss}")
    if not shows_faults:
        return
    for name, scores in by_format.items():
        print(f"== {name}")
        for measure, faults in scores.faults.items():
            print(f"{measure}: {len(faults)} faults")
            # From different files, where there are: one file often shows one fault many times.
            step = max(1, len(faults) // _FAULTS_SHOWN)
            for fault in faults[::step][:_FAULTS_SHOWN]:
                print(f"  {fault}")


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--documents", type=int, default=8, help="how many documents a format")
    parser.add_argument("--formats", nargs="+", choices=FORMATS, default=list(FORMATS), metavar="FORMAT")
    parser.add_argument("--checkout", type=Path, default=ROOT, help="whose `qa` reads")
    parser.add_argument("--folder", type=Path, help="keep the files here")
    parser.add_argument("--faults", action="store_true", help="show some faults of each format")
    parser.add_argument("--json", type=Path, help="write the figures and all faults to this file")
    parser.add_argument("--mutations", action="store_true", help="what is lost without a word")
    parser.add_argument("--real", type=Path, nargs="+", metavar="PATH", help="files or folders to read")
    parser.add_argument(
        "--against", type=Path, metavar="CHECKOUT", help="compare with another checkout's `qa`"
    )
    parser.add_argument("--rounds", type=int, default=3, help="of which the fastest counts, with --against")
    options = parser.parse_args()
    if options.real:
        files = find_readable_files(options.real)
        if options.mutations:
            print_lost_blocks(files, options.checkout)
        elif options.against:
            compare_files(files, options.checkout, options.against, rounds=options.rounds)
        else:
            print_readings(files, options.checkout)
    elif options.mutations:
        with tempfile.TemporaryDirectory() as name:
            # Of a mail that says all twice no block is lost: of each format the first file that shows something.
            printed, skipped = print_files([1, 2, 3, 4], options.formats, options.folder or Path(name))
            by_format: dict[str, Path] = {}
            for file in printed:
                if file.format not in by_format and can_be_taken_apart(file.path):
                    by_format[file.format] = file.path
            print_lost_blocks(list(by_format.values()), options.checkout)
        for line in skipped:
            print(line)
    else:
        _measure_formats(options)


def _measure_formats(options: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = options.folder or Path(name)
        by_format, skipped = measure(options.documents, options.formats, options.checkout, folder)
    print_scores(by_format, shows_faults=options.faults)
    for line in skipped:
        print(line)
    if options.json:
        figures = {
            name: {
                **{measure: scores.share(measure) for measure in MEASURES},
                "seconds": scores.seconds / scores.files,
                "failures": scores.failures,
                "losses": dict(scores.losses),
                "faults": scores.faults,
            }
            for name, scores in by_format.items()
        }
        options.json.write_text(json.dumps(figures, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
