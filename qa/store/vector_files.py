"""Chroma's files: whether they can be opened at all.

The native code that reads a graph trusts it: with some damaged bytes the process is gone. So another process
opens the files first, and what they are is noted beside them: while they stay so, they are opened at once.
"""

import hashlib
import json
import sqlite3
import subprocess
import sys
from contextlib import closing, suppress
from pathlib import Path

from qa.store.catalogue_file import open_database
from qa.store.private_files import open_private
from qa.store.store_errors import damaged_index_error

__all__ = ["graph_note", "note_graph", "probe_files", "prove_files"]

_GRAPH = "*/index_metadata.pickle"  # is there once a graph has been written, which is done by the thousand
_PROOF_TIMEOUT_S = 120
_PROBES = 200  # vectors that are searched for


def _graph_files(folder: Path) -> list[Path]:
    """The graph's files; none where there is no graph."""
    return sorted(folder.glob("*/*")) if any(folder.glob(_GRAPH)) else []


def graph_note(folder: Path) -> Path:
    """The file beside Chroma's folder that says of which state of it is known that it can be opened."""
    return folder.with_name(f"{folder.name}.sha256")


def _checksum(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in _graph_files(folder):
        digest.update(f"{path.relative_to(folder).as_posix()}\0".encode())
        with path.open("rb") as stream:
            digest.update(hashlib.file_digest(stream, "sha256").digest())
    return digest.hexdigest()


def note_graph(folder: Path) -> None:
    """Note that the files can be opened as they are now, where that can be written.

    Without a note, or with a part of one, they are tried again.
    """
    note = graph_note(folder)
    with suppress(OSError):
        if not _graph_files(folder):
            note.unlink(missing_ok=True)
            return
        with open(note, "w", encoding="ascii", opener=open_private) as stream:
            stream.write(_checksum(folder))


def prove_files(folder: Path, noted_for: Path) -> None:
    """Make sure that the files can be opened, which another process tries if they are not as noted.

    `noted_for` is the store's own folder, which they may be a copy of.

    Raises:
        VectorIndexError: They can't.
    """
    _require_sound_database(folder, noted_for.parent)
    if not _graph_files(folder):
        return
    try:
        noted = graph_note(noted_for).read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        noted = ""
    if noted == _checksum(folder):
        return
    # By this process's path: a child would look into the working folder, which may be anybody's.
    code = (
        f"import sys; sys.path[:] = {json.dumps(sys.path)}; "
        "from qa.store.vector_files import probe_files; probe_files(sys.argv[1])"
    )
    command = [sys.executable, "-c", code, str(folder)]
    try:
        ended = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=_PROOF_TIMEOUT_S, check=False
        )
        reason = "" if ended.returncode == 0 else "opening them ends the program"
    except subprocess.TimeoutExpired:
        reason = f"opening them takes more than {_PROOF_TIMEOUT_S} s"
    if reason:
        raise damaged_index_error(noted_for.parent, reason)
    note_graph(noted_for)


def _require_sound_database(folder: Path, store: Path) -> None:
    """Chroma panics over a damaged database, in lines on stderr that nothing can take back."""
    path = folder / "chroma.sqlite3"
    if not path.is_file():
        return
    try:
        with closing(open_database(path, read_only=False)) as database:
            said = database.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.DatabaseError as error:
        said = error
    if said != "ok":
        raise damaged_index_error(store, str(said).splitlines()[-1])


def probe_files(path: str) -> None:
    """Search for some of the vectors, from one end to the other; in a process of its own."""
    import numpy as np

    from qa.store.vector_index import VectorIndex

    index = VectorIndex(Path(path), read_only=False, is_probe=True)
    index.refresh(0)
    keys = sorted(index.keys())
    _, vectors = index.get(keys[:: max(1, len(keys) // _PROBES)])
    for vector in np.asarray(vectors, dtype=np.float32):
        index.nearest(vector, 10, None)
    index.close()
