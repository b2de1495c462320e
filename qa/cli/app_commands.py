"""Commands around the program: app and settings."""

import os
import socket
import sys
from pathlib import Path

import click

import qa
from qa.cli.command_context import CommandContext, json_option, print_json
from qa.config import SETTINGS, describe
from qa.errors import ConfigError

__all__ = ["app", "show_settings"]

_FIRST_PORT, _PORTS = 8501, 100


@click.command("settings")
@json_option
@click.pass_obj
def show_settings(context: CommandContext, as_json: bool) -> None:
    """Print the settings in force and where each comes from."""
    settings, origins = context.settings()
    rows = describe(settings, origins)
    if as_json:
        print_json(
            {
                name: {"value": value, "from": origin, "description": SETTINGS[name].description}
                for name, value, origin in rows
            }
        )
        return
    for name, value, origin in rows:
        click.echo(f"{name:20} {value:28} {origin}")


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), help="The port (8501, or the next free one).")
@click.pass_obj
def app(context: CommandContext, port: int | None) -> None:
    """Open the chat in the browser."""
    settings, _ = context.settings()
    if port is not None and not _is_free(port):
        raise ConfigError(f"port {port} is in use: name another, or leave --port out")
    free_port = port or next(
        (number for number in range(_FIRST_PORT, _FIRST_PORT + _PORTS) if _is_free(number)), None
    )
    if free_port is None:
        raise ConfigError(
            f"no port from {_FIRST_PORT} to {_FIRST_PORT + _PORTS} is free: name one with --port"
        )
    environment = {**os.environ, "QA_STORE": str(settings.store)}
    if context.config:
        environment["QA_CONFIG"] = str(context.config)
    click.echo(f"Briefing Desk is at http://localhost:{free_port} (Ctrl-C stops it)", err=True)
    page = Path(qa.__file__).parent / "ui" / "page.py"
    command = [
        sys.executable, "-m", "streamlit", "run", str(page),
        "--server.port", str(free_port), "--server.headless", "true", "--server.fileWatcherType", "none",
        "--server.address", "localhost", "--browser.gatherUsageStats", "false",
        "--client.toolbarMode", "minimal",
    ]  # fmt: skip
    sys.stderr.flush()
    # In place of this process, so that a signal to stop reaches the server itself.
    os.execve(command[0], command, environment)


def _is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
