"""Documents on their way in, as every open page shows them."""

import streamlit as st

from qa.ui import escape
from qa.ui.components import draw_error
from qa.ui.corpus_jobs import Addition, Additions, Entry, EntryState
from qa.ui.corpus_state import counted

__all__ = ["draw_progress", "entries_html", "in_words"]

# How often a page looks for what has become of an addition, and whether another session has begun one.
_WATCHING_S, _IDLE_S = 0.7, 15.0
# Lines that are shown of one addition; those that failed come first.
_SHOWN = 60
_STATES: dict[EntryState, str] = {
    "waiting": "waiting",
    "read": "read",
    "added": "added",
    "updated": "updated",
    "unchanged": "unchanged",
    "failed": "failed",
}


def draw_progress(additions: Additions) -> None:
    """What is added in the background, drawn anew all the time; the whole page once something ends."""
    st.fragment(_draw_all, run_every=_WATCHING_S if additions.running else _IDLE_S)(additions)


def _draw_all(additions: Additions) -> None:
    found = additions.all
    now = [(id(one), one.done) for one in found]
    before = st.session_state.get("corpus-seen", now)
    st.session_state["corpus-seen"] = now
    if now != before:
        st.rerun()
    if not found:
        return
    with st.container(key="corpus-progress", border=True):
        for job in found:
            _draw_one(job)
        if any(job.done for job in found):
            st.button("Put away", on_click=additions.put_away, key="corpus-put-away")


def _draw_one(job: Addition) -> None:
    st.html(escape.element("div", in_words(job), kind="qa-job", role="status"))
    if not job.done and job.entries:
        st.progress(min(1.0, job.count("read", "failed") / len(job.entries)))
    if job.error:
        draw_error(job.error)
    st.html(entries_html(list(job.entries.values())))


def in_words(job: Addition) -> str:
    """How far it has come, in one line."""
    if not job.done:
        if job.state == "waiting":
            return f"Waiting: {job.title}"
        parts = [f"Adding {job.title}: {job.count('read', 'failed'):,} of {len(job.entries):,} read"]
        if job.progress and job.progress.chunks:
            parts.append(f"{counted(job.progress.chunks, 'passage')} written")
        return " · ".join(parts)
    states: tuple[EntryState, ...] = ("added", "updated", "unchanged", "failed")
    parts = [f"{count:,} {_STATES[state]}" for state in states if (count := job.count(state))]
    return f"{'Not finished' if job.error else 'Done'}: {job.title} · {', '.join(parts) or 'nothing added'}"


def entries_html(entries: list[Entry]) -> str:
    """A line for each, with the reason where it failed; the failed ones are never left out for others."""
    failed = [one for one in entries if one.state == "failed"]
    others = [one for one in entries if one.state != "failed"][: max(0, _SHOWN - len(failed))]
    kept = {id(one) for one in (*failed[:_SHOWN], *others)}
    lines = [
        f'<li class="{one.state}"><span class="name">{escape.text(one.name)}</span> '
        f'<span class="state">{_STATES[one.state]}</span>'
        + (f' <span class="why">{escape.text(one.note)}</span>' if one.note else "")
        + "</li>"
        for one in entries
        if id(one) in kept
    ]
    left = len(entries) - len(lines)
    more = f'<p class="qa-small">and {left:,} more</p>' if left else ""
    return f'<div class="qa-corpus"><ul class="entries">{"".join(lines)}</ul>{more}</div>'
