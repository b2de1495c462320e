"""What a person sees of an answer: cards by mouse, keyboard and finger, its table, the buttons below it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import HOSTILE_SENTENCE, HOSTILE_TITLE
from tests.browser.test_chat import COST, COST_QUOTE, asked, mark_of

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]
SALT = "How many thousand tonnes of salt did Vell export in 2018?"
IS_COLUMN_WHOLE = """node => {
    const [first, ...others] = node.querySelector("tr:last-child").children;
    const edge = first.getBoundingClientRect().right;
    return others.some(cell => Math.abs(cell.getBoundingClientRect().left - edge) < 2);
}"""
IS_IN_WINDOW = """node => {
    const at = node.getBoundingClientRect();
    return at.left >= 0 && at.top >= 0 && at.right <= innerWidth && at.bottom <= innerHeight;
}"""
IS_UNCOVERED = """node => {
    const at = node.getBoundingClientRect();
    return node.getRootNode().elementFromPoint(at.left + at.width / 2, at.bottom - 2) === node;
}"""
# Of everything that can be pressed: what is smaller than a fingertip needs.
TOO_SMALL = """node => [...node.querySelectorAll("button, summary")].filter(one => {
    const at = one.getBoundingClientRect();
    return one.checkVisibility() && (at.width < 24 || at.height < 24);
}).map(one => one.className)"""
# Buttons whose name does not hold the words that they show.
MISNAMED = """node => [...node.querySelectorAll("button[aria-label]")].filter(one =>
    !one.getAttribute("aria-label").includes(one.textContent.trim())).map(one => one.textContent)"""


def card_of(answer: Locator) -> Locator:
    return answer.locator(".card")


def test_card_comes_with_the_mouse_and_the_keyboard(app: str, open_page: OpenPage) -> None:
    page = open_page(app)
    answer = asked(page, COST)
    mark, card = mark_of(answer, COST_QUOTE), card_of(answer)
    expect(card).to_be_hidden()
    mark.hover()
    expect(card.locator("blockquote")).to_have_text(COST_QUOTE)
    expect(card.locator("strong")).to_have_text("4.2 billion dollars")
    expect(card.locator(".title")).to_have_text("The Northwind rail corridor")
    expect(card.locator(".quiet")).to_have_text("3 February 2026 · What the corridor cost")
    expect(card).to_have_role("group")
    expect(mark).to_have_attribute("aria-describedby", "card")
    # It stays for who moves onto it, and goes with who leaves it.
    card.hover()
    page.wait_for_timeout(300)
    expect(card).to_be_visible()
    page.mouse.move(5, 5)
    expect(card).to_be_hidden()
    # The same by keyboard; Esc closes it and moves nothing.
    answer.locator("button.source").first.focus()
    page.keyboard.press("Tab")
    expect(mark).to_be_focused()
    expect(card.locator("blockquote")).to_have_text(COST_QUOTE)
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    expect(mark).to_be_focused()
    assert mark.get_attribute("aria-describedby") is None
    # A scroll takes it away.
    page.mouse.move(5, 5)
    mark.hover()
    expect(card).to_be_visible()
    page.wait_for_timeout(450)
    mark.evaluate("node => node.dispatchEvent(new Event('scroll', {bubbles: true, composed: true}))")
    expect(card).to_be_hidden()
    mark.press("Enter")
    expect(page.locator("mark.quote")).to_have_text(COST_QUOTE)
    assert answer.evaluate(TOO_SMALL) == []
    assert answer.evaluate(MISNAMED) == []


def test_first_tap_shows_the_card_and_its_button_opens_the_document(
    app: str, chromium: Browser, open_page: OpenPage
) -> None:
    with chromium.new_context(viewport={"width": 390, "height": 844}, has_touch=True) as context:
        page = context.new_page()
        page.goto(app)
        answer = asked(page, "How high is the Zanzibar clove levy?")
        card, document = card_of(answer), page.locator(".qa.document")
        mark = answer.locator("button.cite").first
        mark.tap()
        expect(card).to_have_role("dialog")
        expect(card.locator("blockquote")).to_have_text(HOSTILE_SENTENCE)
        expect(card.locator(".title")).to_have_text(HOSTILE_TITLE)
        assert card.evaluate(IS_IN_WINDOW)
        expect(document).to_have_count(0)
        page.locator(".qa-question").tap()
        expect(card).to_be_hidden()
        mark.tap()
        card.get_by_role("button", name="Open in the document").tap()
        expect(document.locator("mark.quote")).to_have_text(HOSTILE_SENTENCE)
        expect(card).to_be_hidden()
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_answer_of_a_table_shows_its_row_and_scrolls_where_it_is_wide(app: str, open_page: OpenPage) -> None:
    page = open_page(app, width=390, height=844)
    answer = asked(page, SALT)
    expect(answer.locator(".short")).to_have_text("121 thousand tonnes")
    table = answer.locator(".cells")
    expect(table.locator("tr")).to_have_count(2)
    expect(table.locator("tr").last).to_contain_text("Vell")
    expect(table.locator("mark.cell")).to_have_text("121")
    expect(table.locator("caption")).to_contain_text("thousand tonnes")
    # The cell is in view, though it stands far to the right, and the page itself is not wider for it.
    assert table.evaluate("node => node.scrollWidth > node.clientWidth && node.scrollLeft > 0")
    mark = table.locator("td button.cite")
    assert mark.evaluate(IS_IN_WINDOW)
    # What the table is about stays in view, and so does the name of the row, with nothing left of it.
    assert table.locator("caption .title").evaluate(IS_IN_WINDOW)
    row = table.locator("tr").last.locator("th, td").first
    edges = [node.evaluate("node => node.getBoundingClientRect().left") for node in (row, table)]
    assert edges[0] == edges[1]
    # The column beside it is whole: half a cell seems to be an empty one.
    assert table.evaluate(IS_COLUMN_WHOLE)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    mark.click()
    cell = page.locator(".qa.document mark.span")
    expect(cell).to_have_text("121")
    expect(cell).to_be_in_viewport(ratio=1)
    assert cell.evaluate(IS_IN_WINDOW)
    # There, too, it is seen whose value it is.
    grid = page.locator(".qa.document .grid")
    assert grid.evaluate("node => node.scrollLeft > 0")
    assert grid.get_by_text("Vell", exact=True).evaluate(IS_IN_WINDOW)
    assert grid.evaluate(IS_COLUMN_WHOLE)


def test_buttons_below_an_answer_copy_and_judge_it(app: str, chromium: Browser) -> None:
    with chromium.new_context(permissions=["clipboard-read", "clipboard-write"]) as context:
        page = context.new_page()
        page.goto(app)
        answer = asked(page, COST)
        buttons = answer.get_by_role("group", name="This answer").get_by_role("button")
        expect(buttons).to_have_count(6)
        read = "navigator.clipboard.readText()"
        buttons.nth(0).click()
        expect(answer.get_by_role("status")).to_have_text("Copied")
        assert str(page.evaluate(read)).startswith("4.2 billion dollars\n" + COST_QUOTE)
        assert "[1]" not in page.evaluate(read)
        answer.get_by_role("button", name="Copy with footnotes").click()
        expect(answer.get_by_role("status")).to_have_text("Copied")
        page.wait_for_function(f"{read}.then(text => text.includes('[1] The Northwind rail corridor, '))")
        # A tip says what the picture of a button means.
        expect(card_of(answer)).to_be_hidden()
        wrong = answer.get_by_role("button", name="Wrong answer")
        wrong.hover()
        expect(card_of(answer)).to_have_text("Wrong answer")
        page.set_viewport_size({"width": 390, "height": 700})
        wrong.click()
        form = answer.locator("form")
        # All of it is to be seen, above the box for the next question.
        page.wait_for_function(IS_UNCOVERED, arg=form.get_by_role("button", name="Send").element_handle())
        form.get_by_label("Wrong place or time").check()
        # No letter typed here is a shortcut of the page.
        form.locator("textarea").press_sequentially("rc is 9")
        form.get_by_role("button", name="Send").click()
        expect(form).to_have_count(0)
        expect(answer.get_by_role("status")).to_have_text("Noted")
        expect(wrong).to_be_focused()
        wrong.press("Enter")
        form.get_by_label("Other").press("Escape")
        expect(form).to_have_count(0)


def test_newest_stands_beside_earlier_and_below_it_where_there_is_no_room(
    app: str, open_page: OpenPage
) -> None:
    page = open_page(app)
    answer = asked(page, "How much does the Northwind corridor cost now?")
    newest, earlier = answer.locator(".pair .column").all()
    expect(newest.locator("h3")).to_have_text("Newest")
    expect(newest.locator(".date")).to_have_text("3 February 2026")
    expect(earlier.locator("h3")).to_have_text("Earlier")
    expect(earlier.locator(".date")).to_have_text("6 May 2019")
    expect(answer.locator(".facts")).to_contain_text("from 2 documents, newest February 2026")
    # Emphasis is for the answer alone.
    expect(answer.locator(".pair strong")).to_have_text(["4.2 billion dollars"])
    beside = [column.bounding_box() for column in (newest, earlier)]
    assert beside[0]
    assert beside[1]
    assert beside[0]["y"] == beside[1]["y"]
    page.set_viewport_size({"width": 390, "height": 844})
    below = [column.bounding_box() for column in (newest, earlier)]
    assert below[0]
    assert below[1]
    assert below[1]["y"] >= below[0]["y"] + below[0]["height"]
