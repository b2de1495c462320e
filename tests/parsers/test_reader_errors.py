"""Why a file can't be read: damage, a password, or a mistake of a reader, which is never called damage."""

import json
import logging
import struct
import zipfile
import zlib
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from qa.errors import LoadError
from qa.ingest.parse_document import ParseTask, parse_document
from qa.parsers.office.ole import stream_starts
from qa.parsers.office.ooxml import only_load_errors
from qa.parsers.office.workbooks import read_workbook
from qa.parsers.parsed_text import ParsedContent
from qa.parsers.pdf import read_pdf
from qa.parsers.reader_errors import PASSWORD_MESSAGE, unexpected_error
from qa.schema import Metadata
from tests.support.office import fixture, refusal, with_part, zipped

FIXTURES = Path(__file__).parents[1] / "fixtures"
MISTAKES = [
    pytest.param(lambda: dict[str, int]()["x"], "KeyError: 'x'", id="key"),
    pytest.param(lambda: [][3], "IndexError: list index out of range", id="index"),
    pytest.param(
        lambda: getattr(None, "t" * 4), "AttributeError: 'NoneType' object has no attribute 'tttt'", id="none"
    ),
    pytest.param(lambda: sum(json.loads("[null]")), "TypeError: unsupported operand", id="type"),
    pytest.param(lambda: int("a\nb"), "ValueError: invalid literal", id="value"),
]
DAMAGE = [
    zipfile.BadZipFile("bad"),
    zlib.error("bad"),
    struct.error("short"),
    EOFError(),
    etree.XMLSyntaxError("bad", 1, 1, 1),
]


def raising(cause: Callable[[], Any]) -> Callable[[bytes], ParsedContent]:
    def read(_data: bytes) -> ParsedContent:
        cause()
        raise AssertionError

    return read


@pytest.mark.parametrize(("cause", "reason"), MISTAKES)
def test_a_mistake_is_named_and_logged(
    cause: Callable[[], Any], reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    said = refusal(only_load_errors(raising(cause)), b"data")
    assert said.startswith(f"it can't be read: unexpected {reason}")
    assert said.endswith("; please report it")
    assert "damaged" not in said
    (record,) = caplog.records
    assert record.levelno == logging.ERROR
    assert "Traceback" in caplog.text
    assert reason[:20] in caplog.text


def test_the_cause_of_a_mistake_is_logged_with_it(caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> None:
        try:
            raise ZeroDivisionError("the first")
        except ZeroDivisionError as error:
            raise KeyError("the second") from error

    refusal(only_load_errors(raising(fail)), b"data")
    assert "ZeroDivisionError: the first" in caplog.text
    assert "direct cause" in caplog.text


@pytest.mark.parametrize("error", DAMAGE, ids=lambda error: type(error).__name__)
def test_damage_is_called_damage(error: Exception, caplog: pytest.LogCaptureFixture) -> None:
    assert "the file is damaged" in str(unexpected_error(error))
    assert not caplog.records


def test_a_mistake_in_the_reader_of_pdf_files_is_none_of_the_file(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    module = import_module("qa.parsers.pdf.page_flow")
    monkeypatch.setattr(module, "without_margins", lambda pages: dict[str, int]()[str(len(pages))])
    data = (FIXTURES / "pdf" / "columns.pdf").read_bytes()
    assert refusal(read_pdf, data) == "it can't be read: unexpected KeyError: '3'; please report it"
    assert "Traceback" in caplog.text


def test_a_mistake_over_a_text_file_fails_that_file(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("qa.chunking.split_into_chunks", lambda *_, **__: [][0])
    task = ParseTask(data=b"Text.", format="text", name="a.txt", source="a.txt", metadata=Metadata())
    with pytest.raises(LoadError, match="unexpected IndexError: list index out of range"):
        parse_document(task, "d", 950)
    assert "Traceback" in caplog.text


# Passwords ------------------------------------------------------------------------------------------


def test_an_old_workbook_with_a_password() -> None:
    data = bytearray(fixture("exports.xls"))
    start = data.index(b"\x09\x08\x10\x00\x00\x06\x05\x00")
    assert "password" not in refusal(read_workbook, bytes(data[: start + 2000]))
    struct.pack_into("<H", data, start + 20, 0x2F)  # the record after the first one
    assert refusal(read_workbook, bytes(data)) == PASSWORD_MESSAGE


def test_the_starts_of_large_and_small_streams() -> None:
    starts = stream_starts(fixture("exports.xls"))
    assert starts["Workbook"].startswith(b"\x09\x08\x10\x00")
    assert starts["\x05SummaryInformation"].startswith(b"\xfe\xff")  # of less than 4,096 bytes


def test_opendocument_workbooks_with_a_password() -> None:
    encrypted = b"<manifest><file-entry><encryption-data/></file-entry></manifest>"
    data = with_part(fixture("exports.ods"), "META-INF/manifest.xml", lambda _: encrypted)
    assert refusal(read_workbook, data) == PASSWORD_MESSAGE
    # As recent programs write it: the whole package is one part.
    parts: dict[str, bytes | str] = {"mimetype": "x", "encrypted-package": b"\x01\x02"}
    assert refusal(read_workbook, zipped(parts)) == PASSWORD_MESSAGE


def test_a_pdf_with_a_password() -> None:
    assert refusal(read_pdf, (FIXTURES / "pdf" / "locked.pdf").read_bytes()) == PASSWORD_MESSAGE
