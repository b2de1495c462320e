"""E-mail messages (.eml): the letter, the earlier ones that it quotes or forwards, and what is attached."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from email.message import EmailMessage

from qa.errors import LoadError
from qa.parsers.content_builder import ContentBuilder
from qa.parsers.office.office_metadata import office_metadata
from qa.parsers.office.ooxml import only_load_errors
from qa.parsers.parsed_text import ParsedContent
from qa.parsers.web.html import html_text
from qa.parsers.web.mail_attributions import Attribution
from qa.parsers.web.mail_message import (
    charset_of,
    content_type_of,
    has_parameter,
    is_attached,
    lacks_its_end,
    name_of,
    parse_message,
    parts_of,
    payload_of,
    read_header,
    sender_of,
    sent_on,
)
from qa.parsers.web.mail_text import put_part
from qa.parsers.web.mail_thread import MailPart, split_thread
from qa.parsers.web.mail_units import MailUnit, block_units, line_units
from qa.parsers.web.markup_blocks import blocks_of
from qa.parsers.web.markup_trees import parse_markup, remove_struck
from qa.schema import Metadata

__all__ = ["read_eml"]

_MAX_DEPTH = 20
_MAX_PARTS = 2000
_ENCRYPTED_TYPES = ("multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime")
_ENCRYPTED_TEXT = "-----BEGIN PGP MESSAGE-----"
_TEXT_TYPES = frozenset(("text/plain", "text/html", "text/markdown", "text/csv", "text/richtext"))
# A plain text that has less of the letter than this says that there is another form of it.
_MIN_PLAIN_SHARE = 0.4


_CUT_NOTE = "the message breaks off: its end may be missing"


@dataclass(slots=True)
class _Letter:
    """A message's texts, each by its mails, with what is attached to it and the messages that it forwards."""

    message: EmailMessage
    texts: list[list[MailPart]] = field(default_factory=list)
    attachments: list[str] = field(default_factory=list)
    forwarded: list["_Letter"] = field(default_factory=list)

    @property
    def has_words(self) -> bool:
        """Whether it says anything, or a message in it does or has something attached."""
        return any(not part.is_empty for parts in self.texts for part in parts) or any(
            letter.has_words or letter.attachments for letter in self.forwarded
        )

    def attribution(self) -> Attribution:
        """Who wrote it and when, and to whom."""
        name, address = sender_of(self.message)
        day = sent_on(self.message)
        headers = {label: read_header(self.message, label) for label in ("From", "To", "Cc")}
        text = "; ".join(f"{label}: {value}" for label, value in headers.items() if value)
        if text.strip("<>") in (f"From: {name}", f"From: {address}"):
            text = ""
        return Attribution(name or address, date.fromisoformat(day) if day else None, text)


@only_load_errors
def read_eml(data: bytes) -> ParsedContent:
    """The newest letter's own words under its sender and date, then each earlier one under its own.

    Raises:
        LoadError: It is no message, is encrypted, or holds nothing.
    """
    message, is_unicode = parse_message(data)
    reader = _Reader(is_unicode=is_unicode)
    letter = reader.read_letter(message, 0)
    if reader.is_encrypted and not letter.has_words:
        raise LoadError("it is encrypted, or signed as one block: save it decrypted")
    if not letter.has_words and not letter.attachments:
        raise LoadError("the message holds no text")
    builder = ContentBuilder()
    _put_letter(builder, letter, is_newest=True)
    content = builder.build(_read_metadata(message))
    cut_notes = (_CUT_NOTE,) if lacks_its_end(message) else ()
    return replace(content, notes=(*content.notes, *reader.notes(), *cut_notes))


def _read_metadata(message: EmailMessage) -> Metadata:
    name, address = sender_of(message)
    metadata = office_metadata(
        title=read_header(message, "subject"),
        dates=(sent_on(message),),
        keywords=read_header(message, "keywords"),
    )
    return replace(metadata, publisher=name or address.rpartition("@")[2] or None)


def _put_letter(builder: ContentBuilder, letter: _Letter, *, is_newest: bool) -> None:
    """A letter's own words, what is attached to it, what it quotes, what it forwards."""
    attribution = letter.attribution()
    own = MailPart(attribution)
    for parts in letter.texts:
        own.runs += parts[0].runs
        own.signature = own.signature or parts[0].signature
    earlier = [part for parts in letter.texts for part in parts[1:] if not part.is_empty]
    if not is_newest and (subject := read_header(letter.message, "subject")):
        own.attribution = replace(attribution, text=f"{attribution.text}; Subject: {subject}".strip("; "))
    put_part(builder, own, is_newest=is_newest, has_others=bool(earlier or letter.forwarded))
    if letter.attachments:
        builder.paragraph("Attachments: " + ", ".join(letter.attachments))
    for part in earlier:
        put_part(builder, part, is_newest=False)
    for forwarded in letter.forwarded:
        _put_letter(builder, forwarded, is_newest=False)


class _Reader:
    """Takes messages apart."""

    def __init__(self, *, is_unicode: bool) -> None:
        self.is_encrypted = False
        self._is_unicode = is_unicode
        self._part_count = 0
        self._unread: list[str] = []
        self._struck_notes: dict[str, None] = {}

    def notes(self) -> tuple[str, ...]:
        """What was not read."""
        if not self._unread:
            return tuple(self._struck_notes)
        is_single = len(self._unread) == 1
        count, pronoun = (
            ("1 attachment is", "it") if is_single else (f"{len(self._unread)} attachments are", "them")
        )
        unread = f"{count} not read: {', '.join(self._unread)}: save and add what you need of {pronoun}"
        return (unread, *self._struck_notes)

    def read_letter(self, message: EmailMessage, depth: int) -> _Letter:
        """A message with all that is in it."""
        letter = _Letter(message)
        self._read_part(letter, message, depth)
        return letter

    def _read_part(self, letter: _Letter, part: EmailMessage, depth: int) -> None:
        self._part_count += 1
        if depth > _MAX_DEPTH or self._part_count > _MAX_PARTS:
            raise LoadError("it is nested too deeply, or has too many parts")
        content_type = content_type_of(part)
        self.is_encrypted |= content_type in _ENCRYPTED_TYPES
        inner_parts = list(parts_of(part))
        if content_type == "message/rfc822" and inner_parts:
            letter.forwarded += [self.read_letter(inner, depth + 1) for inner in inner_parts]
        elif content_type == "multipart/alternative" and inner_parts:
            self._read_alternative(letter, inner_parts, depth)
        elif inner_parts:
            for inner in inner_parts:
                self._read_part(letter, inner, depth + 1)
        elif is_attached(part):
            self._attach(letter, part, content_type)
        elif content_type in _TEXT_TYPES or content_type.startswith("multipart/"):
            self._read_text(letter, part, content_type)
        else:
            self._attach(letter, part, content_type)

    def _read_alternative(self, letter: _Letter, parts: Sequence[EmailMessage], depth: int) -> None:
        """One of several forms of the same text, and what is attached to any of them."""
        forms = [_Letter(letter.message) for _ in parts]
        for form, part in zip(forms, parts, strict=True):
            self._read_part(form, part, depth + 1)
        chosen = _choose_form(forms, [content_type_of(part) for part in parts])
        for form in forms:
            letter.attachments += form.attachments
            if form is chosen:
                letter.texts += form.texts
                letter.forwarded += form.forwarded

    def _read_text(self, letter: _Letter, part: EmailMessage, content_type: str) -> None:
        data = payload_of(part)
        if not data.strip():
            return
        try:
            text = html_text(data, charset_of(part, is_unicode=self._is_unicode))
        except LoadError:  # it is no text, whatever it says
            self._attach(letter, part, content_type)
            return
        if text.lstrip().startswith(_ENCRYPTED_TEXT):
            self.is_encrypted = True
            return
        if content_type == "text/html":
            root = parse_markup(text)
            self._struck_notes |= dict.fromkeys(remove_struck(root))
            units: Sequence[MailUnit] = block_units(blocks_of(root))
        else:
            units = line_units(
                text,
                is_flowed=has_parameter(part, "format", "flowed"),
                is_joined=has_parameter(part, "delsp", "yes"),
            )
        parts = split_thread(units)
        if any(not mail_part.is_empty for mail_part in parts):
            letter.texts.append(parts)

    def _attach(self, letter: _Letter, part: EmailMessage, content_type: str) -> None:
        name = name_of(part)
        if name or not part.get("content-id"):  # which pictures in the text have
            letter.attachments.append(name or f"unnamed ({content_type})")
            self._unread.append(letter.attachments[-1])


def _choose_form(forms: Sequence[_Letter], content_types: Sequence[str]) -> _Letter | None:
    """The plain text, unless the other form has tables, or the plain one says next to nothing of it."""
    filled = [
        (form, content_type)
        for form, content_type in zip(forms, content_types, strict=True)
        if form.has_words
    ]
    plain = next((form for form, content_type in filled if content_type == "text/plain"), None)
    rich = next((form for form, content_type in filled if content_type != "text/plain"), None)
    if plain is None or rich is None:
        return plain or rich
    units = [unit for parts in rich.texts for part in parts for run in part.runs for unit in run.units]
    has_tables = any(unit.block is not None and unit.block.block_type == "table" for unit in units)
    return rich if has_tables or _count_chars(plain) < _MIN_PLAIN_SHARE * _count_chars(rich) else plain


def _count_chars(letter: _Letter) -> int:
    return sum(
        len(unit.text) for parts in letter.texts for part in parts for run in part.runs for unit in run.units
    )
