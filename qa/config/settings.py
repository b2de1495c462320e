"""Every setting, with what it is for and what it may be: stated here alone."""

from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields, replace
from pathlib import Path
from types import NoneType
from typing import Annotated, Any, Literal, get_args

from qa.config.setting import CHROMA_CLOUD, Setting
from qa.errors import ConfigError
from qa.schema import UnsupportedPolicy
from qa.schema.engines import ENGINES, EXTRACTIVE
from qa.text.redaction import collect_secrets, mask_address, mask_user_info

__all__ = ["SETTINGS", "Precision", "Setting", "Settings", "wrong_value"]

Precision = Literal["auto", "float32", "bfloat16", "int8"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that can be set; a value of the wrong type or outside its range raises `ConfigError`.

    What a setting is for and what it may be is said here alone: `SETTINGS` holds it by name.
    """

    store: Annotated[Path, Setting("The folder that holds the documents and their index.")] = Path(".qa")
    runs: Annotated[Path, Setting("The folder that holds the app's evaluation runs.")] = Path("runs")
    chroma_url: Annotated[
        str | None,
        Setting(
            "Address of a Chroma server that holds the vectors instead of the store's folder; Chroma Cloud's "
            f"is {CHROMA_CLOUD}.",
            address=True,
        ),
    ] = field(default=None, repr=False)
    chroma_tenant: Annotated[
        str | None,
        Setting(
            "The tenant on that server; not set, it is the server's default, or with a key and no database "
            "what the key is for."
        ),
    ] = None
    chroma_database: Annotated[str | None, Setting("The database there; not set, as the tenant.")] = None
    chroma_api_key: Annotated[str | None, Setting("Chroma Cloud's key; never shown.", secret=True)] = field(
        default=None, repr=False
    )
    database_url: Annotated[
        str | None,
        Setting(
            "A PostgreSQL database that holds the catalogue instead of the store's folder, for several "
            "hosts; needs `chroma_url` too, and the extra `postgres`.",
            database=True,
        ),
    ] = field(default=None, repr=False)
    engine: Annotated[
        str,
        Setting(
            'What writes answers: "extractive" (quotes, offline) or "llm" (a chat model).',
            choices=tuple(ENGINES),
        ),
    ] = EXTRACTIVE.name
    model: Annotated[
        str | None, Setting('The chat model as "provider:name"; the engine "llm" needs one.')
    ] = None
    base_url: Annotated[
        str | None,
        Setting("An OpenAI-compatible server for the chat model, not the provider's own.", masked=True),
    ] = field(default=None, repr=False)
    api_key: Annotated[str | None, Setting("The chat model's key; never shown.", secret=True)] = field(
        default=None, repr=False
    )
    embedding_model: Annotated[
        str, Setting("The packaged model's name, or any other name from the Hugging Face Hub.")
    ] = "all-MiniLM-L6-v2"
    precision: Annotated[
        Precision,
        Setting(
            'Of the models\' arithmetic; "auto" takes bfloat16 where the processor has it, else int8 '
            "(the checker: float32).",
            choices=get_args(Precision),
        ),
    ] = "auto"
    checker: Annotated[
        str,
        Setting(
            'What checks the sentences of a chat model: "packaged" (the trained model), "rules" (their words '
            'alone) or "cross-encoder:NAME", a larger model by Hub name or folder.'
        ),
    ] = "packaged"
    threads: Annotated[int, Setting("Processor threads for the models; 0 takes all cores.", 0, 1024)] = 0
    window_chars: Annotated[int, Setting("The longest passage, in characters.", 200, 4000)] = 950
    top_k: Annotated[int, Setting("How many passages an answer or a search carries.", 1, 50)] = 5
    read_k: Annotated[
        int, Setting("How many retrieved passages the reader reads closely, at most.", 1, 200)
    ] = 24
    min_confidence: Annotated[float, Setting("Below this confidence the answer is a refusal.", 0, 1)] = 0.3
    max_file_mb: Annotated[
        float, Setting("The largest file that is read, in megabytes of 1,000,000 bytes.", 0.001, 10_000)
    ] = 50
    parse_timeout_s: Annotated[float, Setting("Time limit of reading a file, in seconds.", 1, 86_400)] = 60
    parse_memory_mb: Annotated[
        float, Setting("Memory limit of reading a file, in megabytes of 1,000,000 bytes.", 300, 1e6)
    ] = 3000
    ocr: Annotated[
        str,
        Setting(
            "Whether text in pictures and scanned pages is recognised, where the extra `ocr` is installed.",
            choices=("auto", "off"),
        ),
    ] = "auto"
    parse_workers: Annotated[
        int, Setting("How many files are read at a time, each in a process of its own.", 1, 64)
    ] = 2
    fetch_timeout_s: Annotated[float, Setting("Time limit of getting a web page, in seconds.", 1, 3_600)] = 30
    max_question_chars: Annotated[int, Setting("The longest question, in characters.", 1, 100_000)] = 2000
    lock_timeout_s: Annotated[
        float, Setting("Wait for another process that uses the store, in seconds.", 0, 86_400)
    ] = 60
    unsupported: Annotated[
        UnsupportedPolicy,
        Setting(
            "What becomes of sentences of a chat model that nothing bears out: it is asked to correct them "
            'once, and those that are left are marked ("mark"), or make the answer a refusal ("refuse"); '
            'it is asked up to three times ("retry") or not at all ("show"), and the same is marked.',
            choices=get_args(UnsupportedPolicy),
        ),
    ] = "mark"
    evidence_tokens: Annotated[
        int,
        Setting(
            "The most evidence that a chat model is given, in tokens; less where its window is smaller.",
            200, 200_000,
        ),
    ] = 3000  # fmt: skip
    model_timeout_s: Annotated[
        float, Setting("Time limit of all that a chat model writes for a question, in seconds.", 1, 86_400)
    ] = 60
    model_retries: Annotated[
        int, Setting("How often a chat model that is busy, fails or can't be reached is called again.", 0, 10)
    ] = 2
    max_output_tokens: Annotated[
        int | None,
        Setting(
            "The most that a chat model may write at a time, in tokens, its thoughts included.", 1, 10**6
        ),
    ] = None
    input_token_price: Annotated[
        float | None, Setting("Price of a million tokens that a chat model is sent.", 0, 1e6)
    ] = None
    output_token_price: Annotated[
        float | None, Setting("Price of a million tokens that a chat model writes.", 0, 1e6)
    ] = None
    max_run_tokens: Annotated[
        int | None, Setting("An evaluation stops when its chat model has used so many tokens.", 1, 10**12)
    ] = None
    max_run_cost: Annotated[
        float | None,
        Setting("An evaluation stops when its chat model has cost so much; the two prices say what.", 0, 1e9),
    ] = None
    sign_in: Annotated[
        str,
        Setting(
            'Who uses the page: "off" (whoever sits at this computer) or "oidc" (whom an OpenID Connect '
            "provider knows and the lists below name).",
            choices=("off", "oidc"),
        ),
    ] = field(default="off", repr=False)
    oidc_metadata_url: Annotated[
        str | None,
        Setting(
            'Address of the provider\'s metadata, which ends with "/.well-known/openid-configuration".',
            address=True,
        ),
    ] = field(default=None, repr=False)
    oidc_client_id: Annotated[str | None, Setting("The name under which the provider knows the page.")] = (
        field(default=None, repr=False)
    )
    oidc_client_secret: Annotated[
        str | None, Setting("What the provider gave with it; never shown.", secret=True)
    ] = field(default=None, repr=False)
    oidc_redirect_url: Annotated[
        str | None,
        Setting(
            'Where the provider sends people back to, "https://NAME/oauth2callback"; not set, it is this '
            "computer's.",
            address=True,
        ),
    ] = field(default=None, repr=False)
    oidc_cookie_secret: Annotated[
        str | None,
        Setting(
            "What signs the cookies, 32 random characters or more; not set, everyone signs in again after a "
            "restart. Never shown.",
            secret=True,
        ),
    ] = field(default=None, repr=False)
    sign_in_hours: Annotated[float, Setting("How long a sign-in holds, in hours.", 0.1, 720)] = field(
        default=12, repr=False
    )
    readers: Annotated[
        str | None,
        Setting(
            "Who may ask and read: e-mail addresses, or @domain for all of one, between commas.", people=True
        ),
    ] = field(default=None, repr=False)
    keepers: Annotated[
        str | None, Setting("Who may also add, change and remove documents; as `readers`.", people=True)
    ] = field(default=None, repr=False)
    evaluators: Annotated[str | None, Setting("Who may also run evaluations; as `readers`.", people=True)] = (
        field(default=None, repr=False)
    )

    log_format: Annotated[
        str,
        Setting(
            'How what is logged stands on standard error: "text", or "json", one object a line.',
            choices=("text", "json"),
        ),
    ] = "text"
    log_level: Annotated[
        str,
        Setting(
            'The least that is logged; "info" has a line for each question and each document.',
            choices=("debug", "info", "warning", "error"),
        ),
    ] = "warning"
    log_questions: Annotated[
        str, Setting("Whether the log and traces hold the words of questions.", choices=("off", "on"))
    ] = "off"

    def __post_init__(self) -> None:
        for name, setting in SETTINGS.items():
            value = getattr(self, name)
            if not setting.allows(value):
                raise wrong_value(name, value)
        # The server has to be named: a key, tenant or database alone must not send anything anywhere.
        if self.chroma_url is None:
            for name in ("chroma_tenant", "chroma_database", "chroma_api_key"):
                if getattr(self, name) is not None:
                    raise ConfigError(
                        f"{name} is set and chroma_url is not: set it too (Chroma Cloud's is "
                        f"{CHROMA_CLOUD}), or leave {name} out"
                    )
            if self.database_url is not None:
                raise ConfigError(
                    "database_url is set and chroma_url is not: vectors in files are for one computer, so "
                    "set chroma_url too, or leave database_url out"
                )
        if self.max_run_cost is not None and None in (self.input_token_price, self.output_token_price):
            raise ConfigError(
                "max_run_cost is set, and what the chat model costs is not known: set input_token_price and "
                "output_token_price too, or leave max_run_cost out"
            )

    def secrets(self) -> set[str]:
        """What no message may show: keys, and the passwords in addresses."""
        values = [(setting, getattr(self, name)) for name, setting in SETTINGS.items()]
        return collect_secrets(
            (value for setting, value in values if setting.secret),
            (value for setting, value in values if setting.may_hold_password),
        )


def _setting(declared: "Field[Any]") -> Setting:
    annotated: Any = declared.type
    setting: Setting = annotated.__metadata__[0]
    types = {annotated.__origin__, *get_args(annotated.__origin__)} - {NoneType}
    value_type = next((listed for listed in (Path, int, float) if listed in types), str)
    return replace(setting, value_type=value_type, default=declared.default)


SETTINGS: Mapping[str, Setting] = {declared.name: _setting(declared) for declared in fields(Settings)}


def wrong_value(name: str, value: Any, where: str = "") -> ConfigError:
    """The error for a value that a setting does not allow."""
    setting = SETTINGS[name]
    value_text = repr(str(value) if isinstance(value, Path) else value)
    # An address that can't be taken apart may hold a password anywhere before its "@".
    if setting.secret or ((setting.address or setting.database) and "@" in value_text):
        value_text = "(hidden)"
    mask = mask_address if setting.address or setting.database else mask_user_info
    return ConfigError(f"{name}{where} is {mask(value_text)}: expected {setting.expected}")
