"""Charts in Office documents: their title and the numbers that they show."""

from typing import TYPE_CHECKING

from qa.parsers.content_builder import ContentBuilder, clean
from qa.parsers.office.number_formats import plain_number
from qa.parsers.xml_elements import attribute, child, children, path, whole

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

__all__ = ["put_chart"]

_MAX_POINTS = 500  # more than anyone reads off a chart


def put_chart(builder: ContentBuilder, root: "Element | None") -> None:
    """A chart's title as a paragraph, then a row for each category with the value of each series."""
    chart = child(root, "chart")
    builder.paragraph(_read_text(child(chart, "title")))
    all_series = [
        series
        for plot in children(path(chart, "plotArea"))
        for series in children(plot, "ser")
        if child(series, "val") is not None or child(series, "yVal") is not None
    ]
    series_names = [_read_text(child(series, "tx"), "v") for series in all_series]
    categories: dict[int, str] = {}
    for series in all_series:
        category_element = child(series, "cat") if child(series, "cat") is not None else child(series, "xVal")
        categories = _read_points(category_element) | categories
    values = [
        _read_points(child(series, "val") if child(series, "val") is not None else child(series, "yVal"))
        for series in all_series
    ]
    for index in sorted(set(categories).union(*values))[:_MAX_POINTS]:
        builder.record(
            ["", *series_names], [categories.get(index, ""), *(points.get(index, "") for points in values)]
        )


def _read_text(element: "Element | None", tag: str = "t") -> str:
    return (
        clean(" ".join(node.text or "" for node in element.iter(f"{{*}}{tag}")))
        if element is not None
        else ""
    )


def _read_points(element: "Element | None") -> dict[int, str]:
    """Index to text of the values that the chart keeps; of the lowest level where there are several."""
    if element is None:
        return {}
    level = next(element.iter("{*}lvl"), element)
    default_code = next((node.text or "" for node in element.iter("{*}formatCode")), "")
    points = {}
    for point in level.iter("{*}pt"):
        value = child(point, "v")
        if value is not None:
            code = attribute(point, "formatCode") or default_code
            points[whole(point, "idx")] = plain_number(clean(value.text or ""), code)
    return points
