"""Names of files that others chose."""

import re
import unicodedata
from pathlib import PurePosixPath, PureWindowsPath

__all__ = ["clean_name"]

_MAX_BYTES = 180  # file systems allow 255
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|\Z)", re.IGNORECASE)


def clean_name(given: str) -> str:
    """A file's name alone: no folders, no controls or direction marks, nothing hidden, and not too long.

    The suffix stays, since it tells the format. A name of which nothing is left is "upload".
    """
    last = PureWindowsPath(PurePosixPath(given.replace("\0", "")).name).name
    shown = "".join(
        " " if letter.isspace() else letter
        for letter in unicodedata.normalize("NFC", last)
        if unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Co", "Cn") or letter.isspace()
    )
    name = re.sub(r'[<>:"/\\|?*]', "_", " ".join(shown.split())).strip(" .")
    stem, dot, suffix = name.rpartition(".")
    if not dot or len(suffix) > 10:
        stem, suffix = name, ""
    if _RESERVED.match(stem):
        stem = "_" + stem
    ending = f".{suffix}" if suffix else ""
    while len((stem + ending).encode()) > _MAX_BYTES:
        stem = stem[:-1]
    return (stem.strip(" .") or "upload") + ending
