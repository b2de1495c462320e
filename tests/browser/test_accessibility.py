"""The pages by axe: nothing serious or moderate, in any state, in light and dark."""

from collections.abc import Callable
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.test_chat import COST, ask, asked, wait_for_answers

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]
# What Streamlit's own frame does, which is not ours to mend.
_STREAMLIT = {
    "page-has-heading-one": "a page in the middle of a conversation has no heading of its own",
    "region": "Streamlit's frame has no landmarks",
}


def faults(page: Page) -> list[str]:
    """What axe finds on the page as it is now, light and dark, a line for each rule with the first place."""
    return [*_faults_in(page, "dark"), *_faults_in(page, "light")]


def _faults_in(page: Page, scheme: Literal["light", "dark"]) -> list[str]:
    page.emulate_media(color_scheme=scheme)
    page.wait_for_timeout(300)  # transitions, whose colours in between are not what is read
    found = Axe().run(page).response["violations"]
    return [
        f"{scheme}: {rule['id']} ({rule['impact']}): {rule['help']}: {rule['nodes'][0]['html'][:160]}"
        for rule in found
        if rule["impact"] in ("moderate", "serious", "critical") and rule["id"] not in _STREAMLIT
    ]


def test_pages_have_no_fault(app: str, open_page: OpenPage) -> None:
    page = open_page(app)
    found = {"welcome": faults(page)}
    answer = asked(page, COST)
    found["answer"] = faults(page)
    answer.locator("button.cite").first.click()
    expect(page.locator("mark.quote").first).to_be_visible()
    found["document"] = faults(page)
    page.get_by_role("button", name="Close the document").click()
    ask(page, "How do I bake sourdough bread?")
    refusal = wait_for_answers(page, 2)
    refusal.locator("summary").first.click()
    found["refusal"] = faults(page)
    page.get_by_role("button", name="Limit to …").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    found["limits"] = faults(page)
    # What lies behind a dialog keeps axe from telling its colours.
    page.emulate_media(color_scheme="dark")
    expect(page.get_by_role("button", name="Apply")).to_have_css("color", "rgb(18, 25, 30)")
    page.get_by_role("dialog").get_by_role("button", name="Close").click()
    answer.get_by_role("button", name="Pin to the note").click()
    for name, ready in (("Notes", "Notes"), ("Corpus", "Corpus"), ("Evaluation", "Evaluation")):
        page.get_by_role("link", name=name).click()
        expect(page.get_by_role("heading", name=ready, exact=True)).to_be_visible()
        found[name] = faults(page)
        if name == "Corpus":
            page.get_by_role("button", name="Plans for Northwind, as they were").click()
            page.get_by_role("radio", name="Edit").click()
            expect(page.get_by_test_id("stMultiSelect")).to_contain_text("railways")
            found["edit"] = faults(page)
    page.get_by_role("radio", name="Questions").click()
    page.get_by_role("button", name="Draft questions").click()
    expect(page.get_by_role("button", name="Keep").first).to_be_visible()
    found["questions"] = faults(page)
    page.get_by_role("button", name="Keep").first.click()
    page.get_by_role("radio", name="Kept (1)").click()
    expect(page.get_by_role("button", name="Save 1 kept question")).to_be_visible()
    found["kept questions"] = faults(page)
    page.get_by_role("radio", name="New run").click()
    expect(page.get_by_role("button", name="Start")).to_be_visible()
    found["new run"] = faults(page)
    assert {state: lines for state, lines in found.items() if lines} == {}
