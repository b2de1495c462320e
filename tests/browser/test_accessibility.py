"""The pages by axe: nothing serious or moderate, in any state, in light and dark."""

from collections.abc import Callable, Collection
from typing import Literal

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, expect

from tests.browser.test_chat import COST, ask, wait_for_answers

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]
# What Streamlit's own frame does, which is not ours to mend.
_STREAMLIT = {
    "page-has-heading-one": "a page in the middle of a conversation has no heading of its own",
    "region": "Streamlit's frame has no landmarks",
}
# What differs between light and dark; all else is looked for once.
_RULES_OF_COLOUR = ("color-contrast", "link-in-text-block")
# All is drawn, in the colours that were asked for: those of a transition are not what is read.
_IS_SETTLED = """scheme => {
    const app = document.querySelector("[data-testid=stApp]");
    const light = app && getComputedStyle(app).backgroundColor.match(/[0-9.]+/g)[0] > 127;
    if (app && (app.dataset.testScriptState !== "notRunning" || light !== (scheme === "light"))) return false;
    const roots = (root) => [root, ...[...root.querySelectorAll("*")]
        .flatMap((node) => node.shadowRoot ? roots(node.shadowRoot) : [])];
    return roots(document).flatMap((root) => root.getAnimations()).every((one) =>
        one.playState !== "running" || one.effect.getComputedTiming().endTime === Infinity);
}"""
_VIOLATIONS = """rules => axe.run({
    resultTypes: ["violations"], preload: false, ...(rules.length ? {runOnly: rules} : {}),
}).then(({violations}) => violations.map(({id, impact, help, nodes}) => [id, impact, help, nodes[0].html]))"""


def faults(page: Page) -> list[str]:
    """What axe finds on the page as it is now, light and dark, a line for each rule with the first place."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE_SCRIPT)
    return [*_faults_in(page, "light", _RULES_OF_COLOUR), *_faults_in(page, "dark")]


def _faults_in(page: Page, scheme: Literal["light", "dark"], rules: Collection[str] = ()) -> list[str]:
    """By all rules where none is named."""
    page.emulate_media(color_scheme=scheme)
    page.wait_for_function(_IS_SETTLED, arg=scheme)
    return [
        f"{scheme}: {rule} ({impact}): {help}: {place[:160]}"
        for rule, impact, help, place in page.evaluate(_VIOLATIONS, list(rules))
        if impact in ("moderate", "serious", "critical") and rule not in _STREAMLIT
    ]


def test_pages_have_no_fault(app: str, open_page: OpenPage) -> None:
    page = open_page(app)
    found = {"welcome": faults(page)}
    ask(page, COST)
    ask(page, "How do I bake sourdough bread?")
    wait_for_answers(page, 2).locator("summary").first.click()
    answer = page.locator(".qa.answer").first
    answer.locator("button.cite").first.click()
    expect(page.locator("mark.quote").first).to_be_visible()
    found["answer, refusal and document"] = faults(page)
    page.get_by_role("button", name="Close the document").click()
    page.get_by_role("button", name="Limit to …").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    found["limits"] = faults(page)
    # What lies behind a dialog keeps axe from telling its colours, which are those of the dark here.
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
