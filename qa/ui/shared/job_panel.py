"""The jobs in the background, as every open page shows them."""

from collections.abc import Callable
from typing import Any, TypeVar

import streamlit as st

from qa.ui.shared.background_job import BackgroundJob, SharedJobs

__all__ = ["draw_jobs"]

# How often a page looks for what has become of a job, and whether another session has begun one.
_ACTIVE_REFRESH_S, _IDLE_REFRESH_S = 0.7, 15.0
JobT = TypeVar("JobT", bound=BackgroundJob[Any, Any])


def draw_jobs(jobs: SharedJobs[JobT], draw_job: Callable[[JobT], None], *, key: str) -> None:
    """A box with the jobs, drawn anew all the time; the whole page once one begins or ends."""
    refresh_s = _ACTIVE_REFRESH_S if jobs.running else _IDLE_REFRESH_S
    st.fragment(_draw_box, run_every=refresh_s)(jobs, draw_job, key)


def _draw_box(jobs: SharedJobs[JobT], draw_job: Callable[[JobT], None], key: str) -> None:
    visible = jobs.visible
    now = [(id(job), job.done) for job in visible]
    before = st.session_state.get(f"{key}-seen", now)
    st.session_state[f"{key}-seen"] = now
    if now != before:
        st.rerun()
    if not visible:
        return
    with st.container(key=f"{key}-progress", border=True):
        for job in visible:
            draw_job(job)
        if any(job.done for job in visible):
            st.button("Put away", on_click=jobs.hide_done, key=f"{key}-put-away")
