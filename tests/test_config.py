"""Settings: where values come from, and what is refused."""

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import FrozenInstanceError, fields
from pathlib import Path
from typing import Any

import pytest

from qa.config import SETTINGS, Setting, Settings, describe, load_settings
from qa.errors import ConfigError


def load(
    folder: Path,
    *,
    toml: str | None = None,
    environ: Mapping[str, str] | None = None,
    flags: Mapping[str, Any] | None = None,
    config_file: Path | None = None,
) -> tuple[Settings, dict[str, str]]:
    if toml is not None:
        (folder / "qa.toml").write_text(toml, encoding="utf-8")
    return load_settings(flags or {}, environ or {}, config_file, folder)


def refusal(folder: Path, **options: Any) -> str:
    with pytest.raises(ConfigError) as caught:
        load(folder, **options)
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_defaults(tmp_path: Path) -> None:
    settings, origins = load(tmp_path)
    assert settings == Settings()
    assert (settings.store, settings.engine, settings.window_chars) == (Path(".qa"), "extractive", 950)
    assert origins == {field.name: "default" for field in fields(Settings)}


@pytest.mark.parametrize("setting", SETTINGS.values(), ids=SETTINGS)
def test_what_is_said_of_a_setting_is_true(setting: Setting) -> None:
    assert setting.description.endswith(".")
    assert setting.allows(setting.default)
    assert setting.allows(setting.from_text("5")) == (
        setting.low <= 5 <= setting.high
        and not (setting.choices or setting.address or setting.database or setting.people)
    )


def test_flags_win_over_environment_over_file(tmp_path: Path) -> None:
    settings, origins = load(
        tmp_path,
        toml="top_k = 2\nread_k = 2\nthreads = 2\n",
        environ={"QA_TOP_K": "3", "QA_READ_K": "3", "PATH": "/bin"},
        flags={"top_k": 4, "engine": None},
    )
    assert (settings.top_k, settings.read_k, settings.threads) == (4, 3, 2)
    assert (origins["top_k"], origins["read_k"], origins["threads"], origins["engine"]) == (
        "flag",
        "QA_READ_K",
        "qa.toml",
        "default",
    )


def test_every_setting_can_come_from_the_file_and_from_the_environment(tmp_path: Path) -> None:
    toml = """
    store = "shelf"
    runs = "measured"
    chroma_url = "https://vectors.example.org:8443/chroma"
    chroma_tenant = "desk"
    chroma_database = "briefings"
    chroma_api_key = "ck-secret"
    database_url = "postgresql+psycopg://desk@db.example.org:5433/desk?sslmode=require"
    engine = "llm"
    model = "openai:gpt"
    base_url = "http://localhost:8000/v1"
    api_key = "secret"
    embedding_model = "other/model"
    precision = "float32"
    checker = "rules"
    threads = 3
    window_chars = 400
    top_k = 7
    read_k = 8
    min_confidence = 0.25
    max_file_mb = 1
    parse_timeout_s = 7
    parse_memory_mb = 900
    ocr = "off"
    parse_workers = 3
    fetch_timeout_s = 4
    max_question_chars = 300
    lock_timeout_s = 1.5
    unsupported = "refuse"
    evidence_tokens = 900
    model_timeout_s = 9
    model_retries = 1
    max_output_tokens = 800
    input_token_price = 0.25
    output_token_price = 2
    max_run_tokens = 90_000
    max_run_cost = 1.5
    sign_in = "oidc"
    oidc_metadata_url = "https://accounts.example/.well-known/openid-configuration"
    oidc_client_id = "desk"
    oidc_client_secret = "client-secret"
    oidc_redirect_url = "https://desk.example/oauth2callback"
    oidc_cookie_secret = "cookie-secret"
    sign_in_hours = 8
    readers = ["ana@desk.example", "@partner.example"]
    keepers = "kim@desk.example"
    evaluators = "eva@desk.example, ed@desk.example"
    log_format = "json"
    log_level = "info"
    log_questions = "on"
    """
    from_file, origins = load(tmp_path, toml=toml)
    assert set(origins.values()) == {"qa.toml"}
    environ = {f"QA_{field.name.upper()}": str(getattr(from_file, field.name)) for field in fields(Settings)}
    empty = tmp_path / "empty"
    empty.mkdir()
    assert load(empty, environ=environ)[0] == from_file
    assert (
        load(empty, flags={field.name: getattr(from_file, field.name) for field in fields(Settings)})[0]
        == from_file
    )


def test_a_named_file_takes_the_place_of_qa_toml(tmp_path: Path) -> None:
    file = tmp_path / "elsewhere" / "other.toml"
    file.parent.mkdir()
    file.write_text('top_k = 9\nstore = "shelf"\n', encoding="utf-8")
    settings, origins = load(tmp_path, toml="top_k = 2\nread_k = 2\n", config_file=file)
    assert (settings.top_k, settings.read_k) == (9, 24)
    assert origins["top_k"] == str(file)
    assert settings.store == file.parent / "shelf"


def test_a_byte_order_mark_in_the_file_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "qa.toml").write_bytes(b"\xef\xbb\xbftop_k = 2\n")
    assert load(tmp_path)[0].top_k == 2


def test_empty_variables_and_those_of_other_parts_are_not_given(tmp_path: Path) -> None:
    environ = {"QA_MODEL": "", "QA_TOP_K": " ", "QA_CONFIG": "x.toml", "QA_REQUIRE_BROWSER": "1"}
    settings, origins = load(tmp_path, environ=environ)
    assert settings == Settings()
    assert origins["model"] == "default"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        pytest.param({"toml": "topk = 5"}, ["'topk'", "qa.toml", "'top_k'"], id="unknown key"),
        pytest.param({"toml": "[qa]\ntop_k = 5"}, ["'qa'", "qa.toml"], id="table"),
        pytest.param({"environ": {"QA_TOPK": "5"}}, ["QA_TOPK", "QA_TOP_K"], id="unknown variable"),
        pytest.param(
            {"environ": {"QA_top_k": "5"}}, ["QA_top_k", "QA_TOP_K"], id="variable in small letters"
        ),
        pytest.param({"flags": {"topk": 5}}, ["'topk'", "'top_k'"], id="unknown flag"),
        pytest.param(
            {"toml": 'top_k = "5"'}, ["top_k", "'5'", "whole number from 1 to 50", "qa.toml"], id="text"
        ),
        pytest.param({"toml": "top_k = true"}, ["top_k", "True"], id="bool for a number"),
        pytest.param({"toml": "top_k = 5.0"}, ["top_k", "5.0"], id="fraction"),
        pytest.param({"toml": "min_confidence = nan"}, ["min_confidence", "nan"], id="nan"),
        pytest.param({"toml": "max_file_mb = inf"}, ["max_file_mb", "inf"], id="inf"),
        pytest.param({"toml": "store = 5"}, ["store", "5", "folder"], id="number for a path"),
        pytest.param({"toml": 'store = ""'}, ["store", "folder"], id="empty path"),
        pytest.param({"toml": 'model = ""'}, ["model", "not empty"], id="empty text"),
        pytest.param(
            {"toml": 'chroma_url = "127.0.0.1:8000"'},
            ["chroma_url", "'127.0.0.1:8000'", "http://127.0.0.1:8000", "qa.toml"],
            id="address without http",
        ),
        pytest.param(
            {"environ": {"QA_CHROMA_URL": "ftp://example.org"}},
            ["QA_CHROMA_URL", "ftp"],
            id="address of files",
        ),
        pytest.param({"flags": {"chroma_url": "http://"}}, ["chroma_url", "address"], id="no host"),
        pytest.param({"flags": {"chroma_url": "http://a:port"}}, ["chroma_url", "address"], id="no port"),
        pytest.param({"flags": {"chroma_url": "http://[::1"}}, ["chroma_url", "address"], id="no IPv6"),
        pytest.param(
            {"flags": {"chroma_url": "http://a/?b=c"}}, ["chroma_url", "address"], id="address and more"
        ),
        pytest.param(
            {"environ": {"QA_CHROMA_TENANT": "desk"}},
            ["chroma_tenant", "chroma_url", "https://api.trychroma.com"],
            id="tenant of no server",
        ),
        pytest.param(
            {"toml": 'chroma_database = "a"'}, ["chroma_database", "chroma_url"], id="database of none"
        ),
        pytest.param(
            {"flags": {"database_url": "sqlite:///desk.sqlite3"}},
            ["database_url", "sqlite:///desk.sqlite3", "PostgreSQL", "postgresql+psycopg://"],
            id="another database",
        ),
        pytest.param(
            {"flags": {"database_url": "postgresql://desk:p@ss@db/desk"}},
            ["database_url", "%40"],
            id="password with an @",
        ),
        pytest.param(
            {"flags": {"database_url": "postgresql://desk:12/3@db/desk"}},
            ["database_url", "%2F"],
            id="password with a slash",
        ),
        pytest.param(
            {"flags": {"database_url": "postgresql+psycopg2://127.0.0.1/desk"}},
            ["database_url", "postgresql+psycopg://"],
            id="another driver",
        ),
        pytest.param({"flags": {"database_url": "postgresql://host"}}, ["database_url"], id="no database"),
        pytest.param({"flags": {"database_url": "postgresql://a:b/c"}}, ["database_url"], id="no port there"),
        pytest.param(
            {"environ": {"QA_DATABASE_URL": "postgresql://desk@127.0.0.1/desk"}},
            ["database_url", "chroma_url", "set chroma_url too"],
            id="database without vectors",
        ),
        pytest.param({"toml": 'chroma_api_key = "a"'}, ["chroma_api_key", "chroma_url"], id="key of none"),
        pytest.param({"toml": 'api_key = "a\\nb"'}, ["api_key", "(hidden)", "ASCII"], id="key of two lines"),
        pytest.param({"toml": 'engine = "gpt"'}, ["engine", "'gpt'", '"extractive" or "llm"'], id="choice"),
        pytest.param({"toml": "window_chars = 199"}, ["window_chars", "199", "200 to 4000"], id="too small"),
        pytest.param(
            {"environ": {"QA_TOP_K": "51"}}, ["QA_TOP_K", "'51'", "1 to 50"], id="variable too large"
        ),
        pytest.param({"environ": {"QA_TOP_K": "many"}}, ["QA_TOP_K", "'many'"], id="variable no number"),
        pytest.param({"flags": {"top_k": 0}}, ["top_k", "0", "1 to 50"], id="flag too small"),
        pytest.param({"flags": {"precision": "half"}}, ["precision", "'half'"], id="flag no choice"),
        pytest.param({"toml": "top_k = 5\nread_k = = 3"}, ["qa.toml", "line 2"], id="broken"),
        pytest.param({"toml": 'top_k = 5\nmodel = """x'}, ["qa.toml", "line 2"], id="broken at the end"),
        pytest.param({"config_file": Path("none.toml")}, ["none.toml", "does not exist"], id="missing file"),
        pytest.param({"config_file": Path()}, ["folder"], id="folder for a file"),
    ],
)
def test_what_is_refused_says_which_and_what_to_do(
    tmp_path: Path, options: dict[str, Any], words: list[str]
) -> None:
    message = refusal(tmp_path, **options)
    for word in words:
        assert word in message


def test_a_file_that_is_not_utf_8(tmp_path: Path) -> None:
    (tmp_path / "qa.toml").write_bytes(b"model = '\xe9'")
    assert "UTF-8" in refusal(tmp_path)


def test_a_wrong_value_can_not_be_built() -> None:
    with pytest.raises(ConfigError, match="top_k is 0"):
        Settings(top_k=0)
    with pytest.raises(FrozenInstanceError):
        Settings().top_k = 3  # type: ignore[misc]


def test_secrets_are_never_shown(tmp_path: Path) -> None:
    settings, origins = load(
        tmp_path,
        environ={"QA_API_KEY": "sk-12345", "QA_BASE_URL": "https://me:hunter2@example.org/v1"},
    )
    rows = {name: (value, origin) for name, value, origin in describe(settings, origins)}
    assert rows["api_key"] == ("set, hidden", "QA_API_KEY")
    assert rows["base_url"] == ("https://***@example.org/v1", "QA_BASE_URL")
    assert rows["model"] == ("not set", "default")
    assert rows["store"] == (".qa", "default")
    assert list(rows) == [field.name for field in fields(Settings)]
    assert "sk-12345" not in repr(settings)
    model = {"QA_MODEL": "vertexai:claude@2026", "QA_BASE_URL": "me:hunter2@example.org?api_key=hunter3"}
    rows = {name: (value, origin) for name, value, origin in describe(*load(tmp_path, environ=model))}
    assert rows["model"] == ("vertexai:claude@2026", "QA_MODEL")
    assert rows["base_url"] == ("***@example.org?api_key=***", "QA_BASE_URL")
    assert "908172" not in refusal(tmp_path, toml="api_key = 908172")


@pytest.mark.parametrize("password", ["hunter2", "hunt@er2", "hunter2:hunter2"])
def test_secrets_of_a_chroma_server_are_never_shown(tmp_path: Path, password: str) -> None:
    url = f"https://me:{password}@example.org/chroma"
    settings, origins = load(tmp_path, environ={"QA_CHROMA_URL": url, "QA_CHROMA_API_KEY": "ck-hunter2"})
    rows = {name: value for name, value, _ in describe(settings, origins)}
    assert rows["chroma_api_key"] == "set, hidden"
    assert rows["chroma_url"] == "https://***@example.org/chroma"
    assert "ck-hunter2" not in repr(settings)
    for broken in (url + "?x", url.replace("https://", ""), url.replace("@ex", "/x@ex") + " "):
        assert "hunt" not in refusal(tmp_path, flags={"chroma_url": broken + "?"})


def test_the_password_of_the_database_is_never_shown(tmp_path: Path) -> None:
    url = "postgresql+psycopg://desk:hunter2@db.example.org/desk?sslpassword=hunter3"
    settings, origins = load(tmp_path, flags={"database_url": url, "chroma_url": "http://localhost:8000"})
    rows = {name: value for name, value, _ in describe(settings, origins)}
    assert rows["database_url"] == "postgresql+psycopg://***@db.example.org/desk?sslpassword=***"
    assert "hunter" not in repr(settings)
    assert {"hunter2", "hunter3"} <= settings.secrets()
    for broken in (url + " ", url.replace("postgresql", "mysql"), url.replace("db.", "/x@db.") + "#"):
        assert "hunt" not in refusal(tmp_path, flags={"database_url": broken + "#"})


@pytest.mark.parametrize(
    "url", ["postgresql://127.0.0.1/a", "postgres://u:p@h:5433/a", "postgresql+psycopg:///a?host=/run/pg"]
)
def test_addresses_of_databases(url: str) -> None:
    assert Settings(database_url=url, chroma_url="http://localhost:8000").database_url == url


@pytest.mark.parametrize(
    "url", ["http://localhost:8000", "https://api.trychroma.com", "http://[::1]:8000/a/b/", "HTTP://A"]
)
def test_addresses_of_servers(url: str) -> None:
    assert Settings(chroma_url=url).chroma_url == url


def test_a_limit_of_money_needs_the_prices() -> None:
    assert Settings(max_run_cost=5, input_token_price=0, output_token_price=2).max_run_cost == 5
    with pytest.raises(ConfigError, match=r"max_run_cost is set, .*: set input_token_price and output_token"):
        Settings(max_run_cost=5, input_token_price=1)


def test_only_the_standard_library_is_imported() -> None:
    code = (
        "import sys; before = set(sys.modules); import qa.config; "
        "print({name.split('.')[0] for name in set(sys.modules) - before} - set(sys.stdlib_module_names))"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "{'qa'}"
