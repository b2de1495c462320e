"""The shapes of a slide with their places, which placeholders take from the layout and the master."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from qa.load.office.ooxml import Package
from qa.load.xml import attribute, child, children, local_name, path, whole

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

__all__ = ["Layout", "Place", "Shape", "shapes_of"]

_SHAPES = ("sp", "pic", "graphicFrame", "cxnSp")


class Place(NamedTuple):
    """Where a shape's upper left corner is, in the slide's own units."""

    top: float
    left: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A shape that is no group; `placeholder` is the kind of its placeholder, "-" where it is none."""

    element: "Element"
    place: Place
    placeholder: str
    has_no_bullets: bool


class _Frame(NamedTuple):
    """How a group places what is in it: a shift and a scale for each direction."""

    left: float = 0.0
    top: float = 0.0
    wide: float = 1.0
    high: float = 1.0

    def place(self, element: "Element") -> Place:
        return Place(self.top + whole(element, "y") * self.high, self.left + whole(element, "x") * self.wide)


_WHOLE_SLIDE = _Frame()


class Layout:
    """The placeholders that a slide's own refer to."""

    def __init__(self, package: Package, slide: str) -> None:
        layout = package.first_related(slide, "slideLayout")
        master = package.first_related(layout, "slideMaster") if layout else None
        self._levels = [_placeholders(package.parse_optional(part)) for part in (layout, master)]

    def place(self, mark: "Element") -> Place | None:
        """Where the placeholder of this kind and number stands."""
        places = (_own_place(one) for one in self._matching(mark))
        return next((place for place in places if place is not None), None)

    def has_no_bullets(self, mark: "Element") -> bool:
        """Whether the layout takes the bullets away that the master gives."""
        return any(
            path(one, "txBody", "lstStyle", "lvl1pPr", "buNone") is not None for one in self._matching(mark)
        )

    def _matching(self, mark: "Element") -> Iterator["Element"]:
        kind, number = _kind(mark), attribute(mark, "idx") or "0"
        for level, found in enumerate(self._levels):
            # A layout's placeholders go by their number, a master's by their kind.
            same = [one for one in found if level == 0 and (attribute(_mark(one), "idx") or "0") == number]
            same += [one for one in found if _kind(_mark(one)) == kind]
            if level and kind in ("", "obj", "subTitle"):
                same += [one for one in found if _kind(_mark(one)) == "body"]
            yield from same[:1]


def shapes_of(tree: "Element | None", layout: Layout | None, frame: _Frame = _WHOLE_SLIDE) -> Iterator[Shape]:
    """All shapes of a tree, those in groups too, in the order of the file."""
    for one in children(tree):
        name = local_name(one)
        if name == "AlternateContent":
            branch = child(one, "Choice")
            yield from shapes_of(child(one, "Fallback") if branch is None else branch, layout, frame)
        elif name == "grpSp":
            yield from shapes_of(one, layout, _group_frame(one, frame))
        elif name in _SHAPES and not _is_hidden(one):
            mark = _mark(one)
            own = path(one, "spPr", "xfrm", "off")
            own = path(one, "xfrm", "off") if own is None else own
            place = frame.place(own) if own is not None else None
            if place is None and mark is not None and layout is not None:
                place = layout.place(mark)
            yield Shape(
                element=one,
                place=place or Place(0.0, 0.0),
                placeholder="-" if mark is None else _kind(mark),
                has_no_bullets=mark is not None and layout is not None and layout.has_no_bullets(mark),
            )


def _group_frame(group: "Element", outer: _Frame) -> _Frame:
    form = path(group, "grpSpPr", "xfrm")
    if form is None:
        return outer
    offset, size, inner, inner_size = (child(form, name) for name in ("off", "ext", "chOff", "chExt"))
    wide = whole(size, "cx") / (whole(inner_size, "cx") or whole(size, "cx") or 1)
    high = whole(size, "cy") / (whole(inner_size, "cy") or whole(size, "cy") or 1)
    return _Frame(
        outer.left + (whole(offset, "x") - whole(inner, "x") * wide) * outer.wide,
        outer.top + (whole(offset, "y") - whole(inner, "y") * high) * outer.high,
        outer.wide * wide,
        outer.high * high,
    )


def _placeholders(root: "Element | None") -> list["Element"]:
    tree = path(root, "cSld", "spTree")
    return [] if tree is None else [one for one in tree.iter("{*}sp") if _mark(one) is not None]


def _properties(shape: "Element") -> Iterator["Element"]:
    """The elements that hold a shape's name and kind: nvSpPr, nvPicPr, nvGraphicFramePr, ..."""
    return (one for one in children(shape) if local_name(one).startswith("nv"))


def _mark(shape: "Element") -> "Element | None":
    return next((mark for one in _properties(shape) if (mark := path(one, "nvPr", "ph")) is not None), None)


def _kind(mark: "Element | None") -> str:
    return attribute(mark, "type") or ""


def _is_hidden(shape: "Element") -> bool:
    return any(attribute(child(one, "cNvPr"), "hidden") in ("1", "true") for one in _properties(shape))


def _own_place(shape: "Element") -> Place | None:
    own = path(shape, "spPr", "xfrm", "off")
    return None if own is None else Place(float(whole(own, "y")), float(whole(own, "x")))
