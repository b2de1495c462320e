"""Signing in without a browser: who is let in, as what, and that nothing of the page runs for others."""

import os
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

import qa.ui
from qa.config import ROLES, Settings, SignIn, load_settings, read_sign_in
from qa.errors import ConfigError
from qa.store import Store
from qa.ui import page as page_script
from qa.ui import visitor as visitor_module
from qa.ui.request_guard import request_guard
from qa.ui.visitor import Visitor, may_upload, page_secrets, visitor_of
from tests.store.test_conversation_records import put_exchange
from tests.ui.test_chat_page import summary
from tests.ui.test_request_guard import is_let_through, options, respond

__all__ = ["options"]  # a fixture

PAGE = Path(qa.ui.__file__).with_name("page.py")
NOW = 1_800_000_000.0
HOUR = 3600
PROVIDER: dict[str, Any] = {
    "sign_in": "oidc",
    "oidc_metadata_url": "https://accounts.example/.well-known/openid-configuration",
    "oidc_client_id": "desk",
    "oidc_client_secret": "client-secret-of-the-desk",
}
LISTS = {
    "readers": "ana@desk.example, @partner.example",
    "keepers": "kim@desk.example",
    "evaluators": "Eva@Desk.Example @lab.example",
}
EXTERNAL = {"oidc_redirect_url": "https://desk.example/oauth2callback"}


def read(**values: Any) -> SignIn:
    sign_in = read_sign_in(Settings(**{**PROVIDER, **LISTS, **values}))
    assert sign_in is not None
    return sign_in


def claims(email: object = "ana@desk.example", **values: Any) -> dict[str, Any]:
    """As Streamlit hands them on for somebody who has just signed in."""
    return {
        "is_logged_in": True,
        "provider": "default",
        "iss": "https://accounts.example",
        "sub": f"id of {email}",
        "iat": NOW - 5,
        "nonce": "a nonce",
        "email": email,
        **values,
    }


# Who gets in --------------------------------------------------------------------------------------


def test_nobody_signs_in_by_default() -> None:
    assert read_sign_in(Settings()) is None


@pytest.mark.parametrize(
    ("email", "roles"),
    [
        ("ana@desk.example", {"reader"}),
        ("ANA@Desk.example", {"reader"}),
        ("anybody@partner.example", {"reader"}),
        ("kim@desk.example", {"reader", "keeper"}),
        ("eva@desk.example", {"reader", "evaluator"}),
        ("lee@lab.example", {"reader", "evaluator"}),
        ("bob@desk.example", set()),
        ("ana@desk.example.evil.example", set()),
        ("ana@partner.example.evil.example", set()),
        ("x@sub.partner.example", set()),
        ("x@evilpartner.example", set()),
        ("@partner.example@evil.example", set()),
        ("partner.example", set()),
        # The Kelvin sign, whose small letter is k.
        ("\N{KELVIN SIGN}im@desk.example", set()),
        ("kim@des\N{KELVIN SIGN}.example", set()),
        ("", set()),
    ],
)
def test_roles_come_from_the_lists(email: str, roles: set[str]) -> None:
    assert read().roles(email) == roles


def test_who_is_on_several_lists_has_all_roles() -> None:
    assert read(keepers="@desk.example").roles("eva@desk.example") == ROLES


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"oidc_metadata_url": None}, ["oidc_metadata_url is not set"]),
        ({"oidc_client_id": None}, ["oidc_client_id is not set"]),
        ({"oidc_client_secret": None}, ["oidc_client_secret is not set"]),
        ({"readers": None, "keepers": None, "evaluators": None}, ["nobody could get in", "readers"]),
        ({"oidc_cookie_secret": "x" * 31}, ["oidc_cookie_secret is short", "32"]),
        ({"oidc_redirect_url": "https://desk.example/"}, ["oidc_redirect_url", "/oauth2callback"]),
        ({"oidc_redirect_url": "http://desk.example/oauth2callback"}, ["oidc_redirect_url", "https://"]),
        ({"oidc_metadata_url": "http://accounts.example/x"}, ["oidc_metadata_url", "https://"]),
    ],
)
def test_sign_in_that_can_not_be_is_one_line(values: dict[str, Any], words: list[str]) -> None:
    with pytest.raises(ConfigError) as caught:
        read(**values)
    assert all(word in str(caught.value) for word in words)
    assert "\n" not in str(caught.value)
    assert "x" * 31 not in str(caught.value)


@pytest.mark.parametrize("host", ["localhost:8501", "127.0.0.1:8501", "[::1]:8501"])
def test_this_computer_needs_no_tls(host: str) -> None:
    url = f"http://{host}/oauth2callback"
    assert read(oidc_redirect_url=url, oidc_metadata_url=f"http://{host}/x").redirect_url == url


@pytest.mark.parametrize("people", ["ana", "ana@", "@", "ana@desk.example; eva@desk.example", ","])
def test_what_names_nobody_is_refused(people: str) -> None:
    with pytest.raises(ConfigError, match=r"keepers is .*: expected e-mail addresses and domains"):
        Settings(keepers=people)


def test_list_in_the_file_is_a_list(tmp_path: Path) -> None:
    file = tmp_path / "qa.toml"
    file.write_text('readers = ["ana@desk.example", "@lab.example"]', encoding="utf-8")
    assert load_settings({}, {}, None, tmp_path)[0].readers == "ana@desk.example, @lab.example"
    for wrong in ("[]", "[1]", '["ana@desk.example", 1]', '["ana"]'):
        file.write_text(f"readers = {wrong}", encoding="utf-8")
        with pytest.raises(ConfigError, match="readers in "):
            load_settings({}, {}, None, tmp_path)


# What the provider says ---------------------------------------------------------------------------


@pytest.mark.parametrize("verified", [{}, {"email_verified": True}, {"email_verified": "true"}])
def test_who_is_on_a_list_is_in(verified: dict[str, Any]) -> None:
    visitor = visitor_of(claims("Kim@desk.example", name="Kim", **verified), read(), now=NOW)
    assert visitor == Visitor("kim@desk.example", "Kim", frozenset({"reader", "keeper"}))


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (claims(email_verified=False), ["ana@desk.example", "not verified"]),
        (claims(email_verified="false"), ["not verified"]),
        (claims(email_verified=None), ["not verified"]),
        (claims("sly@evil.example"), ["sly@evil.example", "may not use this desk"]),
        (claims(None, preferred_username="ana@desk.example"), ["does not say", "e-mail address"]),
        (claims(["ana@desk.example"]), ["does not say"]),
        (claims("ana"), ["does not say"]),
    ],
)
def test_who_is_not_let_in_is_told_why(told: dict[str, Any], words: list[str]) -> None:
    visitor = visitor_of(told, read(), now=NOW)
    assert (visitor.email, visitor.roles) == (None, frozenset())
    assert all(word in visitor.refusal for word in words)


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"is_logged_in": False},
        {"email": "ana@desk.example", "iat": NOW},
        claims(is_logged_in="true"),
        claims(iat=None),
        claims(iat="soon"),
        claims(iat=NOW - 12.1 * HOUR),
    ],
)
def test_who_has_not_signed_in_has_to(told: dict[str, Any]) -> None:
    visitor = visitor_of(told, read(), now=NOW)
    assert (visitor.email, visitor.roles, visitor.refusal) == (None, frozenset(), "")


def test_sign_in_holds_as_long_as_the_setting_says() -> None:
    for hours, is_in in ((1, True), (0.1, False)):
        visitor = visitor_of(claims(iat=NOW - HOUR / 2), read(sign_in_hours=hours), now=NOW)
        assert bool(visitor.roles) is is_in
        assert ("has ended: each holds for 0.1 hours" in visitor.advice) is not is_in


def test_question_is_asked_though_the_sign_in_ends_with_it(
    run_page: "Open", monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr("qa.assistant.Assistant.documents", lambda _: [summary("a", "A")])
    monkeypatch.setattr("qa.ui.chat.conversation.ask", lambda _, state, question: asked.append(question))
    page = run_page(claims())
    now = time.time()
    monkeypatch.setattr("qa.ui.visitor.time.time", lambda: now + 13 * HOUR)
    page.chat_input[0].set_value("How high is the levy?").run()
    assert (asked, buttons(page)) == (["How high is the levy?"], ["Sign in"])
    assert "Your sign-in has ended: each holds for 12 hours." in html_of(page)


# The page -----------------------------------------------------------------------------------------


Open = Callable[..., AppTest]


@pytest.fixture
def user(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The claims that the page's cookie holds; Streamlit's own object can't be set."""

    class User:
        def to_dict(self) -> dict[str, Any]:
            return dict(told)

    told: dict[str, Any] = {}
    monkeypatch.setattr(st, "user", User())
    return told


@pytest.fixture
def run_page(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, user: dict[str, Any]) -> Open:
    monkeypatch.chdir(tmp_path)
    for name, value in {**PROVIDER, **LISTS, "store": str(tmp_path / "store")}.items():
        monkeypatch.setenv(f"QA_{name.upper()}", value)

    def run(told: dict[str, Any], **parameters: str) -> AppTest:
        user.clear()
        user.update({**told, "iat": time.time()} if told else told)
        page = AppTest.from_file(str(PAGE), default_timeout=30)
        for name, value in parameters.items():
            page.query_params[name] = value
        page.run()
        assert not page.exception
        return page

    return run


def html_of(page: AppTest) -> str:
    return "\n".join(block.proto.body for block in page.get("html"))


def buttons(page: AppTest) -> list[str]:
    return [button.label for button in page.button]


def links(page: AppTest) -> list[str]:
    return [link.proto.label for link in page.get("page_link")]


@pytest.mark.parametrize(
    ("told", "words", "button"),
    [
        ({}, "Sign in to ask", "Sign in"),
        (
            claims("<b>sly</b>@evil.example"),
            "as &lt;b&gt;sly&lt;/b&gt;@evil.example, and may not",
            "Sign out",
        ),
    ],
)
def test_nothing_of_the_page_runs_for_a_stranger(
    run_page: Open, monkeypatch: pytest.MonkeyPatch, told: dict[str, Any], words: str, button: str
) -> None:
    opened: list[object] = []
    monkeypatch.setattr("qa.assistant.Assistant.open", lambda **values: opened.append(values))
    page = run_page(told, c="one")
    assert words in html_of(page)
    assert buttons(page) == [button]
    assert (links(page), len(page.chat_input), len(opened)) == ([], 0, 0)
    assert "briefing_desk" not in page.session_state


@pytest.mark.parametrize(
    ("email", "listed"),
    [
        ("ana@desk.example", ["Chat", "Notes"]),
        ("kim@desk.example", ["Chat", "Notes", "Corpus"]),
        ("eva@desk.example", ["Chat", "Notes", "Evaluation"]),
    ],
)
def test_pages_are_those_of_the_roles(run_page: Open, email: str, listed: list[str]) -> None:
    page = run_page(claims(email, name="A <b>name</b>"))
    assert links(page) == listed
    assert "Signed in as A &lt;b&gt;name&lt;/b&gt;" in html_of(page)
    # An empty desk asks for documents only who may add them.
    assert ("Bring in your briefings" in html_of(page)) is (email == "kim@desk.example")
    assert bool(page.chat_input[0].proto.accept_file) is (email == "kim@desk.example")


@pytest.mark.parametrize(("title", "role"), [("Corpus", "keepers"), ("Evaluation", "evaluators")])
def test_page_of_another_role_does_not_run_when_its_address_is_typed(
    run_page: Open, monkeypatch: pytest.MonkeyPatch, title: str, role: str
) -> None:
    pages: dict[str, Any] = {}
    navigation = st.navigation

    def choose(listed: list[Any], **options: Any) -> Any:
        pages.update((listed_page.title, listed_page) for listed_page in listed)
        navigation(listed, **options)
        pages[title]._can_be_called = True
        return pages[title]

    monkeypatch.setattr(st, "navigation", choose)
    monkeypatch.setattr(page_script, "_draw_corpus", pytest.fail)
    monkeypatch.setattr(page_script, "_draw_evaluation", pytest.fail)
    page = run_page(claims())
    assert f"The page “{title}” is for {role}, and you are signed in as ana@desk.example" in html_of(page)


def test_conversations_are_those_of_the_user(run_page: Open, tmp_path: Path) -> None:
    with closing(Store.open(tmp_path / "store")) as store:
        put_exchange(
            store.conversations, "one", "How high is the levy?", "Seven. [1]", user="ana@desk.example"
        )
        put_exchange(store.conversations, "all", "How low is the levy?", "Six. [1]")
    state = run_page(claims("ANA@desk.example"), c="one").session_state["briefing_desk"]
    assert (state.user, len(state.exchanges)) == ("ana@desk.example", 1)
    for email, address in (("kim@desk.example", "one"), ("ana@desk.example", "all")):
        page = run_page(claims(email), c=address)
        assert page.session_state["briefing_desk"].exchanges == []
        assert "There is no conversation" in html_of(page)


def test_who_is_taken_off_the_list_is_out_with_the_next_click(
    run_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = run_page(claims())
    assert links(page) == ["Chat", "Notes"]
    monkeypatch.setenv("QA_READERS", "bob@desk.example")
    page.run()
    assert links(page) == []
    assert "may not use this desk" in html_of(page)


def test_sign_out_ends_the_sign_in_wherever_its_cookie_is(
    run_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visitor_module, "_ended_sign_ins", set())
    calls: list[str] = []
    monkeypatch.setattr(st, "logout", lambda: calls.append("out"))
    page, other = run_page(claims()), run_page(claims())
    next(button for button in page.button if button.label == "Sign out").click().run()
    assert calls == ["out"]
    for opened in (page, other.run()):
        assert buttons(opened) == ["Sign in"]


# The start ----------------------------------------------------------------------------------------


@pytest.fixture
def start(
    options: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[..., dict[str, Any]]:
    """The guard's arguments, for a start with these settings."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QA_SIGN_IN", "")  # what the start leaves behind goes with it

    def call(**values: str) -> dict[str, Any]:
        for name, value in {**PROVIDER, **LISTS, **values}.items():
            monkeypatch.setenv(f"QA_{name.upper()}", value)
        options.update({"browser.serverAddress": "localhost", "server.cookieSecret": "of this start"})
        options.setdefault("server.trustedUserHeaders", {})
        guard, *_ = request_guard()
        return guard.kwargs

    return call


def test_start_on_this_computer_hands_the_provider_over(start: Callable[..., dict[str, Any]]) -> None:
    kwargs = start()
    assert (kwargs["for_others"], kwargs["with_tls"], kwargs["may_upload"]) == (True, False, may_upload)
    assert page_secrets() == {
        "auth": {
            "server_metadata_url": PROVIDER["oidc_metadata_url"],
            "client_id": "desk",
            "client_secret": "client-secret-of-the-desk",
            "redirect_uri": "http://localhost:8501/oauth2callback",
            "cookie_secret": "of this start",
        }
    }


def test_start_for_others_warns_that_tls_is_needed(
    start: Callable[..., dict[str, Any]], options: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    options |= {"server.address": "0.0.0.0", "server.allowedHosts": ["localhost", "desk.example"]}
    kwargs = start(**EXTERNAL)
    assert (kwargs["for_others"], kwargs["with_tls"]) == (True, True)
    written = capsys.readouterr().err
    assert written.startswith("qa: warning: port 8501 does not encrypt")
    assert "https://desk.example." in written
    secrets = page_secrets()
    assert secrets is not None
    assert secrets["auth"]["redirect_uri"] == EXTERNAL["oidc_redirect_url"]


@pytest.mark.parametrize(
    ("settings", "server", "words"),
    [
        ({}, {"server.address": "0.0.0.0"}, "oidc_redirect_url is not set"),
        (EXTERNAL, {}, "server.allowedHosts does not name its host"),
        ({"oidc_cookie_secret": "short"}, {}, "oidc_cookie_secret is short"),
        ({}, {"server.trustedUserHeaders": {"x-user": "email"}}, "server.trustedUserHeaders is set"),
    ],
)
def test_start_that_would_not_be_safe_is_one_line(
    start: Callable[..., dict[str, Any]],
    options: dict[str, Any],
    settings: dict[str, str],
    server: dict[str, Any],
    words: str,
) -> None:
    options |= server
    with pytest.raises(SystemExit, match=rf"^qa: [^\n]*{words}"):
        start(**settings)


def test_start_without_authlib_names_the_extra(
    start: Callable[..., dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "authlib", None)
    monkeypatch.setattr(visitor_module, "find_spec", lambda name: None)
    with pytest.raises(SystemExit, match=r"pip install 'briefing-desk\[sign-in\]'"):
        start()


def test_file_that_is_edited_later_does_not_open_the_page(
    options: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QA_SIGN_IN", "")
    options["server.trustedUserHeaders"] = {}
    file = tmp_path / "qa.toml"
    lines = [f'{name} = "{value}"' for name, value in {**PROVIDER, **LISTS}.items()]
    file.write_text("\n".join(lines), encoding="utf-8")
    request_guard()
    file.write_text(file.read_text(encoding="utf-8").replace('"oidc"', '"off"'), encoding="utf-8")
    settings, _ = load_settings({}, os.environ, None, tmp_path)
    assert settings.sign_in == "oidc"


# The guard ----------------------------------------------------------------------------------------


def test_files_are_taken_from_pages_of_keepers_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visitor_module, "_keeper_sessions", {"keeper"})
    headers = {"Host": "localhost:8501"}
    for path, passes in (
        ("/_stcore/upload_file/keeper/file", True),
        ("/base/_stcore/upload_file/keeper/file", True),
        ("/_stcore/upload_file/stranger/file", False),
        ("/_stcore/upload_file/", False),
        ("/_stcore/health", True),
    ):
        assert is_let_through(headers, path=path, may_upload=may_upload) is passes
    assert is_let_through(headers, path="/_stcore/upload_file/stranger/file")


def test_cookies_of_a_page_with_tls_need_it() -> None:
    async def page(scope: Any, receive: Any, send: Any) -> None:
        cookies = [(b"Set-Cookie", b"_streamlit_user=x; HttpOnly"), (b"content-type", b"text/plain")]
        await send({"type": "http.response.start", "status": 200, "headers": cookies})

    for with_tls, expected in ((True, b"; HttpOnly; Secure"), (False, b"; HttpOnly")):
        start = respond({"Host": "localhost:8501"}, app=page, with_tls=with_tls)[0]
        assert (b"Set-Cookie", b"_streamlit_user=x" + expected) in start["headers"]
        assert (b"content-type", b"text/plain") in start["headers"]
