"""What the readers of workbooks give: sheets, and notes on what of them is not in the text."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from qa.parsers.office.hidden_cells import HiddenCells
from qa.parsers.office.sheet_regions import SheetRow

__all__ = ["Omissions", "Sheet"]

_MAX_NAMES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A sheet that is not hidden: its filled rows by number, and what stands beside the cells.

    `remarks` are comments and text boxes; they may be read only after the rows. `hidden` says which of its
    rows and columns someone has hidden.
    """

    name: str
    rows: Iterable[tuple[int, SheetRow]]
    remarks: Sequence[str] = ()
    hidden: HiddenCells = field(default_factory=HiddenCells)


@dataclass(slots=True)
class Omissions:
    """What a reader met and left out, counted while the sheets are read."""

    hidden_sheets: list[str] = field(default_factory=list)
    chart_sheets: list[str] = field(default_factory=list)
    uncalculated_cells: int = 0
    comments: int = 0
    has_struck: bool = False
    may_be_struck: bool = False
    hidden_rows: int = 0
    hidden_columns: int = 0

    def notes(self) -> tuple[str, ...]:
        """A line for each kind of thing that is not in the text."""
        notes = [
            f"{what} left out: {_list_names(names)}"
            for what, names in (
                ("hidden sheets are", self.hidden_sheets),
                ("sheets that hold only a chart are", self.chart_sheets),
            )
            if names
        ]
        if count := self.uncalculated_cells:
            cells = (
                "1 cell holds a formula that was"
                if count == 1
                else f"{count:,} cells hold formulas that were"
            )
            notes.append(
                f"{cells} never calculated and read as blank: open and save the file in a spreadsheet program"
            )
        if self.comments:
            comments = "1 comment is" if self.comments == 1 else f"{self.comments:,} comments are"
            notes.append(f"{comments} not read: save the file as .xlsx")
        left_out = [
            f"{count:,} hidden {what}{'' if count == 1 else 's'}"
            for what, count in (("row", self.hidden_rows), ("column", self.hidden_columns))
            if count
        ]
        left_out += ["struck-out text"] if self.has_struck else []
        if left_out:
            notes.append(f"left out: {', '.join(left_out)}")
        if self.may_be_struck:
            notes.append("words inside of cells may be struck out, which is not read: save the file as .xlsx")
        return tuple(notes)


def _list_names(names: Sequence[str]) -> str:
    listed = ", ".join(f"“{name}”" for name in names[:_MAX_NAMES])
    return f"{listed} and {len(names) - _MAX_NAMES} more" if len(names) > _MAX_NAMES else listed
