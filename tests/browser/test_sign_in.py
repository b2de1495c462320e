"""People sign in with a real OpenID Connect provider on this computer, and get what their roles give them."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from oidc_provider_mock import User, run_server_in_thread
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import running_app
from tests.browser.test_access import FETCH
from tests.browser.test_chat import COST, asked, wait_for_answers

pytestmark = [
    pytest.mark.browser,
    # The provider's own.
    pytest.mark.filterwarnings("ignore:get_jwt_config:DeprecationWarning"),
]

ANA, KIM, SLY, UNA = "ana@desk.example", "kim@desk.example", "sly@evil.example", "una@desk.example"
PEOPLE: dict[str, dict[str, object]] = {
    ANA: {"name": "Ana <b>Reader</b>", "email_verified": True},
    KIM: {"name": "Kim Keeper"},
    SLY: {"name": "Ana Reader"},
    UNA: {"email_verified": False},
}
CLIENT_SECRET = "what-the-provider-gave-to-the-desk"
SEND_FILE = """async address => {
    const cookie = document.cookie.match(/_streamlit_xsrf=([^;]*)/);
    const headers = {"X-Xsrftoken": cookie ? cookie[1] : ""};
    const body = new FormData();
    body.append("file", new Blob(["x"]), "x.txt");
    return (await fetch(address, {method: "PUT", headers, body})).status;
}"""

SignIn = Callable[..., Page]


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    people = [User(sub=email, claims={"email": email, **claims}) for email, claims in PEOPLE.items()]
    with run_server_in_thread(require_nonce=True, user_claims=people) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture(scope="module")
def desk(
    chromium: Browser, store: Path, provider: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    settings = {
        "QA_SIGN_IN": "oidc",
        "QA_OIDC_METADATA_URL": f"{provider}/.well-known/openid-configuration",
        "QA_OIDC_CLIENT_ID": "desk",
        "QA_OIDC_CLIENT_SECRET": CLIENT_SECRET,
        "QA_READERS": "@desk.example",
        "QA_KEEPERS": KIM,
    }
    folder = tmp_path_factory.mktemp("desk")
    with running_app(store, folder, **settings) as address:
        yield address
    (log,) = folder.glob("*.log")
    assert CLIENT_SECRET not in log.read_text(encoding="utf-8")


@pytest.fixture
def sign_in(desk: str, provider: str, open_page: Callable[..., Page]) -> SignIn:
    """Opens a page in a browser of its own, and signs somebody in there."""

    def call(email: str) -> Page:
        page = open_page(desk, provider=provider)
        press_sign_in(page, email)
        return page

    return call


def press_sign_in(page: Page, email: str) -> None:
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name=email).click()


def expect_in(page: Page) -> None:
    expect(page.get_by_test_id("stChatInputTextArea")).to_be_visible()


def expect_door(page: Page) -> None:
    """Only that: a button to sign in, and nothing of the desk."""
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    expect(page.get_by_test_id("stChatInputTextArea")).to_have_count(0)
    expect(page.get_by_test_id("stPageLink")).to_have_count(0)
    # Where a page was open, its frame stays, without anything in it.
    expect(page.get_by_test_id("stSidebarUserContent").locator("button, a, p")).to_have_count(0)
    expect(page.locator(".choices")).to_have_count(0)


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="End session").click()


def test_conversations_are_of_who_signed_in(
    sign_in: SignIn, open_page: Callable[..., Page], provider: str
) -> None:
    ana = sign_in(ANA)
    asked(ana, COST)
    expect(ana).to_have_url(re.compile(r"\?c="))
    expect(ana.get_by_test_id("stSidebar")).to_contain_text("Signed in as Ana <b>Reader</b>")
    ana.reload()
    wait_for_answers(ana, 1)
    # A link is followed though one has to sign in first.
    kim = open_page(ana.url, provider=provider)
    press_sign_in(kim, KIM)
    expect_in(kim)
    expect(kim.locator(".choices.list button", has_text=COST)).to_have_count(0)
    expect(kim.locator(".qa-error")).to_contain_text("There is no conversation")
    expect(kim.locator(".qa-question")).to_have_count(0)


def test_reader_does_not_open_what_a_keeper_opens(desk: str, sign_in: SignIn) -> None:
    ana, kim = sign_in(ANA), sign_in(KIM)
    for page, pages in ((ana, ["Chat", "Notes"]), (kim, ["Chat", "Notes", "Corpus"])):
        expect_in(page)
        expect(page.get_by_test_id("stPageLink")).to_have_text([re.compile(name) for name in pages])
    kim.goto(f"{desk}/corpus")
    expect(kim.get_by_role("button", name="Cheese quotas in Valdoria").last).to_be_visible()
    for name in ("corpus", "evaluation"):
        ana.goto(f"{desk}/{name}")
        expect(ana.locator(".qa-error")).to_contain_text("and you are signed in as ana@desk.example")
        expect(ana.get_by_test_id("stMain").locator("button")).to_have_count(0)


@pytest.mark.parametrize(
    ("email", "words"), [(SLY, "may not use this desk"), (UNA, "has not verified")], ids=["sly", "una"]
)
def test_who_is_not_let_in_is_told_so_and_may_sign_out(sign_in: SignIn, email: str, words: str) -> None:
    page = sign_in(email)
    expect(page.locator(".qa-error")).to_contain_text(f"You are signed in as {email}, and")
    expect(page.locator(".qa-error")).to_contain_text(words)
    expect(page.get_by_test_id("stChatInputTextArea")).to_have_count(0)
    expect(page.get_by_test_id("stSidebar")).to_have_count(0)
    sign_out(page)
    expect_door(page)
    press_sign_in(page, ANA)
    expect_in(page)


def test_sign_out_holds_for_every_copy_of_the_cookie(desk: str, sign_in: SignIn) -> None:
    page = sign_in(ANA)
    expect_in(page)
    cookies = page.context.cookies()
    signed = [cookie for cookie in cookies if cookie["name"].startswith("_streamlit_user")]
    assert signed
    assert all(cookie["httpOnly"] and cookie["sameSite"] == "Lax" for cookie in signed)
    assert page.evaluate("() => document.cookie").count("_streamlit_user") == 0
    tab = page.context.new_page()
    tab.goto(desk)
    expect_in(tab)
    sign_out(page)
    expect_door(page)
    # The other tab is still connected as it was.
    tab.locator(".choices.list button", has_text="Cheese quotas").click()
    expect_door(tab)
    page.context.add_cookies([dict(cookie) for cookie in signed])  # type: ignore[misc]
    page.goto(desk)
    expect_door(page)


def test_stranger_gets_the_door_at_every_address(
    desk: str, provider: str, open_page: Callable[..., Page]
) -> None:
    page = open_page(desk, provider=provider)
    for path in (
        "/notes",
        "/corpus",
        "/evaluation",
        "/chat",
        "/?c=x",
        "/auth/login",
        "/auth/login?provider=x&next=//evil.example",
        "/oauth2callback?code=x&state=y",
        "/oauth2callback?error=x&next=//evil.example",
    ):
        page.goto(f"{desk}{path}")
        expect_door(page)
        assert urlsplit(page.url).netloc == urlsplit(desk).netloc
    page.context.add_cookies([{"name": "_streamlit_user", "value": "2|1:0|forged", "url": desk}])
    page.goto(desk)
    expect_door(page)
    assert page.evaluate(FETCH, [f"{desk}/_stcore/health", "cors"]) == "basic 200"
    assert page.evaluate(SEND_FILE, f"{desk}/_stcore/upload_file/any/file") == 403
