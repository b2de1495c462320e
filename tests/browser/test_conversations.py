"""Conversations that stay: after a reload, in a second tab, after a restart; questions typed ahead."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from tests.browser.conftest import ModelApp, ModelDesk
from tests.browser.test_chat import COST, COST_QUOTE, answers, ask, asked, wait_for_answers
from tests.support.chat_servers import ServerReply

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]
NOTE_DIALOGS = """() => {
    window.dialogs = 0;
    new MutationObserver(() => {
        window.dialogs += document.querySelectorAll("[role=dialog]").length;
    }).observe(document.body, {subtree: true, childList: true});
}"""
TUNNELS = "What took most of the money of the corridor?"
LEVY = "How high is the Zanzibar clove levy?"
CHEESE = "How much cheese is the quota of Valdoria?"


def test_conversation_survives_a_reload_and_opens_in_a_second_tab(app: str, open_page: OpenPage) -> None:
    page = open_page(app)
    first = asked(page, COST).text_content()
    expect(page).to_have_url(re.compile(r"\?c="))
    page.reload()
    assert wait_for_answers(page, 1).text_content() == first
    other = open_page(page.url)
    answer = wait_for_answers(other, 1)
    answer.locator("button.cite").first.click()
    assert other.locator("mark.quote").text_content() == COST_QUOTE
    # What is asked there is here as soon as this page is drawn again.
    ask(other, "And when was it planned?")
    wait_for_answers(other, 2)
    page.locator(".choices.list button", has_text="Cheese quotas").click()
    expect(answers(page)).to_have_count(2)


def test_page_that_streamlit_gives_up_comes_back_with_what_was_typed(app: str, open_page: OpenPage) -> None:
    page = open_page(app)
    sockets: list[WebSocketRoute] = []

    def pass_on(socket: WebSocketRoute) -> None:
        sockets.append(socket)
        socket.connect_to_server()

    page.route_web_socket("**/_stcore/stream", pass_on)
    page.reload()
    asked(page, COST)
    box = page.get_by_test_id("stChatInputTextArea")
    box.press_sequentially(CHEESE)
    sockets[-1].send("This is no message of Streamlit's.")
    expect(page.locator("[data-test-connection-state=DISCONNECTED_FOREVER]")).to_have_count(0)
    page.wait_for_function("sessionStorage.getItem('qa-loaded')")
    expect(box).to_have_value(CHEESE)
    box.press("Enter")
    wait_for_answers(page, 2)
    expect(page.locator(".qa-question")).to_have_text([COST, CHEESE])
    assert len(sockets) == 2


def test_conversations_are_listed_renamed_and_deleted(app: str, open_page: OpenPage) -> None:
    page = open_page(app)
    asked(page, CHEESE)
    page.get_by_role("button", name="New conversation").click()
    expect(answers(page)).to_have_count(0)
    expect(page).not_to_have_url(re.compile(r"\?c="))
    in_list = page.locator(".choices.list button", has_text=CHEESE).first
    in_list.click()
    wait_for_answers(page, 1)
    expect(in_list).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Menu").click()
    name = page.get_by_label("Name of this conversation")
    name.fill("Cheese **of** <i>Valdoria</i>")
    name.press("Enter")
    renamed = page.locator(".choices.list button", has_text="Cheese **of** <i>Valdoria</i>")
    expect(renamed).to_have_count(1)
    expect(page.locator(".qa-title")).to_have_text("Cheese **of** <i>Valdoria</i>")
    address = page.url
    page.get_by_text("Delete it with all its answers").click()
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(renamed).to_have_count(0)
    expect(answers(page)).to_have_count(0)
    gone = open_page(address)
    expect(gone.locator(".qa-error")).to_contain_text("it was deleted")


def test_questions_typed_ahead_are_answered_in_turn_and_can_be_taken_back(
    model_app: ModelApp, open_page: OpenPage
) -> None:
    app, server = model_app
    # The first answer comes to no end, so that those behind it surely wait.
    endless = ServerReply(pieces=("The corridor cost 4.2 billion dollars [1]. ", "It "), end="hang")
    server.expect(endless, *(ServerReply(pieces=("The quota is 1,250 tonnes [1].",)) for _ in range(2)))
    page = open_page(app)
    for number, question in enumerate((COST, CHEESE, "How do I bake bread?"), start=1):
        ask(page, question)
        expect(page.locator(".qa-question")).to_have_count(number)
    expect(page.get_by_test_id("stChatInputTextArea")).to_be_focused()
    page.get_by_role("button", name="Take this question back").last.click()
    expect(page.locator(".qa-question")).to_have_text([COST, CHEESE])
    # They wait for the page that is loaded anew, too, and in a second tab.
    page.reload()
    other = open_page(page.url)
    for window in (page, other):
        expect(window.locator(".qa-question")).to_have_text([COST, CHEESE])
    expect(page.locator(".qa-arriving")).to_contain_text("It")
    page.get_by_role("button", name="Stop").click()
    for window in (page, other):
        expect(wait_for_answers(window, 2)).to_contain_text("1,250 tonnes")
        expect(window.locator(".qa-question")).to_have_text([COST, CHEESE])


def test_restart_of_the_server_keeps_the_conversation_and_asks_what_was_typed_meanwhile(
    model_desk: ModelDesk, model_app: ModelApp, open_page: OpenPage
) -> None:
    address, server = model_app
    server.expect(
        ServerReply(pieces=("The Northwind corridor cost 4.2 billion dollars to build [1].",)),
        ServerReply(pieces=("The tunnels ",), end="hang"),
        ServerReply(pieces=("The quota is 1,250 tonnes [1].",)),
    )
    page = open_page(address)
    asked(page, COST)
    notes = page.context.new_page()
    notes.goto(f"{address}/notes")
    expect(notes.get_by_role("button", name="New note")).to_be_visible()
    page.bring_to_front()
    ask(page, TUNNELS)
    expect(page.locator(".qa-arriving")).to_contain_text("The tunnels")
    ask(page, CHEESE)
    expect(page.locator(".qa-question")).to_have_text([COST, TUNNELS, CHEESE])
    box = page.get_by_test_id("stChatInputTextArea")
    box.press_sequentially(LEVY[:9])
    page.evaluate(NOTE_DIALOGS)
    model_desk.stop()
    # Streamlit's own dialog, which tells a developer what to run, is closed as it comes, and what is
    # being typed goes on in the box that stands in.
    page.wait_for_function("window.dialogs > 0")
    expect(page.get_by_role("dialog")).to_have_count(0)
    line = page.get_by_label("Question to be asked when the desk is back")
    expect(line).to_be_focused()
    expect(box).to_be_hidden()
    page.keyboard.type(LEVY[9:])
    expect(line).to_have_value(LEVY)
    expect(notes.get_by_text("The desk does not answer")).to_be_visible()
    expect(notes.get_by_role("dialog")).to_have_count(0)
    line.press("Enter")
    model_desk.start()
    wait_for_answers(page, 3)
    expect(page.locator(".qa-question")).to_have_text([COST, TUNNELS, CHEESE, LEVY])
    expect(answers(page).nth(1)).to_contain_text("1,250 tonnes")
    expect(line).to_be_hidden()
    expect(notes.get_by_text("The desk does not answer")).to_be_hidden()
    expect(page.locator(".qa-unanswered")).to_contain_text("The program ended")
    expect(page.get_by_role("button", name="Ask again", exact=True)).to_be_visible()
    mark = answers(page).first.locator("button.cite").first
    mark.click()
    assert page.locator("mark.quote").text_content() == mark.get_attribute("data-quote")
