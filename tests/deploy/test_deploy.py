"""What deploy/ ships: linted by the tools for each kind of file, and in step with the program."""

import json
import re
import shutil
import subprocess
import sys
import tomllib
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from qa.cli.main import cli
from qa.config import SETTINGS

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
# What PostgreSQL and the build are told, and OpenTelemetry: no settings of ours.
OTHER_VARIABLES = {"POSTGRES_PASSWORD", "TORCH_INDEX_URL", "OTEL_EXPORTER_OTLP_ENDPOINT"}
MAX_EXPOSURE = 20  # tenths; systemd calls up to 2 "OK"


def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    return loaded


def pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return dict(line.split("==") for line in lines if "==" in line and not line.startswith("#"))


def hadolint(dockerfile: Path) -> "subprocess.CompletedProcess[str]":
    program = shutil.which("hadolint", path=str(Path(sys.executable).parent)) or shutil.which("hadolint")
    if program is None:
        pytest.skip("hadolint is missing: the extra dev brings it where there is a wheel")
    return subprocess.run(
        [program, "--no-color", str(dockerfile)], capture_output=True, text=True, timeout=60, check=False
    )


def test_dockerfile_has_no_fault() -> None:
    linted = hadolint(DEPLOY / "Dockerfile")
    assert (linted.returncode, linted.stdout) == (0, "")


def test_a_fault_of_a_dockerfile_is_found(tmp_path: Path) -> None:
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    (tmp_path / "Dockerfile").write_text(text.replace("WORKDIR /data", "RUN cd /data"), encoding="utf-8")
    assert "DL3003" in hadolint(tmp_path / "Dockerfile").stdout


def instructions() -> list[tuple[str, str]]:
    """Of the Dockerfile, each with what follows it, continued lines joined."""
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", " ", "\n".join(lines)).splitlines()
    return [(line.split()[0], line.partition(" ")[2]) for line in joined]


def test_image_runs_as_nobody_and_lets_nobody_in_without_sign_in() -> None:
    final = instructions()
    final = final[max(at for at, (name, _) in enumerate(final) if name == "FROM") :]
    assert [int(value) for name, value in final if name == "USER"] == [10001]
    (command,) = [json.loads(value) for name, value in final if name == "CMD"]
    assert "--without-sign-in" not in command
    (check,) = [value for name, value in final if name == "HEALTHCHECK"]
    assert json.loads(check.partition("CMD ")[2]) == ["qa", "health"]
    for arguments in (command, ["qa", "health"]):
        cli.commands[arguments[1]].make_context(
            "qa", list(arguments[2:])
        )  # raises where there is no such option


def test_image_is_built_from_what_git_tracks_alone() -> None:
    lines = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    allowed = {line[1:] for line in lines if line.startswith("!")}
    copied = {
        source.removeprefix("./")
        for name, value in instructions()
        if name == "COPY" and "--from" not in value
        for source in value.split()[:-1]
    }
    assert allowed == copied
    assert all((ROOT / name).exists() for name in allowed)


def image_settings() -> set[str]:
    values = " ".join(value for name, value in instructions() if name == "ENV")
    return set(re.findall(r"\b(QA_[A-Z_]+)=", values))


def test_variables_are_settings() -> None:
    named = image_settings() | set(compose()["services"]["app"]["environment"])
    for line in (DEPLOY / "example.env").read_text(encoding="utf-8").splitlines():
        named |= set(re.findall(r"^([A-Z_]+)=", line))
    unit = (DEPLOY / "briefing-desk.service").read_text(encoding="utf-8")
    named |= set(re.findall(r"\b(QA_[A-Z_]+)=", unit))
    named -= {*OTHER_VARIABLES, "QA_CONFIG"}
    assert {name.removeprefix("QA_").lower() for name in named} <= set(SETTINGS) | {"database_url"}


def schema_faults(document: dict[str, Any]) -> list[str]:
    """What the schema of the Compose specification has against a file."""
    check_jsonschema = pytest.importorskip("check_jsonschema", reason="the extra dev brings it")
    text = resources.files(check_jsonschema).joinpath("builtin_schemas/vendor/compose-spec.json").read_text()
    schema = json.loads(text)
    faults = jsonschema.validators.validator_for(schema)(schema).iter_errors(document)
    return [fault.message for fault in faults]


def test_compose_file_is_as_the_specification_says() -> None:
    assert schema_faults(compose()) == []


def test_a_fault_of_a_compose_file_is_found() -> None:
    wrong = compose()
    wrong["services"]["app"]["volume"] = wrong["services"]["app"].pop("volumes")
    assert any("volume" in fault for fault in schema_faults(wrong))


def test_docker_itself_reads_the_compose_file(tmp_path: Path) -> None:
    known = (
        subprocess.run(["docker", "compose", "version"], capture_output=True, check=False)
        if shutil.which("docker")
        else None
    )
    if known is None or known.returncode:
        pytest.skip("docker compose is missing")
    variables = tmp_path / "env"
    filled = (DEPLOY / "example.env").read_text(encoding="utf-8").replace("=\n", "=x\n")
    variables.write_text(filled, encoding="utf-8")
    command = ["docker", "compose", "-f", str(DEPLOY / "compose.yaml"), "--env-file", str(variables)]
    subprocess.run([*command, "config", "--quiet"], check=True, timeout=60)


def test_compose_services_fit_the_program() -> None:
    services = compose()["services"]
    assert services["chroma"]["image"] == f"chromadb/chroma:{pins()['chromadb']}"
    assert services["app"]["environment"]["QA_CHROMA_URL"] == "http://chroma:8000"
    assert "@postgres:5432/" in services["app"]["environment"]["QA_DATABASE_URL"]
    assert services["app"]["environment"]["QA_SIGN_IN"] == "oidc"
    # Nothing is published beyond this computer, and the stores not at all.
    assert services["app"]["ports"] == ["127.0.0.1:8501:8501"]
    assert not any("ports" in services[name] for name in ("chroma", "postgres"))
    assert compose()["networks"]["store"]["internal"] is True
    for name, service in services.items():
        assert service["restart"] == "unless-stopped"
        assert name == "app" or "healthcheck" in service  # that of the app is its image's
        for volume in service["volumes"]:
            assert volume.partition(":")[0] in compose()["volumes"]


def test_compose_file_holds_no_secret() -> None:
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    example = (DEPLOY / "example.env").read_text(encoding="utf-8")
    for name in re.findall(r"^\s+\w*(?:PASSWORD|SECRET)\w*: (.*)$", text, re.MULTILINE):
        assert name.startswith("${")
    assert re.findall(r"^\w*(?:PASSWORD|SECRET)\w*=(.*)$", example, re.MULTILINE) == ["", "", ""]
    required = set(re.findall(r"\$\{(\w+):\?", text))
    assert required <= set(re.findall(r"^(\w+)=", example, re.MULTILINE))
    assert "/deploy/.env" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """The unit with a program that is there in the place of `qa`."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is missing: Debian's package systemd brings it")
    text = (DEPLOY / "briefing-desk.service").read_text(encoding="utf-8")
    file = tmp_path / "briefing-desk.service"
    file.write_text(text.replace("/opt/briefing-desk/bin/qa", shutil.which("true") or ""), encoding="utf-8")
    return file


def analyze(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["systemd-analyze", *arguments], capture_output=True, text=True, timeout=60, check=False
    )


def test_unit_has_no_fault(unit: Path) -> None:
    verified = analyze("verify", "--man=no", str(unit))
    assert (verified.returncode, verified.stderr) == (0, "")


def test_a_fault_of_a_unit_is_found(unit: Path) -> None:
    unit.write_text(unit.read_text().replace("ProtectHome=", "ProtectHouse="), encoding="utf-8")
    assert "ProtectHouse" in analyze("verify", "--man=no", str(unit)).stderr


def test_unit_is_locked_in(unit: Path) -> None:
    rated = analyze("security", "--offline=yes", "--no-pager", f"--threshold={MAX_EXPOSURE}", str(unit))
    assert rated.returncode == 0, rated.stdout[-300:]
    unit.write_text(unit.read_text().replace("ProtectSystem=strict", "").replace("PrivateUsers=yes", ""))
    open_unit = unit.read_text().replace("CapabilityBoundingSet=", "").replace("DynamicUser=yes", "")
    unit.write_text(open_unit, encoding="utf-8")
    assert analyze("security", "--offline=yes", f"--threshold={MAX_EXPOSURE}", str(unit)).returncode != 0


def test_unit_runs_commands_that_there_are() -> None:
    text = (DEPLOY / "briefing-desk.service").read_text(encoding="utf-8")
    started = re.findall(r"^Exec\w+=/opt/briefing-desk/bin/qa (\S+) ?(.*)$", text, re.MULTILINE)
    assert [name for name, _ in started] == ["app", "health"]
    for name, arguments in started:
        cli.commands[name].make_context("qa", arguments.split())
    assert "--address" not in text


def test_extras_of_the_image_are_there() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (extras,) = [value.partition("=")[2] for name, value in instructions() if value.startswith("EXTRAS=")]
    missing = set(extras.split(",")) - set(project["optional-dependencies"])
    assert missing <= {"postgres"}
