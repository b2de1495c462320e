"""The shapes of a slide with their places, which placeholders take from the layout and the master."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from qa.parsers.office.ooxml import Package
from qa.parsers.office.shape_order import Box
from qa.parsers.xml_elements import attribute, child, children, local_name, path, whole

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

__all__ = ["Layout", "Shape", "shapes_of"]

_SHAPE_TAGS = ("sp", "pic", "graphicFrame", "cxnSp", "contentPart", "grpSp")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A shape that is no group; `placeholder` is the type of its placeholder, "-" where it is none."""

    element: "Element"
    box: Box
    placeholder: str = "-"
    has_no_bullets: bool = False


class _Frame(NamedTuple):
    """How a group places what is in it: an offset and a scale for each direction."""

    offset_x: float = 0.0
    offset_y: float = 0.0
    scale_x: float = 1.0
    scale_y: float = 1.0

    def locate(self, transform: "Element") -> Box:
        offset, size = child(transform, "off"), child(transform, "ext")
        top = self.offset_y + whole(offset, "y") * self.scale_y
        left = self.offset_x + whole(offset, "x") * self.scale_x
        return Box(top, left, top + whole(size, "cy") * self.scale_y, left + whole(size, "cx") * self.scale_x)


_WHOLE_SLIDE = _Frame()


class Layout:
    """The placeholders that a slide's own refer to, and what stands on every slide that has this layout."""

    def __init__(self, package: Package, layout: str | None) -> None:
        master = package.first_related(layout, "slideMaster") if layout else None
        roots = [package.parse_optional(part) for part in (layout, master)]
        self._levels = [_find_placeholder_shapes(root) for root in roots]
        self.background = [
            shape
            for root in roots
            for shape in shapes_of(path(root, "cSld", "spTree"), None)
            if shape.placeholder == "-"
        ]

    def place(self, placeholder: "Element") -> Box | None:
        """Where the placeholder of this type and number stands."""
        places = (_read_own_place(match) for match in self._find_matches(placeholder))
        return next((place for place in places if place is not None), None)

    def has_no_bullets(self, placeholder: "Element") -> bool:
        """Whether the layout takes the bullets away that the master gives."""
        return any(
            path(match, "txBody", "lstStyle", "lvl1pPr", "buNone") is not None
            for match in self._find_matches(placeholder)
        )

    def _find_matches(self, placeholder: "Element") -> Iterator["Element"]:
        placeholder_type, number = _read_type(placeholder), attribute(placeholder, "idx") or "0"
        for level, shapes in enumerate(self._levels):
            # A layout's placeholders go by their number, a master's by their type.
            matches = [
                shape
                for shape in shapes
                if level == 0 and (attribute(_find_placeholder(shape), "idx") or "0") == number
            ]
            matches += [shape for shape in shapes if _read_type(_find_placeholder(shape)) == placeholder_type]
            if level and placeholder_type in ("", "obj", "subTitle"):
                matches += [shape for shape in shapes if _read_type(_find_placeholder(shape)) == "body"]
            yield from matches[:1]


def shapes_of(
    tree: "Element | None",
    layout: Layout | None,
    frame: _Frame = _WHOLE_SLIDE,
    *,
    leave_out: Callable[["Element"], None] = lambda element: None,
) -> Iterator[Shape]:
    """All shapes of a tree, also those in groups, in the file's order; hidden ones go to `leave_out`."""
    for element in children(tree):
        tag = local_name(element)
        if tag == "AlternateContent":
            branch = child(element, "Choice")
            branch = child(element, "Fallback") if branch is None else branch
            yield from shapes_of(branch, layout, frame, leave_out=leave_out)
        elif tag in _SHAPE_TAGS and _is_hidden(element):
            leave_out(element)
        elif tag == "grpSp":
            inner_frame = _read_group_frame(element, frame)
            yield from shapes_of(element, layout, inner_frame, leave_out=leave_out)
        elif tag in _SHAPE_TAGS:
            yield _read_shape(element, layout, frame)


def _read_shape(element: "Element", layout: Layout | None, frame: _Frame) -> Shape:
    placeholder = _find_placeholder(element)
    transform = path(element, "spPr", "xfrm")
    transform = child(element, "xfrm") if transform is None else transform
    box = frame.locate(transform) if child(transform, "off") is not None and transform is not None else None
    if placeholder is None or layout is None:
        return Shape(
            element=element,
            box=box or Box(0.0, 0.0, 0.0, 0.0),
            placeholder="-" if placeholder is None else _read_type(placeholder),
        )
    return Shape(
        element=element,
        box=box or layout.place(placeholder) or Box(0.0, 0.0, 0.0, 0.0),
        placeholder=_read_type(placeholder),
        has_no_bullets=layout.has_no_bullets(placeholder),
    )


def _read_group_frame(group: "Element", outer: _Frame) -> _Frame:
    transform = path(group, "grpSpPr", "xfrm")
    if transform is None:
        return outer
    offset, size, inner_offset, inner_size = (
        child(transform, name) for name in ("off", "ext", "chOff", "chExt")
    )
    scale_x = whole(size, "cx") / (whole(inner_size, "cx") or whole(size, "cx") or 1)
    scale_y = whole(size, "cy") / (whole(inner_size, "cy") or whole(size, "cy") or 1)
    return _Frame(
        outer.offset_x + (whole(offset, "x") - whole(inner_offset, "x") * scale_x) * outer.scale_x,
        outer.offset_y + (whole(offset, "y") - whole(inner_offset, "y") * scale_y) * outer.scale_y,
        outer.scale_x * scale_x,
        outer.scale_y * scale_y,
    )


def _find_placeholder_shapes(root: "Element | None") -> list["Element"]:
    tree = path(root, "cSld", "spTree")
    if tree is None:
        return []
    return [shape for shape in tree.iter("{*}sp") if _find_placeholder(shape) is not None]


def _find_properties(shape: "Element") -> Iterator["Element"]:
    """The elements that hold a shape's name and type: nvSpPr, nvPicPr, nvGraphicFramePr, ..."""
    return (element for element in children(shape) if local_name(element).startswith("nv"))


def _find_placeholder(shape: "Element") -> "Element | None":
    return next(
        (
            placeholder
            for properties in _find_properties(shape)
            if (placeholder := path(properties, "nvPr", "ph")) is not None
        ),
        None,
    )


def _read_type(placeholder: "Element | None") -> str:
    return attribute(placeholder, "type") or ""


def _is_hidden(shape: "Element") -> bool:
    return any(
        attribute(child(properties, "cNvPr"), "hidden") in ("1", "true")
        for properties in _find_properties(shape)
    )


def _read_own_place(shape: "Element") -> Box | None:
    transform = path(shape, "spPr", "xfrm")
    return None if transform is None or child(transform, "off") is None else _WHOLE_SLIDE.locate(transform)
