"""The document beside the conversation.

What is clicked there comes as "close", "whole", "pin", "next", "previous" (citation), "view:page" or
"view:text", "page:3", and "version:" with the moment since when the chosen version was the document, or
nothing for the one of now.
"""

import base64
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import Any

import streamlit as st

from qa.assistant import Assistant
from qa.errors import DocumentNotFound, LoadError, QAError
from qa.schema import Document, Version
from qa.ui.chat.answer_actions import act, pinned_quotes
from qa.ui.chat.answer_view import PIN
from qa.ui.chat.chat_state import ChatState, chat_state
from qa.ui.chat.document_excerpt import OpenedPassage, build_document_view, find_past, find_phrases
from qa.ui.shared.components import draw_document, draw_error
from qa.ui.shared.formatting import format_date

__all__ = [
    "beside_document",
    "change_passage",
    "choose_version",
    "describe_versions",
    "draw_opened",
    "open_passage",
]

_REMOVED = "This document has been removed from the corpus."
_VIEW_KEY = "document-view"  # "page" or "text", for the whole session


@contextmanager
def beside_document(assistant: Assistant, state: ChatState) -> Iterator[None]:
    """The column of the conversation, or of a note, with the document that is open in one beside it."""
    # The style hides the second column while it is empty. It is always there, because elements that change
    # their place are drawn anew and lose the keyboard's focus.
    column, document_column = st.columns(2, gap="medium")
    if state.opened_passage is not None:
        with document_column, st.container(key="document"):
            draw_opened(assistant, state.opened_passage)
    else:  # What was open goes now, and not faded at the end of this run, which is when the answer is there.
        document_column.empty()
    with column, st.container(key="conversation"):
        yield


def open_passage(assistant: Assistant, state: ChatState, passage: OpenedPassage) -> None:
    """Have it open; of an answer as the desk stood on a day, in the version that was there then."""
    place = passage.exchange
    if place is not None and place < len(state.exchanges) and state.exchanges[place].filters.as_of:
        with suppress(QAError):  # what is wrong is said where the document is drawn
            version = find_past(assistant.history(passage.document_id), passage.document_sha256)
            if version is not None:
                passage = replace(passage, as_of=version.since)
    state.opened_passage = passage


def draw_opened(assistant: Assistant, passage: OpenedPassage) -> None:
    """The document of the passage, or one line on why it can't be shown."""
    try:
        versions = assistant.history(passage.document_id)
        passage = choose_version(versions, passage)
        as_of = datetime.fromisoformat(passage.as_of) if passage.as_of else None
        document = assistant.document(passage.document_id, as_of=as_of)
        # A reference that is no id any more may be the title of another document.
        if document.id != passage.document_id:
            raise DocumentNotFound(_REMOVED)
    except DocumentNotFound:
        _draw_closable_error(assistant, _REMOVED)
    except QAError as error:
        _draw_closable_error(assistant, str(error))
    else:
        data = build_document_view(document, passage) | describe_versions(versions, passage)
        data |= _build_pages(assistant, document, passage, data["page"])
        data["pinned"] = _is_pinned(passage)
        draw_document(data, key="opened-document", on_action=partial(_handle_action, assistant))


def choose_version(versions: Sequence[Version], passage: OpenedPassage) -> OpenedPassage:
    """The passage in a version that is there: of a removed document the one that was cited, or the last."""
    if passage.as_of or not versions or versions[-1].until is None:
        return passage
    cited = [version for version in versions if version.sha256 == passage.document_sha256]
    return replace(passage, as_of=[*versions, *cited][-1].since)


def describe_versions(versions: Sequence[Version], passage: OpenedPassage) -> dict[str, Any]:
    """The versions to choose from, newest first, and what is to be known of the one that is shown."""
    shown = next((version for version in versions if version.since == passage.as_of), None)
    current = shown or (versions[-1] if versions else None)
    cited = next((version for version in versions if version.sha256 == passage.document_sha256), None)
    days = [_day(version.since) for version in versions]

    def name(moment: str) -> str:
        """Its day, with the time where several versions began on that day."""
        day = _day(moment)
        return format_date(day) + (f", {moment[11:16]}" if days.count(day) > 1 else "")

    choices = [
        {"choice": version.since if version.until else "", "label": name(version.since)}
        for version in versions
    ]
    return {
        "versions": choices[::-1] if len(choices) > 1 else [],
        "version": passage.as_of or "",
        "removed": _REMOVED if versions and versions[-1].until else None,
        "until": f"This is how it stood until {name(shown.until)}." if shown and shown.until else None,
        "cited_version": cited.since if cited and cited.until and cited != current else None,
    }


def _day(moment: str) -> date:
    return datetime.fromisoformat(moment).date()


def _build_pages(
    assistant: Assistant, document: Document, passage: OpenedPassage, quoted_page: int | None
) -> dict[str, Any]:
    """The picture of a page, where the reader wants pages, or why there is none."""
    count = len(document.pages)
    if document.format != "pdf" or not count:
        return {"view": None}
    view = st.session_state.get(_VIEW_KEY, "text")
    page = min(passage.page or quoted_page or 1, count)
    data: dict[str, Any] = {"view": view, "shown_page": page, "page_count": count}
    if view == "page":
        phrases, share = find_phrases(document, passage, page)
        try:
            picture = assistant.page_picture(document, page, phrases, share=share)
        except LoadError as error:
            return data | {"no_picture": f"The pages can’t be shown: {error}."}
        encoded = base64.b64encode(picture.data).decode("ascii")
        data["picture"] = {
            "data": f"data:image/jpeg;base64,{encoded}",
            "width": picture.width,
            "height": picture.height,
            "boxes": [box._asdict() for box in picture.boxes],
            "unmarked": bool(phrases) and not picture.boxes,
        }
    return data


def _is_pinned(passage: OpenedPassage) -> bool | None:
    """Whether its quote is pinned to a note; None where it is no citation of the open conversation."""
    if passage.exchange is None or passage.citation_number is None:
        return None
    return passage.citation_number in pinned_quotes(chat_state(), passage.exchange)


def _pin(assistant: Assistant, state: ChatState, passage: OpenedPassage) -> None:
    place = passage.exchange
    if place is not None and place < len(state.exchanges):
        act(assistant, state, state.exchanges[place], place, f"{PIN}:{passage.citation_number}")


def _draw_closable_error(assistant: Assistant, line: str) -> None:
    draw_error(line)
    st.button("Close", on_click=_handle_action, args=(assistant, "close"))


def _handle_action(assistant: Assistant, action: object) -> None:
    state = chat_state()
    name, _, value = str(action).partition(":")
    passage = state.opened_passage
    if name == "close":
        state.opened_passage = None
    elif name == "view" and value in ("page", "text"):
        st.session_state[_VIEW_KEY] = value
    elif name == "pin" and passage is not None:
        _pin(assistant, state, passage)
    elif passage is not None:
        changed = change_passage(passage, name, value)
        if name in ("next", "previous"):
            open_passage(assistant, state, changed)
        else:
            state.opened_passage = changed


def change_passage(passage: OpenedPassage, name: str, value: str) -> OpenedPassage:
    """What is opened by a click in the document; the same where there is nothing of the kind."""
    if name == "whole":
        return replace(passage, show_whole=True)
    if name == "page" and value.isdecimal() and int(value):
        return replace(passage, page=int(value))
    if name == "version":
        return replace(passage, as_of=value or None, page=None)
    position = passage.position
    if position is not None:
        steps = {"next": 1, "previous": -1}
        target = position + steps.get(name, 0)
        if name in steps and 0 <= target < len(passage.trail):
            return replace(passage.trail[target], trail=passage.trail, exchange=passage.exchange)
    return passage
