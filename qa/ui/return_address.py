"""The address that somebody opened before they had to sign in, kept until they come back from the provider.

Streamlit itself leads everybody to its first page then, and a link to a conversation would be lost.
"""

from urllib.parse import quote, unquote, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["ReturnAddress"]

_COOKIE = "briefing_desk_return"
_SECONDS = 900  # to sign in
_MAX_CHARS = 2000


class ReturnAddress:
    """ASGI middleware around the routes that sign somebody in.

    A page of this desk that asks for one is noted in a cookie, and the way back from the provider ends there;
    an address of anything else is not taken, neither when it is noted nor when it is read.

    Args:
        app: What it stands before.
        base_path: Below which the pages lie, "" or as "/desk".
    """

    def __init__(self, app: ASGIApp, *, base_path: str = "") -> None:
        self._app, self._base_path = app, base_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Have a request answered, and mend the answer where it is one of signing in."""
        path = scope["path"] if scope["type"] == "http" else ""
        headers = Headers(scope=scope) if path else Headers()

        async def send_noted(message: Message) -> None:
            if message["type"] == "http.response.start":
                came_from = urlsplit(headers.get("referer", ""))
                is_here = came_from.netloc == headers.get("host")
                address = self._check(f"{came_from.path}?{came_from.query}") if is_here else None
                _set_cookie(message, quote(address or "", safe=""), _SECONDS if address else 0)
            await send(message)

        async def send_back(message: Message) -> None:
            if message["type"] == "http.response.start":
                noted = cookie_parser(headers.get("cookie", "")).get(_COOKIE, "")
                response_headers = MutableHeaders(scope=message)
                address = self._check(unquote(noted))
                if address and response_headers.get("location") == f"{self._base_path}/":
                    response_headers["location"] = address
                if noted:
                    _set_cookie(message, "", 0)
            await send(message)

        ways = {f"{self._base_path}/auth/login": send_noted, f"{self._base_path}/oauth2callback": send_back}
        await self._app(scope, receive, ways.get(path, send))

    def _check(self, address: str) -> str | None:
        """The address, if it is one of a page with something that names what to show there."""
        path, _, query = address.partition("?")
        page = path.removeprefix(f"{self._base_path}/")
        is_page = path != page and (not page or (page.isascii() and page.isalpha()))
        is_plain = len(address) <= _MAX_CHARS and address.isascii() and address.isprintable()
        return address if query and is_page and is_plain and not {"\\", " ", "#"} & set(address) else None


def _set_cookie(message: Message, value: str, seconds: int) -> None:
    MutableHeaders(scope=message).append(
        "set-cookie", f"{_COOKIE}={value}; Max-Age={seconds}; Path=/; HttpOnly; SameSite=Lax"
    )
