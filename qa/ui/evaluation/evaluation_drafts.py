"""Drafted questions: made, looked through one by one, worded anew, kept or dropped, and saved for a run."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from qa.assistant import Assistant
from qa.config import Settings
from qa.errors import QAError
from qa.evaluate.datasets.draft_file import (
    Decision,
    change_draft,
    decision_of,
    read_drafts,
    save_kept,
)
from qa.evaluate.run_directory import DRAFTS_FOLDER, QUESTIONS_FOLDER
from qa.schema import DocumentSummary, Span
from qa.schema.engines import needs_chat_model
from qa.store.private_files import make_private_folder
from qa.ui.chat.chat_state import chat_state
from qa.ui.chat.document_excerpt import OpenedPassage
from qa.ui.chat.document_pane import beside_document
from qa.ui.evaluation.draft_jobs import draw_job, shared_draft_jobs
from qa.ui.evaluation.evaluation_runs import find_draft_files, sanitize_name
from qa.ui.shared import escape
from qa.ui.shared.components import draw_error, draw_tabs
from qa.ui.shared.formatting import format_count
from qa.ui.shared.job_panel import draw_jobs

__all__ = ["draw_drafts", "quote_html"]

_ERROR_KEY, _SAVED_KEY, _COUNT_KEY = "drafts-error", "drafts-saved", "drafts-count"
_FILE_KEY = "drafts"  # in the address: loading the page again, or another tab, shows the same drafts
_SHOWN = {"todo": None, "keep": "keep", "drop": "drop"}
_LABELS = {"todo": "To look through", "keep": "Kept", "drop": "Dropped"}
# What a question was made from, for a reader.
_SOURCES = {
    "date": "from a date in a sentence",
    "figure": "from a figure in a sentence",
    "cell": "from a cell of a table",
    "heading": "from a heading",
}
_CARDS = 10
_DEFAULT_LIMIT, _MAX_LIMIT = 50, 1000


def draw_drafts(assistant: Assistant, settings: Settings) -> None:
    """The view below the tabs of the page."""
    documents = {summary.id: summary for summary in assistant.documents()}
    jobs = shared_draft_jobs()
    draw_jobs(jobs, draw_job, key="drafts")
    if error := st.session_state.get(_ERROR_KEY):
        draw_error(error)
    files = {path.name: path for path in find_draft_files([settings.runs / DRAFTS_FOLDER, settings.runs])}
    if not files:
        st.html(
            '<p class="qa-small">Questions can be drafted from your documents: from their sentences, tables '
            "and headings, each with the words that answer it, and some that nothing answers. You look "
            "through them here, and an evaluation asks those that you keep.</p>"
        )
        _draw_form(assistant, settings, documents)
        return
    name = st.query_params.get(_FILE_KEY, "")
    path = files.get(name) or next(iter(files.values()))
    if len(files) > 1:
        st.selectbox(
            "Drafts",
            list(files),
            index=list(files).index(path.name),
            key=f"drafts-file-{path.name}",
            on_change=partial(_choose_file, f"drafts-file-{path.name}"),
        )
    try:
        rows = read_drafts(path)
    except QAError as error:
        draw_error(str(error))
    else:
        with beside_document(assistant, chat_state()):
            _draw_list(assistant, settings, path, rows, documents)
    with st.expander("Draft more questions", icon=":material/add:"):
        _draw_form(assistant, settings, documents)


def _attempt(action: Callable[[], object]) -> None:
    """Do what a click asks for; what can't be done is one line on the page."""
    st.session_state[_ERROR_KEY] = st.session_state[_SAVED_KEY] = None
    try:
        action()
    except QAError as error:
        st.session_state[_ERROR_KEY] = str(error)


def _choose_file(key: str) -> None:
    st.query_params[_FILE_KEY] = st.session_state[key]


# Making them ------------------------------------------------------------------------------------------


def _draw_form(assistant: Assistant, settings: Settings, documents: Mapping[str, DocumentSummary]) -> None:
    if not documents:
        st.html('<p class="qa-small">There are no documents yet: the page “Corpus” takes some.</p>')
        return
    left, right = st.columns([1, 3])
    left.number_input(
        "How many at most",
        1,
        _MAX_LIMIT,
        _DEFAULT_LIMIT,
        key="drafts-limit",
        help="Unanswerable ones included.",
    )
    right.multiselect(
        "About",
        list(documents),
        format_func=lambda document_id: documents[document_id].title,
        placeholder="All documents",
        key="drafts-documents",
    )
    if needs_chat_model(settings.engine):
        st.checkbox(
            f"Worded by {settings.model}",
            value=True,
            help="It is sent each question with its quote. Where its wording asks for something else, the "
            "rule's stays.",
            key="drafts-worded",
        )
    st.button(
        "Draft questions",
        icon=":material/edit_note:",
        type="primary",
        disabled=shared_draft_jobs().running,
        on_click=partial(_attempt, lambda: _start(assistant, settings)),
    )


def _start(assistant: Assistant, settings: Settings) -> None:
    folder = settings.runs / DRAFTS_FOLDER
    path = folder / f"drafts-{datetime.now(UTC):%Y%m%d-%H%M%S}.jsonl"
    shared_draft_jobs().start(
        assistant,
        path,
        documents=st.session_state["drafts-documents"],
        limit=st.session_state["drafts-limit"],
        worded=bool(st.session_state.get("drafts-worded")),
    )
    st.query_params[_FILE_KEY] = path.name
    st.session_state["drafts-shown"] = "todo"


# Looking through --------------------------------------------------------------------------------------


def _draw_list(
    assistant: Assistant,
    settings: Settings,
    path: Path,
    rows: Sequence[Mapping[str, Any]],
    documents: Mapping[str, DocumentSummary],
) -> None:
    by_decision = {name: [row for row in rows if decision_of(row) == _SHOWN[name]] for name in _SHOWN}
    labels: dict[str, str | None] = {
        name: f"{label} ({len(by_decision[name]):,})" for name, label in _LABELS.items()
    }
    view = draw_tabs("Which drafts", labels, key="drafts-shown")
    if by_decision["keep"]:
        _draw_saving(settings, path, len(by_decision["keep"]))
    shown = by_decision[view]
    if not shown:
        empty = {
            "todo": "All are looked through.",
            "keep": "None is kept yet.",
            "drop": "None was dropped.",
        }
        st.html(escape.element("p", empty[view], css_class="qa-small"))
    count = st.session_state.get(_COUNT_KEY, _CARDS)
    for row in shown[:count]:
        _draw_card(assistant, path, row, documents)
    if len(shown) > count:
        st.button(
            f"Show {min(_CARDS, len(shown) - count)} more",
            icon=":material/expand_more:",
            on_click=partial(st.session_state.__setitem__, _COUNT_KEY, count + _CARDS),
        )


def _draw_card(
    assistant: Assistant, path: Path, row: Mapping[str, Any], documents: Mapping[str, DocumentSummary]
) -> None:
    key, decision = f"{path.stem}-{row['id']}", decision_of(row)
    with st.container(border=True, key=f"draft-{key}"):
        st.html(escape.element("p", _describe(row), css_class="qa-draft-kind"))
        st.text_area(
            "Question",
            row["question"],
            key=f"draft-question-{key}",
            height="content",
            label_visibility="collapsed",
            on_change=partial(_attempt, lambda: _reword(path, row, f"draft-question-{key}")),
        )
        st.html(_evidence_html(row, documents))
        with st.container(horizontal=True):
            for verdict, label, icon in (("keep", "Keep", "check"), ("drop", "Drop", "close")):
                if decision != verdict:
                    st.button(
                        label,
                        icon=f":material/{icon}:",
                        type="primary" if verdict == "keep" else "secondary",
                        key=f"draft-{verdict}-{key}",
                        on_click=partial(_decide, path, row, verdict),  # type: ignore[arg-type]
                    )
            if decision is not None:
                st.button(
                    "Look at it again",
                    icon=":material/undo:",
                    key=f"draft-undo-{key}",
                    on_click=partial(_decide, path, row, None),
                )
            quote = _first_quote(row)
            if quote and quote["document"] in documents:
                st.button(
                    "Show in its document",
                    icon=":material/article:",
                    type="tertiary",
                    key=f"draft-open-{key}",
                    on_click=partial(_attempt, lambda: _open(assistant, quote)),
                )


def _reword(path: Path, row: Mapping[str, Any], key: str) -> None:
    change_draft(path, row["id"], question=st.session_state[key])


def _decide(path: Path, row: Mapping[str, Any], decision: Decision | None) -> None:
    _attempt(lambda: change_draft(path, row["id"], decision=decision))


def _open(assistant: Assistant, quote: Mapping[str, Any]) -> None:
    """The document beside the list, with the quote marked where it stands now."""
    document = assistant.document(quote["document"])
    start, text = quote.get("start"), quote["text"]
    is_there = isinstance(start, int) and document.text[start : start + len(text)] == text
    span = Span(start, start + len(text)) if isinstance(start, int) else None
    chat_state().opened_passage = OpenedPassage(
        document.id, span, quote=text, document_sha256=document.sha256 if is_there else ""
    )


def _describe(row: Mapping[str, Any]) -> str:
    tags = row.get("tags") or ()
    if row.get("answerable") is False:
        changed = row.get("changed")
        return f"Unanswerable: {changed}" if changed else "Unanswerable"
    source = next((_SOURCES[tag] for tag in tags if tag in _SOURCES), "")
    words = ["Answerable", source, "worded by a chat model" if "worded" in tags else ""]
    return ", ".join(filter(None, words))


def _first_quote(row: Mapping[str, Any]) -> Mapping[str, Any] | None:
    quotes = row.get("quotes") or ()
    return next((quote for quote in quotes if isinstance(quote, dict) and quote.get("text")), None)


def _evidence_html(row: Mapping[str, Any], documents: Mapping[str, DocumentSummary]) -> str:
    """Answer and quote, or what a refusal is to say."""
    if row.get("answerable") is False:
        return '<p class="qa-small">No document mentions what was changed: the desk should refuse.</p>'
    answers = [str(answer) for answer in row.get("answers") or ()]
    html = ""
    if answers:
        html += f'<p class="qa-draft-answer"><span>Answer</span> {escape.text("; ".join(answers))}</p>'
    if quote := _first_quote(row):
        summary = documents.get(quote["document"])
        title = summary.title if summary else "A document that is no longer here"
        html += quote_html(quote["text"], answers[0] if answers else "")
        html += escape.element("p", title, css_class="qa-small")
    return html


def quote_html(quote: str, answer: str) -> str:
    """The quote with the first place of the answer in it marked."""
    before, found, behind = quote.partition(answer) if answer else (quote, "", "")
    marked = f"<mark>{escape.text(found)}</mark>" if found else ""
    return f'<blockquote class="qa-quote">{escape.text(before)}{marked}{escape.text(behind)}</blockquote>'


# Saving -----------------------------------------------------------------------------------------------


def _draw_saving(settings: Settings, path: Path, kept: int) -> None:
    with st.container(border=True, key="drafts-saving"):
        left, right = st.columns([3, 2], vertical_alignment="bottom")
        left.text_input("Name of the question file", placeholder=path.stem, key="drafts-name")
        right.button(
            f"Save {format_count(kept, 'kept question')}",
            icon=":material/save:",
            on_click=partial(_attempt, lambda: _save(settings, path)),
        )
        if saved := st.session_state.get(_SAVED_KEY):
            st.html(
                f'<p class="qa-small" role="status">Saved as <code>{escape.text(saved)}</code>: '
                "“New run” asks them, and so does "
                f"<code>qa eval {escape.text(saved)} --out DIR</code>.</p>"
            )
            st.button("New run with them", icon=":material/play_arrow:", on_click=partial(_go_to_run, saved))


def _save(settings: Settings, path: Path) -> None:
    folder = settings.runs / QUESTIONS_FOLDER
    make_private_folder(folder)
    name = sanitize_name((st.session_state["drafts-name"] or "").removesuffix(".jsonl"))
    target, number = folder / f"{name or path.stem}.jsonl", 1
    # A name that was typed is refused if it is taken; of ours the next one is free.
    while not name and target.exists():
        number += 1
        target = folder / f"{path.stem}-{number}.jsonl"
    save_kept(path, target)
    working_directory = Path.cwd()
    is_below = target.absolute().is_relative_to(working_directory)
    st.session_state[_SAVED_KEY] = str(
        target.absolute().relative_to(working_directory) if is_below else target
    )


def _go_to_run(path: str) -> None:
    st.session_state["evaluation-view"] = "New run"
    st.session_state["evaluation-file"] = path
