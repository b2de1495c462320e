"""Documents by the names that people give them."""

from collections.abc import Callable, Iterable
from functools import cached_property
from pathlib import Path, PurePath
from typing import Protocol

from qa.store.uploads import upload_name
from qa.text.shared_titles import tell_titles_apart

__all__ = ["DocumentLookup", "NamedDocument"]


class NamedDocument(Protocol):
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


class DocumentLookup:
    """Documents to be looked up by name; each way of naming is indexed when it is first used."""

    def __init__(self, documents: Iterable[NamedDocument]) -> None:
        self._documents = list(documents)

    def find(self, name: str) -> list[str]:
        """The ids that `name` may mean in the first way that fits any: id, source, title, file name."""
        if name in self._ids:
            return self._ids[name]
        absolute = str(Path(name).resolve()) if "\0" not in name else name
        sources = dict.fromkeys((name, absolute))
        by_source = [document_id for source in sources for document_id in self._sources.get(source, ())]
        return (
            by_source
            or self._titles.get(name.casefold())
            or self._shown_titles.get(name.casefold())
            or self._file_names.get(PurePath(name).name)
            or []
        )

    @cached_property
    def _ids(self) -> dict[str, list[str]]:
        return self._index(lambda document: document.id)

    @cached_property
    def _sources(self) -> dict[str, list[str]]:
        return self._index(lambda document: document.source)

    @cached_property
    def _titles(self) -> dict[str, list[str]]:
        return self._index(lambda document: document.title.casefold())

    @cached_property
    def _shown_titles(self) -> dict[str, list[str]]:
        """As lists show them, where several documents have one title."""
        shown_titles = tell_titles_apart((document.source, document.title) for document in self._documents)
        ids: dict[str, list[str]] = {}
        for document in self._documents:
            if document.source in shown_titles:
                ids.setdefault(shown_titles[document.source].casefold(), []).append(document.id)
        return ids

    @cached_property
    def _file_names(self) -> dict[str, list[str]]:
        return self._index(lambda document: PurePath(upload_name(document.source) or document.source).name)

    def _index(self, name: Callable[[NamedDocument], str]) -> dict[str, list[str]]:
        ids: dict[str, list[str]] = {}
        for document in self._documents:
            ids.setdefault(name(document), []).append(document.id)
        return ids
