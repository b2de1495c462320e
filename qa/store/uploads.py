"""Where an upload's source is made and recognised."""

__all__ = ["upload_name", "upload_source"]

_UPLOAD = "upload:"


def upload_source(name: str) -> str:
    """The source of a file that the store keeps in its folder of uploads under this name."""
    return _UPLOAD + name


def upload_name(source: str) -> str | None:
    """The name under which the store keeps an upload; None for any other source."""
    return source.removeprefix(_UPLOAD) if source.startswith(_UPLOAD) else None
