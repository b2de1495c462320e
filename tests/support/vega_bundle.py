"""Vega, Vega-Lite and Vega-Embed as one script, which the report carries: made anew after a new pin.

    python -m tests.support.vega_bundle

The package that bundles them holds a whole JavaScript engine, 90 MB that nobody needs who reads a report.
"""

import vl_convert

from qa.evaluate.reporting.report import BUNDLE
from qa.evaluate.reporting.report_html import ASSETS

__all__ = ["bundle"]


def bundle() -> str:
    """The script, whose names stay inside a function, as the pinned package makes it."""
    code = vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;")
    return f"(() => {{{code}\n}})();\n"


if __name__ == "__main__":
    (ASSETS / BUNDLE).write_text(bundle(), encoding="utf-8")
