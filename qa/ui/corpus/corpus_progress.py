"""One addition, as every open page shows it: how far it has come, and what became of each source."""

import streamlit as st

from qa.ui.corpus.corpus_jobs import AdditionJob, SourceProgress, SourceState
from qa.ui.shared import escape
from qa.ui.shared.components import draw_error
from qa.ui.shared.formatting import format_count

__all__ = ["describe_progress", "draw_job", "render_sources"]

# Lines that are shown of one addition; those that failed come first.
_MAX_LISTED = 60
# Lines of those that were added, of which there is nothing to know, before they are folded into one.
_MAX_UNFOLDED = 3


def draw_job(job: AdditionJob) -> None:
    """An addition: how far it has come, why it failed, and a line for each source."""
    st.html(escape.element("div", describe_progress(job), css_class="qa-job", role="status"))
    if not job.done and job.sources:
        st.progress(min(1.0, job.count("read", "failed") / len(job.sources)))
    if job.error:
        draw_error(job.error)
    st.html(render_sources(list(job.sources.values()), fold=job.done))


def describe_progress(job: AdditionJob) -> str:
    """How far it has come, in one line."""
    if not job.done:
        if job.state == "waiting":
            return f"Waiting: {job.title}"
        read = job.count("read", "failed")
        counts = [f"Adding {job.title}: {read:,} of {len(job.sources):,} read"]
        if job.progress and job.progress.chunks:
            counts.append(f"{format_count(job.progress.chunks, 'passage')} written")
        elif read == len(job.sources):  # which takes longer than reading
            counts.append("being made searchable")
        return " · ".join(counts)
    states: tuple[SourceState, ...] = ("added", "updated", "unchanged", "failed")
    counts = [f"{count:,} {state}" for state in states if (count := job.count(state))]
    return f"{'Not finished' if job.error else 'Done'}: {job.title} · {', '.join(counts) or 'nothing added'}"


def render_sources(sources: list[SourceProgress], *, fold: bool = False) -> str:
    """A line for each, with the reason where it failed; the failed ones are never left out for others.

    With `fold` many of which there is nothing to know stand behind one line.
    """
    plain = [source for source in sources if source.state != "failed" and not source.has_remark]
    if not fold or len(plain) <= _MAX_UNFOLDED:
        return f'<div class="qa-corpus">{_render_list(sources)}</div>'
    told = [source for source in sources if source not in plain]
    states = " and ".join(dict.fromkeys(source.state for source in plain))
    folded = f"<details><summary>{len(plain):,} {states}</summary>{_render_list(plain)}</details>"
    return f'<div class="qa-corpus">{_render_list(told) if told else ""}{folded}</div>'


def _render_list(sources: list[SourceProgress]) -> str:
    failed = [source for source in sources if source.state == "failed"]
    other_sources = [source for source in sources if source.state != "failed"][
        : max(0, _MAX_LISTED - len(failed))
    ]
    listed = {id(source) for source in (*failed[:_MAX_LISTED], *other_sources)}
    lines = [
        f'<li class="{source.state}"><span class="name">{escape.text(source.name)}</span> '
        f'<span class="state">{source.state}</span>'
        + (f' <span class="why">{escape.text(source.note)}</span>' if source.note else "")
        + "</li>"
        for source in sources
        if id(source) in listed
    ]
    left_out = len(sources) - len(lines)
    more = f'<p class="qa-small">and {left_out:,} more</p>' if left_out else ""
    return f'<ul class="entries">{"".join(lines)}</ul>{more}'
