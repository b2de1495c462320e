"""Where an upload's source is made, recognised, and written for a reader."""

from pathlib import Path, PurePath

__all__ = ["file_name", "is_upload_name", "upload_name", "upload_source", "uploaded_files"]

_UPLOAD = "upload:"


def upload_source(name: str) -> str:
    """The source of a file that the store keeps in its folder of uploads under this name."""
    return _UPLOAD + name


def upload_name(source: str) -> str | None:
    """The name under which the store keeps an upload; None for any other source.

    A name that leads out of the folder of uploads, as the catalogue of a forged backup might hold, is none.
    """
    name = source.removeprefix(_UPLOAD)
    return name if name != source and is_upload_name(name) else None


def file_name(source: str) -> str:
    """The last part of a path, or an address as it is; what was uploaded is said to be."""
    if (uploaded := upload_name(source)) is not None:
        return f"{uploaded} (uploaded)"
    return source if "://" in source else source.replace("\\", "/").rstrip("/").rpartition("/")[2] or source


def is_upload_name(name: str) -> bool:
    """Whether it names a file in a folder of uploads itself, and none that is still being written."""
    is_plain = PurePath(name).name == name and not any(character in name for character in "/\\\0")
    return is_plain and name != "" and not name.startswith(".")


def uploaded_files(folder: Path) -> list[Path]:
    """The files of a folder of uploads by name, without those that are still being written."""
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith("."))
