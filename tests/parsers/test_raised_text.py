"""Raised and lowered text is no part of the figure before it."""

import pytest

from qa.parsers.raised_text import lower_text, raise_text


@pytest.mark.parametrize(
    ("before", "text", "expected"),
    [
        ("45", "1", "¹"),
        ("6.5", "3", "³"),
        ("m", "2", "²"),
        ("10", "-3", "⁻³"),
        ("45", "1, 2", "¹,²"),
        ("45", "(1)", "⁽¹⁾"),
        ("45", "1–3", "¹⁻³"),
        ("45", "1*", "¹*"),
        ("45", "1a", "[1a]"),
        ("11", "a", "[a]"),
        ("11", "ii", "[ii]"),
        ("5", "th", "th"),
        ("5", "nd", "nd"),
        ("1", "er", "er"),
        ("Total", "*", "*"),
        ("9.1", "[5]", "[5]"),
        ("Brand", "TM", "TM"),
        ("", "a", "a"),
    ],
)
def test_raise_text(before: str, text: str, expected: str) -> None:
    assert raise_text(text, before) == expected


@pytest.mark.parametrize(
    ("before", "text", "expected"), [("CO", "2", "2"), ("log 4", "10", "₁₀"), ("x", "i", "i"), ("", "2", "2")]
)
def test_lower_text(before: str, text: str, expected: str) -> None:
    assert lower_text(text, before) == expected
