"""How `qa app` starts its server: where it listens, and under which names it answers."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from qa.cli import main

Start = Callable[..., list[str]]


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Start:
    """Runs `qa app ...` up to where the server takes over; its command."""
    monkeypatch.chdir(tmp_path)
    commands: list[list[str]] = []

    def execve(path: str, command: list[str], environment: dict[str, str]) -> None:
        assert (path, environment["QA_STORE"]) == (sys.executable, "store")
        # So that memory that one thread gives back is taken by the next.
        assert environment["MALLOC_ARENA_MAX"] == os.environ.get("MALLOC_ARENA_MAX", "2")
        # What others on this computer could read in the list of processes.
        assert not any("secret" in part for part in command)
        commands.append(command)

    monkeypatch.setattr(os, "execve", execve)

    def call(*arguments: str) -> list[str]:
        commands.clear()
        with pytest.raises(SystemExit) as exit_info:
            main(["--store", "store", "app", *arguments])
        assert exit_info.value.code == (0 if commands else 1)
        return commands[0] if commands else []

    return call


def values(command: list[str], option: str) -> list[str]:
    return [command[at + 1] for at, part in enumerate(command) if part == f"--{option}"]


def test_app_is_for_this_computer(start: Start, capsys: pytest.CaptureFixture[str]) -> None:
    command = start()
    port = values(command, "server.port")[0]
    assert values(command, "server.address") == ["localhost"]
    assert values(command, "server.allowedHosts") == ["localhost", "127.0.0.1", "::1"]
    assert values(command, "server.enableCORS") == values(command, "server.enableXsrfProtection") == ["true"]
    assert values(command, "browser.serverAddress") == ["localhost"]
    assert "--" not in command
    assert capsys.readouterr().err == f"Briefing Desk is at http://localhost:{port} (Ctrl-C stops it)\n"


def test_heaps_can_be_set_from_outside(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MALLOC_ARENA_MAX", "7")
    assert start()


def test_more_hosts_are_allowed_by_name(start: Start) -> None:
    command = start(
        "--allow-host", "Desk.Example.", "--allow-host", "[2001:DB8::1]", "--allow-host", "büro.de"
    )
    assert values(command, "server.allowedHosts") == [
        "localhost", "127.0.0.1", "::1", "desk.example", "2001:db8::1", "xn--bro-hoa.de",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "host", ["*", "*.example", "https://desk.example", "desk.example:8501", "a b", "", "\x1b]0;x\x07"]
)
def test_what_is_no_host_is_refused(start: Start, capsys: pytest.CaptureFixture[str], host: str) -> None:
    for option in ("--allow-host", "--address"):
        assert start(option, host) == []
        message = capsys.readouterr().err
        assert message.startswith(f"qa: {option} ")
        assert message.strip().isprintable()


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "192.0.2.7", "desk.example"])
def test_others_are_let_in_only_without_sign_in(
    start: Start, capsys: pytest.CaptureFixture[str], address: str
) -> None:
    assert start("--address", address) == []
    message = capsys.readouterr().err
    assert message.startswith(f"qa: --address {address} lets other computers in")
    assert message.count("\n") == 1
    assert "--without-sign-in" in message


def test_app_that_lets_others_in(start: Start, capsys: pytest.CaptureFixture[str]) -> None:
    command = start("--address", "0.0.0.0", "--without-sign-in", "--allow-host", "desk.example")
    assert command[-2:] == ["--", "--without-sign-in"]
    assert values(command, "server.address") == ["0.0.0.0"]
    assert values(command, "server.allowedHosts") == ["localhost", "127.0.0.1", "::1", "desk.example"]
    # Where it is not set, Streamlit asks a host on the internet for this computer's address.
    assert values(command, "browser.serverAddress") == ["localhost"]
    assert "http://localhost:" in capsys.readouterr().err


def test_address_that_is_not_this_computers_is_one_line(
    start: Start, capsys: pytest.CaptureFixture[str]
) -> None:
    assert start("--address", "192.0.2.7", "--without-sign-in") == []
    message = capsys.readouterr().err
    assert message.startswith("qa: --address 192.0.2.7: ")
    assert message.count("\n") == 1


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Settings of a page that people sign in to."""
    values = {
        "QA_SIGN_IN": "oidc",
        "QA_OIDC_METADATA_URL": "https://accounts.example/.well-known/openid-configuration",
        "QA_OIDC_CLIENT_ID": "desk",
        "QA_OIDC_CLIENT_SECRET": "secret-of-the-desk",
        "QA_READERS": "@desk.example",
    }
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    return values


def test_others_are_let_in_where_they_sign_in(
    start: Start,
    provider: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("QA_OIDC_REDIRECT_URL", "https://Desk.example/oauth2callback")
    command = start("--address", "0.0.0.0")
    assert values(command, "server.address") == ["0.0.0.0"]
    assert values(command, "server.allowedHosts") == ["localhost", "127.0.0.1", "::1", "desk.example"]
    assert "--" not in command
    assert capsys.readouterr().err == "Briefing Desk is at https://Desk.example (Ctrl-C stops it)\n"


def test_sign_in_and_without_it_is_refused(
    start: Start, provider: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert start("--without-sign-in") == []
    assert "--without-sign-in says the opposite" in capsys.readouterr().err


def test_sign_in_that_can_not_be_is_one_line_before_the_start(
    start: Start,
    provider: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.delenv("QA_READERS")
    assert start() == []
    message = capsys.readouterr().err
    assert message.startswith("qa: sign_in is")
    assert message.count("\n") == 1
    monkeypatch.setenv("QA_READERS", "@desk.example")
    monkeypatch.setattr("qa.cli.app_commands.find_spec", lambda name: None)
    assert start() == []
    assert "pip install 'briefing-desk[sign-in]'" in capsys.readouterr().err


def test_settings_show_no_secret(
    provider: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("QA_OIDC_COOKIE_SECRET", "secret-of-cookies" * 3)
    with pytest.raises(SystemExit):
        main(["settings"])
    shown = capsys.readouterr().out
    assert shown.count("set, hidden") == 2
    assert "secret-of" not in shown
