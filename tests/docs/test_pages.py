"""The documentation says what is there: generated parts, links, navigation, the reference's names."""

import re
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml

import qa
from tests.docs.generated import DOCS, EXAMPLES, ROOT, pages, regenerate
from tests.docs.offline import remote_parts

README = ROOT / "README.md"
README_LINES = 150
TEXTS = [README, ROOT / "CONTRIBUTING.md", *pages()]
_LINK = re.compile(r"!?\[[^\]]*\]\((?P<target>[^)\s]+)\)")
_FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


def links(path: Path) -> list[str]:
    """The targets of a page's links and pictures, those in its programs left out."""
    return [match["target"] for match in _LINK.finditer(_FENCE.sub("", path.read_text(encoding="utf-8")))]


def anchors(path: Path) -> set[str]:
    """The anchors that its headings have, and its reference's names."""
    text = _FENCE.sub("", path.read_text(encoding="utf-8"))
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    named = {re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in headings}
    return named | set(reference(path))


def reference(path: Path) -> list[str]:
    return re.findall(r"^::: (\S+)$", path.read_text(encoding="utf-8"), re.MULTILINE)


class _Loader(yaml.SafeLoader):
    """Reads the configuration without its tags, which only mkdocs knows."""


_Loader.add_multi_constructor("!", lambda loader, suffix, node: str(node.value))


def configuration() -> dict[str, Any]:
    text = (ROOT / ".ci" / "mkdocs.yml").read_text(encoding="utf-8")
    loaded: dict[str, Any] = yaml.load(text, _Loader)
    return loaded


def resolved(name: str) -> object:
    """What a dotted name stands for: the longest part that is a module, and attributes of it."""
    module = name
    attributes: list[str] = []
    while True:
        try:
            value: object = import_module(module)
            break
        except ModuleNotFoundError:
            module, _, attribute = module.rpartition(".")
            attributes.insert(0, attribute)
    for attribute in attributes:
        value = getattr(value, attribute)
    return value


@pytest.mark.parametrize("path", pages(), ids=lambda path: path.name)
def test_generated_parts_are_in_step(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert regenerate(text) == text, "run `python -m tests.docs.generated`"


def test_every_generated_part_has_a_page() -> None:
    parts = [part for path in pages() for part in re.findall(r"<!-- generated: (\S+) -->", path.read_text())]
    assert sorted(parts) == sorted(["metrics", "settings", *(path.name for path in EXAMPLES.glob("*.py"))])


def test_a_part_that_is_out_of_step_is_made_anew() -> None:
    stale = "Before\n<!-- generated: settings -->\n\n| old |\n\n<!-- end -->\nafter\n"
    fresh = regenerate(stale)
    assert "| old |" not in fresh
    assert (
        "| `top_k` | `5` | How many passages an answer or a search carries. | a whole number from 1 to 50 |"
        in (fresh.splitlines())
    )
    assert fresh.startswith("Before\n")
    assert fresh.endswith("\nafter\n")


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(path: Path) -> None:
    for target in links(path):
        if target.startswith(("http://", "https://")):
            continue
        name, _, anchor = target.partition("#")
        other = (path.parent / name).resolve() if name else path
        assert other.exists(), f"{path.name} links to {target}"
        assert not anchor or anchor in anchors(other), f"{path.name}: {other.name} has no {anchor}"


@pytest.mark.parametrize("path", pages(), ids=lambda path: path.name)
def test_pages_link_to_pages_only(path: Path) -> None:
    # What lies outside of docs/ is no part of the built site.
    for target in links(path):
        name = target.partition("#")[0]
        assert target.startswith("https://") or (path.parent / name).resolve().is_relative_to(DOCS), target


def test_every_page_is_in_the_navigation() -> None:
    named = [
        page
        for entry in configuration()["nav"]
        for page in (entry.values() if isinstance(entry, dict) else [entry])
    ]
    assert sorted(named) == sorted(path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md"))


def test_the_overview_links_to_every_page() -> None:
    assert {path.name for path in pages()} - {"README.md"} <= set(links(DOCS / "README.md"))


def test_every_picture_is_shown() -> None:
    shown = {(path.parent / target).resolve() for path in TEXTS for target in links(path)}
    assert {path for path in (DOCS / "images").iterdir() if path.suffix == ".png"} <= shown


def test_the_reference_has_every_public_name() -> None:
    documented = [resolved(name) for name in reference(DOCS / "python.md")]
    # `QAError` stands in the reference of its module.
    missing = [
        name
        for name in qa.__all__
        if name not in ("__version__", "QAError")
        and not any(item is getattr(qa, name) for item in documented)
    ]
    assert not missing
    assert import_module("qa.errors") in documented


def test_the_readme_is_short() -> None:
    assert len(README.read_text(encoding="utf-8").splitlines()) <= README_LINES


@pytest.mark.parametrize(
    ("page", "remote"),
    [
        ('<script src="https://cdn.example.org/a.js"></script>', ["https://cdn.example.org/a.js"]),
        ('<link rel="stylesheet" href="//fonts.example.org/b.css">', ["//fonts.example.org/b.css"]),
        ("<style>@font-face{src:url(https://fonts.example.org/c)}</style>", ["https://fonts.example.org/c"]),
        ('<pre class="mermaid"><code>graph TD</code></pre>', ['<pre class="mermaid"']),
        ('<a href="https://example.org">a link</a><script src="assets/a.js"></script>', []),
        ('<link rel="canonical" href="https://example.org/page.html">', []),
    ],
)
def test_parts_from_other_machines_are_found(page: str, remote: list[str]) -> None:
    assert remote_parts(page) == remote


PLACES = re.compile(r"`((?:qa|tests|docs|corpus|examples|\.ci)/[\w./-]*|pyproject\.toml|constraints\.txt)`")


@pytest.mark.parametrize("path", [ROOT / "CONTRIBUTING.md", *pages()], ids=lambda path: path.name)
def test_files_that_a_page_names_are_there(path: Path) -> None:
    places = PLACES.findall(path.read_text(encoding="utf-8"))
    assert [place for place in places if not (ROOT / place).exists()] == []


def test_the_architecture_names_every_room() -> None:
    text = (DOCS / "architecture.md").read_text(encoding="utf-8")
    rooms = {
        path.stem for path in (ROOT / "qa").iterdir() if path.name[0] not in "_." and path.name != "py.typed"
    }
    table = "".join(line for line in text.splitlines(keepends=True) if line.startswith("| `"))
    assert [room for room in sorted(rooms) if f"`{room}`" not in table] == []
