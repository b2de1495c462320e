"""Names that nobody guesses."""

import secrets
import string

__all__ = ["new_identifier"]

_LENGTH = 12
_CHARACTERS = string.ascii_letters + string.digits


def new_identifier() -> str:
    """A name of letters and digits: safe in an address, in a file's name and in the key of a widget."""
    return "".join(secrets.choice(_CHARACTERS) for _ in range(_LENGTH))
