"""What the next question is limited to: chips above the input, the box that sets them, and the address."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Protocol

import streamlit as st

from qa.exporting.limits import describe_limits
from qa.parsers.dates import end_of_day
from qa.schema import DocumentSummary, Filters
from qa.ui.chat.suggestions import newest_first
from qa.ui.shared import escape
from qa.ui.shared.components import draw_choices
from qa.ui.shared.formatting import format_date

__all__ = ["describe_scope", "describe_wrong_days", "draw_scope", "read_scope", "write_scope"]

# More than a person looks through in a menu: older ones are found by a topic or a date.
_MAX_OFFERED = 500
OnScope = Callable[[Filters], None]


class Parameters(Protocol):
    """The parameters of the page's address."""

    def get_all(self, name: str, /) -> list[str]:
        """All values of a parameter."""


def read_scope(parameters: Parameters) -> Filters:
    """The limits that an address names; what is no date there limits nothing (`describe_wrong_days`)."""
    return Filters.of(
        documents=parameters.get_all("document"),
        topics=parameters.get_all("topic"),
        since=_read_date(parameters, "from"),
        until=_read_date(parameters, "to"),
        as_of=end_of_day(as_of) if (as_of := _read_date(parameters, "as-of")) else None,
    )


def _read_date(parameters: Parameters, name: str) -> date | None:
    try:
        return date.fromisoformat(parameters.get_all(name)[-1])
    except (IndexError, ValueError):
        return None


def describe_wrong_days(parameters: Parameters) -> str | None:
    """What is wrong with the days that an address names, in one line."""
    for name in ("from", "to", "as-of"):
        values = parameters.get_all(name)
        if values and _read_date(parameters, name) is None:
            return f"“{name}={values[-1]}” in the address limits nothing: it takes a day such as 2026-03-01."
    return _describe_crossed(_read_date(parameters, "from"), _read_date(parameters, "to"))


def _describe_crossed(since: date | None, until: date | None) -> str | None:
    if since is None or until is None or since <= until:
        return None
    return f"{format_date(since)} lies after {format_date(until)}: no document can be of both."


def write_scope(scope: Filters) -> dict[str, str | list[str]]:
    """The parameters of an address that `read_scope` reads."""
    dates = {"from": scope.since, "to": scope.until, "as-of": scope.as_of and scope.as_of.date()}
    lists = {"document": list(scope.documents), "topic": list(scope.topics)}
    return {name: values for name, values in lists.items() if values} | {
        name: day.isoformat() for name, day in dates.items() if day
    }


def describe_scope(scope: Filters, titles: Mapping[str, str]) -> list[tuple[str, str, Filters]]:
    """Each limit: its name, its words for a reader, and the filters without it.

    `titles` are those of documents by id.
    """
    return [
        (name, words if ":" in name else f"{words[0].upper()}{words[1:]}", _without(scope, name))
        for name, words in describe_limits(scope, titles)
    ]


def _without(scope: Filters, name: str) -> Filters:
    """The filters without the limit of that name."""
    limit, _, value = name.partition(":")
    if limit == "document":
        return replace(scope, documents=tuple(other for other in scope.documents if other != value))
    if limit == "topic":
        return replace(scope, topics=tuple(other for other in scope.topics if other != value))
    if limit == "from":
        return replace(scope, since=None)
    return replace(scope, until=None) if limit == "to" else replace(scope, as_of=None)


def draw_scope(scope: Filters, documents: Sequence[DocumentSummary], *, key: str, on_scope: OnScope) -> None:
    """What opens the box that limits the next question, and a chip for each limit, which takes it away.

    `key` is another one as soon as the scope is.
    """
    titles = {document.id: document.title for document in documents}
    described = describe_scope(scope, titles)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="scope"):
        if st.button("Limit to …", icon=":material/filter_alt:", type="tertiary", key="scope-open"):
            _draw_dialog(scope, documents, key, on_scope)
        if described:
            without = {name: remaining for name, _, remaining in described}
            draw_choices(
                [(name, label, "") for name, label, _ in described],
                key="scope-chips",
                layout="chips",
                on_choice=lambda name: on_scope(without.get(str(name), scope)),
            )


@st.dialog("Limit what is asked next", width="medium")
def _draw_dialog(scope: Filters, documents: Sequence[DocumentSummary], key: str, on_scope: OnScope) -> None:
    topics = sorted({topic for document in documents for topic in document.topics}, key=str.casefold)
    offered = {document.id: document.title for document in newest_first(documents)[:_MAX_OFFERED]}
    not_offered = [document_id for document_id in scope.documents if document_id not in offered]
    chosen_documents = st.multiselect(
        "Documents",
        [*offered, *not_offered],
        default=list(scope.documents),
        format_func=lambda document_id: offered.get(document_id, document_id),
        placeholder="All documents",
        key=f"scope-documents-{key}",
    )
    chosen_topics = st.multiselect(
        "Topics",
        list(dict.fromkeys([*topics, *scope.topics])),
        default=list(scope.topics),
        placeholder="All topics",
        key=f"scope-topics-{key}",
    )
    with st.container(horizontal=True):
        since = _draw_day("Published from", scope.since, f"scope-from-{key}")
        until = _draw_day("Published to", scope.until, f"scope-to-{key}")
        as_of = _draw_day("As the desk stood on", scope.as_of and scope.as_of.date(), f"scope-as-of-{key}")
    if message := _describe_crossed(since, until):
        st.html(escape.element("div", message, css_class="qa-small", role="alert"))
    if st.button("Apply", type="primary", disabled=message is not None, key=f"scope-apply-{key}"):
        on_scope(
            Filters.of(
                documents=chosen_documents,
                topics=chosen_topics,
                since=since,
                until=until,
                as_of=end_of_day(as_of) if as_of else None,
            )
        )
        st.rerun()


def _draw_day(label: str, value: date | None, key: str) -> date | None:
    return st.date_input(
        label,
        value=value,
        min_value=date(1900, 1, 1),
        max_value=date(2200, 12, 31),
        format="YYYY-MM-DD",
        key=key,
    )
