"""Figures, blanks and periods as cells and questions write them."""

from decimal import Decimal

import pytest

from qa.answering.tables.cell_values import (
    format_number,
    is_blank,
    is_decimal_comma,
    parse_number,
    with_unit,
)
from qa.answering.tables.table_periods import find_periods


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,410", "1410"),
        ("1 030", "1030"),
        ("12.5%", "12.5"),
        ("(R) -119,673", "-119673"),
        ("(15)", "-15"),
        ("−4", "-4"),
        ("$1.4bn", "1400000000"),
        ("98.8m", "98800000"),
        ("11[a]", "11"),
        ("2140*", "2140"),
        ("nil", "0"),
        ("64 percent, 70 percent from July", None),
        ("12 to 14", None),
        ("–", None),
    ],
)
def test_figures(text: str, value: str | None) -> None:
    number = parse_number(text)
    assert (number and number[0]) == (Decimal(value) if value else None)


def test_a_table_tells_how_it_writes_decimals() -> None:
    assert is_decimal_comma(["412,5", "1.105,7", "12"])
    assert not is_decimal_comma(["1,105", "12.5"])
    assert parse_number("1.105,7", decimal_comma=True) == (Decimal("1105.7"), "")


@pytest.mark.parametrize("text", ["", "–", "-", "...", ":", "n.a.", "N/A", "(X)", "not available"])
def test_blanks(text: str) -> None:
    assert is_blank(text)


@pytest.mark.parametrize("text", ["0", "nil", "0.0", "-4", "none"])
def test_zero_is_a_value(text: str) -> None:
    assert not is_blank(text)


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        ("1,410", "million US dollars", "1,410 million US dollars"),
        ("506", "$ billion", "$506 billion"),
        ("2.1%", "percent", "2.1%"),
        ("12", "%", "12%"),
        ("$800", "million dollars", "$800"),
        ("11[a]", "tonnes", "11[a] tonnes"),
        ("7", None, "7"),
    ],
)
def test_units_stand_behind_figures_that_have_none(value: str, unit: str | None, said: str) -> None:
    assert with_unit(value, unit) == said


def test_figures_are_written_as_the_cells_are() -> None:
    assert format_number(Decimal("4930"), grouped=True) == "4,930"
    assert format_number(Decimal("3.50"), grouped=False) == "3.5"
    assert format_number(Decimal("1E+3"), grouped=False) == "1000"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("in 2031", ("2031",)),
        ("2023a", ("2023",)),
        ("2024*", ("2024",)),
        ("the season 2022/23", ("2022/23",)),
        ("from 2019 to 2023", ("2019", "2023")),
        ("first quarter of 2030", ("q1", "2030")),
        ("Q2 2029", ("q2", "2029")),
        ("March 2025", ("m03", "2025")),
        ("they may march", ()),
        ("2025-04", ("2025", "m04")),
        ("the last quarter of 2024", ("q4", "2024")),
        ("the last quarter", ()),
        ("the last three months of 2025", ("q4", "2025")),
        ("the opening quarter of 2025", ("q1", "2025")),
        ("the last half of 2024", ("h2", "2024")),
        ("2019-23", ("2019-23",)),
        ("2010-12", ("2010-12",)),
        ("2012-12", ("2012", "m12")),
        ("Jan-25", ("2025", "m01")),
        ("Jan '25", ("2025", "m01")),
        ("04/2025", ("2025", "m04")),
        ("Circular 04/2025", ("2025",)),
        ("2025Q1", ("2025", "q1")),
        ("2025-Q1", ("2025", "q1")),
        ("2025M04", ("2025", "m04")),
        ("HS 2007.10, 2,030 tonnes", ()),
    ],
)
def test_periods(text: str, names: tuple[str, ...]) -> None:
    assert find_periods(text).names == names
