"""The document beside the conversation."""

from dataclasses import replace

import streamlit as st

from qa.assistant import Assistant
from qa.errors import QAError
from qa.ui.components import draw_document, draw_error
from qa.ui.excerpt import Target, document_data
from qa.ui.state import session

__all__ = ["draw_opened"]


def draw_opened(assistant: Assistant, target: Target) -> None:
    """The document of the target, or one line on why it can't be shown."""
    try:
        document = assistant.document(target.document_id)
    except QAError as error:
        draw_error(str(error))
        st.button("Close", on_click=_act, args=("close",))
        return
    draw_document(document_data(document, target), key="opened-document", on_action=_act)


def _act(action: object) -> None:
    state = session()
    if action == "close":
        state.opened = None
    elif action == "whole" and state.opened is not None:
        state.opened = replace(state.opened, whole=True)
