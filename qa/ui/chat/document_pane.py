"""The document beside the conversation."""

from dataclasses import replace

import streamlit as st

from qa.assistant import Assistant
from qa.errors import DocumentNotFound, QAError
from qa.ui.chat.chat_state import chat_state
from qa.ui.chat.document_excerpt import OpenedPassage, build_document_view
from qa.ui.shared.components import draw_document, draw_error

__all__ = ["draw_opened"]

_REMOVED = "This document has been removed from the corpus."


def draw_opened(assistant: Assistant, passage: OpenedPassage) -> None:
    """The document of the passage, or one line on why it can't be shown."""
    try:
        document = assistant.document(passage.document_id)
    except DocumentNotFound:
        _draw_closable_error(_REMOVED)
    except QAError as error:
        _draw_closable_error(str(error))
    else:
        # A reference that is no id any more may be the title of another document.
        if document.id == passage.document_id:
            draw_document(
                build_document_view(document, passage), key="opened-document", on_action=_handle_action
            )
        else:
            _draw_closable_error(_REMOVED)


def _draw_closable_error(line: str) -> None:
    draw_error(line)
    st.button("Close", on_click=_handle_action, args=("close",))


def _handle_action(action: object) -> None:
    state = chat_state()
    if action == "close":
        state.opened_passage = None
    elif action == "whole" and state.opened_passage is not None:
        state.opened_passage = replace(state.opened_passage, show_whole=True)
