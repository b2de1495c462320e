"""What a reader keeps: a verdict, a pin, a file."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_accessibility import faults
from tests.browser.test_chat import COST, COST_QUOTE, asked

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]


def test_answer_is_judged_pinned_and_saved(app: str, open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page(app)
    answer = asked(page, COST)
    right = answer.get_by_role("button", name="Right answer")
    right.click()
    expect(right).to_have_attribute("aria-pressed", "true")
    answer.get_by_role("button", name="Export").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Markdown").click()
    saved = tmp_path / "saved.md"
    download.value.save_as(saved)
    assert COST_QUOTE in saved.read_text(encoding="utf-8")
    with page.expect_download() as download:
        page.get_by_role("button", name="Web page, to print").click()
    printed = page.context.new_page()
    printed.goto(Path(shutil.copy(download.value.path(), tmp_path / "saved.html")).as_uri())
    expect(printed.locator("blockquote").first).to_have_text(COST_QUOTE)
    assert faults(printed) == []
    page.bring_to_front()
    page.get_by_role("dialog").get_by_role("button", name="Close").click()
    answer.locator("button.cite").first.hover()
    answer.get_by_role("button", name="Pin this quote").click()
    expect(answer.locator(".pin-quote")).to_have_text("Pinned: it is on the page Notes")
    page.mouse.move(5, 5)
    # The same from the open document.
    mark = answer.locator("button.cite").nth(1)
    mark.click()
    page.get_by_role("button", name="Pin the quote").click()
    expect(page.get_by_role("button", name="Quote pinned")).to_have_attribute("aria-pressed", "true")
    quotes = [COST_QUOTE, str(mark.get_attribute("data-quote"))]
    page.get_by_role("button", name="Close the document").click()
    # In a moment: the second click ends the run of the script for the first.
    answer.get_by_role("button", name="Pin to the note").click()
    page.get_by_role("link", name="Notes").click()
    page.locator(".choices.cards button").first.click()
    pinned = page.locator(".qa.answer").last
    expect(pinned).to_contain_text("4.2 billion dollars")
    expect(page.locator(".qa-quote")).to_have_text(quotes)
    # Here it is only read and copied.
    expect(pinned.get_by_role("group", name="This answer").get_by_role("button")).to_have_count(2)
    pinned.locator("button.cite").first.click()
    expect(page.locator("mark.quote")).to_have_text(COST_QUOTE)
    page.keyboard.press("Escape")
    expect(page.locator(".qa.document")).to_have_count(0)
    page.get_by_role("button", name="Open in the document").last.click()
    expect(page.locator("mark.quote")).to_have_text(quotes[-1])
    page.reload()
    expect(page.get_by_label("Title of this note")).to_have_value("Notes")
    # What is gone says so, and leads back.
    page.goto(f"{app}/notes?note=gone")
    expect(page.locator(".qa-error")).to_contain_text("there is no note 'gone'")
    page.get_by_role("button", name="All notes").click()
    expect(page.get_by_role("heading", name="Notes")).to_be_visible()
