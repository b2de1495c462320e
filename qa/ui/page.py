"""The script that Streamlit runs: `qa app`, or `streamlit run streamlit_app.py`."""

import sys
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from qa import parsers
from qa.assistant import Assistant
from qa.config import Role, Settings
from qa.errors import QAError
from qa.schema import DocumentSummary
from qa.ui.chat.chat_state import ChatState, chat_state
from qa.ui.chat.conversation import ask, ask_next, draw_conversation, wait_for_answer
from qa.ui.chat.conversation_list import draw_conversation_menu
from qa.ui.chat.document_pane import beside_document
from qa.ui.chat.first_steps import add_with_question
from qa.ui.chat.kept_conversations import keep_scope, synchronize
from qa.ui.chat.scope import draw_scope
from qa.ui.chat.sidebar import draw_brand, draw_sidebar
from qa.ui.corpus.corpus_add import upload_limit_mb
from qa.ui.shared.components import ASSETS, close_sidebar_on_phones, draw_away_box, draw_error
from qa.ui.shared.resources import freeze_loaded_objects, read_settings, shared_assistant
from qa.ui.visitor import current_visitor, draw_account, draw_door, draw_refusal

if TYPE_CHECKING:
    from streamlit.elements.widgets.chat import ChatInputValue

__all__ = ["main"]

_QUESTION_KEY = "question"
# Title, icon, and who may open it.
_PAGES: tuple[tuple[str, str, Role], ...] = (
    ("Chat", ":material/forum:", "reader"),
    ("Notes", ":material/keep:", "reader"),
    ("Corpus", ":material/library_books:", "keeper"),
    ("Evaluation", ":material/analytics:", "evaluator"),
)


def main() -> None:
    """Draw the page once; Streamlit calls this for every click."""
    st.set_page_config(page_title="Briefing Desk", page_icon=ASSETS / "icon.png", layout="wide")
    st.html(ASSETS / "page.css")
    try:
        settings = read_settings()
        visitor = current_visitor(settings)
        draw = {title: partial(draw_door, visitor) for title, *_ in _PAGES}
        if visitor.roles:
            assistant = shared_assistant(settings)
            documents = assistant.documents()
            # For all pages: notes, too, are of who signed in.
            state = chat_state()
            state.user, state.may_add = visitor.email, "keeper" in visitor.roles and not assistant.read_only
            draw["Chat"] = partial(_draw_chat, settings, assistant, documents)
            draw["Notes"] = partial(_draw_notes, assistant, documents)
            draw["Corpus"] = partial(_draw_corpus, settings, assistant)
            draw["Evaluation"] = partial(_draw_evaluation, settings, assistant)
    except QAError as error:
        draw_error(str(error))
        return
    pages, links = [], []
    for title, icon, role in _PAGES:
        is_open = role in visitor.roles
        # All have their address, so that what somebody may not open says so; its own code does not run.
        run = draw[title] if is_open or not visitor.roles else partial(draw_refusal, visitor, title, role)
        pages.append(st.Page(run, title=title, url_path=title.lower(), default=title == "Chat"))
        links += [(pages[-1], icon)] if is_open else []
    # The sidebar has its own links, below the name.
    page = st.navigation(pages, position="hidden")
    if links:
        with st.sidebar:
            draw_brand()
            for link, icon in links:
                st.page_link(link, icon=icon)
            draw_account(visitor)
            close_sidebar_on_phones(key="drawer")
        # On a phone the sidebar with the name and the pages is closed.
        st.html(f'<div class="qa-where"><strong>Briefing Desk</strong> {page.title}</div>')
    if page.title != "Chat":  # which has it where its questions are typed
        draw_away_box(key="away-line", asks=False)
    page.run()


def _draw_evaluation(settings: Settings, assistant: Assistant) -> None:
    # It needs libraries that take seconds to import, which the chat must not wait for.
    is_first = "qa.ui.evaluation.evaluation_page" not in sys.modules
    from qa.ui.evaluation.evaluation_page import draw_evaluation

    if is_first:
        freeze_loaded_objects()
    draw_evaluation(assistant, settings)


def _draw_notes(assistant: Assistant, documents: Sequence[DocumentSummary]) -> None:
    # Not before it is asked for, as the other pages.
    from qa.ui.notes.notes_page import draw_notes

    draw_notes(assistant, chat_state(), {document.id: document.sha256 for document in documents})


def _draw_corpus(settings: Settings, assistant: Assistant) -> None:
    # Not before it is asked for, as the page of evaluations.
    from qa.ui.corpus.corpus_page import draw_corpus

    draw_corpus(assistant, settings)


def _draw_chat(settings: Settings, assistant: Assistant, documents: Sequence[DocumentSummary]) -> None:
    state = chat_state()
    try:
        synchronize(assistant, state)
        ask_next(assistant, state)
        with st.sidebar:
            draw_sidebar(settings, assistant, state, documents)
    except QAError as error:
        draw_error(str(error))
        return
    # Before the waiting begins, so that all of the page is there while an answer is on its way.
    with st.bottom:
        if documents:
            draw_scope(
                state.scope,
                documents,
                key=f"{state.conversation_id}-{state.scope_edition}",
                on_scope=partial(keep_scope, assistant, state),
            )
        draw_away_box(key="away", asks=bool(documents), user=state.user)
        typed = st.chat_input(
            "Ask a question about the documents" if documents else "Add documents first",
            key=_QUESTION_KEY,
            disabled=not documents,
            accept_file="multiple" if state.may_add else False,
            file_type=[suffix.removeprefix(".") for suffix in parsers.suffixes()],
            max_upload_size=upload_limit_mb(settings),
            on_submit=partial(_submit, assistant, state),
        )
        # After a restart of the server the first thing that a page sends may be a question: there is no
        # callback yet, which is known only from a run before.
        if typed and not state.has_box:
            _take(assistant, state, typed)
        state.has_box = True
    with beside_document(assistant, state):
        draw_conversation_menu(assistant, state)
        wait_for_answer(assistant, state, draw_conversation(assistant, state, documents))


def _submit(assistant: Assistant, state: ChatState) -> None:
    _take(assistant, state, st.session_state[_QUESTION_KEY])


def _take(assistant: Assistant, state: ChatState, typed: "ChatInputValue | str | None") -> None:
    """Set what was typed on its way, after the files that came with it."""
    if typed is None or isinstance(typed, str):
        ask(assistant, state, typed or "")
        return
    files = [(file.name, file.getvalue()) for file in typed.files]
    addition = add_with_question(assistant, state, files) if files and state.may_add else None
    notice = state.notice
    ask(assistant, state, typed.text, after=addition)
    if files:  # what was said of the question before is said no longer, and of the files it is
        state.notice = state.notice or notice


if __name__ == "__main__":
    main()
