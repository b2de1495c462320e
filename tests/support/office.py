"""Office files for tests: the fixtures, small packages made by hand, and what a reader must hold."""

import io
import random
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from lxml import etree

from qa.chunking import split_into_chunks
from qa.errors import LoadError
from qa.parsers import ParsedText
from qa.parsers.parsed_text import ParsedContent
from qa.parsers.registry import format_of_name
from qa.schema import Metadata

FIXTURES = Path(__file__).parents[1] / "fixtures" / "office"
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


def read(name: str, data: bytes) -> ParsedContent:
    file_format = format_of_name(name)
    assert file_format is not None
    return file_format.read(data)


def lines(content: ParsedContent) -> list[str]:
    """The text's lines, marked by type: "# " for a heading of level 1, "| " for a row."""
    entries = {entry.start: entry for entry in content.structure}
    shown_lines, start = [], 0
    for line in content.text.split("\n"):
        entry = entries.get(start)
        if entry is not None:
            assert content.text[entry.start : entry.end] == line
            line = f"{'#' * entry.level or '|'} {line}"
        shown_lines += [line] if line else []
        start += len(line if entry is None else content.text[entry.start : entry.end]) + 1
    assert list(content.pages) == sorted(content.pages)
    return shown_lines


def grids(content: ParsedContent) -> list[list[list[str]]]:
    """What each place of each table says, with "*" before heads; a merged cell is in each of its places."""
    return [
        [
            [("*" if cell.head else "") + cell.read(content.text) if cell else "" for cell in row]
            for row in table.grid()
        ]
        for table in content.tables
    ]


def refusal(read: Callable[[bytes], ParsedContent], data: bytes) -> str:
    with pytest.raises(LoadError) as caught:
        read(data)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def sentences(content: ParsedContent) -> list[str]:
    loaded = ParsedText(
        source="x",
        metadata=Metadata(title="-"),
        text=content.text,
        structure=content.structure,
        pages=content.pages,
    )
    document = loaded.to_document("an-id")
    chunks = split_into_chunks(document, window_chars=600)
    return [document.text[sentence.start : sentence.end] for chunk in chunks for sentence in chunk.sentences]


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
    """A part of relations from id, type and target of each."""
    elements = "".join(
        f'<Relationship Id="{key}" Type="{RELATIONS}/{relation_type}" Target="{target}" {mode}/>'
        for key, relation_type, target in targets
    )
    return f'<Relationships xmlns="{_PACKAGE}">{elements}</Relationships>'


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
    ids = "".join(f'<p:sldId id="{255 + number}" r:id="r{number}"/>' for number in numbers)
    parts = {
        "_rels/.rels": relations(("r1", "officeDocument", "ppt/presentation.xml")),
        "ppt/presentation.xml": element("p:presentation", f"<p:sldIdLst>{ids}</p:sldIdLst>"),
        "ppt/_rels/presentation.xml.rels": relations(
            *((f"r{number}", "slide", f"slides/slide{number}.xml") for number in numbers)
        ),
    }
    for number, shapes in zip(numbers, slides, strict=True):
        tree = f"<p:cSld><p:spTree>{shapes}</p:spTree></p:cSld>"
        parts[f"ppt/slides/slide{number}.xml"] = element("p:sld", tree)
    return zipped(parts | dict(more or {}))


def xlsx(rows: str, *, formats: str = "", more: str = "", workbook: str = "") -> bytes:
    """A workbook of one sheet; `formats` are number formats, of which cells name one by its place (s="1")."""
    codes = formats.split("|") if formats else []
    styles = "".join(
        f'<s:numFmt numFmtId="{200 + index}" formatCode="{code}"/>' for index, code in enumerate(codes)
    )
    cells = "".join(f'<s:xf numFmtId="{200 + index}"/>' for index in range(len(codes)))
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


def mutated(data: bytes, rng: random.Random) -> bytes:
    """The bytes with a few of them changed, cut out, put in or repeated."""
    result = bytearray(data)
    for _ in range(rng.choice((1, 2, 5))):
        offset, length = rng.randrange(len(result) or 1), rng.choice((1, 4, 60, 900))
        match rng.randrange(5):
            case 0:
                result[offset : offset + 1] = bytes([rng.randrange(256)])
            case 1:
                del result[offset : offset + length]
            case 2:
                result[offset:offset] = rng.randbytes(min(length, 9))
            case 3:
                result[offset:offset] = result[: offset // 2][-length:]
            case _:
                result = result[:offset] if rng.random() < 0.2 else result
    return bytes(result)


def mutated_inside(data: bytes, rng: random.Random) -> bytes:
    """A package one part of which is changed: byte checks of the archive don't catch that."""
    parts = unzipped(data)
    name = rng.choice([part for part in parts if part.endswith((".xml", ".rels"))])
    return zipped(parts | {name: mutated(parts[name], rng)})
