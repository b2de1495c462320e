"""What a person does in the chat: ask, look at the words that an answer rests on, ask on."""

import re
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import (
    BRIEFINGS,
    HOSTILE_HEADING,
    HOSTILE_SENTENCE,
    HOSTILE_TITLE,
    LIMIT_S,
    ModelApp,
    run_qa,
)
from tests.support.chat_servers import ServerReply

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]
COST = "How much did the Northwind corridor cost to build?"
COST_QUOTE = "The Northwind corridor cost 4.2 billion dollars to build."
TOP = "node => node.getBoundingClientRect().top"
IS_ABOVE_THE_BOX = """node => {
    const box = document.querySelector("[data-testid=stBottom]").getBoundingClientRect();
    return node.getBoundingClientRect().bottom <= box.top;
}"""
# What stands there only while an answer is on its way, looked for at every change: it may go at any moment.
NOTE_WHAT_IS_SHOWN = """() => {
    window.shown = {status: false, disabled: false};
    const look = () => {
        const status = [...document.querySelectorAll("[role=status]")];
        const input = document.querySelector("[data-testid=stChatInputTextArea]");
        window.shown.status ||= status.some(node => node.textContent.includes("…") && node.checkVisibility());
        window.shown.disabled ||= input.disabled;
    };
    new MutationObserver(look).observe(
        document, {subtree: true, childList: true, attributes: true, characterData: true}
    );
}"""


def ask(page: Page, question: str) -> None:
    box = page.get_by_test_id("stChatInputTextArea")
    expect(box).to_be_enabled()
    box.fill(question)
    box.press("Enter")


def answers(page: Page) -> Locator:
    return page.locator(".qa.answer")


def wait_for_answers(page: Page, count: int) -> Locator:
    expect(answers(page)).to_have_count(count)
    # Once the script has drawn all of the page.
    expect(page.get_by_role("button", name="Stop")).to_have_count(0)
    return answers(page).last


def asked(page: Page, question: str) -> Locator:
    ask(page, question)
    return wait_for_answers(page, 1)


def inside(inner: Locator, outer: Locator) -> bool:
    a, b = inner.bounding_box(), outer.bounding_box()
    return bool(a and b and a["y"] >= b["y"] - 1 and a["y"] + a["height"] <= b["y"] + b["height"] + 1)


def mark_of(answer: Locator, quote: str) -> Locator:
    """The mark of a quote in an answer, which is drawn as a whole: what is not there never comes."""
    mark = answer.locator(f"button.cite[data-quote='{quote}']")
    assert mark.count() == 1, answer.text_content()
    return mark


def has_focus(node: Locator) -> bool:
    return bool(node.evaluate("node => node.getRootNode().activeElement === node"))


# Keep this first: the app has just started, and its models are still being loaded.
def test_first_question_of_a_fresh_start_shows_that_it_is_on_its_way(app: str, open_page: OpenPage) -> None:
    page = open_page(app)
    page.evaluate(NOTE_WHAT_IS_SHOWN)
    ask(page, COST)
    expect(page.locator(".qa-question")).to_have_text(COST)
    answer = wait_for_answers(page, 1)
    assert page.evaluate("window.shown") == {"status": True, "disabled": False}
    expect(answer).to_contain_text("4.2 billion dollars")
    expect(page.locator(".qa-stage")).to_have_count(0)
    expect(answer.locator(".foot")).to_contain_text("confidence")
    # Two documents answer: the newest one stands first.
    expect(answer.locator(".group .date")).to_have_text(["3 February 2026", "6 May 2019"])
    expect(answer.locator(".group .title")).to_have_text(
        ["The Northwind rail corridor", "Plans for Northwind, as they were"]
    )


def test_empty_chat_welcomes_and_a_suggestion_asks_at_once(app: str, open_page: OpenPage) -> None:
    page = open_page(app)
    expect(page.get_by_role("heading", name="What would you like to know?")).to_be_visible()
    expect(page.get_by_text("Ask about the 4 documents")).to_be_visible()
    suggestions = page.locator(".choices.cards button")
    expect(suggestions).to_have_count(4)
    suggestion = suggestions.filter(has_text="What could go wrong for the corridor?")
    suggestion.click()
    answer = wait_for_answers(page, 1)
    expect(page.locator(".qa-question")).to_have_text("What could go wrong for the corridor?")
    expect(answer).to_contain_text("The main risks are floods and a shortage of drivers.")
    expect(suggestions).to_have_count(0)


def test_mark_shows_its_quote_and_opens_it_in_the_document(app: str, open_page: OpenPage) -> None:
    page = open_page(app)
    answer = asked(page, COST)
    expect(answer.locator(".short")).to_have_text("4.2 billion dollars")
    mark = answer.locator(".sentence", has_text=COST_QUOTE).locator("button.cite")
    expect(mark).to_have_attribute("data-quote", COST_QUOTE)
    mark.click()
    document = page.locator(".qa.document")
    expect(document.locator("h3")).to_have_text("The Northwind rail corridor")
    expect(document.locator(".facts")).to_have_text("3 February 2026 · Test Desk · What the corridor cost")
    # To the character: `to_have_text` would squeeze white space.
    assert document.locator("mark.quote").text_content() == COST_QUOTE
    expect(document.locator("mark.span")).to_have_text("4.2 billion dollars")
    expect(document.locator("mark.quote")).to_be_in_viewport()
    expect(mark).to_have_attribute("aria-pressed", "true")
    # The whole stored text is there, beside the answer and not below it, and no character of it differs.
    assert document.locator(".text").evaluate("node => node.textContent") == BRIEFINGS["corridor.md"]
    beside, chat = document.bounding_box(), answer.bounding_box()
    assert beside
    assert chat
    assert beside["x"] >= chat["x"] + chat["width"]
    # Its marks of Markdown are there, and not seen.
    heading = document.get_by_role("heading", name="What the corridor cost", exact=True)
    assert heading.evaluate("node => node.innerText") == "What the corridor cost"
    # The focus stays on the mark, for who uses the keyboard.
    assert has_focus(mark)
    document.get_by_role("button", name="Close the document").click()
    expect(document).to_have_count(0)
    assert has_focus(mark)
    mark.press("Enter")
    expect(document.locator("mark.quote")).to_be_in_viewport()
    document.locator(".page").focus()
    page.keyboard.press("Escape")
    expect(document).to_have_count(0)
    assert has_focus(mark)


def test_keys_lead_through_the_citations_of_an_answer(app: str, open_page: OpenPage) -> None:
    page = open_page(app)
    answer = asked(page, COST)
    marks = answer.locator("button.cite")
    count = marks.count()
    assert count > 1
    marks.first.press("Enter")
    place = page.locator(".qa.document .place")
    expect(place).to_have_text(f"1 of {count}")
    page.keyboard.press("n")
    expect(place).to_have_text(f"2 of {count}")
    expect(marks.nth(1)).to_have_attribute("aria-pressed", "true")
    page.locator(".qa.document .page").focus()
    page.keyboard.press("p")
    expect(place).to_have_text(f"1 of {count}")
    following = page.get_by_role("button", name="Next")
    following.press("Enter")
    expect(place).to_have_text(f"2 of {count}")
    assert has_focus(following if following.is_enabled() else page.locator(".qa.document .page"))
    page.keyboard.press("Escape")
    expect(page.locator(".qa.document")).to_have_count(0)
    assert has_focus(marks.first)


def test_mark_of_a_document_that_changed_or_went_meanwhile(
    app: str, store: Path, open_page: OpenPage, tmp_path: Path
) -> None:
    quote = "The ferry of Quillmoor sails at 6.40 each morning."
    text = f"The ferry of Quillmoor\n\n{quote} It is old, blue slow.\n"
    # As long as before, so that the old place still lies inside the text.
    moved = f"New today.\n{text}".replace(", blue slow", "")
    assert len(moved) == len(text)
    file = tmp_path / "ferry.txt"
    file.write_text(text, encoding="utf-8")
    run_qa(store, "add", str(file))
    try:
        page = open_page(app)
        mark = mark_of(asked(page, "When does the ferry of Quillmoor sail?"), quote)
        mark.click()
        document = page.locator(".qa.document")
        expect(document.locator("mark.quote")).to_have_text(quote)
        expect(document.locator(".change")).to_have_count(0)
        file.write_text(moved, encoding="utf-8")
        run_qa(store, "add", str(file))
        mark.click()
        expect(document.locator(".change")).to_have_text(
            "This document has changed since the answer: the passage has moved."
        )
        expect(document.locator("mark.quote")).to_have_text(quote)
        assert document.locator(".text").evaluate("node => node.textContent") == moved
        file.write_text(moved.replace("6.40", "7.15"), encoding="utf-8")
        run_qa(store, "add", str(file))
        mark.click()
        expect(document.locator(".change")).to_contain_text("these words are no longer in it")
        expect(document.locator(".lost")).to_have_text(quote)
        expect(document.locator("mark")).to_have_count(0)
    finally:
        run_qa(store, "remove", "ferry.txt", "--forget")
    mark.click()
    expect(page.locator(".qa-error")).to_have_text("This document has been removed from the corpus.")
    expect(document).to_have_count(0)


def test_passage_far_down_is_scrolled_into_view(app: str, open_page: OpenPage) -> None:
    page = open_page(app)
    answer = asked(page, "How many platforms does Station 32 have?")
    answer.locator("button.cite[data-quote*='Station 32 ']").first.click()
    document = page.locator(".qa.document")
    expect(document.locator("mark.quote")).to_contain_text("Station 32")
    expect(document.locator("mark.quote")).to_be_in_viewport()
    assert inside(document.locator("mark.quote"), document.locator(".page"))


def test_refusal_shows_what_was_looked_at(app: str, open_page: OpenPage) -> None:
    page = open_page(app)
    answer = asked(page, "How do I bake sourdough bread?")
    expect(answer.locator(".lead")).to_have_text("The documents do not answer this question.")
    expect(answer.locator(".lead")).to_be_in_viewport()
    passages = answer.locator(".passage")
    assert passages.count() >= 3
    # It is no answer: it is there for who asks for it.
    expect(passages.first).to_be_hidden()
    answer.get_by_text("What I looked at: ").click()
    text = passages.first.locator(".text").text_content()
    passages.first.get_by_role("button", name="Open in the document").click()
    expect(page.locator("mark.quote").first).to_be_in_viewport()
    # A passage of several paragraphs has a mark in each, and of a table in each cell.
    assert text
    signs = str.maketrans("", "", "|-· \n")
    marked = "".join(page.locator("mark.quote").all_text_contents())
    assert marked.translate(signs) == text.translate(signs)


def test_hostile_briefing_is_only_text(app: str, open_page: OpenPage) -> None:
    page = open_page(app)
    expect(page.locator(".choices.cards")).to_contain_text("Who **pays** for <u>the</u> clove levy?")
    expect(page.locator(".choices.cards")).to_contain_text(HOSTILE_TITLE)
    expect(page.locator(".st-key-documents .choices.list")).to_contain_text(HOSTILE_TITLE)
    question = "How high is the Zanzibar clove levy <img src=x onerror=alert(7)> $x$ **b** :smile:?"
    answer = asked(page, question)
    expect(page.locator(".qa-question")).to_have_text(question)
    expect(answer.locator(".title").first).to_have_text(HOSTILE_TITLE)
    expect(answer).to_contain_text(HOSTILE_SENTENCE)
    mark = answer.locator("button.cite").first
    expect(mark).to_have_attribute("data-quote", HOSTILE_SENTENCE)
    mark.click()
    document = page.locator(".qa.document")
    expect(document.locator("mark.quote")).to_have_text(HOSTILE_SENTENCE)
    expect(document.locator("h3")).to_have_text(HOSTILE_TITLE)
    expect(document.locator(".text")).to_contain_text(f"# {HOSTILE_HEADING}")
    for made in ("img[src='x']", "script:text('alert')", "a[href^='javascript']", "b[onclick]", ".katex"):
        expect(page.locator(made)).to_have_count(0)


def test_limits_are_chips_in_the_address_and_topics_are_only_text(app: str, open_page: OpenPage) -> None:
    page = open_page(app)
    topic = "**spices** <i>x</i> :smile:"
    page.get_by_role("button", name="Limit to …").click()
    box = page.get_by_test_id("stMultiSelect").nth(1)
    chosen = box.get_by_text(topic)
    until = time.monotonic() + LIMIT_S
    while not chosen.is_visible():
        assert time.monotonic() < until
        # The list closes when it moves, as it does while the box around it unfolds: then it is opened again.
        box.get_by_role("combobox").fill("spices")
        box.get_by_role("combobox").press("Enter")
        with suppress(AssertionError):
            expect(chosen).to_be_visible(timeout=2000)
    page.keyboard.press("Tab")  # which closes the list
    page.get_by_role("button", name="Apply").click()
    chip = page.locator(".choices.chips button")
    expect(chip).to_have_text(topic)
    expect(page).to_have_url(re.compile("topic="))
    answer = asked(page, COST)
    expect(page.locator(".question .note")).to_have_text(f"Only topic {topic}")
    expect(answer).not_to_contain_text("The Northwind rail corridor")
    # It stays with the conversation, on other pages too, until it is taken away; and what is typed does.
    question_box = page.get_by_test_id("stChatInputTextArea")
    question_box.fill("And what did")
    page.get_by_role("link", name="Corpus").click()
    expect(page.get_by_role("table")).to_be_visible()
    page.get_by_role("link", name="Chat").click()
    expect(chip).to_have_text(topic)
    expect(question_box).to_have_value("And what did")
    page.reload()
    expect(chip).to_have_text(topic)
    expect(question_box).to_have_value("And what did")
    chip.click()
    expect(chip).to_have_count(0)
    ask(page, COST)
    expect(wait_for_answers(page, 2)).to_contain_text("The Northwind rail corridor")
    # What limits nothing is said, and so is a limit that leaves nothing.
    page.goto(f"{app}/?as-of=2026-02-30&topic=none")
    expect(page.locator(".qa-error")).to_have_text(
        "“as-of=2026-02-30” in the address limits nothing: it takes a day such as 2026-03-01."
    )
    expect(chip).to_have_text("none")
    expect(asked(page, COST).locator(".looked")).to_have_text("Nothing within these limits came near it")


def test_follow_up_says_what_it_was_understood_as(app: str, open_page: OpenPage) -> None:
    page = open_page(app, width=1024, height=600)
    asked(page, "How much cheese is the quota of Valdoria?")
    ask(page, "And who sets it?")
    answer = wait_for_answers(page, 2)
    expect(answer.locator(".understood")).to_contain_text("Who sets the quota of Valdoria?")
    expect(answer).to_contain_text("The dairy board of Valdoria")
    # Streamlit alone would stay where the reader was, or go to the very end.
    expect(page.locator(".qa-question").last).to_be_in_viewport()
    expect(answer.locator(".understood")).to_be_in_viewport()
    page.wait_for_function(IS_ABOVE_THE_BOX, arg=answer.locator(".foot").element_handle())
    # What is clicked stays where it is, though the document takes half of the page.
    mark = answer.locator("button.cite").first
    height = mark.evaluate(TOP)
    mark.click()
    expect(page.locator("mark.quote")).to_be_in_viewport()
    page.wait_for_function(
        f"([node, top]) => Math.abs(({TOP})(node) - top) < 3", arg=[mark.element_handle(), height]
    )
    beside = page.locator(".qa.document").bounding_box()
    assert beside
    assert beside["width"] > 350
    page.keyboard.press("Escape")
    expect(page.locator(".qa.document")).to_have_count(0)
    # Who knows better says so, by keyboard too, and the rest stays as it is.
    change = answer.get_by_role("button", name="Change")
    change.press("Enter")
    meaning = answer.get_by_label("What the question means")
    assert has_focus(meaning)
    meaning.fill("Who sets the cheese quota in March?")
    meaning.press("Enter")
    expect(answer.locator(".understood q")).to_have_text("Who sets the cheese quota in March?")
    expect(page.locator(".qa-question")).to_have_text(
        ["How much cheese is the quota of Valdoria?", "And who sets it?"]
    )
    expect(answers(page)).to_have_count(2)
    expect(change).to_be_focused()
    page.get_by_role("button", name="New conversation").click()
    expect(answers(page)).to_have_count(0)
    expect(page.locator(".choices.cards button")).to_have_count(4)


def test_question_that_is_too_long_is_one_line_and_nothing_is_lost(app: str, open_page: OpenPage) -> None:
    page = open_page(app)
    asked(page, COST)
    ask(page, "x" * 3000)
    error = page.locator(".qa-error")
    expect(error).to_contain_text("the question has 3,000 characters")
    # However long it is, what came of it is to be seen.
    expect(error).to_be_in_viewport(ratio=1)
    expect(page.locator(".qa-question")).to_have_text([COST, "x" * 3000])
    expect(answers(page)).to_have_count(1)
    page.locator(".question button.edit").last.click()
    expect(page.get_by_test_id("stChatInputTextArea")).to_have_value("x" * 3000)


def test_click_while_an_answer_is_on_its_way_does_not_end_it(app: str, open_page: OpenPage) -> None:
    page = open_page(app)
    ask(page, COST)
    expect(page.locator(".qa-question")).to_be_visible()
    page.locator(".choices.list button", has_text="Cheese quotas in Valdoria").click()
    answer = wait_for_answers(page, 1)
    expect(answer).to_contain_text("4.2 billion dollars")
    expect(page.locator(".qa-question")).to_have_count(1)
    expect(page.locator(".qa.document h3")).to_have_text("Cheese quotas in Valdoria")


def test_stop_keeps_what_came_and_ends_the_request(model_app: ModelApp, open_page: OpenPage) -> None:
    app, server = model_app
    server.expect(ServerReply(pieces=("The corridor cost 4.2 billion dollars [1]. ", "It "), end="hang"))
    page = open_page(app)
    page.locator(".choices.list button", has_text="Cheese quotas in Valdoria").click()
    document = page.locator(".qa.document")
    expect(document).to_be_visible()
    ask(page, COST)
    expect(page.locator(".qa-arriving")).to_contain_text("It")
    expect(page.locator(".qa-stage")).to_have_text("Writing the answer …")
    # It goes with the question, not with the answer.
    expect(document).to_have_count(0)
    page.get_by_role("button", name="Stop").click()
    answer = wait_for_answers(page, 1)
    expect(answer).to_contain_text("The corridor cost 4.2 billion dollars")
    expect(answer).to_contain_text("was stopped before the end of its answer")
    expect(page.get_by_role("button", name="Stop")).to_have_count(0)
    expect(page.get_by_test_id("stChatInputTextArea")).to_be_focused()
    assert server.client_left.wait(LIMIT_S)


def test_what_a_model_makes_up_is_marked_or_kept_behind_a_fold_and_loads_nothing(
    model_app: ModelApp, open_page: OpenPage
) -> None:
    app, server = model_app
    right = "The Northwind corridor cost 4.2 billion dollars to build [1]. "
    picture = "![](http://127.0.0.1:9/x.png)<img src=x>"
    wrong = f"The Northwind corridor cost 9.9 billion dollars to build [1]. {picture}"
    # Each is asked again, and writes the same.
    texts = (right + wrong, right + wrong, wrong, wrong)
    server.expect(*(ServerReply(pieces=(text,)) for text in texts))
    page = open_page(app)
    answer = asked(page, COST)
    expect(answer.locator("u.unborne")).to_have_text("9.9")
    expect(answer.locator(".verdict")).to_have_text(["Not supported"])
    expect(answer.locator(".fold summary")).to_contain_text("What openai:m was shown")
    ask(page, COST)
    refusal = wait_for_answers(page, 2)
    said = refusal.locator(".fold .text").first
    expect(said).to_be_hidden()
    refusal.locator("summary").first.click()
    expect(said).to_contain_text("The Northwind corridor cost 9.9 billion dollars to build.")
    expect(page.locator(".qa img, .qa a[href]")).to_have_count(0)


def test_phone_shows_the_document_over_the_page_with_a_way_back(app: str, open_page: OpenPage) -> None:
    page = open_page(app, width=390, height=844)
    answer = asked(page, COST)
    mark = mark_of(answer, COST_QUOTE)
    place = mark.bounding_box()
    mark.click()
    expect(page.locator("mark.quote")).to_have_text(COST_QUOTE)
    expect(page.locator("mark.quote")).to_be_in_viewport()
    assert page.locator(".qa.document").bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 844}
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    # What lies behind does not move.
    page.mouse.move(200, 20)
    page.mouse.wheel(0, 400)
    back = page.get_by_role("button", name="Back to the answer")
    assert has_focus(back)
    back.click()
    expect(page.locator(".qa.document")).to_have_count(0)
    assert has_focus(mark)
    assert mark.bounding_box() == place
    # The sidebar closes as soon as something in it was chosen, and does not open by itself.
    sidebar = page.get_by_test_id("stSidebar")
    for choose in (
        lambda: page.locator(".choices.list button", has_text=COST).first.click(),
        lambda: page.get_by_role("link", name="Chat").click(),
        page.reload,
    ):
        page.get_by_test_id("stExpandSidebarButton").click()
        expect(sidebar).to_be_in_viewport(ratio=0.9)
        expect(page.locator(".qa-where")).to_be_hidden()
        choose()
        expect(sidebar).not_to_be_in_viewport()
    wait_for_answers(page, 1)
