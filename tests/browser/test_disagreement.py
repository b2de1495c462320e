"""What a person sees where documents do not agree: values of one time, of two, yes and no, and two tables."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import run_qa, running_app
from tests.browser.test_chat import asked

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]
TABLE = """Table 1. Exports of Ostmark by grain (thousand tonnes)

| Grain | 2029 | 2030 |
|---|---|---|
| Oats | 11 | 12 |
| Barley | 21 | {} |
"""
DOCUMENTS = {
    # Of one day: neither is the newer one.
    "ministry": ("The ministry on wheat", "2026-03-02", "The wheat quota of Valdoria is 1,250 tonnes."),
    "board": ("The grain board on wheat", "2026-03-02", "Valdoria has a wheat quota of 1,400 tonnes."),
    "pact": ("The pact, by the ministry", "2026-03-02", "Ostmark ratified the pact of Lune."),
    "no-pact": ("The pact, by the senate", "2026-03-02", "Ostmark did not ratify the pact of Lune."),
    "tunnel-2026": ("The Brask tunnel", "2026-02-03", "The Brask tunnel now costs 4.2 billion dollars."),
    "tunnel-2019": ("The Brask tunnel, planned", "2019-05-06", "The Brask tunnel costs 2.9 billion dollars."),
    "grain-may": ("Grain in May", "2031-05-02", TABLE.format(34)),
    "grain-november": ("Grain in November", "2031-11-20", TABLE.format(36)),
}


@pytest.fixture(scope="module")
def desk(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("disagreement")
    briefings = folder / "briefings"
    briefings.mkdir()
    for name, (title, published, text) in DOCUMENTS.items():
        head = f"---\ntitle: {title}\npublished: {published}\n---\n"
        (briefings / f"{name}.md").write_text(head + text + "\n", encoding="utf-8")
    run_qa(folder / "store", "add", str(briefings))
    with running_app(folder / "store", folder) as address:
        yield address


def columns_of(answer: Locator) -> list[Locator]:
    expect(answer.locator(".pair .column")).to_have_count(2)
    return answer.locator(".pair .column").all()


def stand_side_by_side(columns: list[Locator]) -> bool:
    first, second = (column.bounding_box() for column in columns)
    return bool(first and second and first["y"] == second["y"] and first["x"] < second["x"])


def opens_quote(page: Page, column: Locator, quote: str, title: str) -> None:
    column.locator("button.cite").first.click()
    expect(page.locator(".qa.document mark", has_text=quote).first).to_be_visible()
    expect(page.locator(".qa.document")).to_contain_text(title)
    page.get_by_role("button", name="Close the document").click()
    expect(page.locator(".qa.document")).to_have_count(0)


def test_two_documents_of_one_day_stand_side_by_side(desk: str, open_page: OpenPage) -> None:
    page = open_page(desk)
    answer = asked(page, "How high is the wheat quota of Valdoria?")
    expect(answer).to_contain_text("The documents disagree.")
    columns = columns_of(answer)
    values = [column.locator("h3").inner_text() for column in columns]
    assert sorted(values) == ["1,250 tonnes", "1,400 tonnes"]
    expect(answer.locator(".short")).to_have_text(" or ".join(values))
    titles = {"1,250 tonnes": "The ministry on wheat", "1,400 tonnes": "The grain board on wheat"}
    for value, column in zip(values, columns, strict=True):
        expect(column.locator(".date")).to_have_text("2 March 2026")
        expect(column.locator("strong")).to_have_text(value)
        opens_quote(page, column, value, titles[value])
    assert stand_side_by_side(columns)
    expect(answer.locator(".facts")).to_contain_text("2 documents disagree, newest March 2026")


def test_yes_stands_beside_no(desk: str, open_page: OpenPage) -> None:
    page = open_page(desk)
    answer = asked(page, "Did Ostmark ratify the pact of Lune?")
    expect(answer).to_contain_text("The documents disagree.")
    columns = columns_of(answer)
    values = [str(column.locator("h3").text_content()) for column in columns]
    assert sorted(values) == ["no", "yes"]
    expect(answer.locator(".short")).to_have_text(" or ".join(values))
    said = {
        "yes": ("Ostmark ratified the pact of Lune.", "The pact, by the ministry"),
        "no": ("Ostmark did not ratify the pact of Lune.", "The pact, by the senate"),
    }
    for value, column in zip(values, columns, strict=True):
        opens_quote(page, column, *said[value])
    assert stand_side_by_side(columns)


def test_what_holds_now_stands_beside_what_was_said_earlier(desk: str, open_page: OpenPage) -> None:
    page = open_page(desk)
    answer = asked(page, "How much does the Brask tunnel cost now?")
    newest, earlier = columns_of(answer)
    expect(newest.locator("h3")).to_have_text("Newest")
    expect(newest).to_contain_text("4.2 billion dollars")
    expect(earlier.locator("h3")).to_have_text("Earlier")
    expect(earlier).to_contain_text("2.9 billion dollars")
    expect(answer.locator(".short")).to_have_text("4.2 billion dollars")
    expect(answer).not_to_contain_text("The documents disagree.")
    opens_quote(page, earlier, "2.9 billion dollars", "The Brask tunnel, planned")


def test_a_revised_table_stands_beside_the_one_before(desk: str, open_page: OpenPage) -> None:
    page = open_page(desk)
    answer = asked(page, "How many thousand tonnes of barley did Ostmark export in 2030?")
    newest, earlier = columns_of(answer)
    expect(answer.locator(".short")).to_have_text("36 thousand tonnes")
    for column, name, date, value in (
        (newest, "Newest", "20 November 2031", "36"),
        (earlier, "Earlier", "2 May 2031", "34"),
    ):
        expect(column.locator("h3")).to_have_text(name)
        expect(column.locator(".date")).to_have_text(date)
        expect(column.locator(".cells mark.cell")).to_have_text(value)
    opens_quote(page, earlier, "34", "Grain in May")
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
