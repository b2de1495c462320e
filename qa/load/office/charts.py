"""Charts in Office documents: their title and the numbers that they show."""

from typing import TYPE_CHECKING

from qa.load.content import ContentBuilder, clean
from qa.load.office.cells import plain_number
from qa.load.xml import attribute, child, children, path, whole

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

__all__ = ["put_chart"]

_MAX_POINTS = 500  # more than anyone reads off a chart


def put_chart(builder: ContentBuilder, root: "Element | None") -> None:
    """A chart's title as a paragraph, then a row for each category with the value of each series."""
    chart = child(root, "chart")
    builder.paragraph(_words(child(chart, "title")))
    series = [
        one
        for kind in children(path(chart, "plotArea"))
        for one in children(kind, "ser")
        if child(one, "val") is not None or child(one, "yVal") is not None
    ]
    names = [_words(child(one, "tx"), "v") for one in series]
    categories: dict[int, str] = {}
    for one in series:
        first = child(one, "cat") if child(one, "cat") is not None else child(one, "xVal")
        categories = _points(first) | categories
    values = [
        _points(child(one, "val") if child(one, "val") is not None else child(one, "yVal")) for one in series
    ]
    for at in sorted(set(categories).union(*values))[:_MAX_POINTS]:
        builder.record(["", *names], [categories.get(at, ""), *(one.get(at, "") for one in values)])


def _words(element: "Element | None", name: str = "t") -> str:
    return (
        clean(" ".join(one.text or "" for one in element.iter(f"{{*}}{name}"))) if element is not None else ""
    )


def _points(element: "Element | None") -> dict[int, str]:
    """Index to text of the values that the chart keeps; of the lowest level where there are several."""
    if element is None:
        return {}
    level = next(element.iter("{*}lvl"), element)
    form = next((one.text or "" for one in element.iter("{*}formatCode")), "")
    found = {}
    for one in level.iter("{*}pt"):
        value = child(one, "v")
        if value is not None:
            code = attribute(one, "formatCode") or form
            found[whole(one, "idx")] = plain_number(clean(value.text or ""), code)
    return found
