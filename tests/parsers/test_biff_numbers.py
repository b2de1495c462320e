"""Numbers of old workbooks, from records made by hand."""

import struct

import pytest

from qa.parsers.office.biff_numbers import count_comments, read_shown_numbers
from qa.parsers.office.sheets import Omissions


def record(number: int, data: bytes) -> bytes:
    return struct.pack("<HH", number, len(data)) + data


def begin(version: int = 0x0600) -> bytes:
    return record(0x0809, struct.pack("<HH", version, 5) + bytes(12))


END = record(0x000A, b"")


def workbook(cells: bytes, code: str, *, version: int = 0x0600, is_1904: bool = False) -> bytes:
    """One sheet; style 1 has the format `code`, style 0 none."""
    start = begin(version) + (record(0x0022, struct.pack("<H", 1)) if is_1904 else b"")
    start += record(0x041E, struct.pack("<HHB", 170, len(code), 1) + code.encode("utf-16-le"))
    for format_id in (0, 170):
        start += record(0x00E0, struct.pack("<HH", 0, format_id) + bytes(16))
    sheet = struct.pack("<IBBBB", len(start) + 4 + 13 + len(END), 0, 0, 4, 0) + b"Data" + bytes(1)
    return start + record(0x0085, sheet) + END + begin(version) + cells + END


def packed(number: int, *, hundredths: bool = False) -> bytes:
    return struct.pack("<i", number << 2 | 2 | hundredths)


@pytest.mark.parametrize(
    ("cells", "code", "expected"),
    [
        (record(0x0203, struct.pack("<HHHd", 3, 2, 1, 0.021)), "0.0%", {(3, 2): "2.1%"}),
        (record(0x0203, struct.pack("<HHHd", 3, 2, 0, 0.021)), "0.0%", {(3, 2): "0.021"}),
        (
            record(0x027E, struct.pack("<HHH", 0, 0, 1) + packed(-1250, hundredths=True)),
            "0.0 €",
            {(0, 0): "-12.5 €"},
        ),
        (
            record(
                0x00BD, struct.pack("<HHH", 1, 4, 1) + packed(5) + struct.pack("<H", 0) + packed(7) + bytes(2)
            ),
            "0.0",
            {(1, 4): "5.0", (1, 5): "7"},
        ),
        (record(0x0006, struct.pack("<HHHd", 2, 2, 1, 9.5) + bytes(8)), '0.00" t"', {(2, 2): "9.50 t"}),
        (record(0x0006, struct.pack("<HHH", 2, 2, 1) + bytes(6) + b"\xff\xff" + bytes(8)), "0", {}),
        (begin() + record(0x0203, struct.pack("<HHHd", 0, 0, 0, 1.0)) + END, "0", {}),  # of a chart
        (record(0x0203, struct.pack("<HHHd", 0, 0, 1, 0.0)), "yyyy-mm-dd", {(0, 0): "0"}),
    ],
)
def test_numbers_are_shown_by_their_formats(
    cells: bytes, code: str, expected: dict[tuple[int, int], str]
) -> None:
    assert read_shown_numbers(workbook(cells, code)) == [expected]


def test_days_count_from_1904_where_the_workbook_says_so() -> None:
    cells = record(0x0203, struct.pack("<HHHd", 0, 0, 1, 43867.0))
    assert read_shown_numbers(workbook(cells, "yyyy-mm-dd", is_1904=True)) == [{(0, 0): "2024-02-07"}]


def test_what_is_older_or_damaged_is_left_to_the_library() -> None:
    cells = record(0x0203, struct.pack("<HHHd", 0, 0, 1, 5.0))
    assert read_shown_numbers(workbook(cells, "0", version=0x0500)) == []
    assert read_shown_numbers(workbook(record(0x0203, b"abc"), "0")) == []
    assert read_shown_numbers(b"") == []


def test_comments_are_counted() -> None:
    note = record(0x001C, struct.pack("<HHHH", 3, 2, 0, 1) + bytes(4))
    assert count_comments(workbook(note + note, "0")) == [2]
    assert count_comments(workbook(begin() + note + END, "0")) == [0]  # of a chart
    assert count_comments(b"") == []
    assert count_comments(record(0x0085, b"")) == []


def test_comments_that_are_not_read_are_told() -> None:
    assert Omissions(comments=1).notes() == ("1 comment is not read: save the file as .xlsx",)
    assert Omissions(comments=2).notes() == ("2 comments are not read: save the file as .xlsx",)
