"""Whether a table counts what a question is about: goods that go the same way, and not their making."""

from collections.abc import Set as AbstractSet

from qa.answering.tables.asked_words import find_roles
from qa.answering.tables.cell_match import CellMatch, GridMatcher
from qa.answering.tables.trade_words import (
    DESTINATION_HEADS,
    ORIGIN_HEADS,
    PARTNER_HEADS,
    PRICE,
    RATE,
    Flow,
    flow_of,
    measure_of,
)

__all__ = ["is_about_something_else"]


def is_about_something_else(matcher: GridMatcher, match: CellMatch) -> bool:
    """Whether the table counts something else than is asked for, by what stands closest to the cell."""
    grid, question = matcher.grid, matcher.question
    kind = grid.unit_class(match.row, match.column)
    if question.measures & PRICE and kind in ("weight", "volume", "count") and not question.flows:
        return True  # Tonnes are no price.
    own = {word for label in (*grid.columns[match.column], *grid.rows[match.row]) for word in label.stems}
    heads = {word for label in grid.corner for word in label.stems}
    for said in (own, grid.caption_stems, grid.context_stems):
        flows = {flow for word in said if (flow := flow_of(word))}
        if said is not own and not flows:
            flows |= {"out"} if heads & DESTINATION_HEADS else {"in"} if heads & ORIGIN_HEADS else set()
        measures = {measure for word in said for measure in measure_of(word)}
        if not flows and not measures:
            continue
        if measures & question.measures:
            # "Imports at customs prices" tell no price.
            return bool(flows and measures & PRICE and said is not own)
        if question.measures & RATE:
            return True  # What a good pays at the border is not told by what is traded.
        return _goes_the_other_way(matcher, match, flows) if flows else bool(question.flows)
    return False


def _goes_the_other_way(matcher: GridMatcher, match: CellMatch, flows: AbstractSet[Flow]) -> bool:
    """Whether the names have other parts: imports come from the partners in rows, exports go there."""
    question = matcher.question
    if len(flows) > 1 or not question.flows:
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
