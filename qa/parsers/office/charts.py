"""Charts in Office documents: their titles and the numbers that they show, as a table."""

from typing import TYPE_CHECKING

from qa.parsers.content_builder import ContentBuilder, clean
from qa.parsers.office.number_formats import plain_number
from qa.parsers.table_text import GridCell, put_table
from qa.parsers.xml_elements import attribute, child, children, path, whole

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

__all__ = ["put_chart"]

_MAX_POINTS = 500  # more than anyone reads off a chart


def put_chart(builder: ContentBuilder, root: "Element | None") -> None:
    """A chart's title with those of its axes, a row for each category with the value of each series, labels.

    Labels are those that were typed; the others repeat the values.
    """
    chart = child(root, "chart")
    title = _read_text(child(chart, "title"))
    axis_titles = [
        text for axis in children(path(chart, "plotArea")) if (text := _read_text(child(axis, "title")))
    ]
    # What the axes measure is the unit of the numbers.
    caption = (
        f"{title} ({'; '.join(axis_titles)})" if title and axis_titles else title or "; ".join(axis_titles)
    )
    builder.paragraph(caption)
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
        categories = _read_categories(category_element) | categories
    values = [
        _read_points(child(series, "val") if child(series, "val") is not None else child(series, "yVal"))
        for series in all_series
    ]
    indexes = sorted(set(categories).union(*values))[:_MAX_POINTS]
    rows: list[list[GridCell | str]] = [
        [GridCell(categories.get(index, ""), is_head=True), *(points.get(index, "") for points in values)]
        for index in indexes
    ]
    head: list[GridCell | str] = [GridCell(name, is_head=True) for name in ("", *series_names)]
    if any(series_names) and rows:
        put_table(builder, [head, *rows], head_rows=1, caption=caption)
    else:
        put_table(builder, rows, caption=caption)
    labels = (_read_text(label) for label in chart.iter("{*}dLbl")) if chart is not None else ()
    builder.paragraph("; ".join(filter(None, labels)))


def _read_text(element: "Element | None", tag: str = "t") -> str:
    return (
        clean(" ".join(node.text or "" for node in element.iter(f"{{*}}{tag}")))
        if element is not None
        else ""
    )


def _read_categories(element: "Element | None") -> dict[int, str]:
    """Index to name; of several levels ("2024 – first quarter") an outer name holds up to the next one."""
    if element is None:
        return {}
    levels = [_read_points(level) for level in element.iter("{*}lvl")]
    if len(levels) < 2:
        return _read_points(element)
    names = dict(levels[0])
    for outer in levels[1:]:
        for index in names:
            name = outer.get(max((start for start in outer if start <= index), default=-1), "")
            names[index] = f"{name} – {names[index]}" if name else names[index]
    return names


def _read_points(element: "Element | None") -> dict[int, str]:
    """Index to text of the values that the chart keeps."""
    if element is None:
        return {}
    default_code = next((node.text or "" for node in element.iter("{*}formatCode")), "")
    points = {}
    for point in element.iter("{*}pt"):
        value = child(point, "v")
        if value is not None:
            code = attribute(point, "formatCode") or default_code
            points[whole(point, "idx")] = plain_number(clean(value.text or ""), code)
    return points
