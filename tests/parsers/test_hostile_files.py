"""Files that were made, or found by mutating real ones, to bring a reader down: each ends as one line."""

import time
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest

from qa.errors import LoadError
from qa.ingest.parse_document import ParsedDocument, ParseTask, parse_document
from qa.ingest.sandbox import Sandbox
from qa.parsers import Metadata, format_of_name

BROKEN = sorted((Path(__file__).parents[1] / "fixtures" / "broken").iterdir())
LONG_S = 30.0


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    one = Sandbox(timeout_s=LONG_S, memory_mb=1500)
    yield one
    one.close()


def read(sandbox: Sandbox, name: str, data: bytes) -> ParsedDocument:
    kind = format_of_name(name)
    assert kind is not None
    task = ParseTask(data=data, format=kind.name, name=name, source=name, metadata=Metadata())
    return sandbox.call(parse_document, task, "d", 950)


def refusal(sandbox: Sandbox, name: str, data: bytes) -> str:
    began = time.monotonic()
    with pytest.raises(LoadError) as caught:
        read(sandbox, name, data)
    assert time.monotonic() - began < LONG_S
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.name)
def test_what_fuzzing_found(sandbox: Sandbox, path: Path) -> None:
    assert "memory" in refusal(sandbox, path.name, path.read_bytes())
    assert read(sandbox, "next.txt", b"The next file is read.").document.text == "The next file is read."


def archive(members: dict[str, bytes]) -> bytes:
    sink = BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in members.items():
            target.writestr(name, data)
    return sink.getvalue()


@pytest.mark.parametrize("name", ["bomb.docx", "bomb.xlsx", "bomb.pptx", "bomb.epub", "bomb.ods"])
def test_zip_bombs(sandbox: Sandbox, name: str) -> None:
    data = archive({"word/document.xml": b"\0" * 300_000_000, "[Content_Types].xml": b"<x/>"})
    assert len(data) < 1_000_000
    assert "zip bomb" in refusal(sandbox, name, data)


LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {new} "{f"&{old};" * 10}">' for old, new in zip("abcdefgh", "bcdefghi", strict=True))
    + "]><x>&i;</x>"
).encode()


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("a.docx", "word/document.xml"),
        ("a.xlsx", "xl/workbook.xml"),
        ("a.pptx", "ppt/presentation.xml"),
        ("a.epub", "META-INF/container.xml"),
        ("a.ods", "content.xml"),
    ],
)
def test_entity_bombs(sandbox: Sandbox, name: str, part: str) -> None:
    refusal(sandbox, name, archive({part: LAUGHS, "[Content_Types].xml": LAUGHS, "mimetype": b"x"}))


def test_deep_nesting(sandbox: Sandbox) -> None:
    for name, data in (
        ("deep.html", b"<div>" * 200_000 + b"text"),
        ("deep.rtf", b"{\\rtf1 " + b"{" * 200_000 + b"text" + b"}" * 200_001),
        ("deep.md", b"> " * 100_000 + b"text"),
        ("deep.eml", b"Content-Type: multipart/mixed; boundary=a\n\n" + b"--a\n" * 100_000),
        ("deep.csv", b'"' * 1_000_001),
    ):
        began = time.monotonic()
        try:
            assert read(sandbox, name, data).document.text
        except LoadError as error:
            said = str(error)
            assert "\n" not in said, name
        assert time.monotonic() - began < LONG_S, name
