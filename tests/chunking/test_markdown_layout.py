"""Markdown as blocks of runs, in which every character of the text has its place."""

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.chunking.markdown_layout import Block, Run, layout_inline, layout_markdown

PIECES = (
    *"ab *_`~[]()<>!#|-+>\\&\n\t\r\u00a0\0",
    *("\n\n", "**", "***", "```", "> ", "- ", "1. ", "    ", "  \n", "\\\n", "# ", "---\n", "===\n"),
    *("[a](b c)", "[a](<b> 'c')", "[a]: b\n", "![a](b)", "<http://a.b>", "&amp;", "<b onclick=x>", "é😀"),
    *("| a | b |\n|---|---|\n| c | d |\n", "| ", "~~", "``", "<div>\n", "[a][b]", "\u2028", "word "),
)


def runs_of(blocks: Sequence[Block]) -> Iterator[Run]:
    for block in blocks:
        yield from block.runs
        yield from runs_of(block.blocks)


def seen(text: str, style: str | None = None) -> str:
    """What is shown of a text, or what of it has one style."""
    runs = runs_of(layout_markdown(text, 0, len(text)))
    return "".join(
        text[run.start : run.end]
        for run in runs
        if (run.style != "markup" if style is None else run.style == style)
    )


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join), st.data())
def test_runs_fill_the_text(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    runs = list(runs_of(layout_markdown(text, start, end)))
    assert "".join(text[run.start : run.end] for run in runs) == text[start:end]
    assert all(run.start < run.end for run in runs)
    # Nothing that says something is left out of sight.
    assert not any(
        character.isalpha()
        for run in runs
        if run.style == "markup"
        for character in text[run.start : run.end]
    )
    line = text[start:end].replace("\n", " ")
    assert "".join(line[run.start : run.end] for run in layout_inline(line, 0, len(line))) == line


@pytest.mark.parametrize(
    ("text", "style", "expected"),
    [
        ("a **b** c", "strong", "b"),
        ("a ***b** c*", "strong", ""),
        ("*a **b***", "em strong", "b"),
        ("a\\*b\\* `c*d*`", "code", "c*d*"),
        ("a\\*b", None, "a*b"),
        ("[words](http://a.b/(c) 'd') on", "faint", "(http://a.b/(c) 'd')"),
        ("[words](javascript:alert) on", None, "[words](javascript:alert) on"),
        ("AT&amp;T", None, "AT&amp;T"),
        ("![a](b)", None, "!a(b)"),
        ("a  \nb\\\nc\nd", "break", "\n\n"),
        ("## Costs of *it* ##\n\nText.", None, "Costs of itText."),
        ("Costs\n=====\n\nText.", None, "CostsText."),
        ("> a\n> b\n\n- c\n- d\n  e", None, "a\nbcd\ne"),
        ("> ```python\n> x  = 1\n>\n>   y\n> ```\n", None, "pythonx  = 1\n\n  y"),
        ("<script>alert(1)</script>", None, "<script>alert(1)</script>"),
        ("[a]: http://b\n\n[a]", None, "[a]: http://b[a]"),
        ("a ~~b~~", "struck", "b"),
        ("* * *\n", None, ""),
    ],
)
def test_what_is_seen_of_a_text(text: str, style: str | None, expected: str) -> None:
    assert seen(text, style) == expected


def test_blocks_lie_in_what_holds_them() -> None:
    text = "# A\n\n3. b\n4. c\n   - d\n\n> e\n\n    code\n\n| a | b |\n|---|---|\n| c | d |\n"
    blocks = layout_markdown(text, 0, len(text))
    assert [block.type for block in blocks] == ["heading", "numbered", "quote", "code", "plain", "gap"]
    assert (blocks[0].level, blocks[1].level) == (1, 3)
    assert [item.type for item in blocks[1].blocks] == ["item", "item"]
    assert [block.type for block in blocks[1].blocks[1].blocks] == ["paragraph", "list"]


def test_what_is_nested_too_deeply_is_shown_as_it_is_written() -> None:
    text = "> " * 60 + "deep"
    assert "deep" in seen(text)
