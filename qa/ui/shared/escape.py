"""Text of documents and people as HTML that shows it and does nothing else.

Streamlit's Markdown is never given such text: it would read links, formulas, colours and icons in it.
"""

from html import escape

__all__ = ["element", "text"]


def text(value: str) -> str:
    """The characters as they are, for between tags and inside quoted attributes."""
    return escape(value, quote=True)


def element(tag: str, value: str, *, css_class: str, role: str | None = None) -> str:
    """One element that holds a text; `tag`, `css_class` and `role` are ours, never a document's."""
    attributes = f' class="{css_class}"' + (f' role="{role}"' if role else "")
    return f"<{tag}{attributes}>{text(value)}</{tag}>"
