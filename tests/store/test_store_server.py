"""Vectors in files and on a real Chroma server: the same tests; and what a server can do wrong."""

import itertools
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import chromadb
import chromadb.config
import numpy as np
import pytest
from numpy.typing import NDArray

from qa.errors import StoreError
from qa.store import chroma_server as at_server
from qa.store.chroma_server import ServerAddress
from qa.store.store_errors import ServerError
from qa.store.vector_index import VectorIndex
from tests.support.web import make_certificate, serving

# Imported by pytest alone, which wants to be the first.
if TYPE_CHECKING:
    from tests.support.chroma import ChromaServer

pytest_plugins = ["tests.support.chroma"]

_numbers = itertools.count()
SECRETS = ("hunter2", "ck-12345", "bWU6aHVudGVyMg==")


def unit(count: int, dimension: int = 8, seed: int = 1) -> NDArray[np.float32]:
    vectors = np.random.default_rng(seed).normal(size=(count, dimension)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors


def owners(count: int) -> list[str]:
    """Two chunks to a document."""
    return [f"document{number // 2}" for number in range(count)]


@pytest.fixture
def make(tmp_path: Path, vectors_at: str | None) -> Iterator[Callable[[], VectorIndex]]:
    """Opens the vectors of one store, any number of times."""
    server = None if vectors_at is None else ServerAddress(url=vectors_at)
    collection = f"briefing-desk-{next(_numbers)}-{tmp_path.name[-20:].strip('_-')}"
    indexes: list[VectorIndex] = []

    def open_again() -> VectorIndex:
        indexes.append(
            VectorIndex(tmp_path / "vectors", read_only=False, server=server, collection=collection)
        )
        return indexes[-1]

    yield open_again
    for index in indexes:
        index.close()


@pytest.fixture
def index(make: Callable[[], VectorIndex]) -> VectorIndex:
    fresh = make()
    fresh.refresh(0)
    return fresh


# In files and on a server -------------------------------------------------------------------------


def test_what_is_put_is_there_until_it_is_deleted(index: VectorIndex) -> None:
    vectors = unit(10)
    index.put(range(1, 11), vectors, owners(10))
    assert index.keys() == set(range(1, 11))
    keys, stored = index.get([7, 99, 3])
    assert keys == [3, 7]
    np.testing.assert_allclose(stored, vectors[[2, 6]], atol=1e-6)
    assert stored.dtype == np.float32
    (best, cosine), *farther = index.nearest(vectors[4], 10, None)
    assert best == 5
    assert cosine == pytest.approx(1, abs=1e-5)
    expected = {
        key: float(stored_vector @ vectors[4]) for key, stored_vector in enumerate(vectors, 1) if key != 5
    }
    assert dict(farther) == pytest.approx(expected, abs=1e-5)
    assert [similarity for _, similarity in farther] == sorted(
        (similarity for _, similarity in farther), reverse=True
    )
    index.delete([5, 99])
    assert index.keys() == {1, 2, 3, 4, 6, 7, 8, 9, 10}
    assert 5 not in dict(index.nearest(vectors[4], 10, None))
    index.put([1], vectors[4:5], ["document0"])  # in the place of another
    assert [key for key, _ in index.nearest(vectors[4], 1, None)] == [1]
    assert len(index.keys()) == 9
    index.probe()


def test_nothing_is_found_where_nothing_is(index: VectorIndex) -> None:
    vector = unit(1)[0]
    for _ in range(2):
        assert index.nearest(vector, 5, None) == []
        assert index.nearest(vector, 5, ["document0"]) == []
        assert index.keys() == set()
        keys, stored = index.get([1, 2])
        assert (keys, stored.shape[0]) == ([], 0)
        index.probe()
        index.delete([1, 2])
        index.put([1], unit(1), ["document0"])
        index.delete([1])
    assert index.get([])[0] == []


def test_more_is_asked_for_than_there_is(index: VectorIndex) -> None:
    vectors = unit(6)
    index.put(range(6), vectors, owners(6))
    assert len(index.nearest(vectors[0], 500, None)) == 6
    assert index.nearest(vectors[0], 0, None) == []
    index.delete([0, 1, 2])
    assert {key for key, _ in index.nearest(vectors[0], 500, None)} == {3, 4, 5}


def test_only_of_some_documents(index: VectorIndex) -> None:
    vectors = unit(8)
    index.put(range(8), vectors, owners(8))
    assert {key for key, _ in index.nearest(vectors[0], 8, ["document1", "document3"])} == {2, 3, 6, 7}
    # More than one call can carry, with what is asked for in the first part and in the last.
    many = ["document2", *(f"nobody{number}" for number in range(12_000)), "document0"]
    assert next(key for key, _ in index.nearest(vectors[0], 3, many)) == 0
    assert {key for key, _ in index.nearest(vectors[0], 8, many)} == {0, 1, 4, 5}
    assert index.nearest(vectors[0], 8, []) == []


def test_more_than_a_page(index: VectorIndex) -> None:
    count = 5100
    vectors = unit(count, 2)
    index.put(range(count), vectors, owners(count))
    assert index.keys() == set(range(count))
    keys, stored = index.get(range(count + 10))
    assert keys == list(range(count))
    np.testing.assert_allclose(stored, vectors, atol=1e-6)
    index.delete(range(10, 2 * count))
    assert index.keys() == set(range(10))


def test_all_is_dropped_and_made_anew(index: VectorIndex) -> None:
    index.put(range(4), unit(4), owners(4))
    index.clear(1)
    assert index.keys() == set()
    index.put(range(3), unit(3, 16), owners(3))  # another model's
    assert len(index.nearest(unit(1, 16)[0], 9, None)) == 3


def test_several_see_the_same(make: Callable[[], VectorIndex], index: VectorIndex) -> None:
    second = make()
    index.put([1], unit(1), ["document0"])
    index.mark_written(1)
    second.refresh(1)
    assert second.keys() == {1}
    second.put([2], unit(1), ["document1"])
    second.mark_written(2)
    index.refresh(2)
    assert index.keys() == {1, 2}
    second.clear(3)
    second.put([3], unit(1, 16), ["document1"])
    index.refresh(3)
    assert index.keys() == {3}


def test_it_can_be_closed_and_opened_again(make: Callable[[], VectorIndex], index: VectorIndex) -> None:
    index.put([1], unit(1), ["document0"])
    index.mark_written(1)
    states = [index.is_open]
    index.close()
    index.close()
    assert [*states, index.is_open] == [True, False]
    with pytest.raises(RuntimeError, match="before `refresh`"):
        index.keys()
    index.refresh(1)
    assert index.keys() == {1}
    fresh = make()
    fresh.refresh(1)
    assert fresh.keys() == {1}
    fresh.invalidate()
    fresh.refresh(1)
    assert fresh.keys() == {1}


# On a server --------------------------------------------------------------------------------------


def open_index(url: str, collection: str, generation: int = 0, **options: object) -> VectorIndex:
    address = ServerAddress(url=url, **options)  # type: ignore[arg-type]
    index = VectorIndex(Path("unused"), read_only=True, server=address, collection=collection)
    try:
        index.refresh(generation)
    except ServerError:
        assert not index.is_open
        raise
    except BaseException:
        index.close()
        raise
    return index


def failure(url: str, expected: type[StoreError] = ServerError, **options: object) -> str:
    with pytest.raises(expected) as caught:
        open_index(url, "some-store", **options)  # type: ignore[arg-type]
    return checked(caught.value)


def checked(error: Exception) -> str:
    message = str(error)
    assert "\n" not in message
    assert not [secret for secret in SECRETS if secret in message]
    return message


def test_stores_share_a_server(chroma_server: "ChromaServer") -> None:
    with (
        closing(open_index(chroma_server.url + "/", "store-one")) as first,
        closing(open_index(chroma_server.url, "store-two")) as second,
    ):
        first.put([1], unit(1), ["document0"])
        second.put([2, 3], unit(2, 16), owners(2))
        second.clear(1)
        second.put([4], unit(1, 16), owners(1))
        assert (first.keys(), second.keys()) == ({1}, {4})


def test_a_tenant_and_a_database_of_ones_own(chroma_server: "ChromaServer") -> None:
    url = chroma_server.url
    assert f"server {url} has no tenant 'desk': check chroma_tenant" in failure(url, tenant="desk")
    assert "has no database 'trade' of the tenant 'default_tenant'" in failure(url, database="trade")
    admin = chromadb.AdminClient(
        chromadb.config.Settings(
            chroma_api_impl="chromadb.api.fastapi.FastAPI",
            chroma_server_host=url,
            chroma_server_http_port=0,
            anonymized_telemetry=False,
        )
    )
    admin.create_tenant("desk")
    admin.create_database("trade", "desk")
    with (
        closing(open_index(url, "same-name", tenant="desk", database="trade")) as first,
        closing(open_index(url, "same-name")) as second,
    ):
        first.put([1], unit(1), ["document0"])
        assert (first.keys(), second.keys()) == ({1}, set())


def test_the_quotas_of_chroma_cloud_are_kept(
    chroma_server: "ChromaServer", monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ServerAddress(url="https://api.trychroma.com").is_cloud
    assert not ServerAddress(url="https://mytrychroma.com").is_cloud
    monkeypatch.setattr(at_server, "_CLOUD", "127.0.0.1")
    sizes: list[int] = []
    upsert = chromadb.Collection.upsert

    def watched(self: chromadb.Collection, ids: list[str], **options: object) -> None:
        sizes.append(len(ids))
        upsert(self, ids, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(chromadb.Collection, "upsert", watched)
    with closing(open_index(chroma_server.url, "like-cloud")) as index:
        vectors = unit(700)
        index.put(range(700), vectors, owners(700))
        assert sizes == [300, 300, 100]
        assert index.keys() == set(range(700))
        assert len(index.get(range(700))[0]) == 700
        assert len(index.nearest(vectors[0], 400, None)) == 300
        everybody = sorted(set(owners(700)))
        assert index.nearest(vectors[0], 400, everybody) == index.nearest(vectors[0], 300, None)
        index.delete(range(650))
        assert len(index.keys()) == 50


def test_lost_vectors_are_told_from_none(chroma_server: "ChromaServer") -> None:
    url = chroma_server.url
    lost = rf"has lost its vectors on the Chroma server {url}: run `qa check --repair`"
    with pytest.raises(StoreError, match=lost):  # written to before, and not there
        open_index(url, "never-made", generation=3)
    client = chromadb.HttpClient(host="127.0.0.1", port=int(url.rpartition(":")[2]))
    with closing(open_index(url, "soon-lost")) as index:
        index.put([1], unit(1), ["document0"])
        index.mark_written(1)
        client.delete_collection("soon-lost")
        calls: list[Callable[[], object]] = [
            lambda: index.nearest(unit(1)[0], 1, None),
            lambda: index.put([2], unit(1), ["document0"]),
            lambda: index.delete([1]),
            lambda: index.get([1]),
            index.keys,
            index.probe,
        ]
        for call in calls:
            with pytest.raises(StoreError, match=lost):
                call()
        index.invalidate()
        # Nothing is put into an empty one in its place: only a rebuild makes it.
        with pytest.raises(StoreError, match=lost):
            index.refresh(1)
        index.clear(2)
        assert index.keys() == set()
        index.put([2], unit(1), ["document0"])


def test_a_server_that_goes_and_comes_back(own_chroma_server: "ChromaServer") -> None:
    server = own_chroma_server
    with closing(open_index(server.url, "kept-store")) as index:
        index.put([1], unit(1), ["document0"])
        index.mark_written(1)
        server.stop()
        for call in (index.keys, index.keys, lambda: index.clear(2)):
            with pytest.raises(ServerError) as caught:
                call()
            message = checked(caught.value)
            assert f"the Chroma server {server.url} can't be reached" in message
            assert "check chroma_url and that the server runs" in message
        index.invalidate()
        with pytest.raises(ServerError):
            index.refresh(1)
        server.start()
        index.refresh(1)
        assert index.keys() == {1}
        server.stop()
        server.start()
        assert index.keys() == {1}  # without having noticed


def test_nobody_is_there() -> None:
    # The discard port of loopback, where nobody listens, and a name that never resolves.
    assert "http://127.0.0.1:9 can't be reached" in failure(
        "http://me:hunter2@127.0.0.1:9", api_key="ck-12345"
    )
    assert "https://chroma.invalid/a can't be reached" in failure("https://chroma.invalid/a/")


def test_http_and_https_are_mixed_up(chroma_server: "ChromaServer") -> None:
    message = failure(chroma_server.url.replace("http:", "https:"))
    assert "check whether chroma_url is to be http or https" in message


def test_a_certificate_that_nobody_vouches_for(tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(make_certificate(tmp_path))
    with serving(context) as site:
        site.page("/api/v2/version", '"1.0.0"', content_type="application/json")
        message = failure(f"https://127.0.0.1:{site.port}")
    assert "can't be reached" in message
    assert site.requests == []


Reply = tuple[int, str] | None


@contextmanager
def pretender(*replies: Reply, headers: list[dict[str, str]] | None = None) -> Iterator[str]:
    """Answers each request with the next reply, the last for ever; None drops the connection."""
    pending = list(replies)
    finished = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if headers is not None:
                headers.append({name.lower(): value for name, value in self.headers.items()})
            reply = pending.pop(0) if len(pending) > 1 else pending[0]
            if reply is None:
                self.close_connection = True
            elif reply[0] == 0:
                finished.wait(20)
            else:
                body = reply[1].encode()
                self.send_response(reply[0])
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        do_POST = do_GET

        def log_message(self, *arguments: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            finished.set()
            server.shutdown()
            thread.join()


VERSION = (200, '"1.0.0"')


@pytest.mark.parametrize(
    ("replies", "words"),
    [
        pytest.param([(404, '{"detail":"Not Found"}')], ["is none, or an old one", "chroma_url"],
                     id="version 0.5"),
        pytest.param([(200, '"0.6.3"')], ["speaks version 0.6.3", "1 or newer", "update it"],
                     id="version 0.6"),
        pytest.param([(200, "<html>\nHello")], ["is none, or an old one", "chroma_url"], id="a web page"),
        pytest.param([(200, '{"a": "b"}')], ["speaks version", "update it"], id="something else"),
        pytest.param([None], ["broke off", "try again"], id="hangs up"),
        pytest.param([VERSION, None], ["broke off", "try again"], id="hangs up later"),
        pytest.param([(0, "")], ["did not answer within 0.2 s", "try again"], id="never answers"),
        pytest.param([VERSION, (0, "")], ["did not answer within 0.2 s", "try again"], id="stops answering"),
        pytest.param([(401, "")], ["does not let you in", "chroma_api_key"], id="no key"),
        pytest.param([VERSION, (403, '{"error": "AuthorizationError", "message": "Permission denied."}')],
                     ["does not let you in (Permission denied.)", "chroma_api_key"], id="wrong key"),
        pytest.param([VERSION, (429, '{"error": "RateLimitError", "message": "Slow down"}')],
                     ["is at its limit (Slow down)", "later"], id="too often"),
        pytest.param([VERSION, (422, '{"error": "ChromaError", "message": "Quota exceeded: records"}')],
                     ["is at its limit (Quota exceeded: records)", "raised"], id="too much"),
        pytest.param([VERSION, (502, "bad gateway\nof a proxy")], ["failed (HTTP 502: bad gateway", "log"],
                     id="broken"),
        pytest.param([VERSION, (500, '{"error": "InternalError", "message": "no space left"}')],
                     ["failed (no space left)"], id="out of order"),
        pytest.param([VERSION, (500, '{"error": "E", "message": "x-chroma-token: ck-12345, me:hunter2"}')],
                     ["x-chroma-token: ***, me:***"], id="sends the keys back"),
        pytest.param([VERSION, (401, "Authorization: Basic bWU6aHVudGVyMg==")],
                     ["does not let you in"], id="sends the header back"),
        pytest.param([(200, '"hunter2"')], ["speaks version ***"], id="sends a key as its version"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("key", [None, "ck-12345"], ids=["without key", "with key"])
def test_what_a_server_can_do_wrong(replies: list[Reply], words: list[str], key: str | None) -> None:
    with pretender(*replies) as url:
        began = time.monotonic()
        message = failure(url.replace("//", "//me:hunter2@"), api_key=key, timeout_s=0.2)
        assert time.monotonic() - began < 5
        for word in (f"the Chroma server {url} ", *words):
            assert word in message


def test_secrets_go_into_headers() -> None:
    headers: list[dict[str, str]] = []
    with pretender((401, ""), headers=headers) as url:
        failure(url.replace("//", "//me:hunter%40@"), api_key="ck-12345")
        failure(url)
    assert headers[0]["x-chroma-token"] == "ck-12345"
    assert headers[0]["authorization"] == "Basic bWU6aHVudGVyQA=="
    assert not {"x-chroma-token", "authorization"} & set(headers[1])
    assert "ck-12345" not in repr(ServerAddress(url="https://a:hunter2@b", api_key="ck-12345"))
    assert "hunter2" not in f"{ServerAddress(url='https://a:hunter2@b')!r}"


def test_a_key_tells_its_tenant_and_database() -> None:
    identity = (200, '{"user_id": "u", "tenant": "desk", "databases": ["trade"]}')
    with pretender(VERSION, identity, (404, '{"error": "NotFoundError", "message": "Tenant x"}')) as url:
        assert "has no tenant 'desk'" in failure(url, api_key="ck-12345")
    ok = (200, '{"name": "desk"}')
    missing = (404, '{"error": "NotFoundError", "message": "Database [trade] not found."}')
    with pretender(VERSION, identity, ok, missing) as url:
        assert "has no database 'trade' of the tenant 'desk'" in failure(url, api_key="ck-12345")


def test_a_server_needs_a_collection(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="name of a collection"):
        VectorIndex(tmp_path, read_only=False, server=ServerAddress(url="http://a"))
