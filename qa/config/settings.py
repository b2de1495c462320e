"""Every setting, with what it is for and what it may be: stated here alone."""

import math
import re
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields, replace
from pathlib import Path
from types import NoneType
from typing import Annotated, Any, Literal, get_args
from urllib.parse import urlsplit

from qa.errors import ConfigError
from qa.schema import UnsupportedPolicy
from qa.schema.engines import ENGINES, EXTRACTIVE
from qa.text.redaction import collect_secrets, mask_address, mask_user_info

__all__ = ["SETTINGS", "Precision", "Setting", "Settings", "wrong_value"]

Precision = Literal["auto", "float32", "bfloat16", "int8"]

_CLOUD = "https://api.trychroma.com"
# An e-mail address, or "@" and the domain of many.
_PERSON = re.compile(r"[^@\s;]*@[^@\s;]+")
_PEOPLE = 'e-mail addresses and domains, such as "ana@desk.example, @desk.example"'


@dataclass(frozen=True, slots=True)
class Setting:
    """What a setting is for and what it may be.

    It has a type, and a range (both ends allowed) or choices; None is allowed where it is the default. A
    `secret` is never shown; an `address` is that of a server; that and what is `masked` may hold a password.
    `people` are e-mail addresses and domains, between commas or as a list.
    Type and default are those of the field that is annotated.
    """

    description: str
    low: float = -math.inf
    high: float = math.inf
    choices: tuple[str, ...] = ()
    secret: bool = False
    address: bool = False
    masked: bool = False
    people: bool = False
    value_type: type[int] | type[float] | type[str] | type[Path] = str
    default: Any = None

    @property
    def expected(self) -> str:
        """What is allowed, in words."""
        if self.choices:
            return " or ".join(f'"{choice}"' for choice in self.choices)
        if self.address:
            return f'the address of a server, such as "http://127.0.0.1:8000" or "{_CLOUD}"'
        if self.people:
            return _PEOPLE
        if self.value_type in (int, float):
            noun = "a whole number" if self.value_type is int else "a number"
            return f"{noun} from {self.low:.9g} to {self.high:.9g}"
        if self.value_type is Path:
            return "the path of a folder"
        return "printable ASCII text" if self.secret else "text that is not empty"

    def from_text(self, text: str) -> Any:
        """The value that a text of the environment or the command line stands for, or ValueError."""
        if self.value_type is Path:
            return Path(text).expanduser() if text.strip() else ""
        return self.value_type(text.strip())

    def allows(self, value: Any) -> bool:
        """Whether a value has the type and lies in the range."""
        if value is None:
            return self.default is None
        if self.value_type is float:
            fits = isinstance(value, int | float) and not isinstance(value, bool)
            return fits and self.low <= value <= self.high
        if self.value_type is int:
            return type(value) is int and self.low <= value <= self.high
        if self.value_type is Path:
            return isinstance(value, Path)
        if not isinstance(value, str) or not value.strip():
            return False
        if self.secret:  # it goes into a header
            return value.isascii() and value.isprintable()
        if self.people:
            people = value.replace(",", " ").split()
            return bool(people) and all(_PERSON.fullmatch(person) for person in people)
        return _is_address(value) if self.address else not self.choices or value in self.choices

    def show(self, value: Any) -> str:
        """A value as text: a secret hidden, a password or key in an address as "***"."""
        if value is None:
            return "not set"
        shown = mask_address(str(value)) if self.address or self.masked else str(value)
        return "set, hidden" if self.secret else shown


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
            f"is {_CLOUD}.",
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
            'Of the models\' arithmetic; "auto" takes bfloat16 where the processor has it, else int8.',
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
                        f"{name} is set and chroma_url is not: set it too (Chroma Cloud's is {_CLOUD}), or "
                        f"leave {name} out"
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
            (value for setting, value in values if setting.address or setting.masked),
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
    if setting.secret or (setting.address and "@" in value_text):
        value_text = "(hidden)"
    mask = mask_address if setting.address else mask_user_info
    return ConfigError(f"{name}{where} is {mask(value_text)}: expected {setting.expected}")


def _is_address(text: str) -> bool:
    try:
        url = urlsplit(text)
        has_host = bool(url.hostname) and url.port != 0  # a port that is none raises
    except ValueError:
        return False
    has_extra = url.query or url.fragment or not text.isprintable() or " " in text
    return url.scheme in ("http", "https") and has_host and not has_extra
