"""The text of a Word paragraph: its runs, fields, marks of notes, and what is fixed to it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from qa.parsers.office.docx_styles import Styles
from qa.parsers.office.left_out import LeftOut
from qa.parsers.office.note_labels import NoteLabels
from qa.parsers.office.office_math import read_formula
from qa.parsers.office.raised_runs import Run, join_runs, note_mark, with_mark
from qa.parsers.office.symbol_letters import decode_private_letters, decode_symbol
from qa.parsers.xml_elements import attribute, child, children, is_on, local_name, path, whole

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

__all__ = ["WRAPPER_TAGS", "Attached", "TextReader", "choose_branch", "elements_by_name"]

# Wrappers that change nothing about what stands in them. Deleted and moved text (del, moveFrom) has others.
WRAPPER_TAGS = frozenset(
    {"ins", "moveTo", "smartTag", "customXml", "hyperlink", "fldSimple", "bdo", "dir", "sdtContent"}
)
_DELETED_TAGS = frozenset({"del", "moveFrom"})
_MATH_TAGS = frozenset({"oMath", "oMathPara"})
_SPACES = {"tab": "\t", "ptab": "\t", "br": " ", "cr": " "}
_DRAWING_TAGS = frozenset({"drawing", "pict", "object", "AlternateContent"})
_PAGE_FIELDS = frozenset({"PAGE", "NUMPAGES", "SECTIONPAGES"})
_MIN_POSITION = 4  # half points; pictures and signs in the line are moved by less


class Attached(NamedTuple):
    """What is fixed to a paragraph: a text box's body, a note, or what refers to a chart or a diagram.

    `mark` is None but for notes; "" where a note brings its own.
    """

    element: "Element"
    mark: str | None = None


class TextReader:
    """Reads paragraphs one after the other; `attached` collects what is fixed to them, in order.

    With `weighs_letters` it sets `has_bold` and `has_light` by the letters that it meets.
    Without `labels` it leaves out the marks of notes.
    """

    def __init__(self, styles: Styles, labels: NoteLabels | None, left_out: LeftOut) -> None:
        self.attached: list[Attached] = []
        self.weighs_letters = self.has_bold = self.has_light = False
        self._styles, self._labels, self._left_out = styles, labels, left_out
        # For each field that is open, its instruction, and whether its result has begun.
        self._fields: list[tuple[str, bool]] = []
        self._note_mark: str | None = None
        self._has_own_mark = False  # whether the run's text is the mark of the note that it refers to

    def read(self, paragraph: "Element", style: str | None) -> str:
        """What a paragraph of this style says."""
        # An instruction ends with its paragraph, even in a file that forgot to say so.
        if self._fields:
            self._fields = [(instruction, True) for instruction, _ in self._fields]
        runs = list(self._read_inline(paragraph, style))
        if self._note_mark is not None and any(run.text.strip() for run in runs):
            runs = with_mark(runs, self._note_mark)
            self._note_mark = None
        return join_runs(runs)

    def begin_note(self, mark: str) -> None:
        """The paragraph that comes is the first of a note with this mark, "" if it brings its own."""
        self._note_mark = mark

    def _read_inline(self, parent: "Element", style: str | None) -> Iterator[Run]:
        for node in parent:
            tag = local_name(node)
            if tag == "r":
                yield from self._read_run(node, style)
            elif tag in _MATH_TAGS:
                yield Run(read_formula(node))
            elif tag in _DELETED_TAGS and next(node.iter("{*}t", "{*}delText"), None) is not None:
                self._left_out.mention("text deleted by tracked changes")
            elif tag == "AlternateContent":
                for branch in choose_branch(node):
                    yield from self._read_inline(branch, style)
            elif (tag in WRAPPER_TAGS or tag == "sdt") and not self._is_automatic(node):
                yield from self._read_inline(node, style)

    def _is_automatic(self, wrapper: "Element") -> bool:
        """Whether it holds a page's number, or the words that ask for a text to be put there."""
        if child(child(wrapper, "sdtPr"), "showingPlcHdr") is not None:
            self._left_out.mention("words in place of a text to be filled in")
            return True
        return _first_word(attribute(wrapper, "instr") or "") in _PAGE_FIELDS

    def _read_run(self, run: "Element", style: str | None) -> Iterator[Run]:
        shift = self._find_shift(run, style)
        if shift is None:
            return
        self._has_own_mark = False
        for node in run:
            tag = local_name(node)
            if tag == "t" and not self._fields and not self._has_own_mark:
                yield Run(_decode_letters(node), shift)
            elif tag == "fldChar":
                yield from self._take_field_mark(node)
            elif tag == "instrText":
                self._take_instruction(node.text or "")
            elif tag != "rPr" and not self._is_in_instruction():
                yield from self._read_piece(node, tag, shift, style)

    def _read_piece(self, node: "Element", tag: str, shift: int, style: str | None) -> Iterator[Run]:
        if tag == "t" and self._has_own_mark:
            yield Run(note_mark(node.text or ""), is_mark=True)
        elif tag == "t":
            yield Run(_decode_letters(node), shift)
        elif tag in ("footnoteReference", "endnoteReference"):
            self._has_own_mark = attribute(node, "customMarkFollows") in ("1", "true", "on")
            yield self._take_reference(node, tag.removesuffix("Reference"), is_counted=not self._has_own_mark)
        elif tag == "ruby":
            for base in children(node, "rubyBase"):
                yield from self._read_inline(base, style)
        elif tag in _DRAWING_TAGS:
            yield from self._find_drawn(node)
        else:
            yield Run(_read_sign(node, tag), shift)

    def _find_shift(self, run: "Element", style: str | None) -> int | None:
        """How its letters are set: 1 is raised, -1 lowered; None where they don't show."""
        first = next(iter(run), None)
        is_described = first is not None and local_name(first) == "rPr"
        properties = elements_by_name(first) if is_described else {}
        run_style = attribute(properties["rStyle"], "val") if "rStyle" in properties else None
        if self._styles.is_set("vanish", properties, run_style):
            if next(run.iter("{*}t"), None) is not None:
                self._left_out.mention("hidden text")
            return None
        if any(self._styles.is_set(name, properties, run_style, style) for name in ("strike", "dstrike")):
            if any((letters.text or "").strip() for letters in run.iter("{*}t")):
                self._left_out.mention("struck-out text")
            return None
        align = self._styles.value("vertAlign", properties, run_style, style)
        # Marks of notes are seldom bold where the name before them is.
        if self.weighs_letters and align not in ("superscript", "subscript"):
            self._weigh(run, self._styles.is_set("b", properties, run_style, style))
        if align is not None:
            return {"superscript": 1, "subscript": -1}.get(align, 0)
        position = whole(properties["position"], "val") if "position" in properties else 0
        return 0 if abs(position) < _MIN_POSITION else 1 if position > 0 else -1

    def _weigh(self, run: "Element", is_bold: bool) -> None:
        if any((letters.text or "").strip() for letters in children(run, "t")):
            self.has_bold, self.has_light = self.has_bold or is_bold, self.has_light or not is_bold

    # Fields -------------------------------------------------------------------------------------

    def _take_field_mark(self, mark: "Element") -> Iterator[Run]:
        mark_type = attribute(mark, "fldCharType")
        if mark_type == "begin":
            self._fields.append(("", False))
            form = child(mark, "ffData")
            if (box := child(form, "checkBox")) is not None:
                checked = child(box, "checked")
                yield Run("☒ " if is_on(child(box, "default") if checked is None else checked) else "☐ ")
            elif (choices := child(form, "ddList")) is not None:
                entries = [attribute(entry, "val") or "" for entry in children(choices, "listEntry")]
                yield Run("".join(entries[(chosen := whole(child(choices, "result"), "val")) : chosen + 1]))
        elif mark_type == "separate" and self._fields:
            self._fields[-1] = (self._fields[-1][0], True)
        elif mark_type == "end" and self._fields:
            self._fields.pop()

    def _take_instruction(self, text: str) -> None:
        if self._fields and not self._fields[-1][1]:
            self._fields[-1] = (self._fields[-1][0] + text, False)

    def _is_in_instruction(self) -> bool:
        """Whether what stands here is no text: a part of a field's instruction, or a page's number."""
        return any(
            not has_result or _first_word(instruction) in _PAGE_FIELDS
            for instruction, has_result in self._fields
        )

    # What is fixed to a paragraph ---------------------------------------------------------------

    def _take_reference(self, reference: "Element", note_type: str, *, is_counted: bool) -> Run:
        if self._labels is None:
            return Run("")
        note, mark = self._labels.take(note_type, attribute(reference, "id") or "", is_counted=is_counted)
        if note is not None:
            self.attached.append(Attached(note, mark))
        return Run(mark, is_mark=True)

    def _find_drawn(self, element: "Element") -> Iterator[Run]:
        tag = local_name(element)
        if tag == "AlternateContent":
            # The same box for new programs and, as a fallback, for old ones.
            for branch in choose_branch(element):
                yield from self._find_drawn(branch)
        elif tag in ("txbxContent", "chart", "relIds"):
            self.attached.append(Attached(element))
        elif tag == "textpath":
            yield Run(f" {attribute(element, 'string') or ''} ")
        elif tag == "txBody":
            yield Run(f" {' '.join(letters.text or '' for letters in element.iter('{*}t'))} ")
        elif tag in ("pic", "imagedata"):
            self._left_out.count("picture")
        elif tag == "object":
            self._left_out.count("embedded object")
        else:
            for node in element:
                yield from self._find_drawn(node)


def elements_by_name(parent: "Element | None") -> "dict[str, Element]":
    """Local name to the first child element of that name."""
    if parent is None:
        return {}
    return {local_name(element): element for element in reversed(parent)}


def choose_branch(alternatives: "Element") -> "list[Element]":
    """The first of several ways to show the same, the fallback only where there is no other."""
    branches = [*children(alternatives, "Choice"), *children(alternatives, "Fallback")]
    return next(([branch] for branch in branches if len(branch)), [])


def _read_sign(node: "Element", tag: str) -> str:
    if tag == "sym":
        return _decode_sign(attribute(node, "char") or "", attribute(node, "font"))
    return "-" if tag == "noBreakHyphen" else _SPACES.get(tag, "")


def _first_word(instruction: str) -> str:
    return next(iter(instruction.split()), "").upper()


def _decode_sign(code: str, font: str | None) -> str:
    try:
        number = int(code, 16)
    except ValueError:
        return ""
    if number < 0x20 or 0xD800 <= number < 0xE000 or number > 0xFFFF:
        return ""
    return decode_symbol(number, font) if number < 0x100 or number >= 0xE000 else chr(number)


def _decode_letters(text: "Element") -> str:
    """A text's letters; programs write those of symbol fonts in the private range."""
    letters = text.text or ""
    if letters.isascii():
        return letters
    return decode_private_letters(letters, attribute(path(text.getparent(), "rPr", "rFonts"), "ascii"))
