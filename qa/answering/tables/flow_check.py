"""Whether a table counts what a question is about: goods that go the same way, and not their making."""

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from qa.answering.tables.asked_words import find_roles
from qa.answering.tables.cell_match import CellMatch, GridMatcher
from qa.answering.tables.table_labels import Label
from qa.answering.tables.trade_words import (
    DESTINATION_HEADS,
    LIMIT,
    ORIGIN_HEADS,
    PARTNER_HEADS,
    PRICE,
    RATE,
    Flow,
    flow_of,
    measure_of,
)
from qa.text.overlap import stems

_TRADE = stems("trade trading")
_INDEX = re.compile(r"\b(?:index|indices|indexes)\b", re.IGNORECASE)
_FLOW_PRICE = re.compile(r"\b(?:export|import)s? (?:unit )?prices?\b", re.IGNORECASE)
_BASE = re.compile(r"\b(?:19|20)\d\d ?= ?100\b")
# Trade both ways ("the biggest trading partner"), and words of trade one way, unlike "get".
_BOTH_WAYS = re.compile(
    r"\btrad(?:e|ing) (?:partners?|volume|value|with|between)\b|\btwo-way\b|\btrade\Z", re.IGNORECASE
)
_IS_TRADED = re.compile(
    r"\b(?:im|ex)port|\b(?:buy|bought|s[eo]ld?|sells?|sales?|purchas\w+|ship\w*)\b", re.IGNORECASE
)

__all__ = ["is_about_something_else"]


def is_about_something_else(matcher: GridMatcher, match: CellMatch) -> bool:
    """Whether the table counts something else than is asked for, by what stands closest to the cell."""
    grid, question = matcher.grid, matcher.question
    kind = grid.unit_class(match.row, match.column)
    if question.measures & PRICE and kind in ("weight", "volume", "count") and not question.flows:
        return True  # Tonnes are no price.
    is_index = _is_index(matcher, match) and not _INDEX.search(question.text)
    if is_index or _is_beside_another_flow(matcher, match) or _is_of_one_way_only(matcher, match):
        return True
    if question.is_under_limit and not any(measure_of(word) & LIMIT for word in grid.vocabulary):
        return True
    own = {word for label in (*grid.columns[match.column], *grid.rows[match.row]) for word in label.stems}
    if kind == "percent" and kind in question.wants:
        # "Use in 2030, percent" beside "Use in 2031, percent": of what it is a share stands over the table.
        own -= frozenset.intersection(*(_stems_of(labels) for labels in grid.columns.values()))
    heads = {word for label in grid.corner for word in label.stems}
    for said in (own, grid.caption_stems, grid.context_stems):
        flows = {flow for word in said if (flow := flow_of(word))}
        if said is not own and not flows:
            flows |= {"out"} if heads & DESTINATION_HEADS else {"in"} if heads & ORIGIN_HEADS else set()
        measures = {measure for word in said for measure in measure_of(word)}
        if not flows and not measures:
            continue
        if measures & question.measures:
            # "Imports at customs prices" tell no price, "export prices" do.
            is_priced = bool(flows and measures & PRICE and said is not own)
            return is_priced and not (flows <= question.flows and _FLOW_PRICE.search(grid.caption))
        if question.measures & RATE:
            return True  # What a good pays at the border is not told by what is traded.
        return _goes_the_other_way(matcher, match, flows) if flows else bool(question.flows)
    return False


def _is_of_one_way_only(matcher: GridMatcher, match: CellMatch) -> bool:
    """Whether a cell of what goes one way is asked for trade both ways, or for what is no trade at all.

    Imports tell neither the biggest trading partner nor how much investment came.
    """
    grid, question = matcher.grid, matcher.question
    text = question.text.strip(" ?.!")
    if _IS_TRADED.search(text):
        return False
    told = _stems_of((*grid.columns[match.column], *grid.rows[match.row])) | grid.caption_stems
    if len({flow for word in told if (flow := flow_of(word))}) != 1:
        return False
    if _BOTH_WAYS.search(text):
        return told.isdisjoint(_TRADE)
    measures = {measure for word in told | grid.context_stems for measure in measure_of(word)}
    return bool(question.measures) and measures.isdisjoint(question.measures)


def _stems_of(labels: Sequence[Label]) -> frozenset[str]:
    return frozenset(word for label in labels for word in label.stems)


def _is_index(matcher: GridMatcher, match: CellMatch) -> bool:
    """Whether a cell is an index, which tells no amount and no price."""
    grid = matcher.grid
    texts = [label.text for label in (*grid.columns[match.column], *grid.rows[match.row])]
    own = any(map(_INDEX.search, texts))
    return own or any(
        _INDEX.search(text) or _BASE.search(text) for text in (grid.caption, grid.source.table.unit or "")
    )


def _is_beside_another_flow(matcher: GridMatcher, match: CellMatch) -> bool:
    """Whether a head beside tells where goods go: a "Value" beside "Exports (tonnes)" is of exports."""
    grid = matcher.grid
    own = _stems_of((*grid.columns[match.column], *grid.rows[match.row]))
    beside = _stems_of([label for labels in grid.columns.values() for label in labels])
    flows = frozenset(flow for word in beside if (flow := flow_of(word)))
    return not any(map(flow_of, own)) and _goes_the_other_way(matcher, match, flows)


def _goes_the_other_way(matcher: GridMatcher, match: CellMatch, flows: AbstractSet[Flow]) -> bool:
    """Whether the names have other parts: imports come from the partners in rows, exports go there."""
    question = matcher.question
    if len(flows) != 1 or not question.flows:
        return False
    is_import = "in" in flows
    row_words = matcher.rows[match.row].words
    own = row_words | matcher.columns[match.column].words
    has_partners = any(word in PARTNER_HEADS for label in matcher.grid.corner for word in label.stems)
    names = [
        (number, word)
        for number, word in enumerate(question.words)
        if word.role and number not in match.ignored
    ]
    reporters = {number for number, _ in names if number in matcher.in_context - own}
    is_confirmed = False
    roles = find_roles(" . ".join(text for by, text in matcher.grid.context if by in ("caption", "heading")))
    said = {number: roles[word.stem] for number, word in names if number in reporters and word.stem in roles}
    if said:  # "What Chile sold to Poland" says the part of one of two.
        return any(question.words[number].role != role for number, role in said.items())
    for number, word in names:
        if number in reporters or (number in row_words and (reporters or has_partners)):
            if (word.role == ("from" if number in reporters else "to")) == is_import:
                return True
            is_confirmed = True
    if is_confirmed or (question.superlative and has_partners):
        return False
    return not flows & question.flows
