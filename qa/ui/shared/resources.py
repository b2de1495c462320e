"""What the sessions of one process share: the settings and one assistant with its models."""

import gc
import logging
import os
import threading
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import streamlit as st

from qa.assistant import Assistant
from qa.config import Settings, load_settings
from qa.errors import QAError
from qa.text.control_characters import CleanLogFilter

__all__ = ["freeze_loaded_objects", "read_settings", "shared_assistant"]

_FREEZE_INTERVAL_S = 0.1


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
    _clean_logs(settings)
    assistant = Assistant.open(settings=settings)
    if assistant.documents():
        threading.Thread(target=_warm, args=(assistant,), name="qa-warm", daemon=True).start()
    return assistant


def _clean_logs(settings: Settings) -> None:
    """Let no key and nothing that a terminal would obey get into the log of this process."""
    clean = CleanLogFilter(settings.secrets())
    handlers = [*logging.getLogger().handlers, logging.lastResort]
    for name in list(logging.root.manager.loggerDict):
        handlers += logging.getLogger(name).handlers
    for handler in handlers:
        if handler is not None and not any(
            isinstance(present, CleanLogFilter) for present in handler.filters
        ):
            handler.addFilter(clean)


def _warm(assistant: Assistant) -> None:
    loaded = threading.Event()
    threading.Thread(target=_freeze_until, args=(loaded,), name="qa-freeze", daemon=True).start()
    try:
        # The first question meets the same error, and shows it.
        with suppress(QAError):
            assistant.warm()
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

    Streamlit collects garbage after every run of the script, and each time it would look through all the
    objects of these libraries: a third of a second, in which nothing else runs.
    """
    # What is garbage by now may have been frozen before.
    gc.unfreeze()
    gc.collect()
    gc.freeze()
