"""Reading, embedding and asking over Ray, on a local cluster of two workers: the same as without."""

import json
import os
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
import sqlalchemy as sa

from qa import Assistant
from qa.cli import main
from qa.config import Settings
from qa.errors import ConfigError
from qa.evaluate.ray_answers import answer_over_ray
from qa.ingest import ray_cluster
from qa.store import Store
from qa.store.catalogue_schema import vectors

# Imported by pytest alone, which wants to be the first.
if TYPE_CHECKING:
    from tests.support.chroma import ChromaServer
    from tests.support.postgres import PostgresServer

pytest_plugins = ["tests.support.chroma", "tests.support.postgres"]

ray = pytest.importorskip("ray")
CORPUS = Path(__file__).resolve().parents[2] / "corpus"


def kept_vectors(folder: Path) -> "np.ndarray[tuple[int, int], np.dtype[np.float32]]":
    store = Store.open(folder)
    with store.connection.engine.begin() as connection:
        rows = connection.execute(sa.select(vectors).order_by(vectors.c.chunk_key)).all()
    store.close()
    return np.array([np.frombuffer(row.vector, dtype="<f4") for row in rows])


@pytest.mark.slow
def test_ray_makes_the_same_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "briefings"
    folder.mkdir()
    for path in sorted(CORPUS.glob("*.md"))[:6]:
        (folder / path.name).write_bytes(path.read_bytes())
    (folder / "table.csv").write_text("Country,Share\nCanada,77\nMexico,80\n", encoding="utf-8")
    (folder / "bad.pdf").write_bytes(b"no PDF")
    proxies = {name: os.environ.get(name) for name in ("http_proxy", "no_proxy")}
    # Started by `add`, as on a user's machine, so that the guard sees what Ray's processes try to reach.
    monkeypatch.setattr(ray, "init", partial(ray.init, num_cpus=2))
    with Assistant.open(tmp_path / "with") as assistant:
        spread = assistant.add(folder, ray=True)
        documents = assistant.documents()
    assert not ray.is_initialized()
    assert {name: os.environ.get(name) for name in proxies} == proxies
    with Assistant.open(tmp_path / "without") as assistant:
        plain = assistant.add(folder)
        expected = assistant.documents()
        assert [
            (failure.source.rsplit("/", 1)[-1], "no PDF" in failure.reason) for failure in plain.failed
        ] == [("bad.pdf", True)]
    assert spread == plain
    assert len(plain.added) == 7
    assert [(document.id, document.sha256, document.chunks) for document in documents] == [
        (document.id, document.sha256, document.chunks) for document in expected
    ]
    ours, theirs = kept_vectors(tmp_path / "with"), kept_vectors(tmp_path / "without")
    # Batches are put together otherwise, which moves the last digits of bfloat16.
    assert ours.shape == theirs.shape
    assert float((ours * theirs).sum(axis=1).min()) > 0.999


@pytest.mark.slow
def test_ray_reads_for_a_store_on_servers(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    postgres_server: "PostgresServer",
    chroma_server: "ChromaServer",
) -> None:
    """The catalogue on PostgreSQL, the vectors on a Chroma server: as with files."""
    name = postgres_server.lend(chroma_server.url)
    monkeypatch.setattr(ray, "init", partial(ray.init, num_cpus=2))
    settings = Settings(
        store=tmp_path / "desk", chroma_url=chroma_server.url, database_url=postgres_server.url(name)
    )
    paths = sorted(CORPUS.glob("*.md"))[:2]
    # One cluster for both, which takes long to start: what did not start it leaves it running.
    assert ray_cluster.connect_to_ray()
    with Assistant.open(settings=settings) as assistant:
        assert len(assistant.add(paths, ray=True).added) == 2
    assert ray.is_initialized()
    with Assistant.open(settings=replace(settings, store=tmp_path / "other-host")) as assistant:
        assert len(assistant.documents()) == 2
        assert assistant.check().problems == ()
        passage = assistant.search("tariffs on steel and aluminium")[0]
        assert passage.document_id in {document.id for document in assistant.documents()}
    # Questions, asked here and on the cluster, which the evaluation ends as if it had started it.
    monkeypatch.setattr(ray_cluster, "connect_to_ray", lambda: True)
    questions = tmp_path / "questions.jsonl"
    asked = ("What is the tariff on steel?", "Who met whom?", "What was agreed on dairy?", "Who lost?")
    questions.write_text("".join(json.dumps({"id": text, "question": text}) + "\n" for text in asked))
    for variable, value in (
        ("QA_DATABASE_URL", settings.database_url),
        ("QA_CHROMA_URL", settings.chroma_url),
    ):
        monkeypatch.setenv(variable, str(value))
    rows: list[dict[str, str]] = []
    for options in (["--ray"], []):
        command = ["--store", str(settings.store), "eval", str(questions), "--batch", "2"]
        with pytest.raises(SystemExit) as ended:
            main([*command, "--out", str(tmp_path / f"run{len(rows)}"), *options])
        assert ended.value.code == 0
        results = (tmp_path / f"run{len(rows)}" / "results.jsonl").read_text().splitlines()
        rows.append({row["id"]: row["result"]["text"] for row in map(json.loads, results)})
    assert rows[0] == rows[1]
    assert sorted(rows[0]) == sorted(asked)
    assert not ray.is_initialized()
    postgres_server.take_back(name)


def test_a_store_in_files_is_for_one_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ray_cluster, "connect_to_ray", lambda: False)
    monkeypatch.setattr(ray, "nodes", lambda: [{"Alive": True}, {"Alive": False}, {"Alive": True}])
    with (
        Assistant.open(tmp_path / "store") as assistant,
        pytest.raises(ConfigError, match=r"2 machines, which can't all read .*: set database_url"),
        answer_over_ray(assistant),
    ):
        pass


def test_without_ray_there_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    (tmp_path / "a.md").write_text("# A\n\nSome text about corn.\n", encoding="utf-8")
    with (
        Assistant.open(settings=Settings(store=tmp_path / "store")) as assistant,
        pytest.raises(ConfigError, match=r"pip install briefing-desk\[ray\]"),
    ):
        assistant.add(tmp_path / "a.md", ray=True)
