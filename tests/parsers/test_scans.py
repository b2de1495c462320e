"""Text recognised in pictures: what it says, how certain that is, and what is said where nothing is read."""

import io
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from qa.errors import LoadError
from qa.parsers import ParsedText, format_of_data, format_of_name, format_of_type, suffixes
from qa.parsers.parsed_text import ParsedContent
from qa.parsers.pdf import read_pdf
from qa.parsers.pdf.recognised_page import PictureText, describe_recognised
from qa.parsers.pictures import text_recognition
from qa.parsers.pictures.read_picture import read_picture
from qa.parsers.pictures.text_recognition import Recognition, can_recognise
from qa.parsers.registry import refusal_of_name
from qa.schema import Metadata, RecognisedPage

FIXTURES = Path(__file__).parents[1] / "fixtures" / "pdf"
RECOGNISE, LEAVE_OUT = Recognition(), Recognition(enabled=False)
needs_engine = pytest.mark.skipif(
    not can_recognise(), reason="the extra is not installed: pip install 'briefing-desk[ocr]'"
)

# The upper half of a page of A4 at 150 dots an inch; x, y, size, text.
WIDTH, HEIGHT = 1240, 800
Drawn = tuple[int, int, int, str]


def draw(texts: Sequence[Drawn], *, rules: Sequence[tuple[int, int, int, int]] = ()) -> Image.Image:
    picture = Image.new("L", (WIDTH, HEIGHT), 255)
    pen = ImageDraw.Draw(picture)
    for x, y, size, text in texts:
        pen.text((x, y), text, fill=20, font=ImageFont.load_default(size))
    for rule in rules:
        pen.line(rule, fill=20, width=2)
    return picture


def encode(picture: Image.Image, file_format: str = "PNG", **options: object) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, file_format, **options)
    return stream.getvalue()


def scan(*pages: Image.Image) -> bytes:
    """A PDF whose pages are these pictures."""
    return encode(pages[0], "PDF", save_all=True, append_images=pages[1:], resolution=150)


def join_pdfs(*files: bytes) -> bytes:
    import pypdfium2

    joined = pypdfium2.PdfDocument.new()
    for file in files:
        joined.import_pages(pypdfium2.PdfDocument(file))
    stream = io.BytesIO()
    joined.save(stream)
    return stream.getvalue()


NOTICE: tuple[Drawn, ...] = (
    (120, 120, 52, "Notice on cement duties"),
    (120, 260, 26, "The duty on clinker falls from 15% to 7.5% on 1 July 2030, and importers"),
    (120, 298, 26, "lodge form C-1437 within 10 days."),
    (120, 380, 26, "Late filing costs EUR 250.00 for each consignment."),
)
SECOND: tuple[Drawn, ...] = (
    (120, 160, 26, "Norway filled 97% of its cheese quota in 2029, after 88% a year before."),
)


def texts_of(content: ParsedContent) -> list[str]:
    return content.text.split("\n\n")


@needs_engine
@pytest.mark.parametrize(
    "turn",
    [
        pytest.param(lambda page: page, id="straight"),
        pytest.param(
            lambda page: page.rotate(1.5, resample=Image.Resampling.BICUBIC, fillcolor=255), id="slanted"
        ),
        pytest.param(lambda page: page.rotate(180), id="on its head"),
        pytest.param(lambda page: page.rotate(90, expand=True), id="on its side"),
    ],
)
def test_a_scanned_page_is_read_however_it_lies(turn: Callable[[Image.Image], Image.Image]) -> None:
    content = read_pdf(scan(turn(draw(NOTICE))), RECOGNISE)
    assert texts_of(content) == [
        "Notice on cement duties",
        "The duty on clinker falls from 15% to 7.5% on 1 July 2030, and importers lodge form C-1437 within "
        "10 days.",
        "Late filing costs EUR 250.00 for each consignment.",
    ]
    assert content.text[content.structure[0].start : content.structure[0].end] == "Notice on cement duties"
    assert content.metadata.title == "Notice on cement duties"
    (page,) = content.recognised
    assert page.page == 1
    assert 0.9 < page.certainty <= 1
    assert (
        content.notes[0] == f"1 page is a picture: its text was recognised, {page.describe(page.certainty)}"
    )


@needs_engine
def test_only_the_pages_without_text_are_recognised() -> None:
    steps: list[int] = []
    file = join_pdfs((FIXTURES / "columns.pdf").read_bytes(), scan(draw(SECOND)))
    content = read_pdf(file, Recognition(on_page=lambda: steps.append(1)))
    as_it_was = read_pdf((FIXTURES / "columns.pdf").read_bytes())
    pages = len(as_it_was.pages)
    assert content.text.startswith(as_it_was.text)
    assert content.text[content.pages[pages] :] == SECOND[0][3]
    assert [page.page for page in content.recognised] == [pages + 1]
    assert steps == [1]


@needs_engine
def test_a_stamp_on_a_scan_stays_as_it_is_and_the_scan_is_read() -> None:
    import pypdfium2.raw as pdfium
    from pypdfium2 import PdfDocument

    file = PdfDocument(scan(draw(SECOND)))
    stamp = pdfium.FPDFPageObj_NewTextObj(file, b"Helvetica", 9.0)
    words = "Registry no. 0042\0".encode("utf-16-le")
    pdfium.FPDFText_SetText(stamp, _wide(words))
    pdfium.FPDFPageObj_Transform(stamp, 1, 0, 0, 1, 60, 40)
    page = file[0]
    pdfium.FPDFPage_InsertObject(page, stamp)
    page.gen_content()
    stream = io.BytesIO()
    file.save(stream)
    content = read_pdf(stream.getvalue(), RECOGNISE)
    assert sorted(texts_of(content)) == [SECOND[0][3], "Registry no. 0042"]
    assert [page.page for page in content.recognised] == [1]


def _wide(words: bytes) -> object:
    import ctypes

    return ctypes.cast(ctypes.create_string_buffer(words), ctypes.POINTER(ctypes.c_ushort))


@needs_engine
def test_scanned_columns_are_read_one_after_the_other() -> None:
    left = "The council met on 3 May and|heard four ministers, who were|asked about the quotas for|sugar."
    right = "A vote was put off until the|figures of the second quarter|are known, as the office|says."
    drawn = [
        (x, 200 + 40 * index, 26, text)
        for x, lines in ((100, left), (680, right))
        for index, text in enumerate(lines.split("|"))
    ]
    content = read_picture(encode(draw(drawn)), RECOGNISE)
    assert " ".join(content.text.split()) == f"{left}|{right}".replace("|", " ")


@needs_engine
def test_a_scanned_table_keeps_its_rows() -> None:
    rows = [
        line.split()
        for line in ("Country 2028 2029", "Norway 1,240 998", "Iceland 87 103", "Chile 4,410 5,065")
    ]
    drawn = [
        (x, 200 + 50 * index, 28, cell)
        for index, row in enumerate(rows)
        for x, cell in zip((120, 480, 760), row, strict=True)
    ]
    lines = [(100, 190 + 50 * index, 900, 190 + 50 * index) for index in range(len(rows) + 1)]
    lines += [(x, 190, x, 190 + 50 * len(rows)) for x in (100, 460, 740, 900)]
    content = read_picture(encode(draw(drawn, rules=lines)), RECOGNISE)
    for row in rows[1:]:
        line = next(line for line in content.text.splitlines() if line.find(row[0]) >= 0)
        assert line.index(row[0]) < line.index(row[1]) < line.index(row[2])


@needs_engine
@pytest.mark.parametrize(
    ("suffix", "file_format", "mode"),
    [
        pytest.param(".png", "PNG", "LA", id="transparent"),
        pytest.param(".jpg", "JPEG", "CMYK", id="print colours"),
        pytest.param(".webp", "WEBP", "RGB", id="webp"),
        pytest.param(".gif", "GIF", "P", id="palette"),
        pytest.param(".png", "PNG", "I;16", id="16 bits"),
    ],
)
def test_picture_files(suffix: str, file_format: str, mode: str) -> None:
    page = draw(SECOND)
    picture = (
        page.point(lambda shade: shade * 256, "I").convert(mode) if mode == "I;16" else page.convert(mode)
    )
    data = encode(picture, file_format)
    found = format_of_name(f"a{suffix}")
    assert found is not None
    assert found == format_of_data(data)
    assert suffix in suffixes()
    content = found.read(data, RECOGNISE)
    assert content.text == SECOND[0][3]
    assert content.pages == (0,)


@needs_engine
def test_a_photo_is_turned_as_the_camera_says() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held upright
    data = encode(draw(SECOND).rotate(90, expand=True), "JPEG", exif=exif)
    assert read_picture(data, RECOGNISE).text == SECOND[0][3]


@needs_engine
def test_the_pages_of_a_tiff() -> None:
    blank = Image.new("L", (WIDTH, HEIGHT), 255)
    data = encode(draw(NOTICE), "TIFF", save_all=True, append_images=[blank, draw(SECOND)])
    content = read_picture(data, RECOGNISE)
    assert [page.page for page in content.recognised] == [1, 3]
    assert content.text[content.pages[2] :] == SECOND[0][3]


@needs_engine
def test_a_picture_without_words_is_refused() -> None:
    drawing = Image.radial_gradient("L").resize((800, 800))
    with pytest.raises(LoadError, match="no text was recognised"):
        read_picture(encode(drawing), RECOGNISE)
    with pytest.raises(LoadError, match="pictures: no text was recognised"):
        read_pdf(scan(drawing), RECOGNISE)


@needs_engine
@pytest.mark.parametrize("data", [b"", b"\x89PNG\r\n\x1a\n", encode(draw(SECOND))[:3000], b"BM" + bytes(60)])
def test_a_damaged_picture_is_refused_in_one_line(data: bytes) -> None:
    with pytest.raises(LoadError) as caught:
        read_picture(data, RECOGNISE)
    assert "\n" not in str(caught.value)


@needs_engine
def test_nothing_is_downloaded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The models are files of the wheel; what the library would load them by is never asked."""
    download = pytest.importorskip("rapidocr.utils.download_file")
    monkeypatch.setattr(download.DownloadFile, "run", lambda *_: pytest.fail("a download"))
    text_recognition._load_engine.cache_clear()
    assert read_picture(encode(draw(SECOND)), RECOGNISE).text == SECOND[0][3]


def test_without_the_extra_a_line_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("pictures.text_recognition", "registry"):
        monkeypatch.setattr(f"qa.parsers.{module}.can_recognise", lambda: False)
    hint = r"pip install 'briefing-desk\[ocr\]'"
    with pytest.raises(LoadError, match=hint):
        read_pdf((FIXTURES / "scan.pdf").read_bytes())
    with pytest.raises(LoadError, match=hint):
        read_picture(encode(draw(SECOND)), RECOGNISE)
    assert format_of_name("a.PNG") is None
    assert format_of_type("image/jpeg") is None
    assert format_of_data(b"\x89PNG\r\n\x1a\n") is None
    assert ".png" not in suffixes()
    assert "`pip install 'briefing-desk[ocr]'`" in (refusal_of_name("a.PNG") or "")
    assert "save it as .jpg" in (refusal_of_name("a.heic") or "")


def test_switched_off_the_rest_is_read_and_a_note_says_so() -> None:
    text_pages = (FIXTURES / "columns.pdf").read_bytes()
    content = read_pdf(join_pdfs(text_pages, (FIXTURES / "scan.pdf").read_bytes()), LEAVE_OUT)
    number = len(read_pdf(text_pages).pages) + 1
    assert content.text == read_pdf(text_pages).text
    assert content.recognised == ()
    assert content.pictures_left_out
    assert content.notes[0] == (
        f"1 of its pages ({number}) are pictures without text and are left out: the setting ocr is off"
    )
    with pytest.raises(LoadError, match="its pages are pictures: the setting ocr is off"):
        read_pdf((FIXTURES / "scan.pdf").read_bytes(), LEAVE_OUT)


def test_uncertain_lines_are_counted() -> None:
    certain = PictureText(595, 842, [], [], 0.974, 0)
    texts = {
        2: certain,
        5: replace(certain, certainty=0.61, uncertain_lines=3),
        7: replace(certain, uncertain_lines=1),
    }
    assert describe_recognised(texts) == (
        "3 pages are pictures: their text was recognised, at least 61% certain",
        "4 recognised lines are less than 50% certain (page 5, 7): compare with the picture",
    )
    assert describe_recognised({}) == ()


def test_the_certainty_belongs_to_what_is_compared() -> None:
    text = ParsedText(source="a", metadata=Metadata(title="A"), text="Words.", pages=(0,))
    recognised = replace(text, recognised=(RecognisedPage(1, 0.93),))
    assert (
        len({text.sha256, recognised.sha256, replace(text, recognised=(RecognisedPage(1, 0.9),)).sha256}) == 3
    )
    document = recognised.to_document("d1")
    assert document.recognised == (RecognisedPage(1, 0.93),)
    assert ParsedText.of(document).recognised == document.recognised


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        ("\u4e00", "–"),
        ("1\uff0c234 \uff085\uff09", "1,234 (5)"),
        ("\u4e00\u6708\uff0c2030", "\u4e00\u6708\uff0c2030"),
        ("45¹", "45¹"),
    ],
)
def test_signs_of_another_print_are_read_as_what_they_stand_for(
    seen: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Engine:
        boxes = ([[0, 0], [90, 0], [90, 20], [0, 20]],)
        txts, scores = (seen,), (0.9,)

        def __call__(self, _picture: object) -> "Engine":
            return self

    monkeypatch.setattr(text_recognition, "_load_engine", Engine)
    _, (line,) = text_recognition.recognise_lines(Image.new("L", (100, 30), 255))
    assert line.text == said
