"""Lines that say who wrote what follows, and when: "On 3 May 2028, X wrote:", blocks of headers, dividers."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from qa.parsers.content_builder import clean

__all__ = ["Attribution", "describe_day", "find_attribution", "find_header_block"]

_MAX_CHARS = 300
_MAX_LINES = 3
_MAX_NAME_CHARS = 80
_MAX_BLOCK_LINES = 14
_MIN_FIELDS = 3
_MONTH_NAMES = "January February March April May June July August September October November December".split()
# The first letters of a month's name in English, German, French, Spanish, Italian, Dutch and Portuguese.
_MONTHS = {
    prefix: number
    for number, prefixes in enumerate(
        (
            "jan ene gen",
            "feb fév fev",
            "mar mär mrt maa",
            "apr avr abr",
            "may mai mei mag",
            "jun juin giu",
            "jul juil lug",
            "aug aoû ago",
            "sep set",
            "oct okt ott out",
            "nov",
            "dec dez déc dic",
        ),
        start=1,
    )
    for prefix in prefixes.split()
}
_WEEKDAYS = (
    r"(?:mon|tue|wed|thu|fri|sat|sun|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|mo|di|mi|do|fr|sa|so"
    r"|lun|mar|mer|mié|jeu|jue|ven|vie|sam|sáb|sab|dim|dom|gio|ma|wo|vr|za|zo|seg|ter|qua|qui|sex)[^\W\d_]*\.?,?\s+"
)
_DATE = re.compile(
    rf"(?:\b{_WEEKDAYS})?(?:"
    r"(?P<iso>\d{4}[-/]\d{1,2}[-/]\d{1,2})"
    r"|(?P<dotted>\d{1,2}\.\s?\d{1,2}\.\s?\d{4})"
    r"|(?P<slashed>\d{1,2}/\d{1,2}/\d{4})"
    r"|(?P<day>\d{1,2})(?:st|nd|rd|th|er)?\.?\s+(?:de\s+)?(?P<month>[^\W\d_]{3,12})\.?,?\s+(?:de\s+)?(?P<year>\d{4})"
    r"|(?P<month2>[^\W\d_]{3,12})\.?\s+(?P<day2>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year2>\d{4})"
    r")\b",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"(?:\b(?:at|um|à|alle|às|a las|kl\.?|om)\s+)?\b\d{1,2}[:.h]\d{2}(?::\d{2})?\b"
    r"\s*(?:[ap]\.?m\b\.?)?(?:\s*uhr\b)?"
    r"(?:\s*\(?(?:[+-]\d{2}:?\d{2}"
    r"|(?:UTC|GMT|BST|IST|MSK|[ECMP][SD]T|CES?T|EES?T|WES?T)(?:[+-]\d{1,2}(?::\d{2})?)?)\)?)*",
    re.IGNORECASE,
)
_VERB = re.compile(
    r"\b(?:wrote|writes|schrieb|a écrit|escribió|ha scritto|schreef|skrev|napisał(?:\(a\)|a)?|escreveu"
    r"|kirjoitti|пишет|написала?)\b",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"(?:on|am|le|el|il|op|em|den|w dniu|quoting|quote from|zitat von|in message|citando)\b\s*", re.IGNORECASE
)
_ADDRESS = re.compile(r"""[<\[(]{0,3}\s{0,3}(?:mailto:)?[\w.+%'-]{1,100}@[\w.-]{1,200}\w\s{0,3}[>\])]{0,3}""")
_DIVIDER_WORDS = (
    r"(?:original message|forwarded message|original e-?mail|ursprüngliche (?:nachricht|mail)"
    r"|originalnachricht|weitergeleitete nachricht|message d['’]origine"
    r"|message (?:original|transféré|réexpédié)|mensaje (?:original|reenviado)"
    r"|messaggio (?:originale|inoltrato)|oorspronkelijk bericht|doorgestuurd bericht"
    r"|mensagem (?:original|encaminhada)|ursprungligt meddelande|oprindelig meddelelse"
    r"|forwarded by [^-]{1,80})"
)
_DIVIDER = re.compile(rf"[-_=*\s]{{2,}}{_DIVIDER_WORDS}\s*[-_=*]*(?P<rest>.*)", re.IGNORECASE | re.DOTALL)
_APPLE_DIVIDER = re.compile(
    r"(?:begin forwarded message|anfang der weitergeleiteten (?:nachricht|e-?mail)|début du message réexpédié"
    r"|inicio del mensaje reenviado|inizio messaggio inoltrato)\s*:(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
_LABELS = {
    "from": "from|von|de|da|van|från|fra|od|от",
    "date": "sent|date|gesendet|datum|envoyé|enviado(?: el)?|inviato|verzonden|skickat|sendt|fecha|data",
    "to": "to|an|à|para|aan|till|til|a",
    "cc": "cc|kopie|copie|bcc",
    "subject": "subject|betreff|objet|asunto|oggetto|onderwerp|assunto|ämne|emne",
    "other": "reply-to|importance|priority|attachments|anlagen|message-id|organization|priorität|wichtigkeit",
}
_LONG_FIELDS = frozenset(("to", "cc", "subject"))  # which may take several lines
_LABEL = re.compile(
    r"(?:^|(?<=\s))[*_]{0,2}(?:"
    + "|".join(f"(?P<{name}>{words})" for name, words in _LABELS.items())
    + r")\s?(?::[*_]{0,2}|[*_]{1,2}:)(?=\s|$)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who wrote a message and when, as far as it is known, and the lines that say so."""

    name: str = ""
    day: date | None = None
    text: str = ""

    def __str__(self) -> str:
        return ", ".join(filter(None, (self.name, describe_day(self.day) if self.day else "")))


def describe_day(day: date) -> str:
    """As in "3 May 2028"."""
    return f"{day.day} {_MONTH_NAMES[day.month - 1]} {day.year}"


def find_attribution(texts: Sequence[str], *, is_strict: bool = False) -> tuple[Attribution, int] | None:
    """Who wrote what follows these lines, by the last one to three of them, and by how many.

    With `is_strict`, for words that nothing marks as a quote, it must name a date and an address or time.
    """
    fallback: tuple[Attribution, int] | None = None
    for count in range(1, min(_MAX_LINES, len(texts)) + 1):
        lines = [_normalize(text) for text in texts[-count:]]
        if not all(lines) or any(line.endswith((".", "!", "?", ":")) for line in lines[:-1]):
            break
        if count > 1 and not (_OPENING.match(lines[0]) or _DATE.match(lines[0])):
            continue
        if attribution := _read_attribution(" ".join(lines), is_strict=is_strict):
            if attribution.day:
                return attribution, count
            fallback = fallback or (attribution, count)
    return fallback


def _normalize(text: str) -> str:
    return clean(text.replace("\u202f", " ").replace("\xa0", " ").replace("\u200b", ""))


def _read_attribution(text: str, *, is_strict: bool) -> Attribution | None:
    if not text.endswith(":") or len(text) > _MAX_CHARS:
        return None
    date_match, address = _DATE.search(text), _ADDRESS.search(text)
    verb, moment = _VERB.search(text), _TIME.search(text)
    opening = _OPENING.match(text)
    if is_strict and not (
        verb and date_match and (address or moment) and (opening or date_match.start() == 0)
    ):
        return None
    # What looks like a sentence of the letter: "The ministry wrote: ..." names nobody by address or date.
    if not ((verb and (date_match or address or opening or len(text) < 60)) or (date_match and address)
            or (opening and address)):  # fmt: skip
        return None
    rest = text[:-1]
    day = None
    if date_match:
        day = _read_day(date_match)
        rest = rest[: date_match.start()] + " , " + rest[date_match.end() :]
    rest = _TIME.sub(" , ", rest)
    rest = _VERB.sub(" , ", _ADDRESS.sub(" , ", rest))
    rest = _OPENING.sub("", rest.strip(), count=1)
    name = max((piece.strip(" \"'<>()[]*_-") for piece in rest.split(",")), key=len, default="")
    if not any(map(str.isalpha, name)) or len(name) > _MAX_NAME_CHARS or len(name) < 2:
        name = address[0].strip(" <>[]()").removeprefix("mailto:") if address else ""
    return Attribution(name, day, text)


def _read_day(match: re.Match[str]) -> date | None:
    """The day, None if it may be one of two or does not exist."""
    try:
        if iso := match["iso"]:
            year, month, day = map(int, re.split("[-/]", iso))
        elif dotted := match["dotted"]:
            day, month, year = map(int, dotted.split("."))
        elif slashed := match["slashed"]:
            day, month, year = map(int, slashed.split("/"))
            if day <= 12 and month <= 12 and day != month:
                return None
            day, month = max(day, month), min(day, month)
        else:
            month_name = str(match["month"] or match["month2"]).casefold()
            month = _MONTHS.get(month_name[:3], 0) or _MONTHS.get(month_name[:4], 0)
            day, year = int(match["day"] or match["day2"]), int(match["year"] or match["year2"])
        return date(year, month, day)
    except ValueError:
        return None


# Blocks of headers ----------------------------------------------------------------------------------


def find_header_block(texts: Sequence[str]) -> tuple[Attribution, int] | None:
    """Who wrote what follows the headers that these lines begin with, and how many lines those are.

    They begin with a divider, such as "-----Original Message-----", or with at least three headers, of which
    one says who wrote it; lines between them may be blank.
    """
    first = _normalize(texts[0]) if texts else ""
    divider = _DIVIDER.match(first) or _APPLE_DIVIDER.match(first)
    if not divider and not _LABEL.match(first):
        return None
    position = 0
    if divider:
        # The headers of a block of HTML stand in one line with it.
        if rest := divider["rest"].strip():
            found = _read_fields([rest], is_certain=True)
            return (found[0], 1) if found else (Attribution(), 1)
        position = 1
        while position < min(len(texts), 4) and not texts[position].strip():
            position += 1
    lines = [_normalize(text) for text in texts[position : position + _MAX_BLOCK_LINES]]
    found = _read_fields(lines, is_certain=bool(divider))
    if found:
        return found[0], position + found[1]
    return (Attribution(), 1) if divider else None


def _read_fields(lines: Sequence[str], *, is_certain: bool) -> tuple[Attribution, int] | None:
    """What headers say; without a divider above (`is_certain`) they must be those of a mail alone."""
    if not lines or not _LABEL.match(lines[0]):
        return None
    fields: dict[str, str] = {}
    count = blanks = 0
    for index, line in enumerate(lines):
        labels = list(_LABEL.finditer(line)) if _LABEL.match(line) else []
        if len(labels) < _MIN_FIELDS:
            labels = labels[:1]  # "A: B" in a subject
        last = next(reversed(fields), "")
        if not labels and line and last in _LONG_FIELDS and not blanks and _has_label_soon(lines[index:]):
            fields[last] += f" {line}"
        elif not labels and line:
            break
        blanks = 0 if line else blanks + 1
        if blanks > 1:
            break
        for number, label in enumerate(labels):
            end = labels[number + 1].start() if number + 1 < len(labels) else len(line)
            fields.setdefault(str(label.lastgroup), clean(line[label.end() : end]))
        if line:
            count = index + 1
    named = {name for name in fields if name != "other"}
    # A shipment too goes from somewhere to somewhere on a day.
    is_mail = is_certain or "subject" in fields or "@" in fields.get("from", "") + fields.get("to", "")
    if "from" not in fields or len(named) < _MIN_FIELDS or not is_mail:
        return None
    sender, date_match = fields["from"], _DATE.search(fields.get("date", ""))
    name = clean(_ADDRESS.sub("", sender)).strip(" \"'<>[]*_;") or sender.strip(" <>[]")
    day = _read_day(date_match) if date_match else None
    text = "; ".join(
        f"{label}: {value}"
        for label in ("From", "To", "Cc", "Date", "Subject")
        if (value := fields.get(label.lower())) and not (label == "Date" and day)
    )
    return Attribution(name[:_MAX_NAME_CHARS], day, text), count


def _has_label_soon(lines: Sequence[str]) -> bool:
    return any(map(_LABEL.match, lines[1:3]))
