"""A mail's text to its own words and the earlier mails that it quotes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from qa.parsers.web.mail_attributions import Attribution, find_attribution, find_header_block
from qa.parsers.web.mail_units import MailUnit, split_signature

__all__ = ["MailPart", "MailRun", "split_thread"]

_MAX_DEPTH = 50
_MAX_PARTS = 2000
# A quote above all own words that is longer than this is the mail that is answered, not a question of it.
_LONG_QUOTE_CHARS = 800
_ATTRIBUTION_LINES = 3
_BLOCK_LINES = 16
_FOOTER_RULE = re.compile(r"[-_=*]{10,}\s*")
_MAX_FOOTER_LINES = 10


@dataclass(frozen=True, slots=True)
class MailRun:
    """Consecutive units of one mail; `quoted` says whose they are where they are quoted beside an answer."""

    units: Sequence[MailUnit]
    quoted: Attribution | None = None


@dataclass(slots=True)
class MailPart:
    """One mail of a thread: who wrote it (None for the newest), its words in order, and its signature."""

    attribution: Attribution | None
    runs: list[MailRun] = field(default_factory=list)
    signature: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether it holds no words."""
        return not self.signature and not any(_has_text(run.units) for run in self.runs)


@dataclass(slots=True)
class _Stretch:
    """Units that all are quoted, or all are not."""

    units: list[MailUnit]
    is_quote: bool
    attribution: Attribution | None = None  # of the quote, by the lines above it
    is_footer: bool = False


def split_thread(
    units: Sequence[MailUnit], attribution: Attribution | None = None, depth: int = 0
) -> list[MailPart]:
    """The mail that the units are, then those that it quotes below its own words, in order.

    What is quoted between own words stays there, as a run that names whose words they are. Beyond 50 levels
    of quotes, or 2,000 mails, all is taken for one mail.
    """
    parts: list[MailPart] = []
    if depth >= _MAX_DEPTH:
        units = [replace(unit, depth=0) for unit in units]
    # One after another without quote marks, as some programs write them.
    while len(parts) < _MAX_PARTS and (boundary := _find_boundary(units)):
        start, end, next_attribution = boundary
        parts += _split_quotes(units[:start], attribution, depth)
        units, attribution = units[end:], next_attribution
    return parts + _split_quotes(units, attribution, depth)


def _has_text(units: Sequence[MailUnit]) -> bool:
    return any(unit.text.strip() for unit in units)


def _find_boundary(units: Sequence[MailUnit]) -> tuple[int, int, Attribution] | None:
    """Where lines begin and end that say who wrote all below them, without quote marks."""
    texts: list[str] = []  # of the lines so far since the last quote
    for index, unit in enumerate(units):
        if unit.depth:
            texts.clear()
            continue
        texts.append(unit.text)
        if not unit.text.strip():
            continue
        following = units[index : index + _BLOCK_LINES]
        count = next((number for number, other in enumerate(following) if other.depth), len(following))
        if block := find_header_block([other.text for other in following[:count]]):
            return index, index + block[1], block[0]
        if unit.text.rstrip().endswith(":"):
            attribution = find_attribution(texts[-_ATTRIBUTION_LINES:], is_strict=True)
            if attribution and not _is_quote_next(units, index + 1):
                return index + 1 - attribution[1], index + 1, attribution[0]
    return None


def _is_quote_next(units: Sequence[MailUnit], start: int) -> bool:
    return next((unit.depth > 0 for unit in units[start:] if unit.text.strip()), False)


def _split_quotes(units: Sequence[MailUnit], attribution: Attribution | None, depth: int) -> list[MailPart]:
    part, earlier = MailPart(attribution), list[MailPart]()
    stretches = _find_stretches(units, part)
    own = [
        index
        for index, stretch in enumerate(stretches)
        if not stretch.is_quote and not stretch.is_footer and _has_text(stretch.units)
    ]
    quotes = [index for index, stretch in enumerate(stretches) if stretch.is_quote]
    last_own = own[-1] if own else -1
    is_answer_below = (
        len(quotes) == 1
        and bool(own)
        and own[0] > quotes[0]
        and sum(len(unit.text) for unit in stretches[quotes[0]].units) > _LONG_QUOTE_CHARS
    )
    quoted = Attribution()
    for index, stretch in enumerate(stretches):
        if not stretch.is_quote:
            part.runs.append(MailRun(stretch.units))
            continue
        quoted = stretch.attribution or replace(quoted, text="")
        quote = [replace(unit, depth=unit.depth - 1) for unit in stretch.units]
        quote_parts = split_thread(quote, quoted, depth + 1)
        if index > last_own or is_answer_below:
            earlier += quote_parts
        else:
            part.runs += _put_beside_answer(quote_parts)
    return [part, *earlier]


def _put_beside_answer(quote_parts: Sequence[MailPart]) -> list[MailRun]:
    """The runs of quoted mails in their order, each with whose words they are."""
    runs: list[MailRun] = []
    for number, part in enumerate(quote_parts):
        attribution = part.attribution or Attribution()
        if attribution.text:
            # The first line is the answer's own, those in the quote are quoted.
            runs.append(MailRun([MailUnit(attribution.text)], Attribution() if number else None))
        runs += [MailRun(run.units, run.quoted or attribution) for run in part.runs]
        if part.signature:
            runs.append(MailRun([MailUnit(part.signature)], attribution))
    return runs


def _find_stretches(units: Sequence[MailUnit], part: MailPart) -> list[_Stretch]:
    """The units by whether they are quoted; blank lines between quotes do not divide them.

    Lines that say whose the words of a quote are go with it; the signature goes to the part.
    """
    stretches: list[_Stretch] = []
    for unit in units:
        is_quote = unit.depth > 0
        if not stretches or stretches[-1].is_quote != is_quote:
            if is_quote and len(stretches) > 1 and not _has_text(stretches[-1].units):
                stretches.pop()
            else:
                stretches.append(_Stretch([], is_quote))
        stretches[-1].units.append(unit)
    for number, stretch in enumerate(stretches):
        following = stretches[number + 1] if number + 1 < len(stretches) else None
        if stretch.is_quote:
            continue
        if following is not None:
            stretch.units, following.attribution = _split_attribution(stretch.units)
        own_units, signature = split_signature(stretch.units)
        if signature and not part.signature:
            stretch.units, part.signature = list(own_units), signature
        stretch.is_footer = number > 0 and following is None and _is_footer(stretch.units)
    return stretches


def _split_attribution(units: list[MailUnit]) -> tuple[list[MailUnit], Attribution | None]:
    """The units without the last lines, if those say whose words follow; and what they say."""
    end = len(units)
    while end and not units[end - 1].text.strip():
        end -= 1
    texts = [unit.text for unit in units[max(0, end - _ATTRIBUTION_LINES) : end]]
    attribution = find_attribution(texts)
    return (units[: end - attribution[1]], attribution[0]) if attribution else (units, None)


def _is_footer(units: Sequence[MailUnit]) -> bool:
    """Whether a mailing list put it below everything."""
    lines = [unit.text for unit in units if unit.text.strip()]
    return 0 < len(lines) <= _MAX_FOOTER_LINES and bool(_FOOTER_RULE.fullmatch(lines[0]))
