"""Where an upload's source is made and recognised."""

from pathlib import Path

__all__ = ["upload_name", "upload_source", "uploaded_files"]

_UPLOAD = "upload:"


def upload_source(name: str) -> str:
    """The source of a file that the store keeps in its folder of uploads under this name."""
    return _UPLOAD + name


def upload_name(source: str) -> str | None:
    """The name under which the store keeps an upload; None for any other source."""
    return source.removeprefix(_UPLOAD) if source.startswith(_UPLOAD) else None


def uploaded_files(folder: Path) -> list[Path]:
    """The files of a folder of uploads by name, without those that are still being written."""
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith("."))
