"""Raised and lowered text on one line: powers, ordinals and note marks, so that no figure takes them in."""

import re

__all__ = ["lower_text", "raise_text"]

_RAISED = str.maketrans("0123456789+-−–()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻⁽⁾")
_LOWERED = str.maketrans("0123456789+-−–()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₋₍₎")
_HAS_FIGURE = re.compile(r"[0-9]")
_FIGURES = re.compile(r"[0-9+\-−–(),.*†‡/;\s]+")
_MIXED_MARKS = re.compile(r"[0-9][0-9a-z,;\s]*")
_NOTE_LETTER = re.compile(r"[a-z](?:\s?,\s?[a-z])*|[ivx]{1,4}", re.IGNORECASE)


def raise_text(text: str, before: str) -> str:
    """How text that is set raised is written after `before`.

    Figures become raised figures ("52⁴", "m²"), a letter or a roman number a mark in brackets ("11[a]"), and
    so does a figure with letters ("11[1a]"); anything else stays as it is: an ordinal's ending ("5th"), a
    sign ("*"), "[5]".
    """
    text = " ".join(text.split())
    if _FIGURES.fullmatch(text) and _HAS_FIGURE.search(text):
        return text.replace(" ", "").translate(_RAISED)
    if before[-1:].isdigit() and _MIXED_MARKS.fullmatch(text):
        return f"[{text}]"
    if _NOTE_LETTER.fullmatch(text) and before[-1:].strip():
        return f"[{text}]"
    return text


def lower_text(text: str, before: str) -> str:
    """How text that is set lowered is written after `before`.

    Figures after a letter or in front of everything stay ("CO2"); after a figure they become lowered ones, so
    that neither is read into the other.
    """
    text = " ".join(text.split())
    if before[-1:].isdigit() and _FIGURES.fullmatch(text) and _HAS_FIGURE.search(text):
        return text.replace(" ", "").translate(_LOWERED)
    return text
