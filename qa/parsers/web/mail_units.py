"""A mail's lines, or blocks of HTML, with how deep each is quoted; and the signature below them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qa.parsers.web.markup_blocks import Block
from qa.parsers.xml_elements import local_name

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

__all__ = ["RULE", "MailUnit", "block_units", "line_units", "split_signature"]

RULE = re.compile(r"\s*[-=_*~#]{2,}\s*")
_QUOTED = re.compile(r"((?:> ?)+)")
# Some programs only indent with what stands for a quote.
_INDENTED = re.compile(r"border(?:-left)?\s*:\s*(?:none|0|medium none)", re.IGNORECASE)
_DELIMITER = "-- "
_MAX_SIGNATURE_LINES = 8
_MAX_SIGNATURE_CHARS = 600


@dataclass(frozen=True, slots=True)
class MailUnit:
    """A line of plain text, blank ones too, or a block of HTML; `depth` says how many times it is quoted."""

    text: str
    depth: int = 0
    block: Block | None = None


def line_units(text: str, *, is_flowed: bool, is_joined: bool) -> list[MailUnit]:
    """The lines of a text; flowed ones (RFC 3676) go on in the next of the same quote depth."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return _unflow(lines, is_joined) if is_flowed else _split_quotes(lines)


def _split_quotes(lines: Sequence[str]) -> list[MailUnit]:
    units = []
    for line in lines:
        match = None if line.startswith(">From ") else _QUOTED.match(line)
        if match:
            units.append(MailUnit(line[match.end() :], match[1].count(">")))
        else:
            # What mailboxes write for a line that begins with "From ".
            units.append(MailUnit(line.removeprefix(">") if line.startswith(">From ") else line))
    return units


def _unflow(lines: Sequence[str], is_joined: bool) -> list[MailUnit]:
    units: list[MailUnit] = []
    pieces: list[str] = []
    last_depth = 0
    for line in lines:
        depth = len(line) - len(line.lstrip(">"))
        text = line[depth:].removeprefix(" ")
        goes_on = bool(pieces) and pieces[-1].endswith(" ") and pieces[-1] != _DELIMITER
        if pieces and not (goes_on and depth == last_depth and text != _DELIMITER):
            units.append(_join_flowed(pieces, last_depth, is_joined))
            pieces = []
        pieces.append(text)
        last_depth = depth
    if pieces:
        units.append(_join_flowed(pieces, last_depth, is_joined))
    return units


def _join_flowed(pieces: Sequence[str], depth: int, is_joined: bool) -> MailUnit:
    head = [piece[:-1] for piece in pieces[:-1]] if is_joined else pieces[:-1]
    return MailUnit("".join((*head, pieces[-1])), depth)


def split_signature(units: Sequence[MailUnit]) -> tuple[Sequence[MailUnit], str]:
    """The units before the signature, and that on one line; "" if there is none.

    It stands below a line "-- " (RFC 3676: with the space) near the end, and is short. A line "--" is none.
    """
    last = max((index for index, unit in enumerate(units) if unit.text == _DELIMITER), default=None)
    if last is None:
        return units, ""
    lines = [unit.text.strip() for unit in units[last + 1 :] if unit.text.strip()]
    if len(lines) > _MAX_SIGNATURE_LINES or sum(map(len, lines)) > _MAX_SIGNATURE_CHARS:
        return units, ""
    return units[:last], ", ".join(line.rstrip(",;") for line in lines if not RULE.fullmatch(line))


def block_units(blocks: Sequence[Block]) -> list[MailUnit]:
    """The blocks of a mail in HTML."""
    depths: dict[Element, int] = {}
    return [MailUnit(block.text, _find_depth(block.element, depths), block) for block in blocks]


def _find_depth(element: "Element", depths: "dict[Element, int]") -> int:
    """How many quotes an element stands in; `depths` holds what is known already."""
    chain: list[Element] = []
    current: Element | None = element
    while current is not None and current not in depths:
        chain.append(current)
        current = current.getparent()
    depth = depths[current] if current is not None else 0
    for node in reversed(chain):
        is_quote = local_name(node).lower() == "blockquote" and not _INDENTED.search(node.get("style") or "")
        depth += is_quote
        depths[node] = depth
    return depth
