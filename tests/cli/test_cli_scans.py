"""A scan from the command line: added, cited as recognised, left out and read anew once it may be."""

from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from qa.parsers.pictures.text_recognition import can_recognise
from tests.cli.test_cli import Run, run

__all__ = ["run"]

pytestmark = [
    pytest.mark.usefixtures("loaded_once"),
    pytest.mark.skipif(
        not can_recognise(), reason="the extra is not installed: pip install 'briefing-desk[ocr]'"
    ),
]
SENTENCE = "Norway filled 97% of its cheese quota in 2029."


def draw(path: Path) -> Path:
    picture = Image.new("L", (1000, 300), 255)
    ImageDraw.Draw(picture).text((60, 100), SENTENCE, fill=20, font=ImageFont.load_default(30))
    picture.save(path, resolution=150)
    return path


def test_what_is_cited_of_a_scan_is_said_to_be_recognised(run: Run, tmp_path: Path) -> None:
    added = run("add", draw(tmp_path / "quota.png"), "--json").json
    (document,) = added["added"]
    assert "recognised" in added["notes"][0]["note"]
    ((page, certainty),) = run("list", "--json").json[0]["recognised"]
    assert page == 1
    assert run("show", document, "--json").json["recognised"] == [[1, certainty]]
    told = f"recognised text, {int(100 * certainty)}% certain"
    assert f"page 1: {told}" in run("show", document).out
    question = "How much of its cheese quota did Norway fill?"
    (citation,) = run("ask", question, "--json").json["citations"]
    assert (citation["quote"], citation["page"], citation["recognised"]) == (SENTENCE, 1, certainty)
    assert told in run("ask", question).out
    assert run("search", question, "--json").json["passages"][0]["recognised"] == certainty


def test_a_scan_that_was_left_out_is_read_once_it_may_be(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pypdfium2

    fixture = Path(__file__).parents[1] / "fixtures" / "pdf" / "columns.pdf"
    mixed = pypdfium2.PdfDocument(fixture)
    mixed.import_pages(pypdfium2.PdfDocument(draw(tmp_path / "scan.pdf")))
    mixed.save(tmp_path / "mixed.pdf")
    monkeypatch.setenv("QA_OCR", "off")
    added = run("add", tmp_path / "mixed.pdf", "--json").json
    assert "left out: the setting ocr is off" in added["notes"][0]["note"]
    assert run("add", tmp_path / "mixed.pdf", "--json").json["unchanged"] == added["added"]
    refused = run("add", tmp_path / "scan.pdf")
    assert refused.code == 4
    assert "its pages are pictures: the setting ocr is off" in refused.err
    monkeypatch.delenv("QA_OCR")
    assert run("add", tmp_path / "mixed.pdf", "--json").json["updated"] == added["added"]
    assert SENTENCE in run("show", added["added"][0]).out
    assert run("add", tmp_path / "mixed.pdf", "--json").json["unchanged"] == added["added"]
