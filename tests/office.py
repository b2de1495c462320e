"""Office files for tests: the fixtures, small packages made by hand, and what a reader must hold."""

import io
import random
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from lxml import etree

from qa.chunk import split
from qa.errors import LoadError
from qa.load import LoadedText
from qa.load.formats import format_of_name
from qa.load.values import Content

FIXTURES = Path(__file__).parent / "fixtures" / "office"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_NAMESPACES = " ".join(
    (
        'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"',
        'xmlns:s="http://schemas.openxmlformats.org/spreadsheetml/2006/main"',
        'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"',
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"',
        'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"',
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"',
        f'xmlns:r="{RELATIONS}"',
    )
)


def fixture(name: str) -> bytes:
    return (FIXTURES / name).read_bytes()


def read(name: str, data: bytes) -> Content:
    kind = format_of_name(name)
    assert kind is not None
    return kind.read(data)


def lines(content: Content) -> list[str]:
    """The text's lines with their kind: "# " for a heading of level 1, "| " for a row."""
    marks = {mark.start: mark for mark in content.outline}
    found, at = [], 0
    for line in content.text.split("\n"):
        mark = marks.get(at)
        if mark is not None:
            assert content.text[mark.start : mark.end] == line
            line = f"{'#' * mark.level or '|'} {line}"
        found += [line] if line else []
        at += len(line if mark is None else content.text[mark.start : mark.end]) + 1
    assert list(content.pages) == sorted(content.pages)
    return found


def refusal(read: Callable[[bytes], Content], data: bytes) -> str:
    with pytest.raises(LoadError) as caught:
        read(data)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def sentences(content: Content) -> list[str]:
    loaded = LoadedText(
        source="x", title="-", text=content.text, outline=content.outline, pages=content.pages
    )
    document = loaded.to_document("an-id")
    chunks = split(document, window_chars=600)
    return [document.text[one.start : one.end] for chunk in chunks for one in chunk.sentences]


def source_words(name: str) -> str:
    """All text of a flat OpenDocument file, white space aside."""
    root = etree.fromstring(fixture(name))
    return "".join("".join(root.itertext()).split())


def zipped(parts: Mapping[str, bytes | str]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return target.getvalue()


def unzipped(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def with_part(data: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    parts = unzipped(data)
    return zipped(parts | {name: change(parts[name])})


def relations(*targets: tuple[str, str, str], mode: str = "") -> str:
    """A part of relations from id, kind and target of each."""
    found = "".join(
        f'<Relationship Id="{key}" Type="{RELATIONS}/{kind}" Target="{target}" {mode}/>'
        for key, kind, target in targets
    )
    return f'<Relationships xmlns="{_PACKAGE}">{found}</Relationships>'


def element(name: str, inner: str) -> str:
    return f"<{name} {_NAMESPACES}>{inner}</{name}>"


def docx(body: str, *, styles: str = "", numbering: str = "", more: Mapping[str, str] | None = None) -> bytes:
    """A Word document of nothing but a body, styles and numberings."""
    parts = {
        "_rels/.rels": relations(("r1", "officeDocument", "word/document.xml")),
        "word/_rels/document.xml.rels": relations(
            ("r1", "styles", "styles.xml"), ("r2", "numbering", "numbering.xml"), ("r3", "chart", "chart.xml")
        ),
        "word/document.xml": element("w:document", f"<w:body>{body}</w:body>"),
        "word/styles.xml": element("w:styles", styles),
        "word/numbering.xml": element("w:numbering", numbering),
    }
    return zipped(parts | dict(more or {}))


def pptx(*slides: str, more: Mapping[str, str] | None = None) -> bytes:
    """A presentation of slides given by the shapes on each."""
    numbers = range(1, len(slides) + 1)
    ids = "".join(f'<p:sldId id="{255 + one}" r:id="r{one}"/>' for one in numbers)
    parts = {
        "_rels/.rels": relations(("r1", "officeDocument", "ppt/presentation.xml")),
        "ppt/presentation.xml": element("p:presentation", f"<p:sldIdLst>{ids}</p:sldIdLst>"),
        "ppt/_rels/presentation.xml.rels": relations(
            *((f"r{one}", "slide", f"slides/slide{one}.xml") for one in numbers)
        ),
    }
    for one, shapes in zip(numbers, slides, strict=True):
        tree = f"<p:cSld><p:spTree>{shapes}</p:spTree></p:cSld>"
        parts[f"ppt/slides/slide{one}.xml"] = element("p:sld", tree)
    return zipped(parts | dict(more or {}))


def xlsx(rows: str, *, formats: str = "", more: str = "", workbook: str = "") -> bytes:
    """A workbook of one sheet; `formats` are number formats, of which cells name one by its place (s="1")."""
    codes = formats.split("|") if formats else []
    styles = "".join(f'<s:numFmt numFmtId="{200 + at}" formatCode="{one}"/>' for at, one in enumerate(codes))
    cells = "".join(f'<s:xf numFmtId="{200 + at}"/>' for at in range(len(codes)))
    return zipped(
        {
            "_rels/.rels": relations(("r1", "officeDocument", "xl/workbook.xml")),
            "xl/_rels/workbook.xml.rels": relations(
                ("r1", "worksheet", "worksheets/sheet1.xml"), ("r2", "styles", "styles.xml")
            ),
            "xl/workbook.xml": element(
                "s:workbook",
                f'{workbook}<s:sheets><s:sheet name="Data" sheetId="1" r:id="r1"/></s:sheets>',
            ),
            "xl/styles.xml": element(
                "s:styleSheet",
                f'<s:numFmts>{styles}</s:numFmts><s:cellXfs><s:xf numFmtId="0"/>{cells}</s:cellXfs>',
            ),
            "xl/worksheets/sheet1.xml": element("s:worksheet", f"<s:sheetData>{rows}</s:sheetData>{more}"),
        }
    )


def mutated(data: bytes, chance: random.Random) -> bytes:
    """The bytes with a few of them changed, cut out, put in or repeated."""
    result = bytearray(data)
    for _ in range(chance.choice((1, 2, 5))):
        at, length = chance.randrange(len(result) or 1), chance.choice((1, 4, 60, 900))
        match chance.randrange(5):
            case 0:
                result[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                del result[at : at + length]
            case 2:
                result[at:at] = chance.randbytes(min(length, 9))
            case 3:
                result[at:at] = result[: at // 2][-length:]
            case _:
                result = result[:at] if chance.random() < 0.2 else result
    return bytes(result)


def mutated_inside(data: bytes, chance: random.Random) -> bytes:
    """A package one part of which is changed: byte checks of the archive don't catch that."""
    parts = unzipped(data)
    name = chance.choice([one for one in parts if one.endswith((".xml", ".rels"))])
    return zipped(parts | {name: mutated(parts[name], chance)})
