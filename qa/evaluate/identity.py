"""What makes two runs the same run: the questions, the corpus, the settings and the program."""

import hashlib
import json
import platform
from collections.abc import Iterator, Mapping
from dataclasses import fields
from importlib import metadata
from pathlib import Path
from typing import Any

from qa import __version__, answering, encoder
from qa.config import Settings
from qa.evaluate.values import Answers
from qa.reader import READER_SHA256
from qa.schema.engines import ENGINES, choose_engine

__all__ = ["corpus", "differences", "settings_in_force", "versions"]

# What changes no answer: where things lie, how fast it goes, how long it waits.
_WITHOUT_EFFECT = frozenset(
    {"store", "runs", "threads", "max_file_mb", "lock_timeout_s", "model_timeout_s", "window_chars"}
)
_LIBRARIES = (
    "chromadb",
    "langchain-core",
    "numpy",
    "sentence-transformers",
    "tokenizers",
    "torch",
    "transformers",
)
# Of the versions, those whose change means other answers.
_PROGRAM = ("briefing-desk", "reader", "calibration")
_SHOWN_CHARS = 12


def settings_in_force(settings: Settings, engine: str | None, model: str | None) -> dict[str, Any]:
    """The settings as JSON values, without secrets, with what the run overrides."""
    found: dict[str, Any] = {}
    for one in fields(settings):
        value = getattr(settings, one.name)
        if one.repr:  # secrets are hidden there too
            found[one.name] = str(value) if isinstance(value, Path) else value
    chosen = choose_engine(engine, model, default=settings.engine)
    found["engine"] = chosen
    has_chat_model = ENGINES[chosen].needs_chat_model if chosen in ENGINES else False
    found["model"] = (model or settings.model) if has_chat_model else None
    found["base_url"] = settings.base_url if has_chat_model else None
    found["precision"] = encoder.choose_precision(settings.precision)
    return found


def versions() -> dict[str, str]:
    """Of this program, its models, Python and the libraries that answers depend on."""
    calibration = Path(str(answering.__file__)).with_name("calibration.json").read_bytes()
    found = {
        "briefing-desk": __version__,
        "reader": READER_SHA256[:_SHOWN_CHARS],
        "calibration": hashlib.sha256(calibration).hexdigest()[:_SHOWN_CHARS],
        "python": platform.python_version(),
    }
    for name in _LIBRARIES:
        found[name] = metadata.version(name)
    return found


def corpus(assistant: Answers) -> dict[str, Any]:
    """How many documents and passages, and a fingerprint of all their texts and metadata."""
    documents = sorted(assistant.documents(), key=lambda one: one.id)
    rows = [(one.id, one.sha256, one.chunks) for one in documents]
    return {
        "documents": len(documents),
        "chunks": sum(one.chunks for one in documents),
        "fingerprint": hashlib.sha256(json.dumps(rows).encode()).hexdigest(),
    }


def differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    """In words, what makes another run of it; both are the contents of `run.json`."""
    old, new = before.get("questions", {}), now["questions"]
    if old.get("sha256") != new["sha256"]:
        was = f"{old.get('count')} of {old.get('path')}"
        yield f"other questions ({was}, now {new['count']} of {new['path']})"
    old, new = before.get("corpus", {}), now["corpus"]
    if old.get("fingerprint") != new["fingerprint"]:
        was = f"{old.get('documents')} documents in {old.get('chunks')} passages"
        yield f"another corpus ({was}, now {new['documents']} in {new['chunks']}, or other texts)"
    old, new = before.get("settings", {}), now["settings"]
    changed = [name for name in new if name not in _WITHOUT_EFFECT and old.get(name) != new[name]]
    if changed:
        parts = [f"{name} {_shown(old.get(name))}, now {_shown(new[name])}" for name in changed]
        yield f"other settings ({'; '.join(parts)})"
    old, new = before.get("versions", {}), now["versions"]
    for name in _PROGRAM:
        if old.get(name) != new.get(name):
            yield f"another version of the {name} ({old.get(name)}, now {new.get(name)})"


def _shown(value: Any) -> str:
    return "not set" if value is None else str(value)
