"""Reading files: decoding, front matter, titles, dates, folders, and a reason for each refusal."""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from qa.errors import LoadError
from qa.parsers import (
    Metadata,
    ParsedText,
    find_files,
    parse_date,
    parse_path,
    parse_stdin_text,
)

MAX_BYTES = 1_000_000
BODY = "Prices rose in May. They fell in June, which nobody had foreseen, and stayed low for the year.\n"


def load(
    folder: Path, content: str | bytes, name: str = "note.txt", metadata: Metadata | None = None
) -> ParsedText:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return parse_path(path, metadata=metadata or Metadata(), max_bytes=MAX_BYTES)


def refusal(path: Path, max_bytes: int = MAX_BYTES) -> str:
    with pytest.raises(LoadError) as caught:
        parse_path(path, metadata=Metadata(), max_bytes=max_bytes)
    assert "\n" not in str(caught.value)
    return str(caught.value)


# Text -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["a.txt", "a.TEXT", "a.md", "a.Markdown"])
def test_a_file_becomes_a_document(tmp_path: Path, name: str) -> None:
    loaded = load(tmp_path, BODY, name)
    document = loaded.to_document("an-id")
    assert (document.id, document.text, document.source) == ("an-id", BODY, str((tmp_path / name).resolve()))
    assert document.markdown == (name.lower() in ("a.md", "a.markdown"))
    assert document.sha256 == loaded.sha256


WESTERN = "Le Québec — « l’été » à 12 € n’exporte pas. ¿Qué pasará mañana?"
RUSSIAN = "Канада и Мексика подписали новое соглашение после долгих переговоров. " * 9
JAPANESE = "カナダとメキシコは新しい貿易協定に署名した。"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(WESTERN.encode(), WESTERN, id="UTF-8"),
        pytest.param(WESTERN.encode("utf-8-sig"), WESTERN, id="UTF-8 with a mark"),
        pytest.param(WESTERN.encode("utf-16"), WESTERN, id="UTF-16"),
        pytest.param(b"\xfe\xff" + WESTERN.encode("utf-16-be"), WESTERN, id="UTF-16, big end first"),
        pytest.param(WESTERN.encode("utf-32"), WESTERN, id="UTF-32"),
        pytest.param(WESTERN.encode("cp1252"), WESTERN, id="Windows-1252"),
        pytest.param("Québec".encode("cp1252"), "Québec", id="one word in Windows-1252"),
        pytest.param("señor Núñez".encode("latin-1"), "señor Núñez", id="Latin-1"),
        pytest.param(RUSSIAN.encode("cp1251"), RUSSIAN, id="Windows-1251"),
        pytest.param(RUSSIAN.encode("koi8-r"), RUSSIAN, id="KOI8"),
        pytest.param(JAPANESE.encode("shift_jis"), JAPANESE, id="Shift-JIS"),
        pytest.param(b"a\r\nb\rc\n\nd", "a\nb\nc\n\nd", id="newlines"),
        pytest.param("a\u2028b\x0c \t\xa0\u200bc".encode(), "a\u2028b\x0c \t\xa0\u200bc", id="odd spaces"),
    ],
)  # fmt: skip
def test_decoding(tmp_path: Path, data: bytes, expected: str) -> None:
    assert load(tmp_path, data).text == expected


@examples(max_examples=200)
@given(data=st.binary(max_size=80) | st.text(max_size=40).map(lambda text: text.encode("cp1252", "ignore")))
def test_any_bytes_are_text_or_refused(data: bytes) -> None:
    try:
        loaded = parse_stdin_text(data, metadata=Metadata(), max_bytes=MAX_BYTES)
    except LoadError:
        return
    assert loaded.title
    assert "\r" not in loaded.text
    loaded.text.encode()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        pytest.param(b"", "empty", id="empty"),
        pytest.param(b" \n\t\r\n\xc2\xa0", "empty", id="white space"),
        pytest.param("\u200b\ufeff\n".encode(), "empty", id="invisible marks"),
        pytest.param(b"\xef\xbb\xbf", "empty", id="byte-order mark"),
        pytest.param(b"---\ntitle: A\n---\n \n", "front matter", id="front matter only"),
        pytest.param(b"text\x00text", "binary", id="NUL"),
        pytest.param(bytes(range(1, 32)) * 9, "binary", id="controls"),
        pytest.param(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "binary", id="PNG"),
        pytest.param(b"\xff\xfea", "UTF-16", id="broken UTF-16"),
    ],
)
def test_what_is_no_text(tmp_path: Path, data: bytes, words: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(data)
    assert words in refusal(path)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        pytest.param("a.DOC", "old Word documents are not read: save it as .docx", id="doc"),
        pytest.param("a.odt", "save it as .docx or .pdf", id="odt"),
        pytest.param("a.ppt", "save it as .pptx", id="ppt"),
        pytest.param("a.msg", "save it as .eml", id="msg"),
        pytest.param("a.json", "JSON files are not read; `qa add --format squad`", id="json"),
        pytest.param("a.xyz", ".xyz files are not read: PDF, Office, HTML", id="another suffix"),
        pytest.param("LICENSE", "files without a suffix", id="no suffix"),
    ],
)
def test_other_kinds_of_file(tmp_path: Path, name: str, words: str) -> None:
    (tmp_path / name).write_text(BODY, encoding="utf-8")
    assert words in refusal(tmp_path / name)


def test_missing_files_folders_and_pipes(tmp_path: Path) -> None:
    assert "no such file" in refusal(tmp_path / "none.txt")
    assert "no such file" in refusal(tmp_path / "none.pdf")
    assert "folder" in refusal(tmp_path)
    os.mkfifo(tmp_path / "pipe.txt")
    assert "not a regular file" in refusal(tmp_path / "pipe.txt")
    (tmp_path / "dangling.txt").symlink_to(tmp_path / "none")
    assert "no such file" in refusal(tmp_path / "dangling.txt")


def test_a_file_without_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.txt"
    path.write_text(BODY, encoding="utf-8")
    path.chmod(0)
    if os.access(path, os.R_OK):  # root may read everything
        monkeypatch.setattr(Path, "open", _refuse)
    assert refusal(path) == "no permission to read it"


def _refuse(*_: object, **__: object) -> Iterator[Path]:
    raise PermissionError(13, "Permission denied")


def test_a_large_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    with path.open("wb") as stream:
        stream.truncate(3_000_000_000)
    message = refusal(path, 1_500_000)
    assert "3,000 MB" in message
    assert "1.5 MB" in message
    assert "max_file_mb" in message


# Front matter ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["a.md", "a.txt"])
def test_front_matter_is_read_and_stays_in_the_text(tmp_path: Path, name: str) -> None:
    values = "published: 2025-09-18\npublisher: Desk\ntopics: [a b, c, a b]\nother: {y: 1}\n"
    front = f"---\ntitle: The price of timber\n{values}---\n"
    loaded = load(tmp_path, front + BODY, name)
    assert loaded.text == front + BODY
    assert loaded.text[loaded.body_start :] == BODY
    assert (loaded.title, loaded.published, loaded.publisher, loaded.topics) == (
        "The price of timber",
        date(2025, 9, 18),
        "Desk",
        ("a b", "c"),
    )


@pytest.mark.parametrize(
    ("front", "expected"),
    [
        pytest.param(
            "date: September 18, 2025", Metadata(published=date(2025, 9, 18)), id="date for published"
        ),
        pytest.param(
            "date: 2025-09-18 10:30:00 +02:00", Metadata(published=date(2025, 9, 18)), id="with a time"
        ),
        pytest.param("published: 2025-09", Metadata(published=date(2025, 9, 1)), id="month"),
        pytest.param("tags: a, b c ,", Metadata(topics=("a", "b c")), id="tags as text"),
        pytest.param("tags:\n- a\n- b", Metadata(topics=("a", "b")), id="tags as a list"),
        pytest.param(
            "topics: [2025, yes]", Metadata(topics=("2025", "yes")), id="words that look like values"
        ),
        pytest.param("publisher:\ndate: ~\ntopics:", Metadata(), id="empty values"),
        pytest.param("publisher: >\n  The\n  Desk", Metadata(publisher="The Desk"), id="folded text"),
        pytest.param("other: thing", Metadata(), id="other keys"),
    ],
)
def test_front_matter_values(tmp_path: Path, front: str, expected: Metadata) -> None:
    loaded = load(tmp_path, f"---\n{front}\n...\n{BODY}", "a.md")
    assert loaded.text[loaded.body_start :] == BODY
    assert Metadata(published=loaded.published, publisher=loaded.publisher, topics=loaded.topics) == expected


def test_given_metadata_wins_over_front_matter(tmp_path: Path) -> None:
    metadata = Metadata(title="Mine", topics=("z",))
    loaded = load(
        tmp_path, f"---\ntitle: Theirs\ndate: 2025-01-02\ntopics: [a]\n---\n{BODY}", "a.md", metadata
    )
    assert (loaded.title, loaded.published, loaded.topics) == ("Mine", date(2025, 1, 2), ("z",))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"---\n\n{BODY}", id="no end"),
        pytest.param(f"---\n{BODY}---\n{BODY}", id="prose between rules"),
        pytest.param(f"---\n*Bold* words: and\n\n---\n{BODY}", id="prose with an asterisk"),
        pytest.param(f"---\n- a\n- b\n---\n{BODY}", id="list"),
        pytest.param(f"\n---\ntitle: A\n---\n{BODY}", id="not on the first line"),
        pytest.param(f"----\ntitle: A\n----\n{BODY}", id="four hyphens"),
        pytest.param(f"---\n---\n{BODY}", id="empty"),
    ],
)
def test_what_is_no_front_matter(tmp_path: Path, text: str) -> None:
    loaded = load(tmp_path, text, "a.md")
    assert (loaded.body_start, loaded.text) == (0, text)


BOMB = "a: &a [x, x]\n" + "".join(
    f"{new}: &{new} [*{old}, *{old}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("front", "words"),
    [
        pytest.param("title: Timber: a tale", ["broken front matter", "line 2"], id="colon"),
        pytest.param("title: ok\nx: [a, b", ["broken front matter", "line 4"], id="open bracket"),
        pytest.param("title: ok\n\ty: 1", ["broken front matter", "line 3"], id="tab"),
        pytest.param("title: a\x01b", ["broken front matter", "line 2"], id="control character"),
        pytest.param(BOMB, ["anchors", "line 2"], id="bomb"),
        pytest.param("x: " + "[" * 20_000, ["broken front matter"], id="deep"),
        pytest.param("title: a\nx: " + "y" * 70_000, ["70,", "64,000"], id="too long"),
        pytest.param("title: [a]", ["title must be text"], id="title as a list"),
        pytest.param("topics: {a: b}", ["topics must be a list"], id="topics as a mapping"),
        pytest.param("date: 03/04/2025", ["unknown date '03/04/2025'"], id="ambiguous date"),
        pytest.param("date: 2025-02-31", ["unknown date '2025-02-31'"], id="day that does not exist"),
    ],
)
def test_broken_front_matter_says_where(tmp_path: Path, front: str, words: list[str]) -> None:
    path = tmp_path / "a.md"
    path.write_text(f"---\n{front}\n---\n{BODY}", encoding="utf-8")
    message = refusal(path)
    for word in words:
        assert word in message


# Dates ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "2025-09-18",
        "2025/09/18",
        "2025-9-18",
        " 2025-09-18T23:59:59Z ",
        "2025-09-18 10:00",
        "2025-09-18T10:00:00.5+02:00",
        "18 September 2025",
        "18th Sept 2025",
        "September 18, 2025",
        "september 18 2025",
        "Sept. 18, 2025",
        "Sep. 18th, 2025",
    ],
)
def test_dates(text: str) -> None:
    assert parse_date(text) == date(2025, 9, 18)


@pytest.mark.parametrize("text", ["2025-09", "2025/9", "September 2025", "Sept. 2025"])
def test_a_month_is_its_first_day(text: str) -> None:
    assert parse_date(text) == date(2025, 9, 1)


@pytest.mark.parametrize(
    "text",
    ["", "xyz", "03/04/2025", "18.9.2025", "2025", "2025-13-01", "2025-02-30", "2025-09/18", "Ma 5, 2025",
     "yesterday", "٢٠٢٥-٠٩-١٨", "2025-09-18 x", "0000-01-01", "32 May 2025"],
)  # fmt: skip
def test_unknown_dates(text: str) -> None:
    with pytest.raises(LoadError, match=r"unknown date .*: write YYYY-MM-DD"):
        parse_date(text)


# Titles ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "text", "title"),
    [
        pytest.param("a.md", f"intro\n\n# The *price*\n\n{BODY}", "The price", id="heading"),
        pytest.param("a.md", f"```\n# code\n```\n\n## Two\n\n# One\n\n{BODY}", "One", id="level 1"),
        pytest.param("a.txt", f"The price of timber\n\n{BODY}", "The price of timber", id="first line"),
        pytest.param("a.txt", f"\n\nThe price\n=========\n\n{BODY}", "The price", id="underlined"),
        pytest.param("timber_price-2025.txt", BODY, "Timber price 2025", id="file name"),
        pytest.param("wrapped.txt", "The talks between the\nministers failed.\n", "Wrapped", id="wrapped"),
        pytest.param("faq.txt", f"What is it?\n\n{BODY}", "Faq", id="a question is no title"),
        pytest.param("000_ea97f1393f4f7e76.txt", BODY, "Prices rose in May.", id="hash for a name"),
        pytest.param("20250918123456.txt", BODY, "Prices rose in May.", id="name of digits"),
        pytest.param("decade.txt", BODY, "Decade", id="a word of hexadecimal letters"),
        pytest.param("0123456789abcdef.txt", "word " * 40, "word " * 15 + "word…", id="long sentence"),
        pytest.param("a.md", f"# A\u202eb\u200f c\n\n{BODY}", "Ab c", id="direction marks"),
        pytest.param("___.txt", BODY, "Prices rose in May.", id="nothing in the name"),
    ],
)  # fmt: skip
def test_titles(tmp_path: Path, name: str, text: str, title: str) -> None:
    assert load(tmp_path, text, name).title == title


def test_given_titles_are_cleaned(tmp_path: Path) -> None:
    metadata = Metadata(title=" A\x1b[31m\ntitle\u202e " + "x" * 400)
    title = load(tmp_path, BODY, metadata=metadata).title
    assert title.startswith("A[31m title xxx")
    assert len(title) == 300
    assert load(tmp_path, BODY, metadata=Metadata(title="\u202e")).title == "Note"


# Identity -------------------------------------------------------------------------------------------


def test_sha256_covers_text_and_metadata_and_nothing_else(tmp_path: Path) -> None:
    def checksum(text: str = BODY, **metadata: object) -> str:
        return load(tmp_path, text, metadata=Metadata(**metadata)).sha256  # type: ignore[arg-type]

    same = parse_stdin_text(BODY.encode("utf-16"), metadata=Metadata(title="Note"), max_bytes=MAX_BYTES)
    assert (
        checksum()
        == checksum()
        == ParsedText(source="other", metadata=Metadata(title="Note"), text=same.text).sha256
    )
    checksums = {
        checksum(),
        checksum(BODY + " "),
        checksum(title="Other"),
        checksum(published=date(2025, 1, 1)),
        checksum(publisher="Desk"),
        checksum(topics=("a", "b")),
        checksum(topics=("a, b",)),
    }
    assert len(checksums) == 7
    # The same on every machine and in every version: else every stored document would count as changed.
    assert checksum("x\n", title="a").startswith("508f7799")


def test_a_document_has_a_title() -> None:
    with pytest.raises(ValueError, match="ParsedText: the metadata has no title"):
        ParsedText(source="x", metadata=Metadata(publisher="The Desk"), text=BODY)
    document = ParsedText(source="x", metadata=Metadata(title="Note"), text=BODY).to_document("note")
    assert (document.title, document.published, document.publisher, document.topics) == (
        "Note",
        None,
        None,
        (),
    )
    with pytest.raises(ValueError, match="Document: the metadata has no title"):
        replace(document, metadata=Metadata())


def test_text_from_no_file_is_known_by_its_title() -> None:
    loaded = parse_stdin_text(f"# Timber\n\n{BODY}".encode(), metadata=Metadata(), max_bytes=MAX_BYTES)
    assert (loaded.source, loaded.title, loaded.markdown) == ("stdin:Timber", "Timber", True)
    with pytest.raises(LoadError, match="max_file_mb"):
        parse_stdin_text(BODY.encode(), metadata=Metadata(), max_bytes=10)


# Folders --------------------------------------------------------------------------------------------


def write(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(BODY, encoding="utf-8")
    return path


def test_discover_is_recursive_sorted_and_silent_about_nothing(tmp_path: Path) -> None:
    root = tmp_path / "root"
    expected = [write(root / name) for name in ("B.md", "a/README.md", "a/report.PDF", "a/z.txt", "b.txt")]
    for hidden in (".hidden.txt", ".git/x.txt", "a/.cache/y.md"):
        write(root / hidden)
    for ignored in ("LICENSE", "a/data.jsonl", "pyproject.toml"):
        write(root / ignored)
    paths, failures = find_files(root)
    assert paths == expected
    assert [(Path(failure.source).name, failure.reason.split(" are")[0]) for failure in failures] == [
        ("LICENSE", "files without a suffix"),
        ("data.jsonl", ".jsonl files"),
        ("pyproject.toml", ".toml files"),
    ]
    assert find_files(root) == (paths, failures)


def test_folder_says_itself_what_in_it_is_no_document(tmp_path: Path) -> None:
    for name in ("a.md", "README.md", "notes.jsonl", "below/README.md", "below/b.txt", "drafts/c.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("Some words.", encoding="utf-8")
    (tmp_path / ".qaignore").write_text("# not these\n/README.md\n*.jsonl\ndrafts/\n", encoding="utf-8")
    (tmp_path / "below" / ".qaignore").write_text("b.txt\n", encoding="utf-8")
    paths, failures = find_files(tmp_path)
    assert [path.relative_to(tmp_path).as_posix() for path in paths] == ["a.md", "below/README.md"]
    assert failures == []
    # Named itself, a file is read all the same.
    assert find_files(tmp_path / "README.md")[0] == [tmp_path / "README.md"]
    (tmp_path / ".qaignore").write_bytes(b"\xff\xfe\x00")
    paths, failures = find_files(tmp_path)
    assert len(paths) == 4
    assert failures[0].reason == "it is no list of names in UTF-8: nothing is left out for it"


def test_the_sample_briefings_are_added_without_what_lies_beside_them() -> None:
    paths, failures = find_files(Path(__file__).parent.parent.parent / "corpus")
    assert {path.suffix for path in paths} == {".md"}
    assert "README.md" not in {path.name for path in paths}
    assert failures == []


def test_links_are_followed_only_inside_the_folder(tmp_path: Path) -> None:
    outside = write(tmp_path / "outside" / "secret.txt")
    root = tmp_path / "root"
    inside = write(root / "real" / "a.txt")
    (root / "again").symlink_to(root)
    (root / "link.txt").symlink_to(inside)
    (root / "out").symlink_to(outside.parent)
    (root / "out.txt").symlink_to(outside)
    (root / "none.txt").symlink_to(tmp_path / "none")
    (root / "self.txt").symlink_to(root / "self.txt")
    paths, failures = find_files(root)
    assert [path.name for path in paths] == ["link.txt", "a.txt"]
    reasons = {Path(failure.source).name: failure.reason for failure in failures}
    assert set(reasons) == {"out", "out.txt", "none.txt", "self.txt"}
    assert "leads out of the folder" in reasons["out"]
    assert "leads out of the folder" in reasons["out.txt"]
    assert "leads nowhere" in reasons["none.txt"]


def test_discover_leaves_a_file_to_load_path(tmp_path: Path) -> None:
    assert find_files(tmp_path / "a.pdf" if write(tmp_path / "a.pdf") else tmp_path) == (
        [tmp_path / "a.pdf"],
        [],
    )


def test_discover_without_anything_to_read(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="no such file or folder"):
        find_files(tmp_path / "none")
    with pytest.raises(LoadError, match="holds no file that is read"):
        find_files(tmp_path)
    write(tmp_path / "a.doc")
    with pytest.raises(LoadError, match=rf"{tmp_path} holds no .*a\.doc: old Word documents"):
        find_files(tmp_path)


def test_a_folder_that_can_not_be_opened_is_a_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "a.txt")
    closed = tmp_path / "closed"
    write(closed / "b.txt")
    list_folder = Path.iterdir

    def iterdir(path: Path) -> Iterator[Path]:
        return _refuse() if path == closed else list_folder(path)

    monkeypatch.setattr(Path, "iterdir", iterdir)
    paths, failures = find_files(tmp_path)
    assert [path.name for path in paths] == ["a.txt"]
    assert [(failure.source, failure.reason) for failure in failures] == [
        (str(closed), "no permission to read it")
    ]
