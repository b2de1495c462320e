"""Who gets in, and as what: the settings of the sign-in, held together."""

import ipaddress
from dataclasses import dataclass, field
from typing import Literal, get_args
from urllib.parse import urlsplit

from qa.config.settings import Settings
from qa.errors import ConfigError
from qa.text.redaction import mask_address

__all__ = ["ROLES", "Role", "SignIn", "normalize_email", "read_sign_in"]

Role = Literal["reader", "keeper", "evaluator"]
ROLES: frozenset[Role] = frozenset(get_args(Role))

_CALLBACK = "/oauth2callback"
_MIN_SECRET_CHARS = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """The page as a client of an OpenID Connect provider, and whom it lets in.

    `redirect_url` is None for a page that is reached from this computer only, `cookie_secret` for one whose
    cookies end with it. `hours` is how long a sign-in holds. `people` has, by role, e-mail addresses and
    "@domain" for all of one.
    """

    metadata_url: str
    client_id: str
    client_secret: str = field(repr=False)
    redirect_url: str | None
    cookie_secret: str | None = field(repr=False)
    hours: float
    people: dict[Role, frozenset[str]]

    def roles(self, email: str) -> frozenset[Role]:
        """What somebody may do here; nothing where no list names the address. All who get in are readers."""
        address = normalize_email(email)
        _, sign, domain = address.rpartition("@")
        named: set[Role] = {role for role, people in self.people.items() if people & {address, sign + domain}}
        return frozenset(named | {"reader"} if named else named)


def normalize_email(email: str) -> str:
    """In small letters if it is ASCII: elsewhere they may be those of somebody else, as the Kelvin sign's."""
    return email.lower() if email.isascii() else email


def read_sign_in(settings: Settings) -> SignIn | None:
    """What the settings say of signing in; None where nobody has to.

    Raises:
        ConfigError: A part of it is missing, or an address that others listen in to.
    """
    if settings.sign_in == "off":
        return None
    for name in ("oidc_metadata_url", "oidc_client_id", "oidc_client_secret"):
        if getattr(settings, name) is None:
            raise ConfigError(f'sign_in is "oidc" and {name} is not set: set it too, or sign_in to "off"')
    people: dict[Role, frozenset[str]] = {
        "reader": _split(settings.readers),
        "keeper": _split(settings.keepers),
        "evaluator": _split(settings.evaluators),
    }
    if not any(people.values()):
        raise ConfigError(
            'sign_in is "oidc" and nobody could get in: name people in readers, keepers or evaluators'
        )
    if settings.oidc_cookie_secret and len(settings.oidc_cookie_secret) < _MIN_SECRET_CHARS:
        raise ConfigError(f"oidc_cookie_secret is short: take {_MIN_SECRET_CHARS} random characters or more")
    redirect_url = settings.oidc_redirect_url
    if redirect_url and not urlsplit(redirect_url).path.endswith(_CALLBACK):
        raise ConfigError(
            f"oidc_redirect_url is {mask_address(redirect_url)}: it has to end with {_CALLBACK}"
        )
    for name, url in (("oidc_metadata_url", settings.oidc_metadata_url), ("oidc_redirect_url", redirect_url)):
        if url and not _is_confidential(url):
            raise ConfigError(
                f"{name} is {mask_address(url)}: beyond this computer it has to begin with https://"
            )
    return SignIn(
        metadata_url=settings.oidc_metadata_url or "",
        client_id=settings.oidc_client_id or "",
        client_secret=settings.oidc_client_secret or "",
        redirect_url=redirect_url,
        cookie_secret=settings.oidc_cookie_secret,
        hours=settings.sign_in_hours,
        people=people,
    )


def _split(people: str | None) -> frozenset[str]:
    return frozenset(normalize_email(person) for person in (people or "").replace(",", " ").split())


def _is_confidential(url: str) -> bool:
    split_url = urlsplit(url)
    host = split_url.hostname or ""
    try:
        is_here = ipaddress.ip_address(host).is_loopback
    except ValueError:
        is_here = host == "localhost"
    return is_here or split_url.scheme == "https"
