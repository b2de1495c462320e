"""The command that asks a page that is served whether it is well."""

import json
import time
from typing import Any

import click

from qa.cli.command_context import json_option
from qa.cli.terminal_output import print_json
from qa.config import SETTINGS
from qa.errors import ConfigError, StoreError
from qa.text.redaction import mask_address

__all__ = ["health"]

_MAX_BYTES = 100_000
_PAUSE_S = 0.5


@click.command()
@click.option(
    "--url",
    default="http://127.0.0.1:8501",
    show_default=True,
    metavar="URL",
    help="Where the page is served.",
)
@click.option("--timeout", "timeout_s", type=click.FloatRange(0.1, 600), default=10, help="In seconds (10).")
@click.option(
    "--wait",
    "wait_s",
    type=click.FloatRange(0, 86_400),
    default=0,
    help="Ask again until it is well, so many seconds long.",
)
@json_option
def health(url: str, timeout_s: float, wait_s: float, as_json: bool) -> None:
    """Say whether the page that `qa app` serves is well; exit code 1 where it is not.

    For what keeps watch over it, as Docker does. It asks the page's address /health, which a load balancer
    may ask itself.
    """
    until = time.monotonic() + wait_s
    while True:
        try:
            status, found = _ask(url, timeout_s)
        except StoreError:
            if time.monotonic() > until:
                raise
        else:
            if status == 200 or time.monotonic() > until:
                break
        time.sleep(_PAUSE_S)
    if as_json:
        print_json(found)
    if status != 200:
        reason = found.get("reason") or f"it answers with HTTP {status}"
        raise StoreError(f"the desk at {mask_address(url)} is not well: {reason}")
    if not as_json:
        known = [f"{name} {found[name]}" for name in ("version", "documents", "models") if name in found]
        click.echo(", ".join([str(found["status"]), *known]))


def _ask(url: str, timeout_s: float) -> tuple[int, dict[str, Any]]:
    """Status and body of a page's /health.

    Raises:
        ConfigError: The address is none, or that of something else.
        StoreError: Nobody answers there.
    """
    if not SETTINGS["chroma_url"].allows(url):
        raise ConfigError(f"--url {mask_address(url)}: it takes an address such as http://127.0.0.1:8501")
    # It takes a tenth of a second to import, for which no other command is to wait.
    import http.client
    import urllib.error
    import urllib.request

    address = f"{url.rstrip('/')}/health"
    try:
        try:
            # Not by way of a proxy, which knows no address of this computer.
            opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
            with opener.open(address, timeout=timeout_s) as answer:
                status, body = answer.status, answer.read(_MAX_BYTES)
        except urllib.error.HTTPError as refusal:
            with refusal:
                status, body = refusal.code, refusal.read(_MAX_BYTES)
        found = json.loads(body)
    except (OSError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", None) or error
        raise StoreError(
            f"nobody answers at {mask_address(address)} ({reason}): is `qa app` running?"
        ) from error
    except ValueError:
        found = None
    is_desk = isinstance(found, dict) and "status" in found
    if not is_desk and status >= 500:  # a proxy says so of a desk that is not there yet
        raise StoreError(f"the desk at {mask_address(url)} is not well: it answers with HTTP {status}")
    if not is_desk:
        raise ConfigError(f"what answers at {mask_address(address)} is no Briefing Desk: check --url")
    return status, found
