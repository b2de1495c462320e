"""What is checked before a commit is what the gate checks before its tests."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
CONFIGURATION = ROOT / ".pre-commit-config.yaml"


def hooks() -> list[dict[str, Any]]:
    repositories = yaml.safe_load(CONFIGURATION.read_text(encoding="utf-8"))["repos"]
    assert [repository["repo"] for repository in repositories] == ["local"]
    return list(repositories[0]["hooks"])


def gate_commands() -> list[str]:
    """What `make test` runs but for the tests themselves."""
    recipe = re.search(
        r"^test:.*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert recipe
    commands = [command.strip() for command in re.findall(r"\$\(VENV\) -m [^&;\n]+", recipe[1])]
    return [command for command in commands if "pytest" not in command]


def test_hooks_run_the_commands_of_the_gate() -> None:
    # A hook gets the names of the files that have changed where the gate says "."
    commands = [
        hook["entry"].replace(".venv/bin/python", "$(VENV)")
        + (" ." if hook.get("pass_filenames", True) else "")
        for hook in hooks()
    ]
    assert commands == gate_commands()
    assert {hook["language"] for hook in hooks()} == {"system"}


@pytest.mark.parametrize(
    ("text", "failed"),
    [
        pytest.param('"""Says nothing."""\n', set(), id="clean"),
        pytest.param('"""Says nothing."""\n\nnumber = {1:2}\n', {"format"}, id="format"),
        pytest.param('"""Says nothing."""\n\nimport os\n', {"lint"}, id="lint"),
    ],
)
def test_hooks_run(tmp_path: Path, text: str, failed: set[str]) -> None:
    def run(*command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=tmp_path,
            env={**os.environ, "PRE_COMMIT_HOME": str(tmp_path / "cache"), "GIT_CONFIG_GLOBAL": os.devnull},
            capture_output=True,
            text=True,
            check=False,
        )

    for name in (CONFIGURATION.name, "pyproject.toml"):
        (tmp_path / name).write_text((ROOT / name).read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / ".venv").symlink_to(sys.prefix)
    (tmp_path / "module.py").write_text(text, encoding="utf-8")
    run("git", "init", "--quiet")
    run("git", "add", CONFIGURATION.name, "pyproject.toml", "module.py")
    codes = {
        hook: run(sys.executable, "-m", "pre_commit", "run", hook).returncode for hook in ("format", "lint")
    }
    assert codes == {"format": int("format" in failed), "lint": int("lint" in failed)}
