"""The parts of a report as HTML, which the page shows too, from templates that escape every text of a run."""

import json
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from qa.evaluate.reporting.run_figures import format_setting

__all__ = ["ASSETS", "read_asset", "render_part", "templates"]

_HERE = Path(__file__).parent
ASSETS = _HERE / "assets"


def _data(value: object) -> str:
    """JSON for a data block: with `<` escaped, nothing in it can end the block or begin another."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=asdict)
    for character in "<\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


templates = Environment(
    loader=FileSystemLoader(_HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
templates.filters |= {"data": _data, "thousands": "{:,}".format, "setting": format_setting}


def render_part(part: str, **values: Any) -> str:
    """One of the templates, by its name without ".html"."""
    return templates.get_template(f"{part}.html").render(values)


@cache
def read_asset(name: str) -> str:
    """A style sheet or a script of the report."""
    return (ASSETS / name).read_text(encoding="utf-8")
