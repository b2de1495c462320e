"""PowerPoint presentations: pages, titles, the order of shapes, and what is left out."""

from qa.parsers.office.pptx import read_pptx
from tests.support.office import element, fixture, lines, pptx, refusal, relations


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
