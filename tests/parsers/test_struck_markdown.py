"""Markdown: what is struck out is no part of the text."""

import pytest

from qa.parsers.files import parse_bytes
from qa.parsers.parsed_text import ParsedText
from qa.parsers.registry import format_named
from qa.parsers.struck_markdown import remove_struck
from qa.schema import Metadata

_BEFORE = "A line of words that stands before what is struck out, long enough.\n\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The levy is ~~14~~ 19.", "The levy is 19."),
        ("The levy is 19 ~~(14)~~.", "The levy is 19 ."),
        ("a ~~b\nc~~ d", "a d"),
        ("| 2030 | ~~6,100~~ |", "| 2030 | |"),
        ("~~a~~ ~~b~~ c", "c"),
        ("~~a~b~~ H~2~O", "H~2~O"),
        ("x <del>3</del> 2.4 <S class=a>5</S>6", "x 2.4 6"),
        ("a ~~b\n\nc~~ d", "a ~~b\n\nc~~ d"),
        ("~~ no ~~ and \\~~no~~", "~~ no ~~ and \\~~no~~"),
        ("`~~code~~` ``~~a ` b~~`` ~~b~~ c", "`~~code~~` ``~~a ` b~~`` c"),
        ("```\n~~code~~\n\n~~code~~\n```\n~~b~~ c", "```\n~~code~~\n\n~~code~~\n```\nc"),
        ("~~~\n~~code~~\n~~~\nc ~~b~~", "~~~\n~~code~~\n~~~\nc "),
    ],
)
def test_what_is_struck_out_is_left_out(text: str, expected: str) -> None:
    assert remove_struck(_BEFORE + text, 0) == _BEFORE + expected


def test_a_text_that_is_struck_out_for_the_most_part_stays() -> None:
    assert remove_struck("~~All of it, by a mistake.~~ No.", 0) == "~~All of it, by a mistake.~~ No."


def read(text: str, name: str) -> ParsedText:
    return parse_bytes(text.encode(), format_named(name), name="a", source="a", metadata=Metadata())


def test_a_struck_cell_is_blank_and_a_note_says_so() -> None:
    rows = "| Year | Quota |\n|---|---|\n| 2029 | ~~4,900~~ 5,000 |\n| 2030 | ~~6,100~~ |\n"
    parsed = read(_BEFORE + rows, "markdown")
    [table] = parsed.tables
    shown = [[cell.read(parsed.text) if cell else "" for cell in row] for row in table.grid()]
    assert shown[1:] == [["2029", "5,000"], ["2030", ""]]
    assert parsed.notes == ("left out: struck-out text",)
    assert read(_BEFORE + rows, "text").notes == ()


@pytest.mark.parametrize("part", ["~~a", "~~ ", "`a", "<s>a", "```\n", "~~a~~ ", "~~a\n"])
def test_marks_without_end_take_no_time(part: str) -> None:
    text = 30_000 * part + "</"
    assert len(remove_struck(text, 0)) <= len(text)
