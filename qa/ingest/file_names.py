"""Names of files that others chose."""

import re
import unicodedata
from pathlib import PurePosixPath, PureWindowsPath

__all__ = ["clean_file_name"]

_MAX_BYTES = 180  # file systems allow 255
_MAX_SUFFIX_CHARS = 10
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|\Z)", re.IGNORECASE)


def clean_file_name(path: str) -> str:
    """A file's name alone: no folders, no controls or direction marks, nothing hidden, and not too long.

    The suffix stays, since it tells the format. A name of which nothing is left is "upload".
    """
    base_name = PureWindowsPath(PurePosixPath(path.replace("\0", "")).name).name
    visible = "".join(
        " " if character.isspace() else character
        for character in unicodedata.normalize("NFC", base_name)
        if unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Cn") or character.isspace()
    )
    name = re.sub(r'[<>:"/\\|?*]', "_", " ".join(visible.split())).strip(" .")
    stem, dot, suffix = name.rpartition(".")
    if not dot or len(suffix) > _MAX_SUFFIX_CHARS:
        stem, suffix = name, ""
    if _RESERVED.match(stem):
        stem = "_" + stem
    ending = f".{suffix}" if suffix else ""
    while len((stem + ending).encode()) > _MAX_BYTES:
        stem = stem[:-1]
    return (stem.strip(" .") or "upload") + ending
