"""What may reach the page: a guard before Streamlit's server, the same for `qa app` and `streamlit run`.

A port of this computer is within reach of every web site that a browser on it shows. The guard answers no
request, HTTP or WebSocket, that

- names a host that the app is not meant for (`server.allowedHosts`): a site whose name was made to lead here,
- has the `Origin` of another site, port or file,
- was made by a page of another site (`Sec-Fetch-Site`), a link that someone follows apart,
- came in by an address that others reach, unless people sign in or the start said `--without-sign-in`,
- brings a file and is of a page that nobody with the right to add has open (`qa/ui/visitor.py`).

Whether the desk is well (`qa/ui/health.py`) is told to all; to those on this computer alone more than that.

Streamlit's own checks stay behind it. By themselves they look at hosts for WebSockets only, take any port of
localhost for the same site, and ask a host on the internet for this computer's address before they refuse an
origin; none of that is reached. Each response forbids to be framed and to be used by other sites, and its
page to ask any.

What it does not do: ask who it is that asks (the page does), encrypt, or keep out other programs and other
users of this computer, or extensions of the browser. A request that is no HTTP is answered before the guard,
and an error inside the server after it, both without these headers and without anything of the page's. A
browser that knows neither `X-Frame-Options` nor `frame-ancestors` can be made to frame the page, where it
doesn't say either that it does so (`Sec-Fetch-Dest`).
"""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import streamlit as st
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa.ingest.fetch.addresses import THIS_COMPUTER, is_this_computer
from qa.ui.click_order import ClickOrder
from qa.ui.health import HealthCheck, look_at_the_desk
from qa.ui.return_address import ReturnAddress
from qa.ui.shared.resources import read_settings, start_observing
from qa.ui.visitor import may_upload, sign_in_of_start

__all__ = ["PAGE", "RequestGuard", "request_guard"]

PAGE = Path(__file__).with_name("page.py")
_WITHOUT_SIGN_IN = "--without-sign-in"
_MAX_SHOWN_CHARS = 100
_RESPONSE_HEADERS = {
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
}
# Streamlit's own scripts need the rest of what stands first. Not every browser takes a WebSocket for 'self'.
_CONTENT_POLICY = (
    "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; connect-src 'self' {sockets} data: blob:; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)


def request_guard() -> list[Middleware]:
    """The guard for `streamlit.App` and what stands behind it, as the start and its options want.

    Ends the program with one line if the server listens beyond this computer while nobody has to sign in and
    the arguments of the script don't say `--without-sign-in`, or if any host would be allowed.
    """
    sign_in = sign_in_of_start()
    start_observing(read_settings())
    address, port = st.get_option("server.address"), st.get_option("server.port")
    hosts = [str(host).strip() for host in st.get_option("server.allowedHosts")] or list(THIS_COMPUTER)
    without_sign_in = _WITHOUT_SIGN_IN in sys.argv[1:]
    if "*" in hosts:
        sys.exit("qa: server.allowedHosts is *, which lets every web site in: name the hosts instead")
    redirect_url = sign_in.redirect_url if sign_in else None
    if redirect_url and not _names(urlsplit(redirect_url).hostname or "", hosts):
        sys.exit(
            f"qa: oidc_redirect_url is {redirect_url}, and server.allowedHosts does not name its host: add it"
        )
    if sign_in and not is_this_computer(address or ""):
        if redirect_url is None:
            sys.exit(
                "qa: other computers are let in, and oidc_redirect_url is not set, so that people could not "
                "come back from signing in: set it to https://NAME/oauth2callback"
            )
        sys.stderr.write(
            f"qa: warning: port {port} does not encrypt: let it be reached only through a server that does "
            f"(TLS) and serves {redirect_url.removesuffix('/oauth2callback')}.\n"
        )
    elif not is_this_computer(address or ""):
        place = f"server.address is {address}" if address else "server.address is not set"
        if not without_sign_in:
            sys.exit(
                f"qa: {place}, which lets other computers in, and nobody has to sign in: set it to "
                f"127.0.0.1, or add `-- {_WITHOUT_SIGN_IN}` at the end of the command"
            )
        sys.stderr.write(
            f"qa: warning: whoever reaches port {port} of this computer reads and changes everything: nobody "
            f"signs in, and nothing is encrypted. Browsers may call it {', '.join(hosts)}.\n"
        )
    base_path = str(st.get_option("server.baseUrlPath") or "").strip("/")
    base_path = f"/{base_path}" if base_path else ""
    guard = Middleware(
        RequestGuard,
        allowed_hosts=hosts,
        for_others=without_sign_in or sign_in is not None,
        with_tls=(redirect_url or "").startswith("https:"),
        may_upload=may_upload if sign_in else None,
        health=HealthCheck(look_at_the_desk, base_path=base_path),
    )
    way_back = [Middleware(ReturnAddress, base_path=base_path)] if sign_in else []
    return [guard, *way_back, Middleware(ClickOrder)]


class RequestGuard:
    """ASGI middleware that refuses what does not come from the page itself.

    Args:
        app: What it stands before.
        allowed_hosts: Names and IP addresses; "*.desk.example" stands for all names below desk.example.
        for_others: Whether connections from other computers are let through.
        with_tls: Whether browsers reach the page by TLS, so that its cookies need never go without.
        may_upload: Tells of a path whether a file may be sent there; None where all are let.
        health: Answers what keeps watch, also where nothing else is answered.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        allowed_hosts: Sequence[str],
        for_others: bool,
        with_tls: bool = False,
        may_upload: Callable[[str], bool] | None = None,
        health: HealthCheck | None = None,
    ) -> None:
        self._app = app
        self._allowed_hosts = allowed_hosts
        self._for_others = for_others
        self._with_tls = with_tls
        self._may_upload = may_upload
        self._health = health

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or have it answered."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        refusal = self._refusal(scope, headers)
        if refusal and scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008, "reason": refusal})
            return
        sockets = "" if refusal else "ws://{0} wss://{0}".format(headers["host"])
        policy = _CONTENT_POLICY.format(sockets=sockets)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                response_headers = MutableHeaders(scope=message)
                response_headers.update(_RESPONSE_HEADERS)
                # Several policies all hold, so Streamlit's own may stand beside it.
                response_headers.append("content-security-policy", policy)
                if self._with_tls:
                    message["headers"] = [*map(_secure_cookie, message["headers"])]
            await send(message)

        answer = PlainTextResponse(f"qa: {refusal}\n", 403) if refusal else self._app
        if self._health and scope["type"] == "http" and self._health.takes(scope["path"]):
            answer = await self._health.respond(Request(scope), is_known=not refusal)
        await answer(scope, receive, send_with_headers)

    def _refusal(self, scope: Scope, headers: Headers) -> str | None:
        """Why a request gets no answer, in one line."""
        server = scope.get("server")
        # A server without a port listens on a file of this computer.
        is_local = server is not None and (server[1] is None or is_this_computer(server[0]))
        if not is_local and not self._for_others:
            return f"the page is for this computer only: `{_WITHOUT_SIGN_IN}` lets others in"
        hosts = headers.getlist("host")
        if len(hosts) != 1 or not self._allows(hosts[0]):
            return f"the page is not known as {_shown(hosts)}: start it with --allow-host if it should be"
        if origins := [origin for origin in headers.getlist("origin") if not _is_of_host(origin, hosts[0])]:
            return f"{_shown(origins)} is another site, and gets nothing of this one"
        is_link = (headers.get("sec-fetch-mode"), headers.get("sec-fetch-dest")) == ("navigate", "document")
        if headers.get("sec-fetch-site", "none") not in ("none", "same-origin") and not is_link:
            return "another site asks for this, or shows it within itself, and gets nothing of this one"
        if self._may_upload and not self._may_upload(scope["path"]):
            return "files are taken from whoever may add documents, and from nobody else"
        return None

    def _allows(self, host: str) -> bool:
        """Whether a `Host` is one of ours, whatever its port."""
        try:
            split_host = urlsplit(f"//{host}")
            is_plain = split_host.netloc == host and "@" not in host
            _ = split_host.port
        except ValueError:
            return False
        return is_plain and _names(split_host.hostname or "", self._allowed_hosts)


def _names(host: str, allowed_hosts: Sequence[str]) -> bool:
    name = _bare_host(host)
    return any(
        name.endswith(allowed[1:]) if allowed.startswith("*.") else name == allowed
        for allowed in map(_bare_host, allowed_hosts)
    )


def _secure_cookie(header: tuple[bytes, bytes]) -> tuple[bytes, bytes]:
    # Streamlit leaves it out of all of its cookies.
    name, value = header
    return name, value + b"; Secure" if name.lower() == b"set-cookie" else value


def _bare_host(host: str) -> str:
    return host.lower().removeprefix("[").removesuffix("]").removesuffix(".")


def _is_of_host(origin: str, host: str) -> bool:
    """Compared as Streamlit does, letter by letter: what differs, it would look up on the internet."""
    try:
        split_origin = urlsplit(origin)
    except ValueError:
        return False
    return split_origin.scheme in ("http", "https") and split_origin.netloc == host


def _shown(values: Sequence[str]) -> str:
    return " and ".join(repr(value[:_MAX_SHOWN_CHARS]) for value in values[:2]) or "nothing"
