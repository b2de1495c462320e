"""The parts of the page that are drawn in the browser, and clicked.

Each takes plain data and puts its texts on the page as text nodes; what comes back is the name of what was
chosen. No part of a document is ever given to `html`, `css` or `js`.
"""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from qa.ui.shared import escape

__all__ = [
    "ASSETS",
    "draw_answer",
    "draw_choices",
    "draw_document",
    "draw_error",
    "draw_table",
    "focus_question",
    "scroll_into_view",
]

ASSETS = Path(__file__).parent / "assets"
# A list longer than this has a search box.
_MAX_WITHOUT_SEARCH = 8

OnChoice = Callable[[Any], None]


def _read_asset(name: str) -> str:
    return (ASSETS / name).read_text(encoding="utf-8")


def _component(name: str) -> Any:
    return st.components.v2.component(
        f"briefing_desk_{name}",
        css=_read_asset("base.css") + _read_asset(f"{name}.css"),
        js=_read_asset("dom.js") + _read_asset(f"{name}.js"),
    )


_answer, _choices, _document = _component("answer"), _component("choices"), _component("document")
_follow, _table = _component("follow"), _component("table")


def _pass_on(key: str, trigger: str, on_value: OnChoice) -> None:
    """Hand a click to its callback; runs before the script does, once for each click."""
    value = st.session_state[key][trigger]
    if value is not None:
        on_value(value)


def draw_answer(data: dict[str, Any], *, key: str, on_choice: OnChoice) -> None:
    """An answer; `on_choice` gets the name of the citation or passage that was clicked."""
    _answer(key=key, data=data, on_choice_change=partial(_pass_on, key, "choice", on_choice))


def draw_document(data: dict[str, Any], *, key: str, on_action: OnChoice) -> None:
    """A document; `on_action` gets what was clicked: see `document_pane`."""
    _document(key=key, data=data, on_action_change=partial(_pass_on, key, "action", on_action))


def draw_choices(
    items: Sequence[tuple[str, str, str]],
    *,
    key: str,
    on_choice: OnChoice,
    layout: str,
    selected: str | None = None,
    search: str | None = None,
    note: str | None = None,
) -> None:
    """Buttons from (name, label, detail), as "cards" or as a "list"; `on_choice` gets the name.

    `search` is the label of the search box, which a short list does without.
    """
    data = {
        "items": [{"choice": name, "label": label, "detail": detail} for name, label, detail in items],
        "layout": layout,
        "selected": selected,
        "search": search if len(items) > _MAX_WITHOUT_SEARCH else None,
        "note": note,
    }
    _choices(key=key, data=data, on_choice_change=partial(_pass_on, key, "choice", on_choice))


def draw_table(data: dict[str, Any], *, key: str, on_choice: OnChoice) -> None:
    """The documents of the corpus; `on_choice` gets what was ticked or opened, and the table's view."""
    _table(key=key, data=data, on_choice_change=partial(_pass_on, key, "choice", on_choice))


def draw_error(message: str) -> None:
    """One line that says what went wrong."""
    st.html(escape.element("div", message, css_class="qa-error", role="alert"))


def scroll_into_view(*, key: str) -> None:
    """Scroll to this place, the end of the page, when it is drawn for the first time."""
    _follow(key=key, data={"key": key})


def focus_question(*, key: str) -> None:
    """As `scroll_into_view`, and give the keyboard's focus to the question's box."""
    _follow(key=key, data={"key": key, "focus": True})
