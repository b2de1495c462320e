"""What a keeper does on the page of the corpus: add, look at, change and remove documents."""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import HOSTILE_SENTENCE, HOSTILE_TITLE, running_app

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]
OpenCorpus = Callable[..., Page]
HARBOUR = """# The harbour of Quellin

The harbour of Quellin was dredged to 17 metres in 2024. The work took nine months.
"""


@pytest.fixture(scope="module")
def desk(chromium: Browser, store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app over a copy of the store, which these tests change."""
    folder = tmp_path_factory.mktemp("corpus")
    shutil.copytree(store, folder / "store")
    with running_app(folder / "store", folder) as address:
        yield address


@pytest.fixture
def open_corpus(desk: str, open_page: OpenPage) -> OpenCorpus:
    def open_one(**options: int) -> Page:
        page = open_page(desk, **options)
        if options.get("width", 1280) < 700:  # the links lie behind a button there
            page.goto(f"{desk}/corpus")
        else:
            page.get_by_role("link", name="Corpus").click()
        expect(page.get_by_role("heading", name="Corpus", exact=True)).to_be_visible()
        return page

    return open_one


def rows(page: Page) -> Locator:
    return page.locator(".table tbody tr")


def row(page: Page, title: str) -> Locator:
    return rows(page).filter(has=page.get_by_role("button", name=title, exact=True))


def panel(page: Page) -> Locator:
    return page.locator(".st-key-corpus-progress")


def choose_view(page: Page, name: str) -> None:
    page.get_by_role("radio", name=name).click()


# Keep this first: it counts the documents that all of these tests begin with.
def test_documents_are_searched_filtered_and_sorted_at_once(open_corpus: OpenCorpus) -> None:
    page = open_corpus()
    expect(page.get_by_text("4 documents")).to_be_visible()
    titles = rows(page).locator(".open")
    expect(titles).to_have_count(4)
    expect(titles.first).to_have_text(HOSTILE_TITLE)
    page.get_by_role("button", name="Published").click()
    expect(rows(page).locator(".published")).to_have_text(
        ["2019-05-06", "2025-01-02", "2026-02-03", "Undated"]
    )
    page.get_by_role("button", name="Published").click()
    expect(rows(page).locator(".published")).to_have_text(
        ["2026-02-03", "2025-01-02", "2019-05-06", "Undated"]
    )
    page.get_by_label("Topic").select_option("railways")
    expect(titles).to_have_text(["The Northwind rail corridor", "Plans for Northwind, as they were"])
    find = page.get_by_label("Search the documents")
    find.press_sequentially("OLDER.MD")
    expect(titles).to_have_text(["Plans for Northwind, as they were"])
    find.fill("cheese")
    expect(page.get_by_text("No document fits")).to_be_visible()
    page.get_by_label("Topic").select_option("")
    page.get_by_label("Date").select_option("no")
    expect(titles).to_have_text(["Cheese quotas in Valdoria"])
    # Beside the sidebar of a small screen nothing is cut off; what has no column is still an order.
    page.set_viewport_size({"width": 1024, "height": 768})
    expect(page.get_by_label("Order by")).to_be_visible()
    main = page.get_by_test_id("stMain")
    assert main.evaluate("node => node.scrollWidth <= node.clientWidth")
    # It looks the same again after a document has been looked at.
    titles.click()
    page.get_by_role("button", name="All documents").click()
    expect(titles).to_have_text(["Cheese quotas in Valdoria"])
    expect(find).to_have_value("cheese")


def test_upload_is_seen_by_all_answers_and_is_removed(open_corpus: OpenCorpus, tmp_path: Path) -> None:
    (tmp_path / "harbour.md").write_text(HARBOUR)
    (tmp_path / "broken.md").write_text("---\ntitle: [x\n---\nNothing.\n")
    other = open_corpus()
    page = open_corpus()
    choose_view(page, "Add")
    inside = page.get_by_test_id("stFileUploaderDropzoneInput")
    inside.set_input_files([tmp_path / "harbour.md", tmp_path / "broken.md"])
    page.get_by_role("button", name="Add 2 files").click()
    expect(panel(page)).to_contain_text("2 files")
    page.reload()
    for one in (page, other):
        # Another session looks every few seconds, or when it is clicked.
        if one is other:
            choose_view(other, "Failures")
        expect(panel(one)).to_contain_text("Done: 2 files · 1 added, 1 failed")
        expect(panel(one).locator("li.failed", has_text="broken front matter").first).to_be_visible()
        expect(panel(one).locator("li.added")).to_contain_text("“The harbour of Quellin”")
    expect(other.get_by_text("broken.md (uploaded)")).to_be_visible()
    other.get_by_role("button", name="Dismiss", exact=True).click()
    expect(other.get_by_text("Nothing has failed.")).to_be_visible()
    panel(page).get_by_role("button", name="Put away").click()
    expect(panel(page)).to_have_count(0)

    page.get_by_role("link", name="Chat").click()
    box = page.get_by_test_id("stChatInputTextArea")
    expect(box).to_be_enabled()
    box.fill("How deep was the harbour of Quellin dredged?")
    box.press("Enter")
    expect(page.locator(".qa.answer")).to_contain_text("17 metres")
    expect(box).to_be_enabled()

    page.get_by_role("link", name="Corpus").click()
    row(page, "The harbour of Quellin").get_by_role("checkbox").check()
    page.get_by_role("button", name="Remove 1 document").click()
    question = page.locator(".st-key-corpus-removal")
    expect(question).to_contain_text("The harbour of Quellin")
    expect(question).to_contain_text("Their past stays")
    question.get_by_role("button", name="Remove 1 document").click()
    expect(page.get_by_text("Removed 1 document.")).to_be_visible()
    expect(rows(page)).to_have_count(4)
    expect(question).to_have_count(0)


def test_address_that_cannot_be_fetched_is_one_line(open_corpus: OpenCorpus) -> None:
    page = open_corpus()
    choose_view(page, "Add")
    box = page.get_by_role("textbox", name="Web addresses")
    box.fill("http://127.0.0.1:9/secret")
    page.get_by_role("button", name="Add addresses").click()
    expect(panel(page).locator("li.failed", has_text="127.0.0.1").first).to_be_visible()
    expect(panel(page)).to_contain_text("Done: 1 address · 1 failed")
    expect(box).to_have_value("")
    panel(page).get_by_role("button", name="Put away").click()
    expect(panel(page)).to_have_count(0)


def test_title_is_edited_and_a_wrong_date_loses_nothing(open_corpus: OpenCorpus) -> None:
    page = open_corpus()
    row(page, "Cheese quotas in Valdoria").get_by_role("checkbox").check()
    page.get_by_role("button", name="Edit", exact=True).click()
    page.get_by_label("Title").fill("Cheese in <i>Valdoria</i>")
    page.get_by_label("Published").fill("yesterday")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert").filter(has_text="unknown date")).to_contain_text("'yesterday'")
    expect(page.get_by_label("Title")).to_have_value("Cheese in <i>Valdoria</i>")
    page.get_by_label("Published").fill("3 March 2026")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved: title, published.")).to_be_visible()
    expect(page.get_by_role("heading", name="Cheese in <i>Valdoria</i>")).to_be_visible()
    choose_view(page, "History")
    expect(page.locator("table.history tbody tr")).to_have_count(2)
    page.get_by_role("button", name="All documents").click()
    expect(row(page, "Cheese in <i>Valdoria</i>").locator(".published")).to_have_text("2026-03-03")


def test_passages_of_a_document_are_drawn_and_found(open_corpus: OpenCorpus) -> None:
    page = open_corpus()
    page.get_by_role("button", name="The Northwind rail corridor").click()
    passages = page.locator("article.passage")
    expect(passages).to_have_count(25)
    expect(passages.nth(1).locator(".path")).to_have_text("What the corridor cost")
    expect(passages.nth(1)).to_contain_text("The Northwind corridor cost 4.2 billion dollars to build.")
    expect(passages.nth(1).locator(".facts")).to_have_text(re.compile(r"characters \d+–\d+ \(\d+\)"))
    expect(page.get_by_role("heading", name="What the corridor cost")).to_be_visible()
    page.get_by_role("button", name="Page 2").click()
    expect(passages).to_have_count(18)
    page.get_by_label("Find in the document").press_sequentially("Station 32 has")
    expect(passages).to_have_count(1)
    expect(passages).to_contain_text("Station 32 of the line")
    # The address alone leads back to the document.
    page.reload()
    expect(page.get_by_role("heading", name="The Northwind rail corridor")).to_be_visible()
    expect(passages).to_have_count(25)


def test_hostile_document_is_only_text_and_a_phone_needs_no_sideways_scrolling(
    open_corpus: OpenCorpus,
) -> None:
    page = open_corpus(width=390, height=844)
    expect(rows(page)).to_have_count(4)
    expect(rows(page).locator(".open").first).to_have_text(HOSTILE_TITLE)
    expect(rows(page).first.locator(".chip")).to_have_text("**spices** <i>x</i> :smile:")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    rows(page).first.locator(".open").click()
    expect(page.get_by_role("heading", name=HOSTILE_TITLE)).to_be_visible()
    # A heading is shown by its words, as it is searched: code and HTML in it are left out.
    expect(page.locator(".qa-corpus.text .heading").first).to_contain_text(
        "[a](javascript:alert(3)) :material/home:"
    )
    expect(page.locator(".qa-corpus.text")).to_contain_text(HOSTILE_SENTENCE)
    for name in ("Edit", "History"):
        choose_view(page, name)
        if name == "Edit":
            expect(page.get_by_label("Title")).to_have_value(HOSTILE_TITLE)
            expect(page.get_by_test_id("stMultiSelect")).to_contain_text("**spices** <i>x</i> :smile:")
        else:
            expect(page.locator("table.history")).to_contain_text(HOSTILE_TITLE)
    page.get_by_role("button", name="Remove").click()
    expect(page.locator(".st-key-corpus-removal")).to_contain_text(HOSTILE_TITLE)
    page.get_by_role("button", name="Keep").click()
    for made in ("img[src='x']", "script:text('alert')", "a[href^='javascript']", "b[onclick]", ".katex"):
        expect(page.locator(made)).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
