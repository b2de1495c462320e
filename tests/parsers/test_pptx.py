"""PowerPoint presentations: pages, titles, the order of shapes, and what is left out."""

import random

import pytest

from qa.parsers.office.pptx import read_pptx
from tests.support.office import element, fixture, grids, lines, pptx, refusal, relations, with_part


def words(*texts: str, properties: str = "") -> str:
    paragraphs = "".join(
        f"<a:p><a:pPr>{properties}</a:pPr><a:r><a:t>{text}</a:t></a:r></a:p>" for text in texts
    )
    return f"<p:txBody>{paragraphs}</p:txBody>"


def shape(
    *texts: str,
    position: tuple[int, int] | None = None,
    placeholder: str = "",
    properties: str = "",
    hidden: str = "0",
) -> str:
    placeholder_element = f"<p:ph {placeholder}/>" if placeholder else ""
    transform = f'<a:xfrm><a:off x="{position[0]}" y="{position[1]}"/></a:xfrm>' if position else ""
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="1" name="n" hidden="{hidden}"/>'
        f"<p:nvPr>{placeholder_element}</p:nvPr></p:nvSpPr>"
        f"<p:spPr>{transform}</p:spPr>{words(*texts, properties=properties)}</p:sp>"
    )


TITLE = shape("The title", position=(0, 0), placeholder='type="title"')


def test_each_slide_is_a_page() -> None:
    content = read_pptx(pptx(TITLE, "", shape("Third.", position=(0, 9))))
    assert [content.text[start:].strip()[:5] for start in content.pages] == ["The t", "Third", "Third"]
    assert len(read_pptx(fixture("talk.pptx")).pages) == 3


def test_shapes_are_read_from_top_to_bottom_and_left_to_right() -> None:
    far, near = 5_000_000, 1_000_000
    slide = (
        shape("4", position=(near, 4_000_000))
        + shape("3", position=(far, 2_000_000))
        + shape("2", position=(near, 2_100_000))
        + shape("1 is the title.", position=(0, 5_000_000), placeholder='type="ctrTitle"')
    )
    assert lines(read_pptx(pptx(slide))) == ["# 1 is the title.", "2", "3", "4"]


def test_groups_move_and_scale_what_is_in_them() -> None:
    frame = (
        '<p:grpSpPr><a:xfrm><a:off x="0" y="3000000"/><a:ext cx="10" cy="1000"/>'
        '<a:chOff x="0" y="0"/><a:chExt cx="10" cy="2000"/></a:xfrm></p:grpSpPr>'
    )
    # At 4,000,000 of the group: the slide's 3,000,000 + 4,000,000 / 2.
    group = f"<p:grpSp>{frame}{shape('in the group', position=(0, 4_000_000))}</p:grpSp>"
    slide = group + shape("below", position=(0, 5_500_000)) + shape("above", position=(0, 4_500_000))
    assert lines(read_pptx(pptx(TITLE + slide))) == ["# The title", "above", "in the group", "below"]


def test_placeholders_stand_where_the_layout_and_the_master_put_them() -> None:
    def tree(name: str, shapes: str) -> str:
        return element(name, f"<p:cSld><p:spTree>{shapes}</p:spTree></p:cSld>")

    more = {
        "ppt/slides/_rels/slide1.xml.rels": relations(("r1", "slideLayout", "../layout.xml")),
        "ppt/_rels/layout.xml.rels": relations(("r1", "slideMaster", "master.xml")),
        "ppt/layout.xml": tree("p:sldLayout", shape("Click", position=(0, 6_000_000), placeholder='idx="7"')),
        "ppt/master.xml": tree(
            "p:sldMaster", shape("Click", position=(0, 1_000_000), placeholder='type="body"')
        ),
    }
    slide = (
        shape("last", placeholder='idx="7"')
        + shape("middle", position=(0, 3_000_000))
        + shape("first", placeholder='type="body"')
    )
    assert lines(read_pptx(pptx(TITLE + slide, more=more))) == ["# The title", "first", "middle", "last"]


def test_furniture_and_what_is_hidden_stay_out() -> None:
    slide = "".join(
        shape("out", position=(0, 9), placeholder=f'type="{placeholder_type}"')
        for placeholder_type in ("dt", "ftr", "sldNum", "hdr")
    )
    field = '<a:p><a:fld type="slidenum"><a:t>7</a:t></a:fld><a:r><a:t>kept</a:t></a:r></a:p>'
    slide += f"<p:sp><p:txBody>{field}</p:txBody></p:sp>" + shape("out", position=(0, 9), hidden="1")
    assert lines(read_pptx(pptx(TITLE + slide))) == ["# The title", "kept"]


def test_struck_out_letters_stay_out_and_are_named() -> None:
    runs = '<a:r><a:t>Pay </a:t></a:r><a:r><a:rPr strike="sngStrike"/><a:t>60 </a:t></a:r>'
    runs += '<a:r><a:rPr strike="noStrike"/><a:t>45 crowns</a:t></a:r>'
    content = read_pptx(pptx(f"{TITLE}<p:sp><p:txBody><a:p>{runs}</a:p></p:txBody></p:sp>"))
    assert lines(content) == ["# The title", "Pay 45 crowns"]
    assert content.notes == ("left out: struck-out text",)


def test_points_are_items_and_single_texts_are_not() -> None:
    points = shape("one", "two", position=(0, 9), placeholder='idx="1"')
    assert lines(read_pptx(pptx(TITLE + points)))[1:] == ["- one", "- two"]
    assert lines(read_pptx(pptx(TITLE + shape("alone", position=(0, 9), placeholder='idx="1"'))))[1:] == [
        "alone"
    ]
    plain = shape("one", "two", position=(0, 9), placeholder='idx="1"', properties="<a:buNone/>")
    assert lines(read_pptx(pptx(TITLE + plain)))[1:] == ["one", "two"]


def test_a_short_first_line_stands_in_for_a_title() -> None:
    below = shape("Exports fell in May. They rose in June.", position=(0, 3_000_000))
    assert lines(read_pptx(pptx(shape("Outlook", position=(0, 0)) + below)))[0] == "# Outlook"
    assert lines(read_pptx(pptx(shape("It rose.", position=(0, 0)) + below)))[0] == "It rose."


def test_tables_diagrams_and_notes() -> None:
    def cell(text: str, attributes: str = "") -> str:
        return f"<a:tc {attributes}>{words(text).replace('p:txBody', 'a:txBody')}</a:tc>"

    merged = cell("", 'vMerge="1"')
    notes = shape("Say it slowly.", placeholder='type="body"')
    rows = (
        f"<a:tr>{cell('Party')}{cell('Share')}</a:tr>"
        f"<a:tr>{cell('Canada')}{cell('75.9 %')}</a:tr>"
        f"<a:tr>{merged}{cell('24.1 %')}</a:tr>"
    )
    frame = "<p:graphicFrame><a:graphic><a:graphicData>{}</a:graphicData></a:graphic></p:graphicFrame>"
    diagram = '<p:relIds r:dm="r9"/>'
    points = "".join(
        f"<a:pt><a:t><a:p><a:r><a:t>{text}</a:t></a:r></a:p></a:t></a:pt>" for text in ("Talk", "Sign")
    )
    more = {
        "ppt/slides/_rels/slide1.xml.rels": relations(
            ("r9", "diagramData", "../d.xml"), ("r2", "notesSlide", "../n.xml")
        ),
        "ppt/d.xml": element("a:dataModel", f"<a:ptLst>{points}</a:ptLst>"),
        "ppt/n.xml": element("p:notes", f"<p:cSld><p:spTree>{notes}</p:spTree></p:cSld>"),
    }
    slide = frame.format(f'<a:tbl><a:tblPr firstRow="1"/>{rows}</a:tbl>') + frame.format(diagram)
    assert lines(read_pptx(pptx(TITLE + slide, more=more))) == [
        "# The title",
        "| Party: Canada; Share: 75.9 %.",
        "| Party: Canada; Share: 24.1 %.",
        "- Talk",
        "- Sign",
        "Say it slowly.",
    ]


def test_deep_groups_are_refused() -> None:
    deep = "<p:grpSp>" * 1000 + "</p:grpSp>" * 1000
    assert "nested too deeply" in refusal(read_pptx, pptx(deep))


# Reading order --------------------------------------------------------------------------------------


def box(text: str, left: int, top: int, width: int = 2_500_000, height: int = 900_000) -> str:
    size = f'<a:xfrm><a:off x="{left}" y="{top}"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>'
    return f"<p:sp><p:spPr>{size}</p:spPr>{words(text)}</p:sp>"


def read_order(*boxes: str) -> list[str]:
    return lines(read_pptx(pptx(TITLE + "".join(boxes))))[1:]


def test_columns_are_read_one_after_the_other() -> None:
    left = [box(name, 0, top) for name, top in (("1", 1_500_000), ("2", 3_000_000), ("3", 4_500_000))]
    right = [box(name, 4_000_000, top) for name, top in (("4", 2_000_000), ("5", 3_800_000))]
    assert read_order(*right, *left) == ["1", "2", "3", "4", "5"]


def test_cards_are_read_card_by_card_and_rows_row_by_row_as_the_file_has_them() -> None:
    places = {
        (row, column, part): box(
            f"{row}{column}{part}", column * 3_000_000, row * 2_500_000 + part * 1_000_000 + 1_500_000
        )
        for row in range(2)
        for column in range(3)
        for part in range(2)
    }
    by_card = list(places)
    assert read_order(*(places[key] for key in by_card)) == [f"{a}{b}{c}" for a, b, c in by_card]
    by_row = sorted(places, key=lambda key: (key[0], key[2], key[1]))
    assert read_order(*(places[key] for key in by_row)) == [f"{a}{b}{c}" for a, b, c in by_row]


def test_many_shapes_are_sorted_in_time() -> None:
    rng = random.Random(5)
    boxes = [
        box(str(n), rng.randrange(9_000_000), rng.randrange(6_000_000), 90_000, 60_000) for n in range(600)
    ]
    assert sorted(read_order(*boxes), key=int) == [str(n) for n in range(600)]


# Tables ---------------------------------------------------------------------------------------------

FRAME = "<p:graphicFrame><a:graphic><a:graphicData>{}</a:graphicData></a:graphic></p:graphicFrame>"


def cell(*texts: str, attributes: str = "") -> str:
    return f"<a:tc {attributes}>{words(*texts).replace('p:txBody', 'a:txBody')}</a:tc>"


def table(*rows: str, attributes: str = 'firstRow="1"') -> str:
    return FRAME.format(
        f"<a:tbl><a:tblPr {attributes}/>{''.join(f'<a:tr>{cells}</a:tr>' for cells in rows)}</a:tbl>"
    )


def test_merged_cells_cover_their_places() -> None:
    slide = table(
        cell("Country", attributes='rowSpan="2"')
        + cell("Exports", attributes='gridSpan="2"')
        + cell("", attributes='hMerge="1"'),
        cell("", attributes='vMerge="1"') + cell("2022") + cell("2023"),
        cell("Peru") + cell("") + cell("7"),
        cell("Fiji") + cell("0") + cell("8", "estimate"),
    )
    assert grids(read_pptx(pptx(TITLE + slide))) == [
        [
            ["*Country", "*Exports", "*Exports"],
            ["*Country", "*2022", "*2023"],
            ["*Peru", "", "7"],
            ["*Fiji", "0", "8; estimate"],
        ]
    ]


def test_names_that_look_like_sums_of_money() -> None:
    slide = table(
        cell("Country") + cell("GDP 2022") + cell("FDI 2023"), cell("Peru") + cell("7.5") + cell("8")
    )
    assert grids(read_pptx(pptx(TITLE + slide)))[0][0] == ["*Country", "*GDP 2022", "*FDI 2023"]
    labels = table(cell("Name:") + cell("Doe"), cell("Place:") + cell("Ottawa"))
    assert "*Doe" not in grids(read_pptx(pptx(TITLE + labels)))[0][0]


def test_a_first_column_that_the_file_names_is_one_of_heads() -> None:
    slide = table(
        cell("Opening") + cell("Monday") + cell("Friday"),
        cell("Closing") + cell("Tuesday") + cell("Sunday"),
        attributes='firstCol="1"',
    )
    assert [cells[0] for cells in grids(read_pptx(pptx(TITLE + slide)))[0]] == ["*Opening", "*Closing"]


# What is left out -----------------------------------------------------------------------------------


def test_items_have_their_numbers() -> None:
    numbered = '<a:buAutoNum type="arabicPeriod" startAt="3"/>'
    points = shape("one", "two", position=(0, 2_000_000), properties=numbered)
    assert lines(read_pptx(pptx(TITLE + points)))[1:] == ["3. one", "4. two"]


def point(key: str, text: str = "", point_type: str = "node") -> str:
    words_of_point = f"<a:t><a:p><a:r><a:t>{text}</a:t></a:r></a:p></a:t>" if text else ""
    return f'<a:pt modelId="{key}" type="{point_type}">{words_of_point}</a:pt>'


def test_points_of_a_diagram_follow_the_ones_above_them() -> None:
    points = point("0", point_type="doc") + "".join(
        point(key, f"point {key}") for key in ("2", "11", "1", "12")
    )
    connections = "".join(
        f'<a:cxn srcId="{source}" destId="{target}" srcOrd="{order}"/>'
        for source, target, order in (("0", "2", 1), ("0", "1", 0), ("1", "12", 1), ("1", "11", 0))
    )
    more = {
        "ppt/slides/_rels/slide1.xml.rels": relations(("r9", "diagramData", "../d.xml")),
        "ppt/d.xml": element("a:dataModel", f"<a:ptLst>{points}</a:ptLst><a:cxnLst>{connections}</a:cxnLst>"),
    }
    slide = FRAME.format('<p:relIds r:dm="r9"/>')
    assert lines(read_pptx(pptx(TITLE + slide, more=more)))[1:] == [
        "- point 1",
        "- point 11",
        "- point 12",
        "- point 2",
    ]


def test_what_is_left_out_is_noted() -> None:
    layout = f"<p:cSld><p:spTree>{shape('Confidential')}</p:spTree></p:cSld>"
    more = {
        "ppt/slides/_rels/slide1.xml.rels": relations(
            ("r1", "slideLayout", "../layout.xml"), ("r2", "comments", "../comments.xml")
        ),
        "ppt/layout.xml": element("p:sldLayout", layout),
        "ppt/comments.xml": element("p:cmLst", "<p:cm/><p:cm/>"),
    }
    slide = (
        TITLE
        + shape("Draft of 4 March", placeholder='type="ftr"')
        + shape("3", placeholder='type="sldNum"')
        + shape("secret", hidden="1")
        + "<p:pic/>"
    )
    data = with_part(
        pptx(slide, TITLE, more=more),
        "ppt/slides/slide2.xml",
        lambda part: part.replace(b"<p:sld ", b'<p:sld show="0" '),
    )
    content = read_pptx(data)
    assert lines(content) == ["# The title"]
    assert content.notes == (
        'on every slide: "Confidential"',
        'slide footer: "Draft of 4 March"',
        "left out: 1 hidden shape, 1 picture, 2 comments, 1 hidden slide",
    )


CHART = (
    "<c:chart><c:title><a:p><a:r><a:t>Steel</a:t></a:r></a:p></c:title><c:plotArea><c:barChart><c:ser>"
    "<c:tx><c:v>Exports</c:v></c:tx><c:cat><c:multiLvlStrRef><c:lvl>{inner}</c:lvl><c:lvl>{outer}</c:lvl>"
    "</c:multiLvlStrRef></c:cat><c:dLbls><c:dLbl><c:tx><c:rich><a:p><a:r><a:t>a strike</a:t></a:r></a:p>"
    "</c:rich></c:tx></c:dLbl></c:dLbls><c:val>{values}</c:val></c:ser></c:barChart><c:valAx><c:title><a:p><a:r>"
    "<a:t>thousand tonnes</a:t></a:r></a:p></c:title></c:valAx></c:plotArea></c:chart>"
)


def test_a_chart_is_a_table() -> None:
    def chart_points(*values: str) -> str:
        return "".join(
            f'<c:pt idx="{index}"><c:v>{value}</c:v></c:pt>' for index, value in enumerate(values) if value
        )

    chart = CHART.format(
        inner=chart_points("spring", "autumn", "spring"),
        outer=chart_points("2023", "", "2024"),
        values=chart_points("7", "", "9"),
    )
    more = {
        "ppt/slides/_rels/slide1.xml.rels": relations(("r9", "chart", "../c.xml")),
        "ppt/c.xml": element("c:chartSpace", chart),
    }
    content = read_pptx(pptx(TITLE + FRAME.format('<c:chart r:id="r9"/>'), more=more))
    assert grids(content) == [
        [
            ["", "*Exports"],
            ["*2023 – spring", "7"],
            ["*2023 – autumn", ""],
            ["*2024 – spring", "9"],
        ]
    ]
    assert content.tables[0].unit == "thousand tonnes"
    assert lines(content)[1] == "Steel (thousand tonnes)"
    assert lines(content)[-1] == "a strike"


# One of each kind of thing on a slide.
KINDS = {
    "title": TITLE,
    "text": shape("Some text.", position=(0, 2_000_000)),
    "group": f"<p:grpSp>{shape('In a group.', position=(0, 3_000_000))}</p:grpSp>",
    "alternatives": f"<mc:AlternateContent><mc:Choice>{shape('New.')}</mc:Choice></mc:AlternateContent>",
    "table": table(cell("Country") + cell("Exports"), cell("Peru") + cell("7")),
    "object": FRAME.format("<p:oleObj/>"),
    "wrapped object": FRAME.format(
        "<mc:AlternateContent><mc:Choice><p:oleObj/></mc:Choice></mc:AlternateContent>"
    ),
    "unknown chart": FRAME.format('<c:chart r:id="none"/>'),
    "unknown graphic": FRAME.format("<a:other/>"),
    "picture": "<p:pic/>",
    "ink": "<p:contentPart/>",
    "footer": shape("A footer.", placeholder='type="ftr"'),
    "hidden": shape("secret", hidden="1"),
}


@pytest.mark.parametrize("name", KINDS)
def test_nothing_on_a_slide_goes_without_a_word(name: str) -> None:
    def outcome(left_out: str) -> tuple[str, tuple[str, ...]]:
        content = read_pptx(pptx("".join(part for key, part in KINDS.items() if key != left_out)))
        return content.text, content.notes

    assert outcome(name) != outcome("")


def test_remarks_in_the_xml_do_no_harm() -> None:
    slide = TITLE.replace("The title", "6,5<!-- a -->00<?b c?> tonnes").replace("<a:r>", "<!-- d --><a:r>")
    assert lines(read_pptx(pptx(slide))) == ["# 6,500 tonnes"]


def test_paragraphs_with_tabs_are_a_table() -> None:
    rows = ("Good\t2029\t2030", "Curd\t4.0\t3.5", "Butter\t\t2.0")
    content = read_pptx(pptx(TITLE + shape("Rates:", *rows, "All in percent.", position=(0, 9))))
    assert grids(content) == [[["*Good", "*2029", "*2030"], ["*Curd", "4.0", "3.5"], ["*Butter", "", "2.0"]]]
    assert lines(content)[-1] == "All in percent."
