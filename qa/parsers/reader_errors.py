"""What it means when a reader fails: that the file is damaged, or that the reader made a mistake."""

import logging
import lzma
import struct
import zipfile
import zlib

from qa.errors import LoadError

__all__ = ["PASSWORD_MESSAGE", "unexpected_error"]

PASSWORD_MESSAGE = "it is protected by a password: save it without one"

_MAX_REASON_CHARS = 200
# What libraries raise only because of the bytes that they are given.
_DAMAGE_ERRORS = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError)

_logger = logging.getLogger(__name__)


def unexpected_error(error: Exception) -> LoadError:
    """What to raise for an error that a reader did not foresee.

    Only what a library says about the bytes themselves is damage. A KeyError or TypeError may be a mistake
    of ours, which must not hide behind the file: it is logged with its traceback, and named in the reason.
    """
    # Not at the top: text files are read without it.
    from lxml import etree

    if isinstance(error, (etree.LxmlError, *_DAMAGE_ERRORS)):
        return LoadError(f"the file is damaged ({type(error).__name__}): open and save it anew")
    name = type(error).__name__
    _logger.error("a reader of documents failed with an unexpected %s", name, exc_info=error)
    message = " ".join(str(error).split())[:_MAX_REASON_CHARS]
    description = f"{name}: {message}" if message else name
    return LoadError(f"it can't be read: unexpected {description}; please report it")
