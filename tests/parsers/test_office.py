"""Office files made by a real program: all text in order, their properties, and refusals of bad ones."""

import random
from collections.abc import Callable
from datetime import date

import pytest

from qa.errors import LoadError
from qa.ingest.sandbox import Sandbox
from qa.parsers.office.docx import read_docx
from qa.parsers.office.office_metadata import office_metadata
from qa.parsers.office.pptx import read_pptx
from qa.parsers.office.rtf import read_rtf
from qa.parsers.office.workbooks import read_csv, read_workbook
from qa.parsers.parsed_text import ParsedContent
from qa.schema import Metadata
from tests.support.office import (
    docx,
    fixture,
    lines,
    mutated,
    mutated_inside,
    read,
    refusal,
    relations,
    sentences,
    source_words,
    unzipped,
    with_part,
    zipped,
)

PACKAGES = ["briefing.docx", "talk.pptx", "exports.xlsx", "exports.ods"]
READERS: dict[str, Callable[[bytes], ParsedContent]] = {
    "briefing.docx": read_docx,
    "talk.pptx": read_pptx,
    "exports.xlsx": read_workbook,
    "exports.xls": read_workbook,
    "exports.ods": read_workbook,
    "exports.csv": read_csv,
    "briefing.rtf": read_rtf,
}
MAIN_PARTS = {
    "briefing.docx": "word/document.xml",
    "talk.pptx": "ppt/slides/slide1.xml",
    "exports.xlsx": "xl/worksheets/sheet1.xml",
    "exports.ods": "content.xml",
}

MET = (
    "On Thursday, September 18, 2025, Prime Minister Mark Carney of Canada called on President Claudia "
    "Sheinbaum."
)
THAW = "The thaw had been prepared over the summer in “Kananaskis” — for C$9.9 million."
BOX = "Boxed fact: duties were abolished long ago."
BRIEFING = [
    "# Carney and Sheinbaum meet in Mexico City",
    f"{MET}¹ It was a meeting of the two junior partners.",
    "¹ The office of the prime minister announced the visit in August.",
    "# Why the two drew closer",
    "Eight months of tariff threats had done what thirty years of shared trade had not, said one observer. "
    "See the text of the plan.",
    THAW,
    BOX,
    "## The main items",
    "- long-term work on ports, rail and energy corridors;",
    "- a new security dialogue.",
    "Analysts name three turning points:",
    "1. a decision on the tariffs in March;",
    "2. a new government in Ottawa;",
    "3. the 2026 review.",
    "# Trade in figures",
    "| Country: Canada; Exports (bn US$): 427.2; Main good: crude oil.",
    "| Country: Canada; Exports (bn US$): 38.1; Main good: motor cars.",
    "| Country: Mexico; Exports (bn US$): 505.9; Main good: machines and parts.",
    "Le Québec n’exporte pas tout. 日本は遠い。 Ελλάδα и Россия.",
]
GOODS = [
    "# Goods",
    "Exports of goods, provisional",
    "| Country: Canada; Year: 2023; Exports (bn US$): 1,427.20; Share: 77.4%; Released: 2024-02-07.",
    "| Country: Canada; Year: 2024; Exports (bn US$): 0.3; Share: 75.9%; Released: 2025-02-05.",
    "| Country: Mexico; Year: 2024; Exports (bn US$): 617; Released: Not yet known.",
    "Source: national statistics offices.",
    "# Two heads",
    "| Good: Steel; Exports – 2023: 8.5; Exports – 2024: 9.25; Imports – 2023: 7; Imports – 2024: 6.125.",
    "| Good: Cars; Exports – 2023: 51; Exports – 2024: 53; Imports – 2023: 60; Imports – 2024: 61.",
]
TALK = [
    "# What the review decides",
    "- The three parties met on July 1, 2026.",
    "- Each may ask for changes.",
    "- Without consent the pact ends in 2036.",
    "Remind the audience of the sunset clause.",
    "# Who wants what",
    "Left: Canada wants quotas.",
    "Right: Mexico wants stability.",
    "Below: both want certainty.",
    "| Party: Canada; Share of exports: 75.9 %.",
    "| Party: Mexico; Share of exports: 83.1 %.",
]
# Delimited text has no sheets and no merged cells, and its dates are as they were written.
CSV_GOODS = [
    line.replace("2024-02-07", "02/07/2024").replace("2025-02-05", "02/05/2025") for line in GOODS[1:6]
]
CSV_GOODS[2] = CSV_GOODS[2].replace("Country: Canada; ", "")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("briefing.docx", BRIEFING),
        ("briefing.rtf", BRIEFING),
        ("exports.xlsx", GOODS),
        ("exports.ods", GOODS),
        ("exports.xls", GOODS),
        ("exports.csv", CSV_GOODS),
        ("talk.pptx", TALK),
    ],
)
def test_all_text_is_there_in_order_and_nothing_else(name: str, expected: list[str]) -> None:
    assert lines(read(name, fixture(name))) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("briefing.docx", Metadata(title="Carney and Sheinbaum meet", published=date(2025, 9, 24))),
        ("briefing.rtf", Metadata(title="Carney and Sheinbaum meet", published=date(2025, 9, 24))),
        ("exports.xlsx", Metadata(title="Exports of North America", published=date(2025, 3, 4))),
        ("exports.ods", Metadata(title="Exports of North America", published=date(2025, 3, 4))),
        ("talk.pptx", Metadata(title="The 2026 review", published=date(2025, 11, 3))),
    ],
)
def test_a_file_says_what_it_is(name: str, expected: Metadata) -> None:
    metadata = read(name, fixture(name)).metadata
    assert (metadata.title, metadata.published) == (expected.title, expected.published)
    # The author of the workbooks is a person, which is no publisher.
    assert metadata.publisher == ("Office of Trade Briefings" if name.startswith("briefing") else None)
    assert metadata.topics


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("briefing.docx", "briefing.fodt"),
        ("briefing.rtf", "briefing.fodt"),
        ("talk.pptx", "talk.fodp"),
        ("exports.xlsx", "exports.fods"),
        ("exports.ods", "exports.fods"),
    ],
)
def test_every_sentence_has_its_words_in_the_source(name: str, source: str) -> None:
    words = source_words(source).replace("/", "-")
    content = read(name, fixture(name))
    rows = {content.text[entry.start : entry.end] for entry in content.structure if not entry.level}
    read_sentences = sentences(content)
    assert len(read_sentences) > 5
    for sentence in read_sentences:
        if sentence in rows:
            cells = [cell for pair in sentence.rstrip(".").split("; ") for cell in pair.split(": ")]
            texts = [text for cell in cells for text in cell.split(" – ")]
            # The source writes its dates the American way.
            expected = [text for text in texts if not text.startswith("20") or len(text) < 8]
        else:
            first, *others = sentence.removeprefix("- ").split("¹")  # a mark that the program counts
            expected = [first[3:] if first[:2] in ("1.", "2.", "3.") else first, *others]
        for text in expected:
            assert "".join(text.split()).replace("/", "-") in words, text


# Properties -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "title",
    [
        "Microsoft Word - report final.doc",
        "PowerPoint Presentation",
        "Präsentation1",
        "Document1",
        "Untitled",
        "report_v3.docx",
        "Slide 1",
        "---",
        "x" * 400,
    ],
)
def test_titles_that_programs_give_do_not_count(title: str) -> None:
    assert office_metadata(title=title).title is None


def test_titles_that_people_give_count() -> None:
    for title in ("Document of the council", "Bookkeeping 2024", "Microsoft and the tariffs", "Title IV"):
        assert office_metadata(title=title).title == title


def test_only_an_organisation_publishes() -> None:
    assert (
        office_metadata(company="Global Affairs Canada", author="Jane Doe").publisher
        == "Global Affairs Canada"
    )
    assert office_metadata(company="Microsoft", author="Jane Doe").publisher is None
    assert office_metadata(company="", author="Ministry of Trade").publisher == "Ministry of Trade"


def test_dates_of_templates_and_broken_ones_do_not_count() -> None:
    def published(*dates: str) -> date | None:
        return office_metadata(dates=dates).published

    assert published("2013-12-23T23:15:00Z", "2024-05-06T07:08:09Z") == date(2024, 5, 6)
    assert published("1601-01-01T00:00:00Z", "soon") is None


def test_keywords_are_topics_once_each() -> None:
    assert office_metadata(keywords="steel; cars, trucks; Steel;").topics == ("steel", "cars, trucks")
    assert office_metadata(keywords="steel, cars").topics == ("steel", "cars")


# Damaged and hostile files --------------------------------------------------------------------------


@pytest.mark.parametrize("name", READERS)
def test_what_is_empty_or_something_else_is_refused(name: str) -> None:
    reader = READERS[name]
    assert "empty" in refusal(reader, b"")
    if name != "exports.csv":
        refusal(reader, b"PK\x03\x04 and no more")
        refusal(reader, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
        refusal(reader, b"%PDF-1.7 \x00\x01")
        for share in (0.3, 0.6, 0.8):
            data = fixture(name)
            refusal(reader, data[: int(len(data) * share)])


@pytest.mark.parametrize("name", PACKAGES)
def test_another_kind_of_package_is_named_so(name: str) -> None:
    for other_name in PACKAGES:
        if READERS[other_name] is not READERS[name]:
            assert "it is no " in refusal(READERS[name], fixture(other_name))


@pytest.mark.parametrize("name", PACKAGES)
def test_a_password_is_named(name: str) -> None:
    data = bytearray(fixture(name))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = data.find(signature)
        while start >= 0:
            data[start + offset] |= 1
            start = data.find(signature, start + 4)
    assert "password" in refusal(READERS[name], bytes(data))
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le")
    assert "password" in refusal(READERS[name], ole)


def test_an_encrypted_opendocument_file_is_named_so() -> None:
    manifest = b"<manifest><file-entry><encryption-data/></file-entry></manifest>"
    data = with_part(fixture("exports.ods"), "META-INF/manifest.xml", lambda _: manifest)
    assert "password" in refusal(read_workbook, data)


def test_old_files_under_new_names_are_named_so() -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    assert "old Word document" in refusal(read_docx, ole)
    assert "old PowerPoint" in refusal(read_pptx, ole)


LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize(
    "doctype", [LAUGHS + "]>", '<!DOCTYPE x SYSTEM "file:///etc/passwd">', '<!DOCTYPE x SYSTEM "http://x/y">']
)
@pytest.mark.parametrize("name", PACKAGES)
def test_document_types_are_refused_wherever_they_stand(name: str, doctype: str, encoding: str) -> None:
    def bomb(part: bytes) -> bytes:
        body = part.decode().partition("?>")[2] or part.decode()
        return f'<?xml version="1.0" encoding="{encoding}"?>{doctype}{body}'.encode(encoding)

    assert "document type" in refusal(READERS[name], with_part(fixture(name), MAIN_PARTS[name], bomb))


@pytest.mark.parametrize(
    "part", ["word/styles.xml", "word/numbering.xml", "word/footnotes.xml", "_rels/.rels"]
)
def test_no_part_may_declare_entities(part: str) -> None:
    def bomb(data: bytes) -> bytes:
        return (LAUGHS + "]>").encode() + data.partition(b"?>")[2]

    assert "document type" in refusal(read_docx, with_part(fixture("briefing.docx"), part, bomb))


@pytest.mark.parametrize("name", PACKAGES)
def test_zip_bombs_are_refused(name: str) -> None:
    zeros = unzipped(fixture(name)) | {"zeros.xml": bytes(40_000_000)}
    assert "zip bomb" in refusal(READERS[name], zipped(zeros))


def test_names_of_parts_do_not_lead_out_of_the_package() -> None:
    more = {"word/_rels/document.xml.rels": relations(("r1", "styles", "../../../etc/passwd"))}
    assert lines(read_docx(docx("<w:p><w:r><w:t>Safe.</w:t></w:r></w:p>", more=more))) == ["Safe."]


@pytest.mark.parametrize("name", [name for name in READERS if name != "exports.xls"])
def test_changed_files_end_in_a_text_or_a_reason(name: str) -> None:
    rng = random.Random(name)
    data = fixture(name)
    texts, reasons = 0, []
    for number in range(60):
        changed = mutated_inside(data, rng) if name in PACKAGES and number % 4 else mutated(data, rng)
        try:
            texts += bool(READERS[name](changed).text)
        except LoadError as error:
            reasons.append(str(error))
    assert texts > 5
    assert not [reason for reason in reasons if "\n" in reason]


def test_changed_old_workbooks_end_in_a_text_or_a_reason() -> None:
    rng = random.Random("xls")
    data = fixture("exports.xls")
    # There the library may abort the process: it takes what the file says about its size for granted.
    sandbox = Sandbox(timeout_s=20, memory_mb=3000)
    texts, reasons = 0, []
    try:
        for _ in range(60):
            try:
                texts += bool(sandbox.call(read_workbook, mutated(data, rng)).text)
            except LoadError as error:
                reasons.append(str(error))
    finally:
        sandbox.close()
    assert texts > 3
    assert not [reason for reason in reasons if "\n" in reason]
