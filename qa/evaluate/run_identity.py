"""What makes two runs the same run: the questions, the corpus, the settings and the program."""

import hashlib
import json
import platform
from collections.abc import Iterator, Mapping
from dataclasses import fields
from importlib import metadata
from pathlib import Path
from typing import Any

from qa import __version__, answering
from qa.config import Settings
from qa.evaluate.datasets.dataset_types import AnsweringAssistant
from qa.evaluate.reporting.run_figures import format_setting
from qa.models import encoder
from qa.models.reader import READER_SHA256
from qa.schema.engines import choose_engine, needs_chat_model
from qa.text.redaction import mask_address

__all__ = ["collect_settings", "collect_versions", "describe_corpus", "describe_differences"]

# What changes no answer: where things lie, how fast it goes, how long it waits, what it costs.
_SETTINGS_WITHOUT_EFFECT = frozenset(
    {
        "store", "runs", "threads", "max_file_mb", "lock_timeout_s", "model_timeout_s", "window_chars",
        "model_retries", "input_token_price", "output_token_price", "max_run_tokens", "max_run_cost",
        "log_format", "log_level", "log_questions",
    }
)  # fmt: skip
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
_COMPARED_VERSIONS = ("briefing-desk", "reader", "calibration")
_HASH_CHARS = 12


def collect_settings(settings: Settings, engine: str | None, model: str | None) -> dict[str, Any]:
    """The settings as JSON values, without secrets, with what the run overrides."""
    values: dict[str, Any] = {}
    for setting in fields(settings):
        value = getattr(settings, setting.name)
        if setting.repr:  # secrets are hidden there too
            values[setting.name] = str(value) if isinstance(value, Path) else value
    engine_used = choose_engine(engine, model, default=settings.engine)
    values["engine"] = engine_used
    has_chat_model = needs_chat_model(engine_used)
    values["model"] = (model or settings.model) if has_chat_model else None
    values["base_url"] = mask_address(settings.base_url) if has_chat_model and settings.base_url else None
    values["precision"] = encoder.choose_precision(settings.precision)
    return values


def collect_versions() -> dict[str, str]:
    """Of this program, its models, Python and the libraries that answers depend on."""
    calibration = Path(str(answering.__file__)).with_name("calibration.json").read_bytes()
    return {
        "briefing-desk": __version__,
        "reader": READER_SHA256[:_HASH_CHARS],
        "calibration": hashlib.sha256(calibration).hexdigest()[:_HASH_CHARS],
        "python": platform.python_version(),
        **{name: metadata.version(name) for name in _LIBRARIES},
    }


def describe_corpus(assistant: AnsweringAssistant) -> dict[str, Any]:
    """How many documents and passages, and a fingerprint of all their texts and metadata."""
    documents = sorted(assistant.documents(), key=lambda document: document.id)
    rows = [(document.id, document.sha256, document.chunks) for document in documents]
    return {
        "documents": len(documents),
        "chunks": sum(document.chunks for document in documents),
        "fingerprint": hashlib.sha256(json.dumps(rows).encode()).hexdigest(),
    }


def describe_differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
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
    # Older versions kept the password in the address.
    old = {
        name: mask_address(value) if name == "base_url" and value else value for name, value in old.items()
    }
    changed = [name for name in new if name not in _SETTINGS_WITHOUT_EFFECT and old.get(name) != new[name]]
    if changed:
        changes = [
            f"{name} {format_setting(old.get(name))}, now {format_setting(new[name])}" for name in changed
        ]
        yield f"other settings ({'; '.join(changes)})"
    old, new = before.get("versions", {}), now["versions"]
    for name in _COMPARED_VERSIONS:
        if old.get(name) != new.get(name):
            yield f"another version of the {name} ({old.get(name)}, now {new.get(name)})"
