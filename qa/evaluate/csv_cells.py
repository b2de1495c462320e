"""Cells of CSV files that a spreadsheet opens: no text of a question, document or model is run as a formula.

After OWASP's "CSV Injection": what begins like a formula gets an apostrophe in front, which a spreadsheet
takes for "this is text". A plain number stays one.
"""

import re

__all__ = ["from_cell", "to_cell"]

# The wide forms are the same to a spreadsheet in East Asian languages.
_FORMULA = re.compile("'*[=+\\-@\t\r\uff1d\uff0b\uff0d\uff20]")
_NUMBER = re.compile(r"[+-]?\d[\d.,\u00a0\u202f]*%?")


def to_cell(text: str) -> str:
    """The text as it may stand in a cell; `from_cell` gives it back."""
    is_formula = _FORMULA.match(text) is not None and _NUMBER.fullmatch(text) is None
    return f"'{text}" if is_formula else text


def from_cell(cell: str) -> str:
    """The text that `to_cell` made a cell of."""
    return cell[1:] if cell.startswith("'") and to_cell(cell[1:]) == cell else cell
