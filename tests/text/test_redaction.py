"""Keys and passwords do not get into messages, whatever form a server sends them back in."""

import base64
import json
import time
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.text.redaction import collect_secrets, mask_address, redact, redact_stream, secrets_in_address

KEY = 'sk+pro/j-1234567890"x'


@pytest.mark.parametrize(
    "echo",
    [
        f"invalid key {KEY}",
        f"Authorization: Bearer {KEY}",
        json.dumps({"headers": {"authorization": f"Bearer {KEY}"}}),
        quote(KEY, safe=""),
        quote(KEY),
        KEY.upper(),
        f"x{KEY}x",
    ],
)
def test_a_known_key(echo: str) -> None:
    shown = redact(f"HTTP 401: {echo}", [KEY, None, ""])
    assert "1234567890" not in shown
    assert shown.startswith("HTTP 401: ")


def test_a_short_one_is_hidden_as_a_word() -> None:
    assert redact("no test of latest: 'test'", ["test"]) == "no *** of latest: '***'"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("get http://me:hunter2@example.org/x: no", "get http://***@example.org/x: no"),
        ("http://hunter2@h and https://b:hunter2@c", "http://***@h and https://***@c"),
        ("https://h/x?a=1&api_key=hunter2&b=2", "https://h/x?a=1&api_key=***&b=2"),
        ("https://h/x?access_token=hunter2#x", "https://h/x?access_token=***#x"),
        ("https://h/x?X-Amz-Signature=hunter2", "https://h/x?X-Amz-Signature=***"),
        ("'authorization': 'Basic aHVudGVyMg=='", "'authorization': 'Basic ***'"),
        ("x-chroma-token: hunter2, x", "x-chroma-token: ***, x"),
        ('{"api_key": "hunter2"}', '{"api_key": "***"}'),
        ("Bearer abc123hunter2 is wrong", "Bearer *** is wrong"),
        ("Incorrect API key provided: sk-hunter2hunter2.", "Incorrect API key provided: sk-***."),
        ("see http://example.org/a@b and bearer authentication", None),
        ("a basic introduction; set api_key (QA_API_KEY)", None),
        ("the model's name, api_key and base_url", None),
        ("https://h/x?page=2&monkey=3", None),
    ],
)
def test_what_looks_like_a_key(text: str, shown: str | None) -> None:
    assert redact(text) == (shown or text)


def test_addresses_of_settings() -> None:
    assert mask_address("http://me:a/b@c@example.org/v1?key=x&n=1") == "http://***@example.org/v1?key=***&n=1"
    assert mask_address("me:hunter2@example.org") == "***@example.org"
    assert mask_address("http://example.org:8000/v1") == "http://example.org:8000/v1"
    pair = base64.b64encode(b"me:hunt@er").decode()
    assert secrets_in_address("http://me:hunt%40er@h/x?token=abc") == {"hunt%40er", "hunt@er", pair, "abc"}
    assert secrets_in_address("http://[") == secrets_in_address(None) == set()
    assert collect_secrets(["k", None], [None, "http://a:b@c"]) == {
        "k",
        "b",
        base64.b64encode(b"a:b").decode(),
    }


@given(st.data())
def test_a_key_that_is_spread_over_pieces(data: st.DataObject) -> None:
    text = data.draw(st.text("sk-1234x ", max_size=30)).join(("Words ", KEY, " more ", KEY[:9], "end"))
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=8)))
    pieces = [text[start:end] for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    shown = "".join(redact_stream(pieces, {KEY, "a"}))
    assert shown == text.replace(KEY, "***")


def test_words_are_not_held_back() -> None:
    pieces = redact_stream(iter(["The tariff ", "was raised s", "o much"]), {KEY})
    assert next(pieces) == "The tariff "
    assert list(pieces) == ["was raised ", "so much"]


@pytest.mark.parametrize(
    "piece", ["://", "a@", "?api_key", "bearer ", "authorization", "x-", "1", "://a@", "sk-"]
)
def test_long_texts_take_no_longer_than_they_are(piece: str) -> None:
    text = piece * (100_000 // len(piece))
    began = time.process_time()
    redact(text, [KEY])
    assert time.process_time() - began < 2
