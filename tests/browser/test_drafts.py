"""What a person does with drafted questions on the page of evaluations: look through them, save some, ask."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import running_app

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("drafts")


@pytest.fixture(scope="module")
def desk(chromium: Browser, store: Path, folder: Path) -> Iterator[str]:
    with running_app(store, folder) as address:
        yield address


def open_questions(open_page: OpenPage, desk: str, **options: int) -> Page:
    page = open_page(desk, **options)
    page.goto(f"{desk}/evaluation")
    page.get_by_role("radio", name="Questions").click()
    return page


def cards(page: Page) -> Locator:
    return page.locator('[class*="st-key-draft-drafts-"][data-testid="stVerticalBlock"]')


def test_drafts_are_looked_through_and_asked(open_page: OpenPage, desk: str, folder: Path) -> None:
    page = open_questions(open_page, desk)
    page.get_by_role("button", name="Draft questions").click()
    expect(page.get_by_role("status")).to_contain_text(re.compile(r"\d+ questions drafted"))
    hostile = "<script>alert(2)</script>"
    expect(cards(page).first).to_be_visible()
    first = cards(page).first
    # The box is there before its text is.
    expect(first.get_by_role("textbox", name="Question")).to_have_value(re.compile(r"\?$"))
    asked = first.get_by_role("textbox", name="Question").input_value()
    # Another wording, then kept.
    first.get_by_role("textbox", name="Question").fill(f"{asked} {hostile}")
    first.get_by_role("textbox", name="Question").press("Control+Enter")
    expect(page.locator("[data-test-script-state=notRunning]")).to_be_visible()
    first.get_by_role("button", name="Keep").click()
    expect(page.get_by_role("radio", name="Kept (1)")).to_be_visible()
    expect(page.get_by_text("Dropped (0)")).to_be_visible()
    cards(page).first.get_by_role("button", name="Drop").click()
    expect(page.get_by_role("radio", name="Dropped (1)")).to_be_visible()
    # The document beside it, with the quote marked.
    page.get_by_role("button", name="Show in its document").first.click()
    expect(page.locator(".st-key-document mark.quote").first).to_be_visible()
    address = page.url
    page.reload()
    page.get_by_role("radio", name="Questions").click()
    assert page.url == address
    expect(page.get_by_role("radio", name="Dropped (1)")).to_be_visible()
    page.get_by_role("radio", name="Kept (1)").click()
    expect(cards(page)).to_have_count(1)
    expect(cards(page).get_by_role("textbox", name="Question")).to_have_value(f"{asked} {hostile}")
    page.get_by_label("Name of the question file").fill("Mine")
    page.get_by_label("Name of the question file").press("Tab")
    page.get_by_role("button", name="Save 1 kept question").click()
    expect(page.get_by_role("status").last).to_contain_text("Saved as runs/questions/Mine.jsonl")
    (row,) = map(json.loads, (folder / "runs" / "questions" / "Mine.jsonl").open(encoding="utf-8"))
    assert row["question"] == f"{asked} {hostile}"
    page.get_by_role("button", name="New run with them").click()
    expect(page.get_by_role("combobox", name="Question file")).to_have_value("runs/questions/Mine.jsonl")
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.locator(".st-key-evaluation-progress")).to_contain_text("1 of 1 questions")


def test_phone_needs_no_sideways_scrolling(open_page: OpenPage, desk: str) -> None:
    page = open_questions(open_page, desk, width=390)
    expect(cards(page).first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
