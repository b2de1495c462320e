"""What holds inside a group of an RTF file, and the control words that change it."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from qa.parsers.office.rtf_flow import Flow
from qa.parsers.office.rtf_tables import Table

__all__ = ["FLOW_ACTIONS", "NOTE_FORMATS", "STATE_ACTIONS", "TABLE_ACTIONS", "State"]

_MAX_FALLBACK_CHARS = 10
_MIN_POSITION = 4  # half points; what is raised by less only stands a little higher
_DEFAULT_POSITION = 6


@dataclass(frozen=True, slots=True)
class State:
    """What holds inside a group.

    `destination` is what its text belongs to: "text" (the paragraphs of `flow`), "marker" (of an item), "out"
    (nothing), "fonts", "styles", "info", "plain" (text that comes again in Unicode), "nested" (the properties
    of a row in a cell), "fldinst" (a field's instruction), "sp", "sn" and "sv" (a property of a shape, its
    name and its value), or a field of the properties.
    """

    flow: Flow
    destination: str = "text"
    fallback_chars: int = 1  # characters after a \\u that stand for it in old readers
    codec: str = "cp1252"
    is_hidden: bool = False
    is_deleted: bool = False
    is_struck: bool = False
    is_bold: bool = False
    shift: int = 0  # 1 where letters are raised, -1 where they are lowered


def _set_position(state: State, number: int | None, direction: int) -> State:
    points = _DEFAULT_POSITION if number is None else number
    return replace(state, shift=direction if points >= _MIN_POSITION else 0)


def _set_fallback_chars(state: State, number: int | None) -> State:
    count = 1 if number is None else number
    return replace(state, fallback_chars=min(max(count, 0), _MAX_FALLBACK_CHARS))


STATE_ACTIONS: dict[str, Callable[[State, int | None], State]] = {
    "uc": _set_fallback_chars,
    "v": lambda state, number: replace(state, is_hidden=number != 0),
    "deleted": lambda state, number: replace(state, is_deleted=number != 0),
    "strike": lambda state, number: replace(state, is_struck=number != 0),
    "striked": lambda state, number: replace(state, is_struck=number != 0),
    "b": lambda state, number: replace(state, is_bold=number != 0),
    "super": lambda state, number: replace(state, shift=int(number != 0)),
    "sub": lambda state, number: replace(state, shift=-int(number != 0)),
    "nosupersub": lambda state, _: replace(state, shift=0),
    "up": lambda state, number: _set_position(state, number, 1),
    "dn": lambda state, number: _set_position(state, number, -1),
}


def _set_table_level(flow: Flow, level: int) -> None:
    flow.paragraph.table_level = level


def _set_outline_level(flow: Flow, level: int) -> None:
    flow.paragraph.outline_level = level


def _set_style(flow: Flow, style: int) -> None:
    flow.paragraph.style = style


def _make_endnote(flow: Flow) -> None:
    flow.is_endnote = True


# Properties of a row; those of a table in a cell stand in a group of their own, after the row's cells.
TABLE_ACTIONS: dict[str, Callable[[Table, int | None], None]] = {
    "trowd": lambda table, _: table.define_row(),
    "trleft": lambda table, number: table.define_left(number or 0),
    "trhdr": lambda table, _: table.define_head(),
    "clvmrg": lambda table, _: table.define_merge(above=True),
    "clmrg": lambda table, _: table.define_merge(above=False),
    "cellx": lambda table, number: table.define_cell(number or 0),
    "nestrow": lambda table, _: table.end_row(),
}

# Control words that count in the text only: notes' separators and markers have properties of their own.
FLOW_ACTIONS: dict[str, Callable[[Flow, int | None], None]] = {
    "par": lambda flow, _: flow.end_paragraph(),
    "page": lambda flow, _: flow.end_paragraph(),
    "sect": lambda flow, _: flow.end_paragraph(),
    "pard": lambda flow, _: flow.reset_paragraph(),
    "s": lambda flow, number: _set_style(flow, number or 0),
    "outlinelevel": lambda flow, number: _set_outline_level(flow, number or 0),
    "intbl": lambda flow, _: _set_table_level(flow, max(1, flow.paragraph.table_level)),
    "itap": lambda flow, number: _set_table_level(flow, 1 if number is None else number),
    "cell": lambda flow, _: flow.end_cell(),
    "row": lambda flow, _: flow.end_row(),
    "nestcell": lambda flow, _: flow.end_nested_cell(),
    "ftnalt": lambda flow, _: _make_endnote(flow),
    "trowd": lambda flow, _: flow.begin_row(),
    "trleft": lambda flow, number: TABLE_ACTIONS["trleft"](flow.table, number),
    "trhdr": lambda flow, number: TABLE_ACTIONS["trhdr"](flow.table, number),
    "clvmrg": lambda flow, number: TABLE_ACTIONS["clvmrg"](flow.table, number),
    "clmrg": lambda flow, number: TABLE_ACTIONS["clmrg"](flow.table, number),
    "cellx": lambda flow, number: TABLE_ACTIONS["cellx"](flow.table, number),
}
# \\ftnnar, \\aftnnrlc and the like: how footnotes and endnotes (aftn) are numbered.
NOTE_FORMATS = {
    f"{note}{word}": (note == "aftn", number_format)
    for note in ("ftn", "aftn")
    for word, number_format in {
        "nar": "decimal",
        "nalc": "lowerLetter",
        "nauc": "upperLetter",
        "nrlc": "lowerRoman",
        "nruc": "upperRoman",
        "nchi": "chicago",
    }.items()
}
