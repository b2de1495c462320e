"""E-mail messages (.eml): headers, the text of the letter, those forwarded in it, and what is attached."""

import email
import re
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import getaddresses
from itertools import pairwise

from qa.errors import LoadError
from qa.parsers.content_builder import ContentBuilder, clean
from qa.parsers.office.office_metadata import office_metadata
from qa.parsers.office.ooxml import only_load_errors
from qa.parsers.parsed_text import ParsedContent
from qa.parsers.web.html import html_text
from qa.parsers.web.html_metadata import read_moment
from qa.parsers.web.markup_blocks import blocks_of, put_blocks
from qa.parsers.web.markup_trees import parse_markup
from qa.schema import Metadata

__all__ = ["read_eml"]

_MAX_DEPTH = 20
_MAX_PARTS = 2000
_MAX_HEADER_CHARS = 3000
_FIELDS = frozenset("from to cc subject date message-id received reply-to return-path mime-version".split())
_SIGNATURE = re.compile(r"^-- ?$")
_ITEM = re.compile(r"\s*(?:([-*•–])|(\d{1,3}[.)]))\s+(?=\S)")
_QUOTED = re.compile(r"((?:> ?)+)")
_RULE = re.compile(r"\s*[-=_*~#]{3,}\s*")
_WRAP_CHARS = 45  # a line that is shorter was not wrapped


class _Policy(EmailPolicy):
    """Cuts headers that are made to take minutes: the library needs their length squared."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        """The header's name and value."""
        name, value = super().header_source_parse(sourcelines)
        return name, value[:_MAX_HEADER_CHARS]


_POLICY = _Policy()


@only_load_errors
def read_eml(data: bytes) -> ParsedContent:
    """The letter's own text, with the earlier ones that it quotes; attachments by their names.

    Raises:
        LoadError: It is no message, or holds nothing.
    """
    data = data.lstrip(b"\r\n\t \xef\xbb\xbf")
    if data.startswith(b"From ") or data.startswith(b">From "):
        # The line that divides the messages of a mailbox.
        data = data.partition(b"\n")[2]
    message = email.message_from_bytes(data, policy=_POLICY)
    if not isinstance(message, EmailMessage) or not {name.lower() for name in message} & _FIELDS:
        raise LoadError("it is no e-mail message, whatever its name")
    reader = _Reader()
    reader.put_message(message)
    return reader.finish(_read_metadata(message))


def _read_metadata(message: EmailMessage) -> Metadata:
    name, address = _find_sender(message)
    metadata = office_metadata(
        title=_read_header(message, "subject"),
        dates=(read_moment(_read_header(message, "date")),),
        keywords=_read_header(message, "keywords"),
    )
    return replace(metadata, publisher=name or address.rpartition("@")[2] or None)


def _find_sender(message: EmailMessage) -> tuple[str, str]:
    for field in ("from", "sender"):
        try:
            addresses = getaddresses([_read_header(message, field)])
        except RecursionError:  # brackets in brackets
            continue
        for name, address in addresses:
            if name or address:
                return clean(name), clean(address)
    return "", ""


def _read_header(message: EmailMessage, name: str) -> str:
    try:
        return clean(str(message.get(name) or ""))
    # The library parses a header when it is asked for, and stumbles over broken ones in many ways.
    except Exception:  # noqa: BLE001
        raw = next((value for key, value in message.raw_items() if key.lower() == name), "")
        return clean(str(raw))


class _Reader:
    """Puts the parts of a message to a text."""

    def __init__(self) -> None:
        self._builder = ContentBuilder()
        self._attachment_names: list[str] = []
        self._part_count = 0

    def finish(self, metadata: Metadata) -> ParsedContent:
        """The text, with the names of what is attached."""
        if self._attachment_names:
            self._builder.paragraph("Attachments: " + ", ".join(self._attachment_names))
        if not self._builder.length:
            raise LoadError("the message holds no text")
        return self._builder.build(metadata)

    def put_message(self, message: EmailMessage, depth: int = 0) -> None:
        """A message: its own text, then what it forwards."""
        self._part_count += 1
        if depth > _MAX_DEPTH or self._part_count > _MAX_PARTS:
            raise LoadError("it is nested too deeply, or has too many parts")
        content_type = message.get_content_type()
        if content_type == "message/rfc822":
            for part in _iterate_parts(message):
                self._put_forwarded(part, depth)
        elif content_type == "multipart/alternative":
            self._put_alternative(message, depth)
        elif message.is_multipart():
            for part in _iterate_parts(message):
                self.put_message(part, depth + 1)
        elif content_type in ("text/plain", "text/html") and not _is_attached(message):
            self._put_text(message, content_type)
        else:
            self._attach(message, content_type)

    def _put_forwarded(self, message: EmailMessage, depth: int) -> None:
        headers = [
            f"{label}: {value}"
            for label in ("From", "Date", "Subject")
            if (value := _read_header(message, label.lower()))
        ]
        self._builder.paragraph("Forwarded message. " + "; ".join(headers))
        self.put_message(message, depth + 1)

    def _put_alternative(self, message: EmailMessage, depth: int) -> None:
        """The plain one of several forms of the same text; attachments beside it."""
        parts = list(_iterate_parts(message))
        for content_type in ("text/plain", "multipart/", "text/html", ""):
            for part in parts:
                if part.get_content_type().startswith(content_type) and not _is_attached(part):
                    length_before = self._builder.length
                    self.put_message(part, depth + 1)
                    if self._builder.length > length_before:
                        return

    def _put_text(self, message: EmailMessage, content_type: str) -> None:
        data = message.get_payload(decode=True)
        data = data if isinstance(data, bytes) else b""
        if not data.strip():
            return
        charset = message.get_content_charset()
        text = html_text(data, None if charset in ("us-ascii", "unknown-8bit") else charset)
        if content_type == "text/html":
            put_blocks(self._builder, blocks_of(parse_markup(text)))
            return
        is_flowed = str(message.get_param("format") or "").lower() == "flowed"
        is_joined = str(message.get_param("delsp") or "").lower() == "yes"
        lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        self._put_lines(_unflow_lines(lines, is_joined) if is_flowed else lines, wrapped=not is_flowed)

    def _put_lines(self, lines: list[str], *, wrapped: bool) -> None:
        for paragraph in _join_paragraphs(_strip_signatures(lines), wrapped=wrapped):
            if match := _ITEM.match(paragraph):
                self._builder.item(paragraph[match.end() :], "-" if match[1] else match[2])
            else:
                self._builder.paragraph(paragraph)

    def _attach(self, message: EmailMessage, content_type: str) -> None:
        try:
            name = clean(message.get_filename() or "")
        # As `_read_header`.
        except Exception:  # noqa: BLE001
            name = ""
        is_inline = not name and (
            message.get("content-id") or content_type.startswith(("text/", "multipart/"))
        )
        if not is_inline:
            self._attachment_names.append(name or f"unnamed ({content_type})")


def _iterate_parts(message: EmailMessage) -> Iterator[EmailMessage]:
    payload = message.get_payload()
    if isinstance(payload, list):
        yield from (part for part in payload if isinstance(part, EmailMessage))


def _is_attached(message: EmailMessage) -> bool:
    try:
        return message.get_content_disposition() == "attachment" or bool(message.get_filename())
    # As `_read_header`.
    except Exception:  # noqa: BLE001
        return False


# Lines ----------------------------------------------------------------------------------------------


def _unflow_lines(lines: list[str], is_joined: bool) -> list[str]:
    """Lines of RFC 3676: one that ends in a space goes on in the next of the same quote depth."""
    unflowed_lines: list[str] = []
    goes_on = False
    last_depth = 0
    for line in lines:
        quotes = len(line) - len(line.lstrip(">"))
        text = line[quotes:].removeprefix(" ")
        if goes_on and quotes == last_depth and text != "-- ":
            unflowed_lines[-1] = (unflowed_lines[-1][:-1] if is_joined else unflowed_lines[-1]) + text
        else:
            unflowed_lines.append((">" * quotes + " " if quotes else "") + text)
        goes_on, last_depth = text.endswith(" ") and text != "-- ", quotes
    return unflowed_lines


def _strip_signatures(lines: list[str]) -> list[str]:
    """Without what follows a line "-- ", up to the mail that is quoted below it."""
    body_lines: list[str] = []
    signature_depth: int | None = None
    for line in lines:
        depth, text = _split_quote(line)
        if signature_depth is not None and (
            depth != signature_depth or (_RULE.fullmatch(text) and len(text) > 4)
        ):
            signature_depth = None
        if signature_depth is None and _SIGNATURE.match(text):
            signature_depth = depth
        if signature_depth is None:
            body_lines.append(line)
    return body_lines


def _split_quote(line: str) -> tuple[int, str]:
    """How deep a line is quoted, and its text."""
    match = _QUOTED.match(line)
    return (match[1].count(">"), line[match.end() :]) if match else (0, line)


def _join_paragraphs(lines: list[str], *, wrapped: bool) -> Iterator[str]:
    """The paragraphs: lines that were wrapped to fit are joined."""
    split_lines = [_split_quote(line) for line in lines]
    width = max((len(text.rstrip()) for _, text in split_lines), default=0)
    current: list[str] = []
    for (depth, text), (next_depth, next_text) in pairwise([*split_lines, (-1, "")]):
        if _RULE.fullmatch(text) or not text.strip():
            if current:
                yield " ".join(current)
            current = []
            continue
        current.append(text.strip())
        is_wrapped = wrapped and width <= 200 and len(text.rstrip()) >= _WRAP_CHARS
        first_word = next_text.split(maxsplit=1)[0] if next_text.strip() else ""
        # The next word would not have fit.
        is_full = len(text.rstrip()) + 1 + len(first_word) > min(width, 72) - 8
        if depth != next_depth or not (is_wrapped and is_full) or _ITEM.match(next_text):
            yield " ".join(current)
            current = []
    if current:
        yield " ".join(current)
