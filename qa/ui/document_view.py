"""The document beside the conversation."""

from dataclasses import replace

import streamlit as st

from qa.assistant import Assistant
from qa.errors import DocumentNotFound, QAError
from qa.ui.components import draw_document, draw_error
from qa.ui.excerpt import Target, document_data
from qa.ui.state import session

__all__ = ["draw_opened"]

_REMOVED = "This document has been removed from the corpus."


def draw_opened(assistant: Assistant, target: Target) -> None:
    """The document of the target, or one line on why it can't be shown."""
    try:
        document = assistant.document(target.document_id)
    except DocumentNotFound:
        _draw_refusal(_REMOVED)
    except QAError as error:
        _draw_refusal(str(error))
    else:
        # A reference that is no id any more may be the title of another document.
        if document.id == target.document_id:
            draw_document(document_data(document, target), key="opened-document", on_action=_act)
        else:
            _draw_refusal(_REMOVED)


def _draw_refusal(line: str) -> None:
    draw_error(line)
    st.button("Close", on_click=_act, args=("close",))


def _act(action: object) -> None:
    state = session()
    if action == "close":
        state.opened = None
    elif action == "whole" and state.opened is not None:
        state.opened = replace(state.opened, whole=True)
