"""A run's report, opened from the disk in a real Chromium as people do."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Dialog, Page, Request, expect

from qa.evaluate.reporting.report import write_report
from tests.browser.conftest import LIMIT_S
from tests.support import runs

pytestmark = pytest.mark.browser

OpenReport = Callable[..., Page]
COUNT = 120


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rows = [*runs.mixed(COUNT - 1), runs.hostile()]
    return write_report(runs.write_run(tmp_path_factory.mktemp("runs") / "first", rows))


@pytest.fixture
def open_report(chromium: Browser) -> Iterator[OpenReport]:
    """Opens reports; whatever they ask for, say or complain of beside what they show fails the test."""
    faults: list[str] = []
    contexts = []

    def open_one(path: Path, *, width: int = 1280, dark: bool = False) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 800}, color_scheme="dark" if dark else "light"
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(LIMIT_S * 1000)

        def on_dialog(dialog: Dialog) -> None:
            faults.append(f"dialog: {dialog.message}")
            dialog.dismiss()

        def on_request(request: Request) -> None:
            if request.url != path.as_uri():
                faults.append(f"request to {request.url}")

        page.on("dialog", on_dialog)
        page.on("request", on_request)
        page.on("console", lambda message: faults.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: faults.append(f"error on the page: {error}"))
        page.goto(path.as_uri())
        expect(page.locator("#questions .count")).to_be_visible()
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert not faults


def colour(page: Page, selector: str, attribute: str) -> int:
    """How light it is, 0 to 255."""
    value = page.locator(selector).first.evaluate(
        f"node => getComputedStyle(node).getPropertyValue('{attribute}') || ''"
    )
    numbers = [int(one) for one in re.findall(r"\d+", value)][:3]
    return sum(numbers) // 3


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_charts_are_drawn_and_can_be_read(report: Path, open_report: OpenReport, dark: bool) -> None:
    page = open_report(report, dark=dark)
    expect(page.locator("#charts svg.marks")).to_have_count(5)
    for title in ("Outcomes", "Risk against coverage", "Calibration of confidence", "Time per question"):
        card = page.locator("figure.card", has=page.get_by_role("heading", name=title, exact=True))
        box = card.locator("svg.marks").bounding_box()
        assert box
        assert box["width"] > 300
        assert card.locator("svg path").count() > 3
    ground = colour(page, "body", "background-color")
    labels = colour(page, "#charts .role-axis-label text", "fill")
    assert abs(ground - labels) > 110
    assert (ground < 100) is dark


def test_chart_tells_its_numbers_to_the_pointer(report: Path, open_report: OpenReport) -> None:
    page = open_report(report)
    bar = page.locator("figure.card").first.locator(".mark-rect path").first
    bar.scroll_into_view_if_needed()
    bar.hover()
    tip = page.locator("#vg-tooltip-element")
    expect(tip).to_contain_text("Outcome")
    expect(tip).to_contain_text("Share")


def test_search_narrows_the_table(report: Path, open_report: OpenReport) -> None:
    page = open_report(report)
    rows = page.locator("#questions .row")
    expect(rows).to_have_count(25)
    expect(page.locator(".count")).to_have_text(f"1–25 of {COUNT}")
    search = page.get_by_label("Search")
    search.fill("NUMBER 57")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("How high is quota number 57?")
    search.fill("did not answer: try")
    expect(rows).to_have_count(2)
    search.fill("no such words")
    expect(page.locator(".count")).to_have_text("No question fits.")
    search.fill("")
    expect(rows).to_have_count(25)


def test_outcome_and_tag_filter_and_pages_turn(report: Path, open_report: OpenReport) -> None:
    page = open_report(report)
    rows = page.locator("#questions .row")
    page.get_by_role("combobox", name="Outcome").select_option("rightly refused")
    expect(rows).to_have_count(24)
    assert set(rows.locator(".badge").all_text_contents()) == {"rightly refused"}
    page.get_by_role("combobox", name="Outcome").select_option("")
    page.get_by_role("combobox", name="Tag").select_option("rare")
    expect(rows).to_have_count(12)
    page.get_by_role("combobox", name="Tag").select_option("")
    page.get_by_role("button", name="Next").click()
    expect(page.locator(".count")).to_have_text(f"26–50 of {COUNT}")
    expect(rows.first).to_contain_text("number 25?")
    page.get_by_role("button", name="Last").click()
    expect(rows).to_have_count(COUNT % 25)
    expect(page.get_by_role("button", name="Next")).to_be_disabled()
    page.get_by_role("combobox", name="Order").select_option("slow")
    expect(page.locator(".count")).to_have_text(f"1–25 of {COUNT}")
    times = [
        int(re.sub(r"\D", "", one)) for one in rows.locator(".facts span:last-child").all_text_contents()
    ]
    assert times == sorted(times, reverse=True)


def test_question_opens_with_all_that_is_known(report: Path, open_report: OpenReport) -> None:
    page = open_report(report)
    row = page.locator("#questions .row").first
    row.locator("summary").press("Enter")
    inside = row.locator(".inside")
    for expected in (
        "q-00000",
        "Cheese quotas in Valdoria · Quotas · 100–126 · cheese",
        "cheese.txt",
        "score 0.91",
    ):
        expect(inside).to_contain_text(expected)
    expect(inside.locator("mark")).to_have_text("1,250 tonnes")
    expect(inside.locator(".scores")).to_contain_text("token_f1")
    page.get_by_role("combobox", name="Outcome").select_option("failed")
    row.locator("summary").click()
    expect(row.locator(".inside .error")).to_contain_text("the model's server did not answer")


def test_hostile_text_is_only_text(report: Path, open_report: OpenReport) -> None:
    page = open_report(report)
    page.get_by_label("Search").fill("javascript:alert")
    row = page.locator("#questions .row")
    expect(row).to_have_count(1)
    row.locator("summary").click()
    expect(row.locator(".inside")).to_contain_text("Right quotes")
    assert row.locator(".question").text_content() == runs.HOSTILE
    assert row.locator("blockquote").nth(1).text_content() == runs.HOSTILE * 2
    expect(page.locator("img, iframe, a[href^=javascript]")).to_have_count(0)


def test_phone_needs_no_sideways_scrolling(report: Path, open_report: OpenReport) -> None:
    page = open_report(report, width=390)
    expect(page.locator("#charts svg.marks")).to_have_count(5)
    page.locator("#questions .row summary").first.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_run_without_a_single_answer_still_opens(tmp_path: Path, open_report: OpenReport) -> None:
    path = write_report(runs.write_run(tmp_path / "failed", [runs.failed(number) for number in range(3)]))
    page = open_report(path)
    expect(page.locator("#charts svg.marks")).to_have_count(1)
    expect(page.locator("#charts .note")).to_contain_text("Time per question")
    expect(page.locator("#questions .row")).to_have_count(3)
