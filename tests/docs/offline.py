"""Check that the built documentation takes nothing from another machine: the end of `make docs`."""

import re
import sys
from pathlib import Path

__all__ = ["remote_parts"]

SITE = Path(__file__).resolve().parents[2] / "site"
# What a browser fetches by itself; the target of a link is fetched when a reader follows it.
_FETCHED = re.compile(
    r"""<(?:script|img|iframe|source|video|audio)\b[^>]*\bsrc=["']?(?P<source>(?:https?:)?//[^"'\s>]+)"""
    r"""|<link\b(?![^>]*\brel=["']?(?:canonical|prev|next))[^>]*\bhref=["']?(?P<link>(?:https?:)?//[^"'\s>]+)"""
    r"""|url\(["']?(?P<style>(?:https?:)?//[^"')]+)"""
    # The theme fetches the program that draws diagrams for a page with one.
    r"""|(?P<diagram><pre class="mermaid")""",
    re.IGNORECASE,
)


def remote_parts(page: str) -> list[str]:
    """What a page of HTML would fetch from elsewhere, in its order."""
    return [part for match in _FETCHED.finditer(page) for part in match.groups() if part]


if __name__ == "__main__":
    pages = sorted(SITE.rglob("*.html"))
    remote = [
        f"{page.relative_to(SITE)}: {part}"
        for page in pages
        for part in remote_parts(page.read_text("utf-8"))
    ]
    if remote or not pages:
        sys.exit("\n".join(["The documentation is not there, or asks other machines for:", *remote]))
