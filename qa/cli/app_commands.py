"""Commands around the program: app, mcp and settings."""

import errno
import os
import socket
import sys
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

import click

import qa
from qa.cli.command_context import CommandContext, engine_flags, engine_options, json_option
from qa.cli.terminal_output import print_json
from qa.config import SETTINGS, describe, read_sign_in, start_logs
from qa.errors import ConfigError, LoadError

__all__ = ["app", "mcp", "show_settings"]

_FIRST_PORT, _FIRST_MCP_PORT, _PORTS = 8501, 8765, 100


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
@click.option(
    "--address",
    default="localhost",
    metavar="ADDRESS",
    help="Where to listen; localhost, if not given, is reached from this computer only.",
)
@click.option(
    "--allow-host",
    "allowed_hosts",
    multiple=True,
    metavar="NAME",
    help="Another name or address that browsers may use for the page; may be repeated.",
)
@click.option(
    "--without-sign-in",
    is_flag=True,
    help="Listen beyond this computer: whoever gets there reads and changes everything.",
)
@click.pass_obj
def app(
    context: CommandContext,
    port: int | None,
    address: str,
    allowed_hosts: tuple[str, ...],
    without_sign_in: bool,
) -> None:
    """Open the chat in the browser.

    Only browsers on this computer reach it, under the names localhost, 127.0.0.1 and [::1], and no other
    web site can use it. With the setting sign_in others may too, once they have signed in.
    """
    from qa.ingest.fetch.addresses import THIS_COMPUTER, is_this_computer

    settings, _ = context.settings()
    address = _normalize(address, "--address")
    is_wildcard = address in ("0.0.0.0", "::")
    hosts = [*THIS_COMPUTER, *([] if is_wildcard else [address])]
    hosts += [_normalize(name, "--allow-host") for name in allowed_hosts]
    sign_in = read_sign_in(settings)
    if sign_in and without_sign_in:
        raise ConfigError('sign_in is "oidc", and --without-sign-in says the opposite: leave one out')
    if sign_in and find_spec("authlib") is None:
        raise ConfigError("signing in needs Authlib: run `pip install 'briefing-desk[sign-in]'`")
    redirect = urlsplit((sign_in and sign_in.redirect_url) or "")
    if redirect.hostname:
        hosts.append(_normalize(redirect.hostname, "oidc_redirect_url"))
    if not is_this_computer(address) and not without_sign_in and not sign_in:
        raise ConfigError(
            f"--address {address} lets other computers in, and nobody has to sign in: set sign_in to "
            f'"oidc", keep to localhost, or add --without-sign-in'
        )
    free_port = _choose_port(address, port)
    shown_host = "localhost" if is_wildcard else f"[{address}]" if ":" in address else address
    # Each answer has a thread of its own, and glibc would keep what a batch once took for each of up to eight
    # heaps a core: of a gigabyte two thirds were free. Passes run one at a time, so that two heaps will do.
    environment = {"MALLOC_ARENA_MAX": "2", **os.environ, "QA_STORE": str(settings.store)}
    if context.config:
        environment["QA_CONFIG"] = str(context.config)
    place = (
        f"{redirect.scheme}://{redirect.netloc}" if redirect.netloc else f"http://{shown_host}:{free_port}"
    )
    click.echo(f"Briefing Desk is at {place} (Ctrl-C stops it)", err=True)
    server = Path(qa.__file__).parent / "ui" / "server.py"
    options = {
        "server.port": free_port,
        "server.headless": "true",
        "server.fileWatcherType": "none",
        "server.address": address,
        "server.enableCORS": "true",
        "server.enableXsrfProtection": "true",
        # Streamlit would ask a host on the internet for it otherwise.
        "browser.serverAddress": shown_host,
        "browser.gatherUsageStats": "false",
        "client.toolbarMode": "minimal",
    }
    command = [sys.executable, "-m", "qa.ui.launch", "run", str(server)]
    for name, value in [*options.items(), *(("server.allowedHosts", host) for host in dict.fromkeys(hosts))]:
        command += [f"--{name}", str(value)]
    if without_sign_in:
        command += ["--", "--without-sign-in"]
    sys.stderr.flush()
    # In place of this process, so that a signal to stop reaches the server itself.
    os.execve(command[0], command, environment)


@click.command()
@click.option("--http", is_flag=True, help="Listen on 127.0.0.1 (streamable HTTP), not on stdin.")
@click.option(
    "--port", type=click.IntRange(1, 65535), help="With --http: the port (8765, or the next free one)."
)
@click.option("--allow-add", is_flag=True, help="Let assistants add files, folders and web pages too.")
@engine_options
@click.pass_obj
def mcp(
    context: CommandContext,
    http: bool,
    port: int | None,
    allow_add: bool,
    engine: str | None,
    model: str | None,
    base_url: str | None,
) -> None:
    """Answer assistants that speak the Model Context Protocol (extra [mcp]).

    An assistant starts this command itself and talks to it over stdin and stdout; with --http it serves any
    client on this computer. Tools: ask, search, read_document, list_documents, and add with --allow-add.
    """
    if port and not http:
        raise click.UsageError("--port goes with --http: without it the client talks over stdin")
    try:
        from qa.cli.mcp_server import DeskServer, serve_http, serve_stdio
    except ImportError as error:
        raise ConfigError("`qa mcp` needs its SDK: run `pip install 'briefing-desk[mcp]'`") from error

    flags = engine_flags(engine, model, base_url)
    with context.assistant(**flags) as assistant:
        # Ahead of the SDK, which would draw what is logged in colours, and without what it is about.
        start_logs(assistant.settings, with_defaults=True)
        server = DeskServer(assistant, allow_add=allow_add, secrets=context.secrets(assistant.settings))
        if not http:
            return serve_stdio(server)
        free_port = _choose_port("127.0.0.1", port, first=_FIRST_MCP_PORT)
        click.echo(
            f"Briefing Desk answers MCP at http://127.0.0.1:{free_port}/mcp (Ctrl-C stops it)", err=True
        )
        return serve_http(server, free_port)


def _normalize(host: str, option: str) -> str:
    from qa.ingest.fetch.addresses import normalize_host

    try:
        return normalize_host(host)
    except LoadError as error:
        raise ConfigError(
            f"{option} {host!r}: it takes a name or an IP address, without https:// and without a port"
        ) from error


def _choose_port(address: str, port: int | None, *, first: int = _FIRST_PORT) -> int:
    if port is not None and not _is_free(address, port):
        raise ConfigError(f"port {port} is in use: name another, or leave --port out")
    free_port = port or next(
        (number for number in range(first, first + _PORTS) if _is_free(address, number)), None
    )
    if free_port is None:
        raise ConfigError(f"no port from {first} to {first + _PORTS} is free: name one with --port")
    return free_port


def _is_free(address: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return False
            raise ConfigError(f"--address {address}: {error.strerror or error}") from error
    return True
