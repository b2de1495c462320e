"""The YAML block in front of a briefing."""

import re
from collections.abc import Mapping
from typing import Any

from qa.errors import LoadError
from qa.parsers.dates import parse_date
from qa.schema import Metadata

__all__ = ["read_front_matter"]

_OPENING = re.compile(r"---[ \t]*\n")
_CLOSING = re.compile(r"^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.MULTILINE)
_KEY = re.compile(r"""^(?:["']?[\w-]+["']?[ \t]*:(?:\s|\Z)|\{)""", re.MULTILINE)
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_DAYS = ("published", "date", "issued")
_MAX_CHARS = 64_000
_MAX_DEPTH = 20  # PyYAML's time grows with the square of the depth


def read_front_matter(text: str) -> tuple[Metadata, int]:
    """What the front matter says, and the offset at which the body starts.

    Front matter is a YAML mapping between a first line `---` and a line `---` or `...`. `title`,
    `published` (or `date`, `issued`), `publisher` and `topics` (or `tags`) are read, other keys are ignored.
    Where the first line starts no such block, there is no metadata and the body starts at 0.

    Raises:
        LoadError: The block is broken, too long, or uses YAML anchors; or a value can't be read.
    """
    opening = _OPENING.match(text)
    closing = _CLOSING.search(text, opening.end()) if opening else None
    if opening is None or closing is None:
        return Metadata(), 0
    block = text[opening.end() : closing.start()]
    if len(block) > _MAX_CHARS:
        # A rule so far down rather ends a text than a block, unless there is YAML from the first line on.
        if not _KEY.match(block):
            return Metadata(), 0
        raise LoadError(
            f"its front matter has {len(block):,} characters, {_MAX_CHARS:,} are allowed: shorten it"
        )
    mapping = _parse_yaml(block)
    if not isinstance(mapping, Mapping):
        return Metadata(), 0
    return _read_metadata(mapping), closing.end()


def _parse_yaml(block: str) -> Any:
    """The block's value, all its scalars as text; None for prose between two rules."""
    if not _KEY.search(block):
        return None
    import yaml

    try:
        depth = 0
        for event in yaml.parse(block, Loader=yaml.BaseLoader):
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                raise _make_error("anchors (&) and aliases (*) are not allowed", event.start_mark)
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > _MAX_DEPTH:
                raise _make_error("it is nested too deeply", event.start_mark)
        # The base loader builds nothing but text, lists and mappings: no dates, no objects.
        return yaml.load(block, Loader=yaml.BaseLoader)
    except yaml.MarkedYAMLError as error:
        raise _make_error(error.problem or "not YAML", error.problem_mark or error.context_mark) from error
    except yaml.reader.ReaderError as error:
        line = block[: error.position].count("\n") + 2
        raise LoadError(f"broken front matter: it holds a control character (line {line})") from error


def _make_error(problem: str, position: Any) -> LoadError:
    # Marks count from 0 and from the line after the opening one.
    return LoadError(f"broken front matter: {problem} (line {position.line + 2})")


def _read_metadata(mapping: Mapping[Any, Any]) -> Metadata:
    published = next((day for key in _DAYS if (day := _read_text(mapping, key))), None)
    return Metadata(
        title=_read_text(mapping, "title"),
        published=parse_date(published) if published else None,
        publisher=_read_text(mapping, "publisher"),
        topics=_read_topics(mapping.get("topics", mapping.get("tags", ""))),
    )


def _read_text(mapping: Mapping[Any, Any], key: str) -> str | None:
    value = mapping.get(key, "")
    if not isinstance(value, str):
        raise LoadError(f"broken front matter: {key} must be text, not a list or a mapping")
    return None if value in _NULLS else " ".join(value.split()) or None


def _read_topics(value: Any) -> tuple[str, ...]:
    items = value.split(",") if isinstance(value, str) else value
    if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
        raise LoadError(
            "broken front matter: topics must be a list of words, or words with commas between them"
        )
    topics = (" ".join(item.split()) for item in items)
    return tuple(dict.fromkeys(topic for topic in topics if topic not in _NULLS))
