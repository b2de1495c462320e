"""What the sessions of one process share: the settings and one assistant with its models."""

import gc
import logging
import os
import threading
from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import Literal
from weakref import WeakKeyDictionary, WeakSet

import streamlit as st

from qa.assistant import Assistant
from qa.assistant.tracing import start_tracing
from qa.config import Settings, format_handlers, load_settings, start_logs
from qa.errors import QAError

__all__ = [
    "begin_loading",
    "freeze_loaded_objects",
    "models_state",
    "read_settings",
    "require_models",
    "shared_assistant",
    "start_observing",
]

_FREEZE_INTERVAL_S = 0.1
_WARMING = "qa-warm"
_begun: WeakSet[Assistant] = WeakSet()  # whose models have begun to load
_failed: WeakKeyDictionary[Assistant, tuple[float, QAError]] = WeakKeyDictionary()  # when, and why
_RETRY_S = 60  # after which models that did not load are tried again
_guard = threading.Lock()


def read_settings() -> Settings:
    """The settings in force, as for the command line without flags.

    Raises:
        ConfigError: One is wrong.
    """
    file = os.environ.get("QA_CONFIG")
    settings, _ = load_settings({}, os.environ, Path(file) if file else None, Path.cwd())
    return settings


def _hash_what_it_uses(settings: Settings) -> int:
    """Covers the keys too, which `repr` hides, and nobody's right to be here, which changes meanwhile."""
    return hash(replace(settings, readers=None, keepers=None, evaluators=None, sign_in_hours=12))


@st.cache_resource(show_spinner=False, hash_funcs={Settings: _hash_what_it_uses})
def shared_assistant(settings: Settings) -> Assistant:
    """The one assistant of these settings; its models start to load in the background.

    Raises:
        StoreError: The store can't be used.
    """
    start_observing(settings)
    assistant = Assistant.open(settings=settings)
    if assistant.documents():
        begin_loading(assistant)
    return assistant


def begin_loading(assistant: Assistant) -> None:
    """Load the models in the background; where that failed, again after a while."""
    with _guard:
        failed = _failed.get(assistant)
        if assistant in _begun and (failed is None or monotonic() < failed[0] + _RETRY_S):
            return
        _begun.add(assistant)
        if failed is not None:
            _failed[assistant] = (monotonic(), failed[1])
    # No daemon: one that is ended inside the native code of the models takes the process down with it.
    threading.Thread(target=_warm, args=(assistant,), name=_WARMING).start()


def require_models(assistant: Assistant) -> None:
    """Raise what kept the models from being loaded, if anything did and still does.

    Raises:
        QAError: They could not be loaded.
    """
    failed = _failed.get(assistant)
    if failed is not None and not assistant.models.loaded:
        raise failed[1]


def models_state(assistant: Assistant) -> Literal["ready", "loading", "not loaded"]:
    """Whether the models are in memory; an empty desk loads none before they are needed."""
    if assistant.models.loaded:
        return "ready"
    is_loading = any(thread.name == _WARMING for thread in threading.enumerate())
    return "loading" if is_loading else "not loaded"


def start_observing(settings: Settings) -> None:
    """Begin to log and trace as the settings and the environment say.

    The handlers that Streamlit and its server have made log in the same format, without keys.
    """
    start_logs(settings)
    handlers = [*logging.getLogger().handlers, logging.lastResort]
    for name in list(logging.root.manager.loggerDict):
        handlers += logging.getLogger(name).handlers
    format_handlers(handlers, settings)
    start_tracing(os.environ)


def _warm(assistant: Assistant) -> None:
    loaded = threading.Event()
    threading.Thread(target=_freeze_until, args=(loaded,), name="qa-freeze", daemon=True).start()
    try:
        assistant.warm()
    except QAError as error:  # the first question meets the same, and shows it
        _failed[assistant] = (monotonic(), error)
    finally:
        loaded.set()
    freeze_loaded_objects()


def _freeze_until(loaded: threading.Event) -> None:
    """Freeze what has come while large libraries are imported.

    An import looks for thousands of files, and each time may have to wait until a collection has ended. Where
    pages draw themselves anew all the time, as when documents are added, the import would take minutes.
    """
    while not loaded.wait(_FREEZE_INTERVAL_S):
        gc.freeze()


def freeze_loaded_objects() -> None:
    """Leave what is in memory out of garbage collection, as after an import of large libraries.

    Each full collection would look through all the objects of these libraries: a third of a second, in which
    nothing else runs.
    """
    # What is garbage by now may have been frozen before.
    gc.unfreeze()
    gc.collect()
    gc.freeze()
