"""The first minutes: an empty desk takes a file, and a question brings another."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import running_app
from tests.browser.test_chat import ask, asked, wait_for_answers

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]


@pytest.fixture
def empty_app(chromium: Browser, tmp_path: Path) -> Iterator[str]:
    with running_app(tmp_path / "no <b>store</b>", tmp_path, None, True) as address:
        yield address


def test_first_file_is_dropped_and_asked_about_and_a_second_comes_with_its_question(
    empty_app: str, open_page: OpenPage, tmp_path: Path
) -> None:
    page = open_page(empty_app)
    expect(page.get_by_role("heading", name="Bring in your briefings")).to_be_visible()
    expect(page.get_by_role("button", name="Try the sample briefings")).to_be_visible()
    expect(page.get_by_test_id("stChatInputTextArea")).to_be_disabled()
    zone = page.get_by_test_id("stFileUploaderDropzoneInput")
    zone.set_input_files(
        {
            "name": "copper.txt",
            "mimeType": "text/plain",
            "buffer": b"The smelter of Ravnik sells 1,240 tonnes.",
        }
    )
    page.get_by_role("button", name="Add 1 file").click()
    expect(page.get_by_role("heading", name="What would you like to know?")).to_be_visible()
    expect(asked(page, "How many tonnes does the smelter of Ravnik sell?")).to_contain_text("1,240 tonnes")
    with page.expect_file_chooser() as chooser:
        page.get_by_test_id("stChatInput").locator("button").first.click()
    chooser.value.set_files(
        {"name": "ferry.txt", "mimeType": "text/plain", "buffer": b"The ferry of Quillmoor sails at 6.40."}
    )
    expect(page.get_by_text("ferry.txt")).to_be_visible()
    ask(page, "When does the ferry of Quillmoor sail?")
    expect(wait_for_answers(page, 2)).to_contain_text("6.40")
    expect(page.locator(".st-key-chat-progress")).to_contain_text("Done: 1 file")
    page.get_by_role("button", name="Put away").click()
    expect(page.locator(".st-key-chat-progress")).to_have_count(0)
