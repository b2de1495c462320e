"""E-mail messages as they arrive: bytes to a message, its headers, its parts, and what is broken in them."""

import email
import re
from collections.abc import Iterator
from email.errors import CloseBoundaryNotFoundDefect
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import getaddresses

from qa.errors import LoadError
from qa.parsers.content_builder import clean
from qa.parsers.text_decoding import decode_text
from qa.parsers.web.html_metadata import read_moment

__all__ = [
    "charset_of",
    "content_type_of",
    "has_parameter",
    "is_attached",
    "lacks_its_end",
    "name_of",
    "parse_message",
    "parts_of",
    "payload_of",
    "read_header",
    "sender_of",
    "sent_on",
]

_MAX_HEADER_CHARS = 3000
_MAX_LOST_LINES = 2
_FIELDS = frozenset("from to cc subject date message-id received reply-to return-path mime-version".split())
_UNICODE_MARKS = (
    (b"\xff\xfe\0\0", "utf-32"),
    (b"\0\0\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
    (b"\xef\xbb\xbf", "utf-8-sig"),
)
_HEAD_END = re.compile(rb"\r?\n[ \t]*\r?\n")
_HEADER = re.compile(rb"[!-9;-~]+:")
# RFC 822 allowed white space before the colon, which the library takes for the end of the headers.
_SPACED_HEADER = re.compile(rb"([!-9;-~]{1,100})[ \t]{1,80}(?=:)")
_SPACED_PART_HEADER = re.compile(rb"^(content-[a-z-]+)[ \t]+(?=:)", re.IGNORECASE | re.MULTILINE)
_KNOWN_HEADER = re.compile(
    rb"(?:from|to|cc|subject|date|message-id|received|reply-to|mime-version|content-[a-z-]+)[ \t]*:",
    re.IGNORECASE,
)
_DECLARED_CHARSET = re.compile(rb"""charset\s*=\s*["']?([\w.:-]+)""", re.IGNORECASE)
_CHARSET = re.compile(r"""charset\s*=\s*["']?([\w.:-]+)""", re.IGNORECASE)
_CONTENT_TYPE = re.compile(r"\s*([\w.+-]+/[\w.+-]+)")
_BOUNDARY_LINE = re.compile(
    rb'^--([^\r\n"\\]{0,200}[^\r\n"\\ \t-])[ \t]{0,80}\r?\n[ \t]{0,80}content-', re.IGNORECASE | re.MULTILINE
)
_COMMENT = re.compile(r"\([^()]*\)")
_ENCODED = ("base64", "quotedprintable")


class _Policy(EmailPolicy):
    """Reads headers that hold plain letters beyond ASCII, and cuts those that are made to take minutes.

    The library replaces such letters, and needs the length of a header squared.
    """

    declared_charset = ""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        """The header's name and value."""
        name, value = super().header_source_parse(sourcelines)
        value = value[:_MAX_HEADER_CHARS]
        data = value.encode("utf-8", "surrogateescape")
        try:
            data.decode()
        except UnicodeDecodeError:
            return name, _decode_header(data, self.declared_charset)
        return name, data.decode()


def _decode_header(data: bytes, charset: str) -> str:
    try:
        return data.decode(charset or "utf-8")
    except (LookupError, ValueError):
        pass
    try:
        return decode_text(data)
    except LoadError:
        return data.decode("latin-1")


def parse_message(data: bytes) -> tuple[EmailMessage, bool]:
    """The message, and whether it stood in the file as Unicode text, whatever its parts say of their charset.

    Raises:
        LoadError: It is no message.
    """
    is_unicode = False
    for mark, encoding in _UNICODE_MARKS:
        if data.startswith(mark):
            data, is_unicode = data.decode(encoding, "replace").encode("utf-8", "replace"), True
            break
    data = data.lstrip(b"\r\n\t ")
    if data.startswith((b"From ", b">From ")) and not _SPACED_HEADER.match(data):
        # The line that divides the messages of a mailbox.
        data = data.partition(b"\n")[2]
    message = _parse(_mend_headers(data))
    if not {name.lower() for name in message} & _FIELDS:
        raise LoadError("it is no e-mail message, whatever its name")
    return message, is_unicode


def _parse(data: bytes) -> EmailMessage:
    charset = _DECLARED_CHARSET.search(data[:100_000])
    # A policy takes any of its attributes, which its declared type does not say.
    policy = _Policy(declared_charset=charset[1].decode("ascii") if charset else "")  # type: ignore[call-overload]
    message = email.message_from_bytes(data, policy=policy)
    assert isinstance(message, EmailMessage)
    return message


def _mend_headers(data: bytes) -> bytes:
    """With the headers as they are written today."""
    data = _SPACED_PART_HEADER.sub(rb"\1", data)
    end = _HEAD_END.search(data)
    head, rest = (data[: end.start()], data[end.start() :]) if end else (data, b"")
    lines = [_SPACED_HEADER.sub(rb"\1", line, count=1) if _SPACED_HEADER.match(line) else line
             for line in head.split(b"\n")]  # fmt: skip
    last_known = max((index for index, line in enumerate(lines) if _KNOWN_HEADER.match(line)), default=0)
    lost = [
        index
        for index, line in enumerate(lines[:last_known])
        if not _HEADER.match(line) and not line.startswith((b" ", b"\t"))
    ]
    if len(lost) <= _MAX_LOST_LINES:
        # A line between headers that is none goes on the one above it.
        for index in lost:
            lines[index] = b" " + lines[index]
    return b"\n".join(lines) + rest


# Headers --------------------------------------------------------------------------------------------


def read_header(message: EmailMessage, name: str) -> str:
    """A header's text on one line, "" if there is none."""
    try:
        return clean(str(message.get(name) or ""))
    # The library parses a header when it is asked for, and stumbles over broken ones in many ways.
    except Exception:  # noqa: BLE001
        return _raw_header(message, name)


def _raw_header(message: EmailMessage, name: str) -> str:
    return clean(str(next((value for key, value in message.raw_items() if key.lower() == name), "")))


def sender_of(message: EmailMessage) -> tuple[str, str]:
    """The name and the address of who wrote it, each "" if unknown."""
    for field in ("from", "sender"):
        try:
            addresses = getaddresses([read_header(message, field)])
        except RecursionError:  # brackets in brackets
            continue
        for name, address in addresses:
            if name or address:
                return clean(name), clean(address)
    return "", ""


def sent_on(message: EmailMessage) -> str:
    """The day of sending as YYYY-MM-DD, else that of its arrival; "" if it says neither."""
    texts = [
        read_header(message, "date"),
        read_header(message, "received").rpartition(";")[2],
    ]
    for text in texts:
        plain_text = re.sub(r"\s{0,9}:\s{0,9}", ":", _COMMENT.sub("", text))
        if day := read_moment(text) or read_moment(plain_text):
            return day
    return ""


# Parts ----------------------------------------------------------------------------------------------


def content_type_of(message: EmailMessage) -> str:
    """The type of a part, such as "text/plain"; broken ones are text."""
    header = _raw_header(message, "content-type")
    if not header:
        return message.get_default_type()
    if match := _CONTENT_TYPE.match(header):
        return match[1].lower()
    return "text/html" if header.lower().startswith("html") else "text/plain"


def charset_of(message: EmailMessage, *, is_unicode: bool) -> str | None:
    """What its letters are said to be written in; None if that is nothing to go by."""
    if is_unicode and _transfer_encoding(message) not in _ENCODED:
        return "utf-8"
    match = _CHARSET.search(_raw_header(message, "content-type"))
    return match[1] if match and match[1].lower() not in ("us-ascii", "unknown-8bit") else None


def has_parameter(message: EmailMessage, name: str, value: str) -> bool:
    """Whether the type of a part has this parameter."""
    pattern = rf"""{name}\s*=\s*["']?{value}\b"""
    return bool(re.search(pattern, _raw_header(message, "content-type"), re.IGNORECASE))


def _transfer_encoding(message: EmailMessage) -> str:
    return re.sub(r"[^a-z0-9]", "", _raw_header(message, "content-transfer-encoding").lower())


def payload_of(message: EmailMessage) -> bytes:
    """A part's bytes, decoded."""
    encoding = {"base64": "base64", "quotedprintable": "quoted-printable"}.get(_transfer_encoding(message))
    # As the library knows it: it decodes nothing that is written in another way.
    del message["content-transfer-encoding"]
    if encoding:
        message["Content-Transfer-Encoding"] = encoding
    try:
        data = message.get_payload(decode=True)
    except (LookupError, ValueError):
        del message["content-type"]
        data = message.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def lacks_its_end(message: EmailMessage) -> bool:
    """Whether the line that ends its parts is missing, as where a file was saved or sent in part."""
    return any(
        isinstance(defect, CloseBoundaryNotFoundDefect) for part in message.walk() for defect in part.defects
    )


def parts_of(message: EmailMessage) -> Iterator[EmailMessage]:
    """The parts of a message that has several, or holds another one; none if it is one text."""
    try:
        payload = message.get_payload()
    except (LookupError, ValueError):  # text in a character set of a name that can't be one
        return
    content_type = content_type_of(message)
    if isinstance(payload, list):
        for part in payload:
            if not isinstance(part, EmailMessage):
                continue
            if content_type.startswith("message/") and _transfer_encoding(message) in _ENCODED:
                # The library reads what is encoded as if it were the message.
                wrapper = _parse(b"")
                wrapper["Content-Transfer-Encoding"] = _transfer_encoding(message)
                wrapper.set_payload(part.as_bytes().lstrip().decode("ascii", "replace"))
                part = _parse(payload_of(wrapper)) if not part.keys() else part
            yield part
    elif content_type.startswith("multipart/") and isinstance(payload, str):
        # The boundary is missing, or is another one than is said.
        data = payload.encode("utf-8", "surrogateescape")
        if boundary := _BOUNDARY_LINE.search(data):
            head = b'Content-Type: multipart/mixed; boundary="%s"\n\n' % boundary[1]
            payload = _parse(head + data).get_payload()
            yield from (part for part in payload if isinstance(part, EmailMessage))


def is_attached(message: EmailMessage) -> bool:
    """Whether a part goes with the letter rather than being its text."""
    try:
        return message.get_content_disposition() == "attachment" or bool(message.get_filename())
    # As `read_header`.
    except Exception:  # noqa: BLE001
        return False


def name_of(message: EmailMessage) -> str:
    """The name of what is attached, "" if it has none."""
    try:
        return clean(message.get_filename() or "")
    # As `read_header`.
    except Exception:  # noqa: BLE001
        return ""
