"""The parts of the page that are drawn in the browser, and clicked.

Each takes plain data and puts its texts on the page as text nodes; what comes back is the name of what was
chosen. No part of a document is ever given to `html`, `css` or `js`.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from qa.ui.shared import escape

__all__ = [
    "ASSETS",
    "close_sidebar_on_phones",
    "draw_answer",
    "draw_away_box",
    "draw_choices",
    "draw_document",
    "draw_error",
    "draw_question",
    "draw_table",
    "draw_tabs",
    "draw_waiting",
    "focus_question",
    "scroll_into_view",
]

ASSETS = Path(__file__).parent / "assets"
# A list longer than this has a search box.
_MAX_WITHOUT_SEARCH = 8

OnChoice = Callable[[Any], object]


def _read_asset(name: str) -> str:
    return (ASSETS / name).read_text(encoding="utf-8")


def _component(name: str, *helpers: str) -> Any:
    mount = st.components.v2.component(
        f"briefing_desk_{name}",
        css=_read_asset("base.css") + _read_asset(f"{name}.css"),
        js="".join(_read_asset(f"{part}.js") for part in ("dom", *helpers, name)),
    )

    def draw(*, key: str, data: object, **callbacks: Any) -> Any:
        # Streamlit looks through each value of a mapping for tables of its own kinds, which takes a third of
        # the time of drawing; a list it sends as it is.
        return mount(key=key, data=[data], **callbacks)

    return draw


_answer, _away = _component("answer", "card", "actions"), _component("away")
_choices, _document = _component("choices"), _component("document")
_follow, _question, _table = _component("follow"), _component("question"), _component("table")


def _pass_on(key: str, trigger: str, on_value: OnChoice) -> None:
    """Hand a click to its callback; runs before the script does, once for each click."""
    if key not in st.session_state:  # another page was drawn before the click came
        st.toast("This click came when the page had changed: please click again.")
    elif (value := st.session_state[key][trigger]) is not None:
        on_value(value)


def draw_answer(data: dict[str, Any], *, key: str, on_choice: OnChoice) -> None:
    """An answer; `on_choice` gets the name of what was clicked, or what a reader says of the answer."""
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
    """Buttons from (name, label, detail); `on_choice` gets the name.

    The `layout` is "cards", "list", "chips" (limits that go away), "next" (questions in a row) or
    "earlier" (brings in what comes before what stands below it, which stays where it is).
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


def draw_tabs(label: str, tabs: Mapping[str, str | None], *, key: str) -> str:
    """A choice of views by name, the first at first; returns the name.

    Args:
        label: Of the choice, for those who can't see it.
        tabs: What is written on each, None for its name; it may change while the names stay.
        key: Under which the session keeps the name, so that a click elsewhere may change it.
    """
    # A default beside a value that was set would leave a stack of calls in the log.
    default = None if key in st.session_state else next(iter(tabs))
    tab = st.segmented_control(
        label,
        list(tabs),
        format_func=lambda name: tabs[name] or name,
        default=default,
        required=True,
        key=key,
        label_visibility="collapsed",
    )
    return str(tab)


def draw_error(message: str) -> None:
    """One line that says what went wrong."""
    st.html(escape.element("div", message, css_class="qa-error", role="alert"))


def draw_away_box(*, key: str, asks: bool, user: str | None = None) -> None:
    """What shows while the server is away: a line that says so, or a box for what is to be asked then.

    The latter keeps what `user` has typed and not sent where the question's box goes.
    """
    _away(key=key, data={"asks": asks, "user": user or ""})


def draw_question(text: str, *, key: str, note: str = "") -> None:
    """A question as it was asked, with what it was limited to; its button puts it into the box again."""
    _question(key=key, data={"questions": [[0, text]], "note": note, "waiting": False})


def draw_waiting(questions: Mapping[str, str], *, key: str, on_withdrawal: OnChoice) -> None:
    """Questions that wait for their turn, by id; `on_withdrawal` gets that of one that is taken back.

    All of them are one element: of several, those that are gone would be shown until the script ends.
    """
    note = "Next, when the answer before is there"
    data = {
        "questions": list(map(list, questions.items())),
        "note": note,
        "waiting": True,
    }
    _question(key=key, data=data, on_action_change=partial(_pass_on, key, "action", on_withdrawal))


def scroll_into_view(*, key: str) -> None:
    """Scroll to this place, the end of the page, when it is drawn for the first time."""
    _follow(key=key, data={"key": key, "scroll": True})


def focus_question(*, key: str) -> None:
    """Give the keyboard's focus to the question's box when this is drawn for the first time."""
    _follow(key=key, data={"key": key, "focus": True})


def close_sidebar_on_phones(*, key: str) -> None:
    """Have the sidebar, in which this is drawn, close on a phone as soon as something in it was chosen."""
    _follow(key=key, data={"key": key, "drawer": True})
