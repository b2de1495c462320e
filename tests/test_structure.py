"""The shape of the package: layers, homes of the vendors' libraries, sizes, and what an import costs."""

import ast
import json
import socket
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest

import qa
from tests.conftest import NetworkBlockedError

ROOT = Path(__file__).resolve().parent.parent
MAX_LINES = 350
MAX_ROOMS = 17
# Folders of tests that belong to no room: what tests share, and what they test from outside.
OTHER_TEST_FOLDERS = {"bench", "browser", "docs", "fixtures", "golden", "server", "support"}

# Rooms, lowest first: what lies directly under `qa/`. A module imports from its own room and lower ones only.
LAYERS: tuple[frozenset[str], ...] = (
    frozenset({"errors", "schema", "text"}),
    frozenset({"chunking", "config", "serialize", "store"}),
    frozenset({"models", "parsers"}),
    frozenset({"ingest", "query"}),
    frozenset({"retrieval"}),
    frozenset({"answering"}),
    frozenset({"assistant"}),
    frozenset({"evaluate"}),
    frozenset({"cli", "ui"}),
)

# What any module may take from the package itself.
FROM_PACKAGE = frozenset({"__file__", "__version__"})

# Third-party library -> the modules that may import it ("*": any). Nothing else may be imported.
HOMES: dict[str, frozenset[str]] = {
    "charset_normalizer": frozenset({"parsers"}),
    "chromadb": frozenset({"store"}),
    "click": frozenset({"cli"}),
    "datasketch": frozenset({"text"}),
    "feedparser": frozenset({"ingest"}),
    "filelock": frozenset({"evaluate", "store"}),
    "httpcore": frozenset({"ingest"}),
    "idna": frozenset({"ingest"}),
    "jinja2": frozenset({"evaluate"}),
    "langchain": frozenset({"answering"}),
    "langchain_core": frozenset({"answering", "assistant"}),
    "lxml": frozenset({"parsers"}),
    "markdown_it": frozenset({"chunking"}),
    "numpy": frozenset({"*"}),
    "nupunkt": frozenset({"text"}),
    "protego": frozenset({"ingest"}),
    "pypdfium2": frozenset({"parsers"}),
    "python_calamine": frozenset({"parsers"}),
    "rapidfuzz": frozenset({"query"}),
    "ray": frozenset({"ingest"}),
    "safetensors": frozenset({"models"}),
    "sentence_transformers": frozenset({"models"}),
    "sqlalchemy": frozenset({"store"}),
    "streamlit": frozenset({"ui"}),
    "tokenizers": frozenset({"models"}),
    "torch": frozenset({"models"}),
    "tqdm": frozenset({"cli"}),
    "trafilatura": frozenset({"parsers"}),
    "transformers": frozenset({"models"}),
    "vl_convert": frozenset({"evaluate"}),
    "watchfiles": frozenset({"ingest"}),
    "yaml": frozenset({"parsers"}),
}

# Each costs tenths of a second to seconds, which a command that needs none of them must not pay.
SLOW_TO_IMPORT = frozenset(
    {
        "altair",
        "chromadb",
        "langchain",
        "langchain_core",
        "sentence_transformers",
        "streamlit",
        "torch",
        "transformers",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """One imported name: `target` is a dotted module, `name` what is taken out of it, if anything."""

    target: str
    name: str | None
    relative: bool
    line: int


@cache
def sources() -> dict[str, Path]:
    """Dotted name to file of every module of `qa`, and of the app's script, in order of the names."""
    found = {}
    for path in [*ROOT.glob("qa/**/*.py"), *ROOT.glob("streamlit_app.py")]:
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return dict(sorted(found.items()))


@cache
def tree(module: str) -> ast.Module:
    return ast.parse(sources()[module].read_text(encoding="utf-8"))


@cache
def imports(module: str) -> tuple[Import, ...]:
    """Every import of a module, wherever it stands: at the top, in a function or for types only."""
    found = []
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Import):
            found += [
                Import(target=one.name, name=None, relative=False, line=node.lineno) for one in node.names
            ]
        elif isinstance(node, ast.ImportFrom):
            found += [
                Import(target=node.module or "", name=one.name, relative=node.level > 0, line=node.lineno)
                for one in node.names
            ]
    return tuple(found)


def step(module: str) -> str:
    """The step that a dotted module belongs to: `qa.store.consistency` is part of `store`."""
    head, *rest = module.split(".")
    return rest[0] if head == "qa" and rest else head


def imported_step(one: Import) -> str | None:
    """The step of `qa` that an import reaches; "qa" for the package itself; None if it leaves `qa` alone."""
    if one.target == "qa" and one.name and f"qa.{one.name}" in sources():
        return one.name
    return step(one.target) if one.target.split(".")[0] == "qa" else None


def layer(name: str) -> int:
    found = [number for number, members in enumerate(LAYERS) if name in members]
    assert len(found) == 1, f"{name} is in {len(found)} layers: give it one in LAYERS"
    return found[0]


# The package itself resolves names of every layer, on first use; `__main__` and the script are on top.
LAYERED = [name for name in sources() if name not in ("qa", "qa.__main__", "streamlit_app")]


def package_attributes(module: str) -> set[str]:
    """What a module takes from the package itself, as in `qa.__version__`."""
    return {
        node.attr
        for node in ast.walk(tree(module))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "qa"
    }


def forbidden_imports(module: str) -> list[tuple[str, str, int]]:
    """(importer, imported, line) of every import that does not point down."""
    own, found = step(module), []
    for one in imports(module):
        other = imported_step(one)
        if other is None or other == own:
            continue
        # Other names of the package itself may come from any layer.
        if other == "qa" and ({one.name} if one.name else package_attributes(module)) <= FROM_PACKAGE:
            continue
        if other == "qa" or layer(other) >= layer(own):
            found.append((own, other, one.line))
    return found


@pytest.mark.parametrize("module", LAYERED)
def test_module_has_a_layer(module: str) -> None:
    assert layer(step(module)) >= 0


@pytest.mark.parametrize("module", LAYERED)
def test_imports_point_down(module: str) -> None:
    wrong = forbidden_imports(module)
    assert not wrong, f"{module} imports what is not below it: {wrong}"


def test_every_layer_has_its_rooms() -> None:
    rooms = {step(module) for module in LAYERED}
    assert rooms == frozenset().union(*LAYERS)
    assert len(rooms) <= MAX_ROOMS


def test_a_file_name_stands_for_one_file() -> None:
    """So that whoever looks for a name finds the one place."""
    names = Counter(path.name for path in sources().values() if path.name != "__init__.py")
    assert [name for name, count in names.items() if count > 1] == []


def third_party_imports(module: str) -> set[str]:
    """The libraries that a module imports."""
    libraries = {one.target.split(".")[0] for one in imports(module) if not one.relative}
    return libraries - {"qa"} - sys.stdlib_module_names


def test_every_home_is_used() -> None:
    used = {(library, step(module)) for module in sources() for library in third_party_imports(module)}
    allowed = {(library, home) for library, homes in HOMES.items() for home in homes if home != "*"}
    assert allowed <= used, f"permissions that nothing needs: {sorted(allowed - used)}"


def test_tests_lie_in_the_rooms_that_they_test() -> None:
    folders = {path.name for path in (ROOT / "tests").iterdir() if path.is_dir() and path.name[0] not in "._"}
    assert folders <= {step(module) for module in LAYERED} | OTHER_TEST_FOLDERS


@pytest.mark.parametrize("module", sources())
def test_imports_are_absolute(module: str) -> None:
    assert [one.line for one in imports(module) if one.relative] == []


@pytest.mark.parametrize("module", sources())
def test_libraries_stay_in_their_homes(module: str) -> None:
    for one in imports(module):
        library = one.target.split(".")[0]
        if one.relative or library == "qa" or library in sys.stdlib_module_names:
            continue
        assert library in HOMES, f"{module}:{one.line} imports {library}: give it a home in HOMES"
        homes = HOMES[library]
        at_home = "*" in homes or step(module) in homes
        assert at_home, f"{module}:{one.line} imports {library}, which is at home in {sorted(homes)}"


@pytest.mark.parametrize("module", sources())
def test_module_is_short(module: str) -> None:
    lines = len(sources()[module].read_text(encoding="utf-8").splitlines())
    assert lines <= MAX_LINES, f"{module} has {lines} lines: make it a folder of several"


def defined_names(body: list[ast.stmt]) -> set[str]:
    """Names that statements bind at their own level, under `if` and `try` as well."""
    names: set[str] = set()
    for node in body:
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                names.add(name)
            case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                names |= {alias.asname or alias.name.split(".")[0] for alias in aliases}
            case ast.Assign(targets=targets):
                names |= {name.id for one in targets for name in ast.walk(one) if isinstance(name, ast.Name)}
            case ast.AnnAssign(target=ast.Name(id=name)):
                names.add(name)
            case ast.If(body=inner, orelse=other):
                names |= defined_names(inner) | defined_names(other)
            case ast.Try(body=inner, handlers=handlers):
                names |= defined_names(inner).union(*(defined_names(one.body) for one in handlers))
    return names


def exported_names(module: str) -> list[str]:
    for node in tree(module).body:
        match node:
            case ast.Assign(targets=[ast.Name(id="__all__")], value=value):
                return list(ast.literal_eval(value))
    return []


@pytest.mark.parametrize("module", sources())
def test_exported_names_exist(module: str) -> None:
    # Read, not imported: a page of the app runs when it is imported.
    assert set(exported_names(module)) <= defined_names(tree(module).body)


@pytest.mark.parametrize("name", qa.__all__)
def test_public_name_resolves(name: str) -> None:
    found = getattr(qa, name)
    if isinstance(found, type):
        assert found.__module__.split(".")[0] == "qa"
        assert getattr(import_module(found.__module__), name) is found


def test_unknown_public_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="Nonsense"):
        _ = qa.Nonsense


def slow_imports_after(code: str, folder: Path) -> set[str]:
    """Which of the slow libraries a fresh Python has imported after running some code."""
    report = f"""
import json, sys
print(json.dumps([name for name in {sorted(SLOW_TO_IMPORT)!r} if name in sys.modules]), file=sys.stderr)
"""
    done = subprocess.run(
        [sys.executable, "-c", code + report],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stderr.splitlines()[-1]))


@pytest.mark.parametrize("module", ["qa", "qa.cli"])
def test_import_is_light(module: str, tmp_path: Path) -> None:
    assert slow_imports_after(f"import {module}", tmp_path) == set()


def command(*arguments: str) -> str:
    """Code that runs `qa` with these arguments and goes on after it."""
    return f"""
import contextlib, sys
sys.argv = ["qa", *{list(arguments)!r}]
from qa.cli import main
with contextlib.suppress(SystemExit):
    main()
"""


def test_help_is_light(tmp_path: Path) -> None:
    assert slow_imports_after(command("--help"), tmp_path) == set()


def test_list_does_not_load_torch(tmp_path: Path) -> None:
    loaded = slow_imports_after(command("--store", "store", "list", "--json"), tmp_path)
    assert not loaded & {"torch", "langchain_core"}


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1"])
def test_connecting_is_refused(host: str, network_attempts: list[str]) -> None:
    with pytest.raises(NetworkBlockedError, match=host):
        socket.create_connection((host, 80), timeout=1)
    assert network_attempts == [host]
    network_attempts.clear()


def test_resolving_is_refused(network_attempts: list[str]) -> None:
    with pytest.raises(NetworkBlockedError):
        socket.getaddrinfo("host.example.org", 443)
    assert network_attempts == ["host.example.org"]
    network_attempts.clear()


def test_loopback_is_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()[:2], timeout=5).close()
