"""Documents in, and kept in step: half of the corpus keeper's side of `Assistant`."""

import os
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from qa import load
from qa.assistant.ingest import Ingest, Limits, Progress, Spread
from qa.assistant.loaded_models import LoadedModels
from qa.assistant.names import clean_name
from qa.assistant.sources import (
    Reading,
    Source,
    find_entries,
    find_sources,
    kept_upload,
)
from qa.config import Settings
from qa.errors import LoadError
from qa.prepare import prepare_text
from qa.schema import AddReport, Failure
from qa.store import Store, upload_name, upload_source

__all__ = ["CorpusAdding"]

_MEGABYTE = 1_000_000
OnProgress = Callable[[Progress], None]


class CorpusAdding:
    """Adding, updating and editing documents, over one store; thread-safe."""

    settings: Settings
    _store: Store
    _models: LoadedModels
    # Tests read from a server of this machine; nothing else ever does.
    _allow_private_addresses = False

    # In -------------------------------------------------------------------------------------------

    def add(
        self,
        sources: str | Path | Iterable[str | Path],
        *,
        title: str | None = None,
        published: str | None = None,
        publisher: str | None = None,
        topics: Sequence[str] = (),
        format: Literal["squad", "beir"] | None = None,
        ray: bool = False,
        dry_run: bool = False,
        on_progress: OnProgress | None = None,
    ) -> AddReport:
        """Add files, folders and web pages: what is unchanged is skipped, what changed is replaced.

        A source that can't be read is listed in the report's `failed` and stops no other; it is remembered
        (`failures`) until it succeeds. What is said here about a document holds for its later versions too.
        With `ray` reading and embedding are spread over a Ray cluster (extra [ray]).
        With a `format` the sources are public sets: of a "squad" file every paragraph is a document, of a
        "beir" folder every line of its corpus.jsonl.

        Raises:
            LoadError: `published` is not a date, `title` is given for several documents or with a `format`,
                or the format is unknown.
            ConfigError: Ray is not installed.
        """
        given = [sources] if isinstance(sources, str | Path) else list(sources)
        metadata = _metadata(title, published, publisher, topics)
        if format is not None and format not in load.SET_FORMATS:
            raise LoadError(f"unknown format {format!r}: {' or '.join(load.SET_FORMATS)} is expected")
        if title and format:
            raise LoadError(f"the title {title!r} is for one document, not for a set: leave it out")
        found, failed = find_sources(given, self._reading(metadata), format)
        if title and len(found) > 1:
            raise LoadError(
                f"the title {title!r} is for one document, here are {len(found)}: add it by itself"
            )
        return self._ingest().add(
            found,
            failed,
            dry_run=dry_run,
            on_progress=on_progress,
            spread=self._over_ray() if ray and not dry_run else None,
        )

    def _over_ray(self) -> Spread:
        from qa.assistant.cluster import over_ray

        # Here too, so that a store that was made with another model is refused before any work is done.
        self._models.embedder()
        return over_ray(self.settings, self._limits())

    def add_feeds(
        self,
        urls: Sequence[str],
        *,
        since: str | None = None,
        published: str | None = None,
        publisher: str | None = None,
        topics: Sequence[str] = (),
        title: None = None,
        dry_run: bool = False,
        on_progress: OnProgress | None = None,
    ) -> AddReport:
        """Add the pages that RSS or Atom feeds announce, those of the day `since` or later if given.

        What a site's robots.txt does not allow programs to read is a failure, and so is an entry without a
        date where `since` asks for one.

        Raises:
            LoadError: `since` or `published` is not a date.
        """
        day = load.parse_date(since) if since else None
        reading = self._reading(_metadata(title, published, publisher, topics))
        sources, failed = find_entries(urls, day, reading)
        return self._ingest().add(sources, failed, dry_run=dry_run, on_progress=on_progress)

    def add_text(
        self,
        data: bytes,
        *,
        title: str | None = None,
        published: str | None = None,
        publisher: str | None = None,
        topics: Sequence[str] = (),
        dry_run: bool = False,
    ) -> AddReport:
        """Add text that comes from no file; the same title again replaces it."""
        metadata = _metadata(title, published, publisher, topics)
        try:
            loaded = load.load_stdin_text(data, metadata=metadata, max_bytes=self._max_bytes())
        except LoadError as error:
            return AddReport(failed=(Failure("-", str(error)),), dry_run=dry_run)
        return self._ingest().add([Source(loaded.source, lambda: loaded)], (), dry_run=dry_run)

    def add_uploads(
        self, files: Sequence[tuple[str, bytes]], *, on_progress: OnProgress | None = None
    ) -> AddReport:
        """Add files that come as bytes under a name; the store keeps them.

        Names are cleaned; a file of the same name replaces the one before. Their source is "upload:" and the
        name.
        """
        folder = self._store.uploads
        names = []
        failed = []
        for given, data in files:
            name = clean_name(given)
            if len(data) > self._max_bytes():
                failed.append(Failure(upload_source(name), load.too_large(len(data), self._max_bytes())))
                continue
            if name in names:
                failed.append(
                    Failure(upload_source(name), f"two of these files are called {name}: rename one")
                )
                continue
            folder.mkdir(exist_ok=True)
            _write_whole(folder / name, data)
            names.append(name)
        reading = self._reading(load.Metadata())
        sources = [kept_upload(folder, name, reading) for name in names]
        return self._ingest().add(sources, failed, dry_run=False, on_progress=on_progress)

    def retry(self, sources: Sequence[str], *, on_progress: OnProgress | None = None) -> AddReport:
        """Add again what failed: sources of `failures`."""
        reading = self._reading(load.Metadata())
        names = [name for source in sources if (name := upload_name(source)) is not None]
        uploads = [
            kept_upload(self._store.uploads, name, reading)
            for name in names
            if (self._store.uploads / name).exists()
        ]
        found, failed = find_sources([one for one in sources if upload_name(one) is None], reading)
        failed += [
            Failure(upload_source(name), "the file was not kept: upload it again")
            for name in names
            if not (self._store.uploads / name).exists()
        ]
        return self._ingest().add([*uploads, *found], failed, dry_run=False, on_progress=on_progress)

    def edit(
        self,
        reference: str,
        *,
        title: str | None = None,
        published: str | None = None,
        publisher: str | None = None,
        topics: Sequence[str] | None = None,
    ) -> str:
        """Change what is known of a document; what is None stays. Returns its id.

        It holds for later versions of the file too; what is emptied comes from the file again at its next
        update.

        Raises:
            DocumentNotFound: It is unknown or ambiguous.
            LoadError: `published` is not a date, or the title is empty.
        """
        document = self._store.document(reference)
        changes: dict[str, Any] = {}
        if title is not None:
            if not title.strip():
                raise LoadError("a document needs a title: write one")
            changes["title"] = load.clean_title(title)
        if published is not None:
            changes["published"] = load.parse_date(published) if published.strip() else None
        if publisher is not None:
            changes["publisher"] = " ".join(publisher.split()) or None
        if topics is not None:
            changes["topics"] = tuple(
                dict.fromkeys(one for each in topics if (one := " ".join(each.split())))
            )
        emptied = {name for name, value in changes.items() if not value}
        loaded = replace(
            load.LoadedText.of(document),
            metadata=replace(document.metadata, **changes),
            given=tuple(sorted({*document.given, *changes} - emptied)),
        )
        if loaded.sha256 != document.sha256:
            prepared = prepare_text(loaded, document.id, self.settings.window_chars)
            # What is embedded of a passage is its title, its heading and its text.
            kept = self._store.document_vectors(document.id) if loaded.title == document.title else None
            self._ingest().write(prepared, kept)
        return document.id

    # Wiring ---------------------------------------------------------------------------------------

    def _ingest(self) -> Ingest:
        return Ingest(
            self._store,
            self._models.embedder,
            window_chars=self.settings.window_chars,
            limits=self._limits(),
        )

    def _limits(self) -> Limits:
        return Limits(
            timeout_s=self.settings.parse_timeout_s,
            memory_mb=self.settings.parse_memory_mb,
            workers=self.settings.parse_workers,
        )

    def _reading(self, metadata: load.Metadata) -> Reading:
        return Reading(
            metadata=metadata,
            max_bytes=self._max_bytes(),
            timeout_s=self.settings.fetch_timeout_s,
            allow_private=self._allow_private_addresses,
        )

    def _max_bytes(self) -> int:
        return int(self.settings.max_file_mb * _MEGABYTE)


def _metadata(
    title: str | None, published: str | None, publisher: str | None, topics: Sequence[str]
) -> load.Metadata:
    return load.Metadata(
        title=title,
        published=load.parse_date(published) if published else None,
        publisher=publisher,
        topics=tuple(topics),
    )


def _write_whole(path: Path, data: bytes) -> None:
    """A file that is there completely or not at all."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".upload-")
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
