"""Write the parts of docs/ that say what the code says, so that nothing is stated twice.

    python -m tests.docs.generated

A part stands in its page between the comments `<!-- generated: NAME -->` and `<!-- end -->`.
"""

import re
from collections.abc import Iterable
from pathlib import Path

from qa.config import SETTINGS
from qa.evaluate import METRICS

__all__ = ["DOCS", "EXAMPLES", "pages", "regenerate"]

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
EXAMPLES = ROOT / "examples"
_PART = re.compile(r"(<!-- generated: (?P<name>[\w.]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def pages() -> list[Path]:
    """The pages of docs/, by name."""
    return sorted(DOCS.glob("*.md"))


def regenerate(page: str) -> str:
    """A page's text with its generated parts made anew."""
    return _PART.sub(lambda part: f"{part[1]}\n{_generate(part['name'])}\n{part[3]}", page)


def _generate(name: str) -> str:
    if name == "settings":
        return _settings()
    if name == "metrics":
        return _metrics()
    return f"```python\n{(EXAMPLES / name).read_text(encoding='utf-8')}```\n"


def _settings() -> str:
    rows = (
        (
            f"`{name}`",
            "not set" if setting.default is None else f"`{setting.default}`",
            setting.description,
            setting.expected,
        )
        for name, setting in SETTINGS.items()
    )
    return _table(("Key", "Default", "What it is", "What it may be"), rows)


def _metrics() -> str:
    rows = ((f"`{metric.name}`", metric.title, metric.definition, metric.source or "") for metric in METRICS)
    return _table(("Name", "Title", "Definition", "Source"), rows)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = (head, ("---",) * len(head), *rows)
    return "".join("| " + " | ".join(cell.replace("|", r"\|") for cell in line) + " |\n" for line in lines)


if __name__ == "__main__":
    for path in pages():
        path.write_text(regenerate(path.read_text(encoding="utf-8")), encoding="utf-8")
