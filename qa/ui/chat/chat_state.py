"""What one session, one open page, remembers."""

import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeVar

import streamlit as st
from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from qa.schema import Exchange, Filters, Turn
from qa.text.identifiers import new_identifier
from qa.ui.chat.answer_job import AnswerJob
from qa.ui.chat.document_excerpt import OpenedPassage
from qa.ui.corpus.corpus_jobs import AdditionJob
from qa.ui.shared.background_job import SharedJobs

__all__ = ["ChatState", "chat_state", "end_for_click", "remember", "session_check"]

_KEY = "briefing_desk"
# Of a long conversation the latest are drawn, at least so many and up to twice that: each one takes its time
# at every click, on the server and in the browser. So many more are drawn at a click.
_MIN_SHOWN = 10
# So many are drawn at most where a search found one of them: with 500 the page would never come up.
_MAX_FOUND = 60
# How far back a follow-up leads: each turn is read anew for every question, which takes 2 or 3 ms.
_MAX_TURNS = 20
_MAX_REMEMBERED = 500  # of a kind: a page that stays open all day asks hundreds of questions
_Made = TypeVar("_Made")


@dataclass(slots=True)
class ChatState:
    """The conversation that is open, the question on its way, those typed ahead, and the open document.

    `typed_ahead` are the questions that wait, by their ids, the next one first; `awaited` are the files that
    came with some of them, and `unkept` the ids of those that only this page knows.
    `revision` is that of the kept conversation as it is shown, None where nothing of it is kept; `is_kept`
    that all of it is. `user` is whose it is, None where nobody signs in, and `may_add` whether they add
    documents. `scope` is what the next question is limited to, and `scope_edition` moves when that changes.
    `engine` answers, None for the one of the settings. `notice` is a line to be shown. `has_box` says that
    the question's box was drawn before, and `began_empty` that the desk held no documents when this page was
    opened. `additions` are the files that came with a question. `to_export` is what is about to be saved as a
    file, and `pinned` are the keys of answers that were pinned in this session, or with the number of a
    citation of its quote. `reworded` is the place of the exchange that was
    answered last, where it was there before. `hidden` is how many of the exchanges, the earliest, are not
    drawn until they are asked for. `changing` is held while the questions or what waits are
    changed: a run of the script that is being ended goes on for a while beside the one that follows it.
    """

    conversation_id: str = field(default_factory=new_identifier)
    title: str = ""
    revision: int | None = None
    user: str | None = None
    may_add: bool = True
    is_kept: bool = True
    exchanges: list[Exchange] = field(default_factory=list)
    job: AnswerJob | None = None
    typed_ahead: dict[str, str] = field(default_factory=dict)
    awaited: dict[str, AdditionJob] = field(default_factory=dict)
    unkept: set[str] = field(default_factory=set)
    opened_passage: OpenedPassage | None = None
    scope: Filters = field(default_factory=Filters)
    scope_edition: int = 0
    engine: str | None = None
    notice: str | None = None
    has_box: bool = False
    began_empty: bool = False
    to_export: Exchange | None = None
    pinned: set[str] = field(default_factory=set)
    reworded: int | None = None
    hidden: int = 0
    additions: SharedJobs[AdditionJob] = field(default_factory=SharedJobs)
    changing: threading.RLock = field(default_factory=threading.RLock)

    def history(self) -> list[Turn]:
        """What the next question may lean on, oldest first."""
        answered = [exchange.answer for exchange in self.exchanges if exchange.answer]
        return [Turn.of(answer) for answer in answered[-_MAX_TURNS:]]

    @property
    def is_begun(self) -> bool:
        """Whether anything was asked in this conversation."""
        return bool(self.exchanges or self.job)

    def finish(self) -> None:
        """Turn the question on its way, which is done, into an exchange."""
        with self.changing:
            job = self.job
            if job is None or not job.done:
                return
            if job.place is None:
                self.exchanges.append(job.to_exchange())
            else:
                self._replace_answer(job, job.place)
            self.job = None
            if job.keeper is not None and job.keeper.problem:
                self.is_kept = False
                self.notice = f"This conversation is not kept: {job.keeper.problem}"

    def _replace_answer(self, job: AnswerJob, place: int) -> None:
        """Take the job's answer into an exchange, which stays as it is where there is none."""
        if job.answer is None or job.stop_requested:
            self.notice = f"The answer stays as it was. {job.error or 'Stopped before there was another.'}"
            return
        self.exchanges[place] = replace(self.exchanges[place], answer=job.answer)
        key = f"{self.conversation_id}/{place}"
        self.pinned = {name for name in self.pinned if name.partition(":")[0] != key}
        self.reworded = place

    def hide_earlier(self) -> None:
        """Have the latest exchanges drawn, and not what was before them."""
        self.hidden = max(0, len(self.exchanges) // _MIN_SHOWN - 1) * _MIN_SHOWN

    def show_earlier(self) -> None:
        """Have some of those before them drawn, too."""
        self.hidden = max(0, self.hidden - 2 * _MIN_SHOWN)

    def show_found(self, words: str) -> None:
        """Have the latest exchange drawn that says the words together, in any case, unless it is far back."""
        sought = " ".join(words.split()).casefold()
        first = max(0, len(self.exchanges) - _MAX_FOUND)
        for place in reversed(range(first, len(self.exchanges))):
            exchange = self.exchanges[place]
            said = exchange.question, exchange.answer.text if exchange.answer else ""
            if any(sought in text.casefold() for text in said):
                self.hidden = min(self.hidden, place)
                return

    def start_new_conversation(self) -> None:
        """Leave the conversation, which is kept; what is still on its way goes on."""
        self.show(new_identifier(), "", None, [])

    def show(self, conversation_id: str, title: str, revision: int | None, exchanges: list[Exchange]) -> None:
        """Have another conversation open."""
        self.conversation_id, self.title, self.revision = conversation_id, title, revision
        self.exchanges, self.job, self.typed_ahead = exchanges, None, {}
        self.opened_passage, self.notice, self.is_kept = None, None, True
        self.reworded, self.began_empty = None, False
        self.hide_earlier()
        self.set_scope(Filters())

    def set_scope(self, scope: Filters) -> None:
        """Limit what is asked next."""
        self.scope = scope
        self.scope_edition += 1


def chat_state() -> ChatState:
    """The state of the session that the script runs for."""
    if _KEY not in st.session_state:
        st.session_state[_KEY] = ChatState()
    state: ChatState = st.session_state[_KEY]
    return state


def remember(name: str, key: Hashable, make: Callable[[], _Made]) -> _Made:
    """What was made for the key before in this session: the script runs again for each click."""
    made: dict[Hashable, _Made] = st.session_state.setdefault(name, {})
    if key not in made:
        if len(made) >= _MAX_REMEMBERED:  # those of the conversations before, which are made again if need be
            made.clear()
        made[key] = make()
    return made[key]


def end_for_click() -> None:
    """Let Streamlit end this run of the script for a click: as in drawing, it looks for one here."""
    _ = _KEY in st.session_state


def session_check() -> Callable[[], bool]:
    """What tells, in any thread, whether the page of this session is still there."""
    context = get_script_run_ctx(suppress_warning=True)
    if context is None or not runtime.exists():
        return lambda: True
    return partial(runtime.get_instance().is_active_session, context.session_id)
