"""The mails of a thread to a text: each under its sender and date, with paragraphs, lists and tables."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby, pairwise

from qa.parsers.content_builder import ContentBuilder
from qa.parsers.spaced_rows import split_spaced
from qa.parsers.table_text import put_table
from qa.parsers.web.mail_attributions import Attribution
from qa.parsers.web.mail_thread import MailPart
from qa.parsers.web.mail_units import RULE, MailUnit
from qa.parsers.web.markup_blocks import Block, put_blocks
from qa.schema import EARLIER_MESSAGE, QUOTED_MESSAGE
from qa.text.sentences import sentence_spans

__all__ = ["put_part"]

_NEWEST = "Newest message"
_LIST_ITEM = re.compile(r"\s*(?:([-*•–])|(\d{1,3}[.)]))\s+(?=\S)")
_WRAP_CHARS = 45  # a line that is shorter was not wrapped
_MAX_WIDTH = 200
_MAX_LINES_ABOVE = 2  # of a table, without a blank line between


def put_part(builder: ContentBuilder, part: MailPart, *, is_newest: bool, has_others: bool = True) -> None:
    """A mail under a heading that says whose it is.

    The newest is told by its sender and day alone, and needs no heading where neither is known and there
    are no others.
    """
    attribution = part.attribution or Attribution()
    if is_newest:
        heading = str(attribution) or (_NEWEST if has_others else "")
    else:
        heading = f"{EARLIER_MESSAGE}: {attribution}".removesuffix(": ")
    builder.heading(heading, 1)
    builder.paragraph(attribution.text)
    width = max((len(unit.text.rstrip()) for run in part.runs for unit in run.units), default=0)
    for run in part.runs:
        for is_block, units in groupby(run.units, key=lambda unit: unit.block is not None):
            if run.quoted is not None:
                _put_quoted(builder, list(units), run.quoted, width)
            elif is_block:
                put_blocks(builder, (_lower(unit.block, heading) for unit in units if unit.block))
            else:
                _put_lines(builder, list(units), width)
    if part.signature:
        builder.paragraph(f"Signature: {part.signature}")


def _lower(block: Block, heading: str) -> Block:
    """A heading of the mail's own stands below that which says whose the mail is."""
    return replace(block, level=block.level + 1) if block.level and heading else block


def _put_lines(builder: ContentBuilder, units: Sequence[MailUnit], width: int) -> None:
    """Lines as paragraphs, but for those whose words stand under each other in columns."""
    plain: list[MailUnit] = []
    for _, group in groupby(units, key=lambda unit: not unit.text.strip()):
        lines = list(group)
        for start in range(_MAX_LINES_ABOVE + 1):
            if rows := split_spaced([unit.text for unit in lines[start:]]):
                _put_paragraphs(builder, [*plain, *lines[:start]], width)
                put_table(builder, rows)
                plain = []
                break
        else:
            plain += lines
    _put_paragraphs(builder, plain, width)


def _put_paragraphs(builder: ContentBuilder, units: Sequence[MailUnit], width: int) -> None:
    for paragraph in _join_paragraphs(units, width):
        if match := _LIST_ITEM.match(paragraph):
            builder.item(paragraph[match.end() :], "-" if match[1] else match[2])
        else:
            builder.paragraph(paragraph)


def _put_quoted(
    builder: ContentBuilder, units: Sequence[MailUnit], attribution: Attribution, width: int
) -> None:
    """Quoted words beside their answer; each sentence says whose it is, as it may be cited alone."""
    mark = f"{QUOTED_MESSAGE} from {attribution}" if str(attribution) else QUOTED_MESSAGE
    paragraphs = (
        [unit.text for unit in units]
        if units[0].block is not None
        else _join_paragraphs(units, width, is_quote=True)
    )
    for paragraph in paragraphs:
        for start, end in sentence_spans(paragraph):
            builder.paragraph(f"{mark}: {paragraph[start:end]}")


def _join_paragraphs(units: Sequence[MailUnit], width: int, *, is_quote: bool = False) -> Iterator[str]:
    """The paragraphs of lines of one depth: those that were wrapped to fit are joined.

    A quote is wrapped anew wherever somebody answers, so that there a small letter goes on a short line.
    """
    current: list[str] = []
    for text, next_text in pairwise([*(unit.text for unit in units), ""]):
        if RULE.fullmatch(text) or not text.strip():
            if current:
                yield " ".join(current)
            current = []
            continue
        current.append(text.strip())
        # The next word would not have fit.
        first_word = next_text.split(maxsplit=1)[0] if next_text.strip() else ""
        length = len(text.rstrip())
        is_full = length >= _WRAP_CHARS and length + 1 + len(first_word) > min(width, 72) - 8
        is_open = is_quote and first_word[:1].islower() and not text.rstrip().endswith((".", "!", "?", ":"))
        goes_on = width <= _MAX_WIDTH and (is_full or is_open) and not _LIST_ITEM.match(next_text)
        if not goes_on:
            yield " ".join(current)
            current = []
    if current:
        yield " ".join(current)
