"""An export as one HTML file that needs nothing else, runs nothing, and prints well."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from qa.exporting.blocks import Contents

__all__ = ["render_html"]


_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)


def render_html(contents: Contents) -> str:
    """The whole page."""
    return _TEMPLATES.get_template("export.html").render(contents=contents)
