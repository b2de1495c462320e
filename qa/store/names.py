"""Documents by the names that people give them."""

from collections.abc import Callable, Iterable
from functools import cached_property
from pathlib import Path, PurePath
from typing import Protocol

from qa.store.uploads import upload_name

__all__ = ["DocumentNames", "Named"]


class Named(Protocol):
    """What has the names of a document."""

    @property
    def id(self) -> str:
        """Its id."""
        ...

    @property
    def source(self) -> str:
        """Where it came from."""
        ...

    @property
    def title(self) -> str:
        """What it is called."""
        ...


class DocumentNames:
    """Documents to be looked up by name; each way of naming is indexed when it is first used."""

    def __init__(self, documents: Iterable[Named]) -> None:
        self._documents = list(documents)

    def find(self, name: str) -> list[str]:
        """The ids that `name` may mean in the first way that fits any: id, source, title, file name."""
        if name in self._ids:
            return self._ids[name]
        absolute = str(Path(name).resolve()) if "\0" not in name else name
        places = dict.fromkeys((name, absolute))
        by_source = [one for place in places for one in self._sources.get(place, ())]
        return (
            by_source or self._titles.get(name.casefold()) or self._file_names.get(PurePath(name).name) or []
        )

    @cached_property
    def _ids(self) -> dict[str, list[str]]:
        return self._by(lambda one: one.id)

    @cached_property
    def _sources(self) -> dict[str, list[str]]:
        return self._by(lambda one: one.source)

    @cached_property
    def _titles(self) -> dict[str, list[str]]:
        return self._by(lambda one: one.title.casefold())

    @cached_property
    def _file_names(self) -> dict[str, list[str]]:
        return self._by(lambda one: PurePath(upload_name(one.source) or one.source).name)

    def _by(self, name: Callable[[Named], str]) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for one in self._documents:
            found.setdefault(name(one), []).append(one.id)
        return found
