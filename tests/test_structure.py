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
from tests.conftest import attempts_of_children
from tests.support.network_guard.sitecustomize import NetworkBlockedError

ROOT = Path(__file__).resolve().parent.parent
MAX_LINES = 350
MAX_ROOMS = 18
# Folders of tests that belong to no room: what tests share, and what they test from outside.
OTHER_TEST_FOLDERS = {"bench", "browser", "deploy", "docs", "fixtures", "golden", "server", "support"}

# Rooms, lowest first: what lies directly under `qa/`. A module imports from its own room and lower ones only.
LAYERS: tuple[frozenset[str], ...] = (
    frozenset({"errors", "schema", "text"}),
    frozenset({"chunking", "config", "serialize", "store"}),
    frozenset({"models", "parsers"}),
    frozenset({"ingest", "query"}),
    frozenset({"retrieval"}),
    frozenset({"answering"}),
    frozenset({"assistant"}),
    frozenset({"evaluate", "exporting"}),
    frozenset({"cli", "ui"}),
)

# What any module may take from the package itself.
FROM_PACKAGE = frozenset({"__file__", "__version__"})

# Third-party library -> the modules that may import it ("*": any). Nothing else may be imported.
HOMES: dict[str, frozenset[str]] = {
    "alembic": frozenset({"store"}),
    "charset_normalizer": frozenset({"parsers"}),
    "PIL": frozenset({"parsers"}),
    "chromadb": frozenset({"store"}),
    "click": frozenset({"cli"}),
    "docx": frozenset({"exporting"}),
    "feedparser": frozenset({"ingest"}),
    "filelock": frozenset({"evaluate", "store"}),
    "google": frozenset({"ui"}),
    "httpcore": frozenset({"ingest"}),
    "httpx": frozenset({"store"}),
    "idna": frozenset({"ingest"}),
    "jinja2": frozenset({"evaluate", "exporting"}),
    "langchain": frozenset({"answering"}),
    "langchain_core": frozenset({"answering", "assistant"}),
    "lxml": frozenset({"parsers"}),
    "markdown_it": frozenset({"chunking"}),
    "mcp": frozenset({"cli"}),
    "numpy": frozenset({"*"}),
    "opentelemetry": frozenset({"assistant", "ingest"}),
    "nupunkt": frozenset({"text"}),
    "onnxruntime": frozenset({"models"}),
    "protego": frozenset({"ingest"}),
    "psycopg": frozenset({"store"}),
    "pyarrow": frozenset({"evaluate"}),
    "pathspec": frozenset({"parsers"}),
    "pydantic": frozenset({"cli", "store"}),
    "pypdfium2": frozenset({"parsers"}),
    "python_calamine": frozenset({"parsers"}),
    "rapidfuzz": frozenset({"query"}),
    "rapidocr": frozenset({"parsers"}),
    "ray": frozenset({"evaluate", "ingest"}),
    "safetensors": frozenset({"models"}),
    "sentence_transformers": frozenset({"models"}),
    "sqlalchemy": frozenset({"store"}),
    "starlette": frozenset({"ui"}),
    "streamlit": frozenset({"streamlit_app", "ui"}),
    "tokenizers": frozenset({"models"}),
    "torch": frozenset({"models"}),
    "tqdm": frozenset({"cli"}),
    "trafilatura": frozenset({"parsers"}),
    "transformers": frozenset({"models"}),
    "watchfiles": frozenset({"ingest"}),
    "yaml": frozenset({"parsers"}),
}

# Each costs tenths of a second to seconds, which a command that needs none of them must not pay.
SLOW_TO_IMPORT = frozenset(
    {
        "altair",
        "chromadb",
        "docx",
        "langchain",
        "langchain_core",
        "mcp",
        "onnxruntime",
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
def source_files() -> dict[str, Path]:
    """Dotted name to file of every module of `qa`, and of the app's script, in order of the names."""
    modules = {}
    for path in [*ROOT.glob("qa/**/*.py"), *ROOT.glob("streamlit_app.py")]:
        names = path.relative_to(ROOT).with_suffix("").parts
        modules[".".join(names[:-1] if names[-1] == "__init__" else names)] = path
    return dict(sorted(modules.items()))


@cache
def parse_module(module: str) -> ast.Module:
    return ast.parse(source_files()[module].read_text(encoding="utf-8"))


@cache
def list_imports(module: str) -> tuple[Import, ...]:
    """Every import of a module, wherever it stands: at the top, in a function or for types only."""
    imports = []
    for node in ast.walk(parse_module(module)):
        if isinstance(node, ast.Import):
            imports += [
                Import(target=alias.name, name=None, relative=False, line=node.lineno) for alias in node.names
            ]
        elif isinstance(node, ast.ImportFrom):
            imports += [
                Import(target=node.module or "", name=alias.name, relative=node.level > 0, line=node.lineno)
                for alias in node.names
            ]
    return tuple(imports)


def room_of(module: str) -> str:
    """The step that a dotted module belongs to: `qa.store.consistency` is part of `store`."""
    head, *rest = module.split(".")
    return rest[0] if head == "qa" and rest else head


def imported_room(imported: Import) -> str | None:
    """The step of `qa` that an import reaches; "qa" for the package itself; None if it leaves `qa` alone."""
    if imported.target == "qa" and imported.name and f"qa.{imported.name}" in source_files():
        return imported.name
    return room_of(imported.target) if imported.target.split(".")[0] == "qa" else None


def layer(name: str) -> int:
    numbers = [number for number, members in enumerate(LAYERS) if name in members]
    assert len(numbers) == 1, f"{name} is in {len(numbers)} layers: give it one in LAYERS"
    return numbers[0]


# The package itself resolves names of every layer, on first use; `__main__` and the script are on top.
LAYERED = [name for name in source_files() if name not in ("qa", "qa.__main__", "streamlit_app")]


def package_attributes(module: str) -> set[str]:
    """What a module takes from the package itself, as in `qa.__version__`."""
    return {
        node.attr
        for node in ast.walk(parse_module(module))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "qa"
    }


def forbidden_imports(module: str) -> list[tuple[str, str, int]]:
    """(importer, imported, line) of every import that does not point down."""
    own_room, violations = room_of(module), []
    for imported in list_imports(module):
        room = imported_room(imported)
        if room is None or room == own_room:
            continue
        # Other names of the package itself may come from any layer.
        if (
            room == "qa"
            and ({imported.name} if imported.name else package_attributes(module)) <= FROM_PACKAGE
        ):
            continue
        if room == "qa" or layer(room) >= layer(own_room):
            violations.append((own_room, room, imported.line))
    return violations


# A rule names all that break it in one test: a test for each module is thousands, each of which costs
# milliseconds beside what it does.
def test_modules_have_a_layer() -> None:
    assert all(layer(room_of(module)) >= 0 for module in LAYERED)


def test_imports_point_down() -> None:
    wrong = {module: imports for module in LAYERED if (imports := forbidden_imports(module))}
    assert wrong == {}, "these import what is not below them"


def test_every_layer_has_its_rooms() -> None:
    rooms = {room_of(module) for module in LAYERED}
    assert rooms == frozenset().union(*LAYERS)
    assert len(rooms) <= MAX_ROOMS


def test_a_file_name_stands_for_one_file() -> None:
    """So that whoever looks for a name finds the one place."""
    names = Counter(path.name for path in source_files().values() if not path.name.startswith("__"))
    assert [name for name, count in names.items() if count > 1] == []


def third_party_imports(module: str) -> set[str]:
    """The libraries that a module imports."""
    libraries = {imported.target.split(".")[0] for imported in list_imports(module) if not imported.relative}
    return libraries - {"qa"} - sys.stdlib_module_names


def test_every_home_is_used() -> None:
    used = {
        (library, room_of(module)) for module in source_files() for library in third_party_imports(module)
    }
    allowed = {(library, room) for library, homes in HOMES.items() for room in homes if room != "*"}
    assert allowed <= used, f"permissions that nothing needs: {sorted(allowed - used)}"


def test_tests_lie_in_the_rooms_that_they_test() -> None:
    folders = {path.name for path in (ROOT / "tests").iterdir() if path.is_dir() and path.name[0] not in "._"}
    assert folders <= {room_of(module) for module in LAYERED} | OTHER_TEST_FOLDERS


def test_imports_are_absolute() -> None:
    relative = [
        f"{module}:{imported.line}"
        for module in source_files()
        for imported in list_imports(module)
        if imported.relative
    ]
    assert relative == []


def libraries_not_at_home(module: str) -> list[str]:
    """Each import of a library that the module may not make, with its line."""
    faults = []
    for imported in list_imports(module):
        library = imported.target.split(".")[0]
        if imported.relative or library == "qa" or library in sys.stdlib_module_names:
            continue
        homes = HOMES.get(library)
        if homes is None:
            faults.append(f"{module}:{imported.line} imports {library}: give it a home in HOMES")
        elif "*" not in homes and room_of(module) not in homes:
            faults.append(f"{module}:{imported.line} imports {library}, which is at home in {sorted(homes)}")
    return faults


def test_libraries_stay_in_their_homes() -> None:
    assert [fault for module in source_files() for fault in libraries_not_at_home(module)] == []


def test_modules_are_short() -> None:
    lines = {
        module: len(path.read_text(encoding="utf-8").splitlines()) for module, path in source_files().items()
    }
    long = {module: count for module, count in lines.items() if count > MAX_LINES}
    assert long == {}, "make each a folder of several"


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
                names |= {
                    name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)
                }
            case ast.AnnAssign(target=ast.Name(id=name)):
                names.add(name)
            case ast.If(body=inner, orelse=alternative):
                names |= defined_names(inner) | defined_names(alternative)
            case ast.Try(body=inner, handlers=handlers):
                names |= defined_names(inner).union(*(defined_names(handler.body) for handler in handlers))
    return names


def exported_names(module: str) -> list[str]:
    for node in parse_module(module).body:
        match node:
            case ast.Assign(targets=[ast.Name(id="__all__")], value=value):
                return list(ast.literal_eval(value))
    return []


def test_exported_names_exist() -> None:
    # Read, not imported: a page of the app runs when it is imported.
    missing = {
        module: names
        for module in source_files()
        if (names := set(exported_names(module)) - defined_names(parse_module(module).body))
    }
    assert missing == {}


@pytest.mark.parametrize("name", qa.__all__)
def test_public_name_resolves(name: str) -> None:
    value = getattr(qa, name)
    if isinstance(value, type):
        assert value.__module__.split(".")[0] == "qa"
        assert getattr(import_module(value.__module__), name) is value


def test_unknown_public_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="Nonsense"):
        _ = qa.Nonsense


def slow_imports_after(code: str, folder: Path, candidates: frozenset[str] = SLOW_TO_IMPORT) -> set[str]:
    """Which of these modules, the slow libraries, a fresh Python has imported after running some code."""
    report = f"""
import json, sys
print(json.dumps([name for name in {sorted(candidates)!r} if name in sys.modules]), file=sys.stderr)
"""
    process = subprocess.run(
        [sys.executable, "-c", code + report],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert process.returncode == 0, process.stderr
    return set(json.loads(process.stderr.splitlines()[-1]))


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


# What only adding, searching and asking need: libraries and rooms of our own that take time to import.
NOT_FOR_DOCUMENTS = SLOW_TO_IMPORT | {
    "alembic",
    "datasketch",
    "httpx",
    "nupunkt",
    "numpy",
    "psycopg",
    "pydantic",
    "qa.answering",
    "qa.chunking",
    "qa.ingest",
    "qa.models",
    "qa.parsers",
    "qa.query",
    "qa.retrieval",
    "sqlalchemy.dialects.postgresql",
}


def test_help_is_light(tmp_path: Path) -> None:
    assert slow_imports_after(command("--help"), tmp_path, NOT_FOR_DOCUMENTS | {"sqlalchemy"}) == set()


@pytest.mark.parametrize(
    "arguments",
    [["list"], ["list", "--json"], ["list", "--failed"], ["show", "none"], ["history", "none"]],
    ids=" ".join,
)
def test_looking_at_documents_is_light(arguments: list[str], tmp_path: Path) -> None:
    code = command("--store", "store", *arguments)
    assert slow_imports_after(code, tmp_path, NOT_FOR_DOCUMENTS) == set()


def test_what_is_not_for_documents_would_be_seen(tmp_path: Path) -> None:
    loaded = slow_imports_after(command("--store", "store", "check"), tmp_path, NOT_FOR_DOCUMENTS)
    assert loaded >= {"numpy", "qa.ingest", "qa.models", "qa.parsers"}


def test_models_without_bfloat16_do_not_load_torch(tmp_path: Path) -> None:
    code = """
from qa.models.embedder import MiniLMEmbedder
from qa.models.reader import Reader
MiniLMEmbedder("int8").embed(["milk"])
Reader("int8")
"""
    assert slow_imports_after(code, tmp_path) == {"onnxruntime"}


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


@pytest.mark.parametrize(
    "call", ["create_connection(('192.0.2.1', 80))", "getaddrinfo('host.example.org', 80)"]
)
def test_children_are_refused_too(call: str) -> None:
    code = f"import contextlib, socket\nwith contextlib.suppress(RuntimeError): socket.{call}"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
    (attempt,) = attempts_of_children()
    assert attempt.startswith(("192.0.2.1 by ", "host.example.org by "))


def test_loopback_is_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()[:2], timeout=5).close()
