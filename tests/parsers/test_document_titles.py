"""Titles of documents that bring none, or one that says nothing."""

from pathlib import Path

import pytest

from qa.parsers import Metadata, format_of_name, parse_bytes
from qa.parsers.empty_titles import is_empty_title, names_a_part
from tests.support.office import docx


def title_of(data: bytes, name: str, source: str = "") -> str:
    file_format = format_of_name(name)
    assert file_format is not None
    return parse_bytes(data, file_format, name=name, source=source or name, metadata=Metadata()).title


TEXT = b"Total of the lettuce levy: 310 crowns in the first district.\n"


@pytest.mark.parametrize(
    ("source", "title"),
    [
        ("/a/2029/levy.txt", "Levy (2029)"),
        ("/a/FY2029_Q1/levy.txt", "Levy (FY2029 Q1)"),
        ("/a/2029-05/trade-report.txt", "Trade report (2029-05)"),
        ("/a/2029/levy-2029.txt", "Levy 2029"),
        ("/a/2029/levy_2028.txt", "Levy 2028"),
        ("/a/papers/levy.txt", "Levy"),
        ("/a/120291/levy.txt", "Levy"),
        ("upload:levy.txt", "Levy"),
        ("levy.txt", "Levy"),
    ],
)
def test_a_folder_that_names_a_year_is_part_of_a_title_from_a_name(source: str, title: str) -> None:
    assert title_of(TEXT, Path(source.removeprefix("upload:")).name, source) == title


def test_a_title_of_its_own_has_no_folder() -> None:
    assert title_of(b"# The levy\n\nText.\n", "levy.md", "/a/2029/levy.md") == "The levy"


@pytest.mark.parametrize(
    ("name", "text", "title"),
    [
        ("levy.md", "# Contents\n\nText of it.\n", "Levy"),
        ("levy.md", "# Sources\n\nText of it.\n", "Levy"),
        ("levy.md", "# Introduction\n\nText of it.\n", "Levy"),
        ("Document1.md", "# Introduction\n## One\n\nThe levy is 310 crowns.\n", "The levy is 310 crowns."),
        ("Document1.html", "<h1>Contents</h1><h2>One</h2><p>The levy is 310.</p>", "The levy is 310."),
        ("Document1.md", "# Introduction\n", "Document1"),
        ("Document1.txt", "The levy is 310 crowns. It was less.\n", "The levy is 310 crowns."),
        ("download (3).txt", "The levy is 310 crowns. It was less.\n", "The levy is 310 crowns."),
        ("untitled.txt", "The levy is 310 crowns. It was less.\n", "The levy is 310 crowns."),
    ],
)
def test_what_says_nothing_gives_way(name: str, text: str, title: str) -> None:
    assert title_of(text.encode(), name) == title


def test_a_row_of_a_table_is_no_title() -> None:
    assert title_of(b"Country,Share\nCanada,77\nMexico,70\n", "book.csv") == "Book"


@pytest.mark.parametrize(
    "title", ["Untitled", "Document", "Microsoft Word - levy.docx", "Query Parameters", "Source", "Sheet1"]
)
def test_empty_titles_of_properties(title: str) -> None:
    core = (
        '<cp:coreProperties xmlns:cp="x" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{title}</dc:title></cp:coreProperties>"
    )
    data = docx("<w:p><w:r><w:t>Text of it.</w:t></w:r></w:p>", more={"docProps/core.xml": core})
    assert title_of(data, "levy.docx") == "Levy"
    page = f"<html><head><title>{title}</title></head><body><p>Text of it.</p></body></html>"
    assert title_of(page.encode(), "levy.html") == "Levy"


@pytest.mark.parametrize(
    "title",
    ["Untitled document", "Untitled 3", "Dokument2", "(no subject)", "RE:", "report.pdf", "Page 1", "12 / 3"],
)
def test_titles_that_programs_give(title: str) -> None:
    assert is_empty_title(title)


@pytest.mark.parametrize("title", ["Table of Contents", "Tabelle1", "Sources:", "Cover page", "Index"])
def test_titles_of_parts(title: str) -> None:
    assert names_a_part(title)


@pytest.mark.parametrize(
    "title",
    [
        "Document on the levy",
        "Sources of revenue",
        "Index of industrial production",
        "Page by page",
        "Sheet metal tariffs",
        "Title IV",
        "Unknown unknowns",
        "Tabelle der Zölle",
    ],
)
def test_titles_that_say_something(title: str) -> None:
    assert not is_empty_title(title)
    assert not names_a_part(title)
