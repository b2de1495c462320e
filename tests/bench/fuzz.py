"""Mutated real files through every reader, in the child process that reads them for users.

A mutant may be read or refused in one line; anything else is printed and kept.
Usage: python -m tests.bench.fuzz [seconds] [seed] [folder for what broke] [folder of files to start from]
"""

import random
import sys
import tempfile
import time
import zipfile
from collections import Counter
from io import BytesIO
from pathlib import Path

from qa.errors import LoadError
from qa.ingest.parse_document import ParseTask, parse_document
from qa.ingest.sandbox import Sandbox
from qa.parsers import Metadata, format_of_name

ROOT = Path(__file__).resolve().parents[2]
_TOKENS = [
    b"\x00", b"\xff\xfe", b"<", b"&#x0;", b"&amp;", b"<!ENTITY", b"../", b"%PDF-", b"\\bin99999999 ", b"{\\rtf1", b"-1",
    b"99999999999", b"=" * 60, b"\r\n", b"\xf0\x9f\x92\xa9", b"\xe2\x80\xae", b"obj", b"endobj", b"stream", b"'", b'"',
]  # fmt: skip


def seeds(folder: Path | None) -> list[Path]:
    """The files to start from: those in the folder, else the tests' and the corpus's."""
    if folder is not None:
        return [path for path in sorted(folder.rglob("*")) if path.is_file() and format_of_name(path.name)]
    paths = [path for path in sorted((ROOT / "tests" / "fixtures").rglob("*")) if format_of_name(path.name)]
    return paths + sorted((ROOT / "corpus").glob("*.md"))[:3]


def mutate(data: bytes, chance: random.Random) -> bytes:
    """The bytes with a few changes; of an archive half of the time those of a member."""
    if data.startswith(b"PK") and chance.random() < 0.7:
        return _mutate_member(data, chance)
    broken = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 3, 5, 9, 30))):
        if not broken:
            break
        place = chance.randrange(len(broken))
        match chance.randrange(7):
            case 0:
                broken[place] = chance.randrange(256)
            case 1:
                del broken[place : place + chance.choice((1, 10, 100, 1000, 10_000))]
            case 2:
                broken[place:place] = chance.randbytes(chance.choice((1, 8, 64)))
            case 3:
                broken[place:place] = chance.choice(_TOKENS)
            case 4:  # a piece once more, elsewhere
                piece = bytes(broken[place : place + chance.choice((4, 40, 400, 4000))])
                target = chance.randrange(len(broken))
                broken[target:target] = piece * chance.choice((1, 1, 2, 50))
            case 5:
                broken[place] ^= 1 << chance.randrange(8)
            case _:
                del broken[place:]
    return bytes(broken)


def _mutate_member(data: bytes, chance: random.Random) -> bytes:
    sink = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as source, zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as target:
        members = source.namelist()
        broken_member = chance.choice(members)
        for name in members:
            content = source.read(name)
            if name == broken_member:
                if chance.random() < 0.1:
                    continue
                content = mutate(content, chance) if not content.startswith(b"PK") else content
            target.writestr(name, content)
    return sink.getvalue()


def main() -> None:
    """Print what broke, and how many were read and refused."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    folder = Path(sys.argv[3]) if len(sys.argv) > 3 else Path(tempfile.mkdtemp(prefix="qa-fuzz-"))
    folder.mkdir(parents=True, exist_ok=True)
    starts = seeds(Path(sys.argv[4]) if len(sys.argv) > 4 else None)
    chance = random.Random(seed)
    sandbox = Sandbox(timeout_s=20, memory_mb=2000)
    files = [(path, path.read_bytes()) for path in starts]
    tally: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    slowest = (0.0, "")
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        path, data = chance.choice(files)
        file_format = format_of_name(path.name)
        assert file_format is not None
        broken = mutate(data, chance)
        task = ParseTask(
            data=broken, format=file_format.name, name=path.name, source=path.name, metadata=Metadata()
        )
        began = time.perf_counter()
        try:
            parsed = sandbox.call(parse_document, task, "d", 950)
            for chunk in parsed.chunks:
                assert parsed.document.text[chunk.start : chunk.end].strip()
            length = len(parsed.document.text)
            for table in parsed.document.tables:
                assert table.grid()
                assert all(cell.end <= length for row in table.rows for cell in row if cell.end is not None)
            outcome = "read"
        except LoadError as error:
            outcome = "refused"
            reason = str(error)
            reasons[f"{file_format.name}: {reason[:60]}"] += 1
            if "\n" in reason or "crashed" in reason or "more than" in reason or "unexpected" in reason:
                outcome = "ended by a limit" if "more than" in reason else "crashed"
                _keep(folder, path, broken, f"{outcome}: {reason}")
        # Whatever it is, it is what this looks for.
        except Exception as error:  # noqa: BLE001
            outcome = "broke"
            _keep(folder, path, broken, f"{type(error).__name__}: {error}")
        slowest = max(slowest, (time.perf_counter() - began, path.name))
        tally[f"{file_format.name} {outcome}"] += 1
    sandbox.close()
    for name, count in sorted(tally.items()):
        print(f"{name}: {count}")
    print(
        f"{sum(tally.values())} files in {seconds:.0f} s; the slowest took {slowest[0]:.1f} s ({slowest[1]})"
    )


def _keep(folder: Path, path: Path, data: bytes, what: str) -> None:
    number = len(list(folder.iterdir()))
    (folder / f"{number:04}-{path.name}").write_bytes(data)
    print(f"{number:04} {path.name}: {what[:300]}", flush=True)


if __name__ == "__main__":
    main()
