"""What a person does on the page of evaluations: look at runs, compare them, start, stop and resume one."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from qa.evaluate import write_report
from tests.browser.conftest import running_app
from tests.browser.test_accessibility import faults
from tests.support import runs

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]
OpenEvaluation = Callable[..., Page]
SOME_DONE = re.compile(r"[1-9]\d* of 600 questions")
QUESTIONS: list[dict[str, Any]] = [
    {
        "question": "How much did the Northwind corridor cost to build?",
        "answers": ["4.2 billion dollars"],
        "quotes": [
            {"document": "corridor.md", "text": "The Northwind corridor cost 4.2 billion dollars to build."}
        ],
    },
    {
        "question": "How high is the cheese quota of Valdoria this year?",
        "answers": ["1,250 tonnes"],
        "quotes": [{"document": "cheese.txt", "text": "The quota is 1,250 tonnes this year."}],
    },
    {"question": "How do I bake sourdough bread?", "answerable": False},
]


def write_questions(path: Path, count: int) -> None:
    rows = [{"id": f"q{number}", **QUESTIONS[number % len(QUESTIONS)]} for number in range(count)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the app runs: with two runs that are done, and two files of questions."""
    folder = tmp_path_factory.mktemp("evaluation")
    write_questions(folder / "few.jsonl", 6)
    write_questions(folder / "many.jsonl", 600)
    rows = [runs.graded(number) for number in range(60)]
    worse = [{**row, "outcome": "wrong"} for row in rows]
    for name, found, day in (("first", rows, 1), ("second", worse, 2)):
        directory = folder / "runs" / name
        hostile = {**runs.hostile(), "outcome": found[0]["outcome"]}
        runs.write_run(directory, [hostile, *found], started_at=f"2026-01-0{day}T10:00:00+00:00")
        write_report(directory)
    return folder


@pytest.fixture(scope="module")
def desk(chromium: Browser, store: Path, folder: Path) -> Iterator[str]:
    with running_app(store, folder) as address:
        yield address


@pytest.fixture
def open_evaluation(desk: str, open_page: OpenPage) -> OpenEvaluation:
    def open_one(*, view: str = "Runs", **options: int) -> Page:
        page = open_page(desk, **options)
        if options.get("width", 1280) < 700:
            page.get_by_test_id("stExpandSidebarButton").click()
        page.get_by_role("link", name="Evaluation").click()
        expect(page.get_by_role("heading", name="Evaluation", exact=True)).to_be_visible()
        if view != "Runs":
            choose_view(page, view)
        return page

    return open_one


def choose_view(page: Page, name: str) -> None:
    page.get_by_role("radio", name=name).click()


def panel(page: Page) -> Locator:
    return page.locator(".st-key-evaluation-progress")


def start(page: Page, file: str, name: str) -> None:
    box = page.get_by_role("combobox", name="Question file")
    box.fill(file)
    box.press("Enter")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Name").press("Tab")
    page.get_by_text("One question at a time").click()
    page.get_by_role("button", name="Start").click()


def test_runs_are_listed_and_the_chosen_one_is_shown(open_evaluation: OpenEvaluation, folder: Path) -> None:
    page = open_evaluation()
    items = page.locator(".choices.list .item")
    expect(items.locator(".label")).to_have_text(["second", "first"])
    expect(items.last.locator(".detail")).to_contain_text("done · 61 questions · A citation on a quote")
    items.last.click()
    expect(page.get_by_role("heading", name="first", exact=True)).to_be_visible()
    assert "run=first" in page.url
    page.reload()
    expect(page.get_by_role("heading", name="first", exact=True)).to_be_visible()
    expect(page.get_by_test_id("stVegaLiteChart")).to_have_count(5)
    expect(page.get_by_test_id("stVegaLiteChart").first.locator("canvas, svg").first).to_be_visible()
    # The hostile row's tag.
    expect(page.locator(".qa-report table.tags").first).to_contain_text("<img src=x onerror=alert(2)>")
    # Wide tables scroll, by the keyboard too.
    page.set_viewport_size({"width": 1024, "height": 768})
    assert faults(page) == []
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the report").click()
    assert download.value.suggested_filename == "first.html"
    assert (
        Path(download.value.path()).read_bytes() == (folder / "runs" / "first" / "report.html").read_bytes()
    )


def test_questions_are_searched(open_evaluation: OpenEvaluation) -> None:
    page = open_evaluation()
    expect(page.get_by_text("61 of 61.")).to_be_visible()
    page.get_by_role("textbox", name="Search").fill("number 17?")
    page.get_by_role("textbox", name="Search").press("Enter")
    expect(page.get_by_text("1 of 61.")).to_be_visible()
    table = page.get_by_test_id("stDataFrame")
    # Another choice of rows is another table: wait until the old one is gone.
    expect(page.locator("[data-test-script-state=notRunning]")).to_be_visible()
    expect(table).to_have_count(1)
    expect(page.locator(".qa-report article")).to_have_count(0)
    # The table is one picture, with what it shows inside for those who can't see it: the head, and one row.
    canvas = table.get_by_test_id("data-grid-canvas")
    expect(canvas.locator("table[aria-rowcount='2']")).to_be_attached()
    canvas.scroll_into_view_if_needed()
    drawn = canvas.locator("tbody tr", has_text="How high is quota number 17?")
    expect(drawn).to_be_attached()
    # The box before the row below the head.
    table.click(position={"x": 18, "y": 52})
    expect(drawn).to_have_attribute("aria-selected", "true")
    row = page.locator(".qa-report article")
    expect(row.locator("h3")).to_have_text("How high is quota number 17?")
    expect(row).to_contain_text("Cheese quotas in Valdoria · 100–126")


def test_two_runs_are_compared(open_evaluation: OpenEvaluation) -> None:
    page = open_evaluation(view="Compare")
    expect(page.get_by_text("61 questions compared")).to_be_visible()
    # The figures of the view before may stand below until the page has been drawn.
    expect(page.locator(".qa-report table.figures").first).to_contain_text("citation_hit")
    expect(page.get_by_role("heading", name="Questions that changed")).to_be_visible()


def test_new_run_survives_a_reload_and_is_seen_by_others(
    open_evaluation: OpenEvaluation, folder: Path
) -> None:
    page = open_evaluation(view="New run")
    start(page, "few.jsonl", "Trial <b>1</b>")
    expect(panel(page)).to_contain_text("Trial-b-1-b")
    page.reload()
    expect(panel(page)).to_contain_text("Trial-b-1-b")
    other = open_evaluation()
    expect(panel(other)).to_contain_text("Trial-b-1-b")
    for one in (page, other):
        expect(panel(one)).to_contain_text("Done: Trial-b-1-b")
        expect(panel(one)).to_contain_text("6 of 6 questions")
    expect(page.get_by_role("heading", name="Trial-b-1-b")).to_be_visible()
    expect(page.locator(".qa-report table.figures").first).to_contain_text("citation_hit")
    summary = json.loads((folder / "runs" / "Trial-b-1-b" / "summary.json").read_text())
    assert summary["complete"]
    assert summary["metrics"]["citation_hit"]["value"] == 1.0
    panel(page).get_by_role("button", name="Put away").click()
    expect(panel(page)).to_have_count(0)


def test_run_is_stopped_and_resumed(open_evaluation: OpenEvaluation, folder: Path) -> None:
    page = open_evaluation(view="New run")
    start(page, "many.jsonl", "long")
    expect(panel(page)).to_contain_text(SOME_DONE)
    panel(page).get_by_role("button", name="Stop").click()
    expect(panel(page)).to_contain_text("Stopped: long")
    results = folder / "runs" / "long" / "results.jsonl"
    before = len(results.read_text().splitlines())
    assert 0 < before < 600
    page.get_by_role("button", name="Resume").click()
    expect(panel(page)).to_contain_text(f"{before} from before")
    expect(panel(page)).not_to_contain_text(f"{before} of 600 questions")
    panel(page).get_by_role("button", name="Stop").click()
    expect(panel(page)).to_contain_text("Stopped: long")
    ids = [json.loads(line)["id"] for line in results.read_text().splitlines()]
    assert len(ids) > before
    assert len(set(ids)) == len(ids)


def test_wrong_path_is_one_line(open_evaluation: OpenEvaluation) -> None:
    page = open_evaluation(view="New run")
    start(page, "nowhere/none.jsonl", "none")
    alert = panel(page).get_by_role("alert")
    expect(alert).to_contain_text("nowhere/none.jsonl")


def test_chat_and_evaluation_stand_side_by_side(open_evaluation: OpenEvaluation) -> None:
    page = open_evaluation()
    page.get_by_role("link", name="Chat").click()
    expect(page.get_by_role("heading", name="What would you like to know?")).to_be_visible()
    expect(page.get_by_test_id("stChatInputTextArea")).to_be_enabled()


def test_phone_needs_no_sideways_scrolling(open_evaluation: OpenEvaluation) -> None:
    page = open_evaluation(width=390)
    expect(page.get_by_test_id("stVegaLiteChart")).to_have_count(5)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
