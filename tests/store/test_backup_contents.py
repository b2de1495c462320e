"""A backup is data, wherever it comes from: what is none of ours is refused before anything changes."""

import json
import os
import shutil
import sqlite3
import stat
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.errors import StoreError
from qa.store import Store, backup_file
from qa.store.backup_file import CATALOGUE, sha256_of
from qa.store.uploads import upload_name
from tests.store.test_store import EMBEDDER, assert_whole, make_addition
from tests.store.test_store_damage import as_before, read_only


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup with a document and an upload."""
    folder = tmp_path_factory.mktemp("original")
    with closing(Store.open(folder / "store")) as store:
        store.bind_model(EMBEDDER.name, EMBEDDER.dimension)
        store.put([make_addition("alpha")])
        store.uploads.mkdir()
        (store.uploads / "a.md").write_text("an upload")
        store.backup(folder / "backup")
    return folder / "backup"


@pytest.fixture(scope="module")
def module_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store that nothing is restored into."""
    with closing(Store.open(tmp_path_factory.mktemp("kept") / "store")) as store:
        store.bind_model(EMBEDDER.name, EMBEDDER.dimension)
        store.put([make_addition("kept")])
        yield store


Forge = Callable[..., Path]


@pytest.fixture
def forge(original: Path, tmp_path: Path) -> Forge:
    """Makes a backup of the original one with another catalogue, manifest or members."""

    def make(
        *statements: str,
        manifest: bytes | None = None,
        members: tuple[tuple[zipfile.ZipInfo | str, bytes], ...] = (),
        change: Callable[[Path], None] | None = None,
    ) -> Path:
        catalogue, forged = tmp_path / CATALOGUE, tmp_path / "forged"
        with zipfile.ZipFile(original) as archive:
            catalogue.write_bytes(archive.read(CATALOGUE))
            head = json.loads(archive.read("manifest.json"))
        with closing(sqlite3.connect(catalogue, isolation_level=None)) as raw:
            for statement in statements:
                raw.execute(statement)
        if change:
            change(tmp_path)
        head["catalogue_sha256"] = sha256_of(catalogue)
        with zipfile.ZipFile(forged, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("manifest.json", json.dumps(head) if manifest is None else manifest)
            archive.write(catalogue, CATALOGUE)
            for name, data in members:
                archive.writestr(name, data)
        return forged

    return make


def refused(store: Store, file: Path, *words: str) -> None:
    """In one line with these words, and nothing has changed."""
    before = sorted(store.connection.files.folder.rglob("*"))
    with pytest.raises(StoreError) as caught:
        store.restore(file, replace=True)
    message = str(caught.value)
    assert "\n" not in message
    for word in (str(file), *words):
        assert word in message
    assert sorted(store.connection.files.folder.rglob("*")) == before
    assert [document.id for document in store.documents()] == ["kept"]


@pytest.mark.parametrize(
    ("statements", "stranger"),
    [
        (
            ("CREATE TRIGGER harmless AFTER INSERT ON documents BEGIN DELETE FROM documents; END",),
            "the trigger 'harmless'",
        ),
        (("CREATE VIEW failures2 AS SELECT * FROM documents",), "the view 'failures2'"),
        (("DROP TABLE failures", "CREATE VIEW failures AS SELECT 1 AS source"), "the view 'failures'"),
        (("CREATE TABLE more (x)",), "the table 'more'"),
        (("CREATE VIRTUAL TABLE more USING fts5(x)",), "the table 'more'"),
        (
            (
                "DROP TABLE past_words",
                "CREATE VIRTUAL TABLE past_words USING fts5(title, heading, body, content=documents)",
            ),
            "the table 'past_words'",
        ),
        (
            ("DROP TABLE past_words", "CREATE VIRTUAL TABLE past_words USING fts4(title, heading, body)"),
            "the table 'past_words'",
        ),
        (("ALTER TABLE documents ADD COLUMN more TEXT AS (upper(text))",), "the table 'documents'"),
        (("ALTER TABLE chunks ADD COLUMN more TEXT CHECK (length(more) > 0)",), "the table 'chunks'"),
        (("CREATE INDEX more ON documents (title)",), "the index 'more'"),
        (
            ("DROP INDEX document_id", "CREATE INDEX document_id ON documents (upper(id))"),
            "the index 'document_id'",
        ),
        (
            ("DROP TABLE vectors", "CREATE TABLE vectors (chunk_key INTEGER, vector BLOB)"),
            "the table 'vectors'",
        ),
        (("PRAGMA page_size = 8192", "VACUUM"), "pages of another size"),
    ],
)  # fmt: skip
def test_strangers_in_the_database(
    module_store: Store, forge: Forge, statements: tuple[str, ...], stranger: str
) -> None:
    refused(module_store, forge(*statements), stranger, "none of ours", "take another one")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE meta SET value = 'many' WHERE name = 'generation'",
        "UPDATE meta SET value = 'x' WHERE name = 'schema_version'",
        "DELETE FROM meta",
        "UPDATE meta SET value = '7' WHERE name = 'embedding_dimension'",
        "UPDATE documents SET topics = 'no JSON'",
        "UPDATE documents SET state = 'elsewhere'",
        "UPDATE documents SET text = x'00ff'",
        "UPDATE vectors SET vector = x'00'",
        "UPDATE chunks SET sentences = '['",
        "DROP TABLE signatures",
        "ALTER TABLE documents DROP COLUMN outline",
    ],
)
def test_rows_that_nothing_could_work_with(module_store: Store, forge: Forge, statement: str) -> None:
    refused(module_store, forge(statement), "is damaged", "take another one")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE documents SET text = upper(text)",
        "UPDATE documents SET title = 'Another'",
        "UPDATE chunks SET heading = 'Another'",
        "UPDATE vectors SET vector = zeroblob(length(vector))",
        "UPDATE words SET body = upper(body)",
        "DELETE FROM chunks WHERE key = 1",
    ],
)
def test_values_that_are_not_what_was_written(module_store: Store, forge: Forge, statement: str) -> None:
    refused(module_store, forge(statement), "is damaged", "take another one")


def test_a_newer_catalogue(module_store: Store, forge: Forge) -> None:
    newer = forge("UPDATE meta SET value = '99' WHERE name = 'schema_version'")
    refused(module_store, newer, "newer Briefing Desk", "upgrade")


def test_a_database_that_is_none(module_store: Store, forge: Forge) -> None:
    def overwrite(folder: Path) -> None:
        (folder / CATALOGUE).write_bytes(b"no database" * 1000)

    def damage(folder: Path) -> None:
        data = bytearray((folder / CATALOGUE).read_bytes())
        data[5000:9000] = os.urandom(4000)
        (folder / CATALOGUE).write_bytes(data)

    for change in (overwrite, damage):
        refused(module_store, forge(change=change), "is damaged")


@pytest.mark.parametrize(
    "manifest",
    [
        b"",
        b"[]",
        b"null",
        b"\xff\xfe\x00",
        b"{" * 50_000,
        b"[" * 50_000,
        b'{"briefing_desk_backup": 1}',
        b'{"briefing_desk_backup": "1", "catalogue_sha256": "x"}',
        b'{"briefing_desk_backup": 1, "catalogue_sha256": 5, "documents": 1, "passages": 1}',
        b'{"briefing_desk_backup": 1, "catalogue_sha256": "%s", "documents": "x"}' % (b"0" * 64),
        b'{"briefing_desk_backup": 1, "catalogue_sha256": "%s"}' % (b"0" * 64),
        b'{"a": "' + b"x" * 200_000 + b'"}',
        b"9" * 6000,
    ],
    ids=range(13),
)  # fmt: skip
def test_a_malformed_manifest(module_store: Store, forge: Forge, manifest: bytes) -> None:
    refused(module_store, forge(manifest=manifest), "take another one")


def test_a_newer_manifest(module_store: Store, forge: Forge) -> None:
    refused(module_store, forge(manifest=b'{"briefing_desk_backup": 2}'), "newer Briefing Desk")


def _member(name: str, mode: int = 0) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo("x")
    info.filename = info.orig_filename = name
    info.external_attr = mode << 16
    return info


@pytest.mark.parametrize(
    "member",
    [
        _member("../outside"),
        _member("/etc/passwd"),
        _member("uploads/../../outside"),
        _member("uploads//outside"),
        _member("uploads/.upload-12345678"),
        _member("uploads/.."),
        _member("uploads/a/b"),
        _member("uploads/a\\b"),
        _member("uploads/"),
        _member("store.lock"),
        _member("uploads/link", stat.S_IFLNK | 0o777),
        _member("uploads/device", stat.S_IFCHR | 0o666),
        _member("uploads/pipe", stat.S_IFIFO | 0o666),
    ],
    ids=lambda member: f"{member.filename} {member.external_attr >> 28}",
)
def test_members_that_lead_elsewhere(module_store: Store, forge: Forge, member: zipfile.ZipInfo) -> None:
    refused(
        module_store, forge(members=((member, b"/etc/passwd"),)), repr(member.filename), "take another one"
    )
    outside = module_store.connection.files.folder.parent
    assert sorted(path.name for path in outside.iterdir()) == ["store"]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_members_of_a_name(module_store: Store, forge: Forge) -> None:
    twice = forge(members=(("uploads/a", b"one"), ("uploads/a", b"two")))
    refused(module_store, twice, "two files of one name")


def test_more_than_it_could_hold(module_store: Store, forge: Forge, monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = forge(members=(("uploads/zeros", b"\0" * 3_000_000),))
    monkeypatch.setattr(backup_file, "_SMALL_BYTES", 1_000_000)
    monkeypatch.setattr(backup_file, "_MAX_EXPANSION", 10)
    refused(module_store, bomb, "times its size", "take another one")


def test_more_than_the_disk_has_room_for(
    module_store: Store, original: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage("/")._replace(free=10)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    refused(module_store, original, "free some space")


def test_a_header_that_lies(module_store: Store, forge: Forge) -> None:
    """The member is a thousand times longer than what the directory and its own header say."""
    honest = forge(members=(("uploads/zeros", b"\0" * 3_000_000),))
    data = honest.read_bytes().replace((3_000_000).to_bytes(4, "little"), (3_000).to_bytes(4, "little"))
    honest.write_bytes(data)
    refused(module_store, honest, "is damaged")


def test_an_encrypted_member(module_store: Store, original: Path, tmp_path: Path) -> None:
    data = bytearray(original.read_bytes())
    for start in (data.find(b"PK\x01\x02"), data.find(b"PK\x03\x04")):
        data[start + (8 if data[start + 2] == 1 else 6)] |= 1
    (tmp_path / "locked").write_bytes(data)
    refused(module_store, tmp_path / "locked")


@settings(max_examples=40)
@given(st.data())
def test_any_damage_is_one_line(module_store: Store, original: Path, data: st.DataObject) -> None:
    content = bytearray(original.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
    damaged = original.parent / "any damage"
    damaged.write_bytes(content)
    # That there are documents here already is said of a backup that is sound where it matters.
    with pytest.raises(StoreError, match=r"\A[^\n]+\Z"):
        module_store.restore(damaged, replace=False)
    assert [document.id for document in module_store.documents()] == ["kept"]


def test_what_is_ours_is_taken(forge: Forge, tmp_path: Path) -> None:
    forged = forge(members=(("uploads/b.md", b"another"),))
    with closing(Store.open(tmp_path / "store")) as store:
        assert store.restore(forged, replace=False) == (1, 3)
        assert_whole(store, {"alpha": 1})
        assert (store.uploads / "b.md").read_bytes() == b"another"


def test_a_backup_of_an_older_version_is_taken(forge: Forge, tmp_path: Path) -> None:
    def make_old(folder: Path) -> None:
        with closing(sqlite3.connect(folder / CATALOGUE)) as raw:
            raw.execute("DROP TABLE words")
            raw.execute(
                "CREATE VIRTUAL TABLE words USING fts5("
                "title, heading, body, tokenize = 'porter unicode61 remove_diacritics 2')"
            )
            raw.execute("ALTER TABLE documents DROP COLUMN tables")
            raw.execute("ALTER TABLE documents DROP COLUMN format")
            # As an update puts a column behind the others.
            raw.execute("ALTER TABLE documents ADD COLUMN format TEXT NOT NULL DEFAULT 'text'")
            raw.execute("ALTER TABLE chunks DROP COLUMN table_context")
            raw.execute("UPDATE meta SET value = '2' WHERE name = 'schema_version'")
            raw.commit()

    with closing(Store.open(tmp_path / "store")) as store:
        assert store.restore(forge(change=make_old), replace=False) == (1, 3)
        assert_whole(store, {"alpha": 1})
        store.backup(tmp_path / "again")
        store.restore(tmp_path / "again", replace=True)
        assert_whole(store, {"alpha": 1})
    assert_first = forge(change=as_before)
    with closing(Store.open(tmp_path / "first")) as store:
        assert store.restore(assert_first, replace=False) == (1, 3)
        assert [document.id for document in store.documents()] == ["alpha"]


@pytest.mark.parametrize(
    "name", ["../a", "..", "", ".", "a/b", "a\\b", "/etc/passwd", ".upload-12345678", "a\0b"]
)
def test_no_upload_lies_outside_of_its_folder(name: str) -> None:
    """Removing a document removes its upload: a forged source must not name another file."""
    assert upload_name(f"upload:{name}") is None
    assert upload_name("upload:a b.pdf") == "a b.pdf"


def test_a_backup_is_on_the_disk_before_it_has_its_name(
    module_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    target = tmp_path / "backup"

    def fsync(descriptor: int) -> None:
        path = Path(f"/proc/self/fd/{descriptor}").readlink()
        steps.append(f"{path.name.partition('-')[0]} {target.exists()}")

    monkeypatch.setattr(os, "fsync", fsync)
    module_store.backup(target)
    # The file, the folder that it is written in, and the one that it is renamed into.
    assert steps == ["backup False", ".qa False", f"{tmp_path.name.partition('-')[0]} True"]


def test_a_read_only_store_is_backed_up(module_store: Store, tmp_path: Path) -> None:
    path = tmp_path / "store"
    with closing(Store.open(path)) as store:
        store.bind_model(EMBEDDER.name, EMBEDDER.dimension)
        store.put([make_addition("alpha")])
    with read_only(path), closing(Store.open(path)) as store:
        assert store.read_only
        store.backup(tmp_path / "backup")
        with pytest.raises(StoreError, match="can't be written"):
            store.backup(path / "backup")
    with closing(Store.open(tmp_path / "new")) as restored:
        assert restored.restore(tmp_path / "backup", replace=False) == (1, 3)
        assert_whole(restored, {"alpha": 1})


def test_every_connection_distrusts_the_schema(module_store: Store) -> None:
    with module_store.connection.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA trusted_schema").scalar() == 0
    sources = Path(backup_file.__file__).parent.rglob("*.py")
    assert [path.name for path in sources if "sqlite3.connect(" in path.read_text(encoding="utf-8")] == [
        "catalogue_file.py"
    ]
