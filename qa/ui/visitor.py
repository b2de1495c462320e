"""Signing in: who has the page open, and what is shown to whoever may not see it.

Streamlit talks to the OpenID Connect provider and keeps what it said of somebody in a signed cookie, which it
reads when a page connects. The page's script runs for strangers too: it asks here first, and goes on for
those only who may be here.
"""

import os
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.util import find_spec
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from qa.config import ROLES, Role, Settings, SignIn, normalize_email, read_sign_in
from qa.errors import ConfigError
from qa.ui.shared import escape
from qa.ui.shared.components import draw_error
from qa.ui.shared.resources import read_settings

__all__ = [
    "ANYBODY",
    "Visitor",
    "current_visitor",
    "draw_account",
    "draw_door",
    "draw_refusal",
    "may_upload",
    "page_secrets",
    "sign_in_of_start",
    "visitor_of",
]

_SECONDS_PER_HOUR = 3600
_UPLOADS = "/_stcore/upload_file/"
# Sign-ins that "Sign out" has ended. Their cookie may be elsewhere still, in another open page for instance.
_ended_sign_ins: set[tuple[Any, ...]] = set()
# Open pages of keepers. Streamlit itself takes files from every page that is open, a stranger's too.
_keeper_sessions: set[str] = set()


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who has a page open, and what they may do.

    `email` is None where nobody signs in, and where somebody has to first. `refusal` says why somebody who
    has signed in gets nothing, `advice` why somebody has to sign in.
    """

    email: str | None
    name: str
    roles: frozenset[Role]
    refusal: str = ""
    advice: str = "Sign in to ask the documents of this desk."


ANYBODY = Visitor(None, "", ROLES)
_STRANGER = Visitor(None, "", frozenset())
_ENDED = (
    "Your sign-in has ended: each holds for {hours:g} hours. Sign in again: the page opens where you were, "
    "with what you had typed."
)


def sign_in_of_start() -> SignIn | None:
    """What holds until the server ends; who is let in is read anew for every click.

    Ends the program with one line where it can't be.
    """
    try:
        settings = read_settings()
        sign_in = read_sign_in(settings)
    except ConfigError as error:
        sys.exit(f"qa: {error}")
    # A file that is edited meanwhile must not open the page to all, whatever it was started for.
    os.environ["QA_SIGN_IN"] = settings.sign_in
    if sign_in and find_spec("authlib") is None:
        sys.exit("qa: signing in needs Authlib: run `pip install 'briefing-desk[sign-in]'`")
    if sign_in and st.get_option("server.trustedUserHeaders"):
        sys.exit(
            "qa: server.trustedUserHeaders is set, and would say who somebody is: take it out, or set "
            'sign_in to "off"'
        )
    return sign_in


def page_secrets() -> dict[str, Any] | None:
    """What `streamlit.App` is told of the provider, in the place of any file of secrets."""
    sign_in = sign_in_of_start()
    if sign_in is None:
        return None
    here = f"http://{st.get_option('browser.serverAddress')}:{st.get_option('server.port')}/oauth2callback"
    return {
        "auth": {
            "server_metadata_url": sign_in.metadata_url,
            "client_id": sign_in.client_id,
            "client_secret": sign_in.client_secret,
            "redirect_uri": sign_in.redirect_url or here,
            # Streamlit's own is a random one of each start.
            "cookie_secret": sign_in.cookie_secret or st.get_option("server.cookieSecret"),
        }
    }


def current_visitor(settings: Settings) -> Visitor:
    """Who has this page open.

    Raises:
        ConfigError: The settings of the sign-in are wrong by now.
    """
    sign_in = read_sign_in(settings)
    if sign_in is None:
        return ANYBODY
    visitor = visitor_of(st.user.to_dict(), sign_in, now=time.time())
    context = get_script_run_ctx(suppress_warning=True)
    if context is not None:
        (_keeper_sessions.add if "keeper" in visitor.roles else _keeper_sessions.discard)(context.session_id)
    return visitor


def visitor_of(claims: Mapping[str, Any], sign_in: SignIn, *, now: float) -> Visitor:
    """Whom the provider's claims tell of.

    Args:
        claims: As in `st.user`: Streamlit has checked who signed them, for whom, and when they were made.
        sign_in: Who is let in.
        now: Seconds since 1970.
    """
    issued_at = claims.get("iat")
    is_signed_in = claims.get("is_logged_in") is True and isinstance(issued_at, int | float)
    if not is_signed_in or _identity(claims) in _ended_sign_ins:
        return _STRANGER
    if not issued_at or now - issued_at > sign_in.hours * _SECONDS_PER_HOUR:
        return replace(_STRANGER, advice=_ENDED.format(hours=sign_in.hours))
    email = claims.get("email")
    if not isinstance(email, str) or "@" not in email:
        refusal = "You are signed in, and the provider does not say with which e-mail address."
        return Visitor(None, "", frozenset(), refusal)
    name = claims.get("name")
    name = name if isinstance(name, str) and name.strip() else email
    # Some providers say nothing of it, and some say it in words.
    if claims.get("email_verified", True) not in (True, "true"):
        refusal = (
            f"You are signed in as {email}, and the provider has not verified that the address is yours."
        )
        return Visitor(None, name, frozenset(), refusal)
    roles = sign_in.roles(email)
    if not roles:
        refusal = (
            f"You are signed in as {email}, and may not use this desk: ask whoever runs it to let you in."
        )
        return Visitor(None, name, roles, refusal)
    return Visitor(normalize_email(email), name, roles)


def _identity(claims: Mapping[str, Any]) -> tuple[Any, ...]:
    """What tells one sign-in from all others."""
    return tuple(claims.get(name) for name in ("iss", "sub", "iat", "nonce"))


def may_upload(path: str) -> bool:
    """Whether the page that sends a file, if it is one that is sent to this path, is a keeper's."""
    _, is_upload, rest = path.partition(_UPLOADS)
    return not is_upload or rest.partition("/")[0] in _keeper_sessions


def draw_door(visitor: Visitor) -> None:
    """The whole page for somebody who is not in: a button to sign in, or why they get nothing."""
    advice = "" if visitor.refusal else f"<p>{escape.text(visitor.advice)}</p>"
    st.html(f'<div class="qa-welcome"><h1>Briefing Desk</h1>{advice}</div>')
    if visitor.refusal:
        draw_error(visitor.refusal)
        _draw_sign_out()
    else:
        st.button("Sign in", icon=":material/login:", type="primary", on_click=st.login)


def draw_account(visitor: Visitor) -> None:
    """In the sidebar: who is signed in, and the way out; nothing where nobody signs in."""
    if visitor.email is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.html(escape.element("p", f"Signed in as {visitor.name}", css_class="qa-small"), width="content")
        _draw_sign_out()


def draw_refusal(visitor: Visitor, page: str, role: Role) -> None:
    """In the place of a page that somebody may not open."""
    draw_error(
        f"The page “{page}” is for {role}s, and you are signed in as {visitor.email}: ask whoever runs this "
        "desk if you should be one."
    )


def _draw_sign_out() -> None:
    st.button("Sign out", icon=":material/logout:", type="tertiary", on_click=_sign_out)


def _sign_out() -> None:
    _ended_sign_ins.add(_identity(st.user.to_dict()))
    st.logout()
