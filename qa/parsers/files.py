"""Files and folders to texts, with a reason for each that can't be read."""

import gc
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from pathspec import GitIgnoreSpec

from qa.errors import LoadError, SourceNotFound
from qa.parsers.datelines import find_dateline, find_last_change
from qa.parsers.empty_titles import is_empty_title, names_a_part
from qa.parsers.front_matter import read_front_matter
from qa.parsers.parsed_text import STRUCK_NOTE, ParsedText
from qa.parsers.pictures.text_recognition import RECOGNISE, Recognition
from qa.parsers.registry import FileFormat, format_named, format_of_name, refusal_of_name
from qa.parsers.spaced_tables import text_tables
from qa.parsers.struck_markdown import remove_struck
from qa.parsers.text_decoding import decode_text
from qa.parsers.titles import clean_title, find_title, title_of_content
from qa.schema import Failure, Metadata

__all__ = [
    "current_fingerprints",
    "file_fingerprint",
    "find_files",
    "has_words",
    "parse_bytes",
    "parse_path",
    "parse_stdin_text",
    "read_bytes",
    "read_file",
    "size_refusal",
    "system_error",
]

_IGNORE_FILE = ".qaignore"
_MEGABYTE = 1_000_000
_COLLECTION_THRESHOLD = 100_000  # objects made and not freed, from which on cycles are looked for


# Raised when files are read differently than before: those that are in a store are then read anew.
_READER_VERSION = "7"
# A day that the text gives itself says more than when its file was made.
_DATED_BY_PROPERTIES = ("docx", "pptx", "xlsx", "rtf")
_LEFT_OUT = "-no-ocr"  # after the version


def parse_path(path: Path, *, metadata: Metadata, max_bytes: int) -> ParsedText:
    """Read one file; `metadata` wins over what it says about itself.

    Raises:
        LoadError: As `read_file` and `parse_bytes`.
    """
    data = read_file(path, max_bytes)
    file_format = format_of_name(path.name)
    assert file_format is not None  # `read_file` refuses others
    return parse_bytes(data, file_format, name=path.name, source=str(path.resolve()), metadata=metadata)


def read_file(path: Path, max_bytes: int) -> bytes:
    """The bytes of a file whose format is read.

    Raises:
        LoadError: The reason in one line: another kind of file, missing, a folder, no permission, larger
            than `max_bytes` bytes.
    """
    if path.is_dir():
        raise LoadError("it is a folder, not a file")
    # A link or a name may lead to a file that is gone, which counts before its suffix does.
    if not os.path.lexists(path):
        raise SourceNotFound("no such file: check the path")
    if refusal := _find_refusal(path):
        raise LoadError(refusal)
    return read_bytes(path, max_bytes)


def parse_stdin_text(data: bytes, *, metadata: Metadata, max_bytes: int) -> ParsedText:
    """Read text that comes from no file; its source is "stdin:" and its title.

    Raises:
        LoadError: As for a file.
    """
    if len(data) > max_bytes:
        raise LoadError(size_refusal(len(data), max_bytes))
    return parse_bytes(data, format_named("markdown"), name="", source="stdin:", metadata=metadata)


def file_fingerprint(data: bytes, *, pictures_left_out: bool = False) -> str:
    """Identifies a file's bytes, the version of the readers, and whether pictures of text were left out."""
    return f"{_READER_VERSION}{_LEFT_OUT * pictures_left_out}:{hashlib.sha256(data).hexdigest()}"


def current_fingerprints(data: bytes, recognition: Recognition) -> tuple[str, ...]:
    """Those by which a file that was read need not be read anew, that of a file read as a whole first.

    Pictures of text that were left out are a reason to read it anew once they may be recognised.
    """
    whole = file_fingerprint(data)
    return (whole, whole.replace(":", f"{_LEFT_OUT}:", 1)) if recognition.refusal else (whole,)


def parse_bytes(
    data: bytes,
    file_format: FileFormat,
    *,
    name: str,
    source: str,
    metadata: Metadata,
    announced: Metadata | None = None,
    url: str | None = None,
    charset: str | None = None,
    recognition: Recognition = RECOGNISE,
) -> ParsedText:
    """The text of a file of this format; `recognition` says what becomes of text in pictures.

    `metadata` wins over what the file says about itself, and that over what was `announced`. `name` stands in
    where nothing else gives a title; the source "stdin:" is completed with the title. `url` and `charset` are
    what a web server said.

    Raises:
        LoadError: The reason in one line: damaged, empty, not text, broken front matter, ...
    """
    if file_format.reader is None:
        return _load_text(data, file_format, name=name, source=source, metadata=metadata, announced=announced)
    with _few_collections():
        if file_format.name == "html":
            from qa.parsers.web.html import read_html

            content = read_html(data, url=url, charset=charset)
        else:
            content = file_format.read(data, recognition)
    if not has_words(content.text):
        raise LoadError("it holds no text")
    own_title = content.metadata.title or ""
    own_metadata = content.metadata
    if is_empty_title(own_title) or names_a_part(own_title):
        own_metadata = replace(own_metadata, title=None)
    if file_format.name in _DATED_BY_PROPERTIES and (day := find_dateline(content.text)):
        own_metadata = replace(own_metadata, published=day)
    document_metadata = metadata.with_fallback(own_metadata).with_fallback(announced or Metadata())
    if file_format.name in ("html", "epub") and not document_metadata.published:
        day = find_dateline(content.text) or find_last_change(content.text)
        document_metadata = replace(document_metadata, published=day)
    title = clean_title(document_metadata.title or "") or title_of_content(
        content, name, source, is_workbook=file_format.name == "xlsx"
    )
    return ParsedText(
        source=f"stdin:{title}" if source == "stdin:" else source,
        metadata=replace(document_metadata, title=title),
        text=content.text,
        pages=content.pages,
        structure=content.structure,
        tables=content.tables,
        recognised=content.recognised,
        notes=content.notes,
        format=file_format.name,
        fingerprint=file_fingerprint(data, pictures_left_out=content.pictures_left_out),
        user_set_fields=metadata.set_fields,
    )


@contextmanager
def _few_collections() -> Iterator[None]:
    """Readers make values by the hundred thousand that live on: looking for cycles takes half their time."""
    thresholds = gc.get_threshold()
    gc.set_threshold(max(thresholds[0], _COLLECTION_THRESHOLD), *thresholds[1:])
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)


def find_files(path: Path) -> tuple[list[Path], list[Failure]]:
    """The files to read behind a path, and what is passed over with its reason, both sorted by path.

    A file stands for itself, whatever its kind: `parse_path` judges it. In a folder and the folders below,
    names that start with a dot are left out, so is what a file `.qaignore` names in git's way for its own
    folder and those below, and links are followed only if they stay inside.

    Raises:
        LoadError: Nothing is there, it can't be opened, or it is a folder without a text file.
    """
    if not path.is_dir():
        if not os.path.lexists(path):
            raise SourceNotFound("no such file or folder: check the path")
        return [path], []
    paths: list[Path] = []
    failures: list[Failure] = []
    _walk(path, path.resolve(), set(), paths, failures, ())
    if not paths:
        first = f" ({failures[0].source}: {failures[0].reason})" if failures else ""
        raise LoadError(f"the folder {path} holds no file that is read{first}")
    return paths, failures


def _walk(
    folder: Path,
    root: Path,
    visited: set[Path],
    paths: list[Path],
    failures: list[Failure],
    ignored: tuple[tuple[Path, GitIgnoreSpec], ...],
) -> None:
    visited.add(folder.resolve())
    try:
        entries = sorted(folder.iterdir(), key=lambda entry: entry.name)
    except OSError as error:
        reason = system_error(error)
        failures.append(Failure(str(folder), str(reason), code=reason.code))
        return
    ignored += _read_ignored(folder, failures)
    for entry in entries:
        if entry.name.startswith(".") or any(_is_named(entry, *rules) for rules in ignored):
            continue
        target = _resolve_target(entry)
        if target is None or not target.is_relative_to(root):
            problem = "leads nowhere" if target is None or not target.exists() else "leads out of the folder"
            failures.append(
                Failure(str(entry), f"the link {problem} and is not followed: add its target itself")
            )
        elif entry.is_dir():
            if target not in visited:
                _walk(entry, root, visited, paths, failures, ignored)
        elif refusal := _find_refusal(entry):
            failures.append(Failure(str(entry), refusal))
        else:
            paths.append(entry)


def _read_ignored(folder: Path, failures: list[Failure]) -> tuple[tuple[Path, GitIgnoreSpec], ...]:
    """What a folder's own list leaves out."""
    rules = folder / _IGNORE_FILE
    try:
        return ((folder, GitIgnoreSpec.from_lines(rules.read_text(encoding="utf-8").splitlines())),)
    except FileNotFoundError:
        return ()
    except (OSError, ValueError) as error:
        reason = system_error(error) if isinstance(error, OSError) else "it is no list of names in UTF-8"
        failures.append(Failure(str(rules), f"{reason}: nothing is left out for it"))
        return ()


def _is_named(entry: Path, folder: Path, spec: GitIgnoreSpec) -> bool:
    name = entry.relative_to(folder).as_posix()
    return spec.match_file(f"{name}/" if entry.is_dir() else name)


def _resolve_target(entry: Path) -> Path | None:
    """Where an entry leads; None for a link that leads to itself or to nothing."""
    try:
        return entry.resolve(strict=entry.is_symlink())
    except (OSError, RuntimeError):
        return None


def _find_refusal(path: Path) -> str | None:
    """Why a file is not read, by its name and type, or None."""
    if refusal := refusal_of_name(path.name):
        return refusal
    if path.exists() and not path.is_file():
        return "it is not a regular file"
    return None


def read_bytes(path: Path, max_bytes: int) -> bytes:
    """A file's bytes.

    Raises:
        LoadError: It can't be read, or has more than `max_bytes`.
    """
    try:
        size = path.stat().st_size
        if size > max_bytes:
            raise LoadError(size_refusal(size, max_bytes))
        with path.open("rb") as stream:
            data = stream.read(max_bytes + 1)
    except OSError as error:
        raise system_error(error) from error
    # It may have grown since.
    if len(data) > max_bytes:
        raise LoadError(size_refusal(len(data), max_bytes))
    return data


def size_refusal(size: int, max_bytes: int) -> str:
    """The reason why a file of so many bytes is not read."""
    actual, limit = (f"{value / _MEGABYTE:,.6g} MB" for value in (size, max_bytes))
    return f"it has {actual}, more than the {limit} that max_file_mb allows: split it or raise the setting"


def system_error(error: OSError) -> LoadError:
    """What the system refused, for people."""
    if isinstance(error, FileNotFoundError):
        return SourceNotFound("no such file: check the path")
    if isinstance(error, PermissionError):
        return LoadError("no permission to read it")
    return LoadError(f"it can't be read: {error.strerror or error}")


def _load_text(
    data: bytes,
    file_format: FileFormat,
    *,
    name: str,
    source: str,
    metadata: Metadata,
    announced: Metadata | None,
) -> ParsedText:
    text = decode_text(data)
    if not has_words(text):
        raise LoadError("it is empty")
    front_matter, body_start = read_front_matter(text)
    if not has_words(text[body_start:]):
        raise LoadError("it is empty but for its front matter")
    markdown = file_format.name == "markdown"
    own_text, text = text, remove_struck(text, body_start) if markdown else text
    tables = text_tables(text, body_start, markdown=markdown)
    document_metadata = metadata.with_fallback(front_matter).with_fallback(announced or Metadata())
    if not document_metadata.published:
        document_metadata = replace(document_metadata, published=find_dateline(text, body_start))
    title = clean_title(document_metadata.title or "") or find_title(
        text, body_start, markdown=markdown, name=name, source=source
    )
    return ParsedText(
        source=f"stdin:{title}" if source == "stdin:" else source,
        metadata=replace(document_metadata, title=title),
        text=text,
        body_start=body_start,
        markdown=markdown,
        tables=tables,
        format=file_format.name,
        fingerprint=file_fingerprint(data),
        notes=(STRUCK_NOTE,) if text != own_text else (),
        user_set_fields=metadata.set_fields,
    )


def has_words(text: str) -> bool:
    """Whether there is any character that can be seen."""
    return any(character.isprintable() and not character.isspace() for character in text)
