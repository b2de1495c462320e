"""What is drawn on a PDF's page beside its letters: ruling lines, filled boxes, bullets, pictures."""

import ctypes
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from qa.parsers.pdf.page_frame import Box

__all__ = ["Shapes", "read_shapes"]

_MAX_OBJECTS = 20_000
_MAX_SEGMENTS = 2_000  # of one path; a drawing has more
_MAX_RULES = 6_000  # pieces of lines, before they are put together; a map has more
_MAX_FORM_DEPTH = 4
_MAX_MARKS = 2_000  # by readers, on one page
_MAX_THICKNESS = 4.5  # points; what is thicker is a box
_MIN_RULE = 4.0  # points
_JOINT = 3.0  # points between the pieces of one line

# Of an object's own space to the page's: a, b, c, d, e, f as in PDF.
_Matrix = tuple[float, float, float, float, float, float]
_IDENTITY: _Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


@dataclass(slots=True)
class Shapes:
    """What is drawn: lines across and down the page, put together where their pieces meet.

    `dots` are small shapes, such as browsers draw before the items of a list. A box has its four sides among
    the lines. There are no lines on a page that has too many of them: it is a drawing. `strokes` are the
    lines across with those that are too short for a table's.
    """

    across: list[Box] = field(default_factory=list)
    down: list[Box] = field(default_factory=list)
    dots: list[Box] = field(default_factory=list)
    strokes: list[Box] = field(default_factory=list)
    pictures: bool = False

    def parts(self, left: float, right: float, middle: float) -> bool:
        """Whether a line runs down between two words at this height."""
        return any(
            left - 1 <= (rule.left + rule.right) / 2 <= right + 1 and rule.top <= middle <= rule.bottom
            for rule in self.down
        )


def read_shapes(pdfium: Any, page: Any, to_page_box: Callable[[float, float, float, float], Box]) -> Shapes:
    """The shapes of a page; `to_page_box` takes left, bottom, right and top in the page's own space."""
    shapes = Shapes()
    reader = _PathReader(pdfium)
    for path, matrix in _iterate_paths(pdfium, page, shapes):
        box = reader.bounds(path, matrix, to_page_box)
        if box is None:
            continue
        width, height = box.right - box.left, box.bottom - box.top
        if 0.5 < width < 12 and 0.7 < width / max(height, 0.1) < 1.4:
            shapes.dots.append(box)
        elif max(width, height) >= _MIN_RULE and len(shapes.across) + len(shapes.down) <= _MAX_RULES:
            for rule in reader.rules(path, matrix, box, to_page_box):
                _add_rule(shapes, rule)
    if len(shapes.across) + len(shapes.down) > _MAX_RULES:
        shapes.across, shapes.down = [], []
    lines = _join(shapes.across)
    shapes.across = _without_short(lines)
    shapes.strokes = [*lines, *_iterate_strike_marks(pdfium, page, to_page_box)]
    shapes.down = [_turn(rule) for rule in _without_short(_join([_turn(rule) for rule in shapes.down]))]
    return shapes


def _iterate_paths(pdfium: Any, page: Any, shapes: Shapes) -> Iterator[tuple[Any, _Matrix]]:
    """All paths, those inside of forms with the form's matrix; notes pictures on the way."""
    count = min(pdfium.FPDFPage_CountObjects(page), _MAX_OBJECTS)
    stack = [(pdfium.FPDFPage_GetObject(page, index), _IDENTITY, 0) for index in range(count - 1, -1, -1)]
    matrix = pdfium.FS_MATRIX()
    looked_at = 0
    while stack and looked_at < 2 * _MAX_OBJECTS:
        page_object, outer, depth = stack.pop()
        looked_at += 1
        object_type = pdfium.FPDFPageObj_GetType(page_object)
        if object_type == pdfium.FPDF_PAGEOBJ_PATH:
            yield page_object, outer
        elif object_type == pdfium.FPDF_PAGEOBJ_IMAGE:
            shapes.pictures = True
        elif object_type == pdfium.FPDF_PAGEOBJ_FORM and depth < _MAX_FORM_DEPTH:
            pdfium.FPDFPageObj_GetMatrix(page_object, matrix)
            inner = _multiply((matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f), outer)
            children = min(pdfium.FPDFFormObj_CountObjects(page_object), _MAX_OBJECTS)
            stack += [
                (pdfium.FPDFFormObj_GetObject(page_object, index), inner, depth + 1)
                for index in range(children - 1, -1, -1)
            ]


def _iterate_strike_marks(
    pdfium: Any, page: Any, to_page_box: Callable[[float, float, float, float], Box]
) -> Iterator[Box]:
    """The lines by which someone has struck out words in a viewer, half-way up the marked places."""
    quad = pdfium.FS_QUADPOINTSF()
    for index in range(min(pdfium.FPDFPage_GetAnnotCount(page), _MAX_MARKS)):
        annotation = pdfium.FPDFPage_GetAnnot(page, index)
        if not annotation:
            continue
        if pdfium.FPDFAnnot_GetSubtype(annotation) == pdfium.FPDF_ANNOT_STRIKEOUT:
            for place in range(min(pdfium.FPDFAnnot_CountAttachmentPoints(annotation), _MAX_MARKS)):
                if pdfium.FPDFAnnot_GetAttachmentPoints(annotation, place, quad):
                    across = (quad.x1, quad.x2, quad.x3, quad.x4)
                    up = (quad.y1, quad.y2, quad.y3, quad.y4)
                    box = to_page_box(min(across), min(up), max(across), max(up))
                    middle = (box.top + box.bottom) / 2
                    yield Box(box.left, box.right, middle, middle)
        pdfium.FPDFPage_CloseAnnot(annotation)


def _multiply(first: _Matrix, second: _Matrix) -> _Matrix:
    a, b, c, d, e, f = first
    a2, b2, c2, d2, e2, f2 = second
    return (
        a * a2 + b * c2, a * b2 + b * d2,
        c * a2 + d * c2, c * b2 + d * d2,
        e * a2 + f * c2 + e2, e * b2 + f * d2 + f2,
    )  # fmt: skip


def _apply(matrix: _Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


class _PathReader:
    """Reads the straight lines of paths."""

    def __init__(self, pdfium: Any) -> None:
        self._pdfium = pdfium
        self._corners = [ctypes.c_float() for _ in range(4)]
        self._fill, self._stroke = ctypes.c_int(), ctypes.c_int()
        self._x, self._y = ctypes.c_float(), ctypes.c_float()
        self._matrix = pdfium.FS_MATRIX()

    def bounds(
        self, path: Any, matrix: _Matrix, to_page_box: Callable[[float, float, float, float], Box]
    ) -> Box | None:
        if not self._pdfium.FPDFPageObj_GetBounds(path, *self._corners):
            return None
        left, bottom, right, top = (corner.value for corner in self._corners)
        if matrix is not _IDENTITY:
            corners = [_apply(matrix, x, y) for x in (left, right) for y in (bottom, top)]
            left, right = min(x for x, _ in corners), max(x for x, _ in corners)
            bottom, top = min(y for _, y in corners), max(y for _, y in corners)
        return to_page_box(left, bottom, right, top)

    def rules(
        self,
        path: Any,
        matrix: _Matrix,
        box: Box,
        to_page_box: Callable[[float, float, float, float], Box],
    ) -> list[Box]:
        """Its lines across and down; a thin box is one line, a large one has four."""
        pdfium = self._pdfium
        if not pdfium.FPDFPath_GetDrawMode(path, self._fill, self._stroke):
            return []
        if not self._fill.value and not self._stroke.value:
            return []
        if min(box.right - box.left, box.bottom - box.top) <= _MAX_THICKNESS:
            return [box]
        count = pdfium.FPDFPath_CountSegments(path)
        if not 0 < count <= _MAX_SEGMENTS:
            return []
        rules = []
        for start, end in self._iterate_lines(path, matrix, count):
            rule = to_page_box(
                min(start[0], end[0]), min(start[1], end[1]), max(start[0], end[0]), max(start[1], end[1])
            )
            if min(rule.right - rule.left, rule.bottom - rule.top) < 0.5:
                rules.append(rule)
        return rules

    def _iterate_lines(
        self, path: Any, outer: _Matrix, count: int
    ) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
        pdfium, own = self._pdfium, self._matrix
        pdfium.FPDFPageObj_GetMatrix(path, own)
        matrix = _multiply((own.a, own.b, own.c, own.d, own.e, own.f), outer)
        first = last = (0.0, 0.0)
        for index in range(count):
            segment = pdfium.FPDFPath_GetPathSegment(path, index)
            pdfium.FPDFPathSegment_GetPoint(segment, self._x, self._y)
            point = _apply(matrix, self._x.value, self._y.value)
            segment_type = pdfium.FPDFPathSegment_GetType(segment)
            if segment_type == pdfium.FPDF_SEGMENT_MOVETO:
                first = point
            elif segment_type == pdfium.FPDF_SEGMENT_LINETO:
                yield last, point
            if pdfium.FPDFPathSegment_GetClose(segment):
                yield point, first
            last = point


def _add_rule(shapes: Shapes, rule: Box) -> None:
    width, height = rule.right - rule.left, rule.bottom - rule.top
    if width > height:
        shapes.across.append(rule)
    elif height > width:
        shapes.down.append(rule)


def _turn(rule: Box) -> Box:
    return Box(rule.top, rule.bottom, rule.left, rule.right)


def _join(rules: list[Box]) -> list[Box]:
    """Pieces of one line put together; lines across the page."""
    joined: list[Box] = []
    by_height = sorted(rules, key=lambda rule: (rule.top + rule.bottom, rule.left))
    groups: list[list[Box]] = [by_height[:1]] if by_height else []
    for above, rule in pairwise(by_height):
        if (rule.top + rule.bottom - above.top - above.bottom) / 2 < 0.7:
            groups[-1].append(rule)
        else:
            groups.append([rule])
    for group in groups:
        group.sort()
        last = group[0]
        for rule in group[1:]:
            if rule.left - last.right <= _JOINT:
                last = Box(
                    last.left,
                    max(last.right, rule.right),
                    min(last.top, rule.top),
                    max(last.bottom, rule.bottom),
                )
            else:
                joined.append(last)
                last = rule
        joined.append(last)
    return joined


def _without_short(rules: list[Box]) -> list[Box]:
    return [rule for rule in rules if rule.right - rule.left >= 2 * _MIN_RULE]
