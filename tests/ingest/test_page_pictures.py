"""Pages of documents' own files as pictures, and why there are none."""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from qa import parsers
from qa.errors import LoadError
from qa.ingest import page_pictures
from qa.ingest.page_pictures import PagePictures
from qa.ingest.pipeline import ParseLimits
from qa.schema import Document, Metadata

FIXTURES = Path(__file__).parent.parent / "fixtures" / "pdf"
LIMITS = ParseLimits(timeout_s=60, memory_mb=3_000, workers=1)


@pytest.fixture
def stored(tmp_path: Path) -> Document:
    file = Path(shutil.copy(FIXTURES / "report.pdf", tmp_path))
    return Document(
        id="a",
        source=str(file),
        metadata=Metadata(title="Report"),
        text="text",
        sha256="0",
        pages=(0,),
        format="pdf",
        fingerprint=parsers.file_fingerprint(file.read_bytes()),
    )


def draw(document: Document, uploads: Path = Path("/none"), **limits: Any) -> bytes:
    pictures = PagePictures(uploads, LIMITS, limits.get("max_bytes", 50_000_000))
    return pictures.draw(document, 1, [[("lumber", False)]], 0.0).data


def test_page_is_drawn_from_the_file_and_from_an_upload(stored: Document, tmp_path: Path) -> None:
    picture = draw(stored)
    assert picture.startswith(b"\xff\xd8")
    # As an earlier version of the readers read the same bytes.
    older = replace(stored, fingerprint=stored.fingerprint.replace("2:", "1:", 1))
    assert draw(older) == picture
    assert draw(replace(stored, source="upload:report.pdf"), tmp_path) == picture


def test_a_file_that_changed_or_went_is_said_to_be(stored: Document, tmp_path: Path) -> None:
    shutil.copy(FIXTURES / "scan.pdf", stored.source)
    with pytest.raises(LoadError, match="its file has changed since this version was read"):
        draw(stored)
    Path(stored.source).unlink()
    for source in (
        stored.source,
        "upload:report.pdf",
        "upload:../report.pdf",
        "https://a.example/report.pdf",
    ):
        with pytest.raises(LoadError, match="its file is"):
            draw(replace(stored, source=source), tmp_path)
    with pytest.raises(LoadError, match="only a PDF"):
        draw(replace(stored, format="docx"))


def test_the_latest_pictures_are_kept(stored: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    pictures = PagePictures(Path("/none"), LIMITS, 50_000_000)
    first = pictures.draw(stored, 1, [], 0.0)
    Path(stored.source).rename(f"{stored.source}.away")
    assert pictures.draw(stored, 1, [], 0.0) is first
    Path(f"{stored.source}.away").rename(stored.source)
    monkeypatch.setattr(page_pictures, "_MAX_CACHED_BYTES", len(first.data) + 1)
    pictures.draw(stored, 2, [], 0.0)
    assert pictures.draw(stored, 1, [], 0.0) is not first
