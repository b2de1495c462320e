"""What stands beside the cells of an Excel sheet: text boxes, charts and comments."""

from qa.parsers.content_builder import clean
from qa.parsers.office.ooxml import Package
from qa.parsers.xml_elements import attribute, child, children, path

__all__ = ["read_remarks"]

_MAX_REMARKS = 1000


def read_remarks(package: Package, part: str) -> tuple[str, ...]:
    """Text boxes, titles of charts, then comments with the cell that they are on.

    Raises:
        LoadError: One of the parts is damaged.
    """
    remarks: list[str] = []
    root = package.parse_optional(package.first_related(part, "drawing"))
    if root is not None:
        for body in root.iter("{*}txBody"):
            remarks += [
                "".join(node.text or "" for node in paragraph.iter("{*}t"))
                for paragraph in children(body, "p")
            ]
        for relation_type, target in package.related(package.first_related(part, "drawing") or ""):
            if relation_type == "chart" and (chart := package.parse_optional(target)) is not None:
                # Its numbers stand in cells.
                title = path(chart, "chart", "title")
                remarks.append(
                    " ".join(node.text or "" for node in title.iter("{*}t")) if title is not None else ""
                )
    root = package.parse_optional(package.first_related(part, "comments"))
    for comment in children(path(root, "commentList"), "comment"):
        element = child(comment, "text")
        text = "".join(node.text or "" for node in element.iter("{*}t")) if element is not None else ""
        # What programs that know no threads are told stands before the comment itself.
        if text.startswith("[Threaded comment]"):
            text = text.partition("Comment:")[2] or text
        if text := clean(text):
            remarks.append(f"Comment on {attribute(comment, 'ref') or 'a cell'}: {text}")
    return tuple(remark for remark in map(clean, remarks) if remark)[:_MAX_REMARKS]
