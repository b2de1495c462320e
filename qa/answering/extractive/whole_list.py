"""The whole of a list or table of which one line was found, or of that the one item that is asked for."""

import re
from collections.abc import Sequence
from dataclasses import replace

from qa.answering.extractive.enumeration import find_enumeration, is_item
from qa.answering.extractive.list_choice import is_opposed
from qa.answering.extractive.selected_sentence import SectionReader, SelectedSentence
from qa.answering.sentence_ranking import RankedSentence
from qa.query.asked_noun import find_asked_noun
from qa.query.query import SubQuestion
from qa.schema import Passage, Sentence, Span
from qa.text.lines import is_table_row
from qa.text.overlap import stems

__all__ = ["complete_list", "drop_opposed_items", "expand_items", "is_opposed_list", "leads_to_items"]

_LEADING = 5  # of the best sentences, among which an item of a list is looked for
_MAX_ITEMS = 12  # of a list or table that is shown whole
_MIN_ORDINALS = 2  # of a section that are chosen, so that the others of it belong to them
_ORDINAL = re.compile(
    r"(?:(?:The|A|Its|Their|Another) )?(?:first|second|third|fourth|fifth|sixth)\b"
    r"(?! (?:half|quarter|year|time)\b)|"
    r"(?:First|Second|Third|Fourth|Fifth|Sixth)(?:ly)?\b|(?:Finally|Lastly),|(?:The|A) (?:last|final)\b"
)
_LISTED = re.compile(
    r"\W*(?:please )?(?:list|name|enumerate)\b.{1,80}?"
    r"(?=\b(?:that|which|who|of|in|under|to|for|from|by|on|at)\b|$)",
    re.IGNORECASE,
)
_MIN_OWN_WORDS = 0.4  # of the question's, that stand in one item of a list alone
_MAX_OTHER_ITEMS = 0.35  # of its probability, that others of its list may have


def drop_opposed_items(
    subquestion: SubQuestion, ranked_sentences: Sequence[RankedSentence], read_section: SectionReader
) -> Sequence[RankedSentence]:
    """The sentences without the items under a line that names what is not asked for: "Others wait:"."""
    first = next((one for one in ranked_sentences[:_LEADING] if is_item(one.text)), None)
    if first is None:
        return ranked_sentences
    selected = SelectedSentence(first.passage, first.sentence, first.probability)
    items = expand_items(selected, read_section(first.passage))
    if not is_opposed_list(subquestion, items):
        return ranked_sentences
    document_id, opposed = first.passage.document_id, _spans(items)
    rest = [
        one
        for one in ranked_sentences
        if one.passage.document_id != document_id or one.sentence not in opposed
    ]
    return rest or ranked_sentences


def is_opposed_list(subquestion: SubQuestion, items: Sequence[SelectedSentence]) -> bool:
    """Whether the line that leads in to a list says that it is another than the one asked for."""
    return bool(items) and not is_item(items[0].text) and is_opposed(subquestion, items[0].text)


def _spans(selection: Sequence[SelectedSentence]) -> set[Sentence]:
    return {selected.sentence for selected in selection}


def complete_list(
    subquestion: SubQuestion, selection: Sequence[SelectedSentence], read_section: SectionReader
) -> list[SelectedSentence]:
    """Where the best sentence or two others stand in one list or table, or lead in to it, the whole of it.

    Of one item that alone has what is asked for, just that item.
    """
    for selected in selection:
        if leads_to_items(selected):
            items = expand_items(selected, read_section(selected.passage))
            spans = _spans(items)
            shared = [other for other in selection if other.sentence in spans]
            if len(items) > 1 and selected is selection[0] and _is_item_asked(subquestion, shared, items):
                return [selected]
            if len(items) > 1 and (selected is selection[0] or len(shared) > 1):
                return items
    return _complete_ordinals(selection, read_section)


def _complete_ordinals(
    selection: Sequence[SelectedSentence], read_section: SectionReader
) -> list[SelectedSentence]:
    """With two of "First, ...", "The second is ...", "Finally, ..." of a section also those between them."""
    ordered = [one for one in selection if _ORDINAL.match(one.text)]
    places = [(one.passage.document_id, one.passage.section) for one in ordered]
    ordered = [one for one, place in zip(ordered, places, strict=True) if place == places[0]]
    if len(ordered) < _MIN_ORDINALS:
        return list(selection)
    document_id = ordered[0].passage.document_id
    spans = _spans([one for one in selection if one.passage.document_id == document_id])
    others = [
        replace(ordered[-1], passage=passage, sentence=sentence)
        for passage in read_section(ordered[0].passage)
        for sentence in passage.sentences
        if sentence not in spans and _ORDINAL.match(passage.slice(sentence))
    ]
    return [*selection, *{one.sentence: one for one in others}.values()][:_MAX_ITEMS]


def _is_item_asked(
    subquestion: SubQuestion, shared: Sequence[SelectedSentence], items: Sequence[SelectedSentence]
) -> bool:
    """Whether an item of a list, the first of those that answer, is by itself what is asked for.

    "What does the security dialogue cover?" - "- a security dialogue on crime, drugs and trafficking;"
    """
    item, *others = shared
    if not is_item(item.text) or any(other.score > _MAX_OTHER_ITEMS * item.score for other in others):
        return False
    rest = stems(" ".join(one.text for one in items if one.sentence != item.sentence))
    asked = stems(_beyond_things_asked(subquestion.text))
    own = (asked & stems(item.text)) - rest
    counts_up = is_table_row(item.text) or find_enumeration(item.text) is not None
    return len(own) >= _MIN_OWN_WORDS * len(asked) or (counts_up and bool(own))


def _beyond_things_asked(question: str) -> str:
    """A question without the kind of things that it asks for: each item is one of those."""
    if listed := _LISTED.match(question):
        return question[listed.end() :]
    noun = find_asked_noun(question)
    return question[question.index(noun[0]) + len(noun[0]) :] if noun and noun[0] in question else question


def leads_to_items(selected: SelectedSentence) -> bool:
    """Is it an item of a list, or the line before one?"""
    return is_item(selected.text) or selected.text.rstrip().endswith(":")


def expand_items(selected: SelectedSentence, section: Sequence[Passage]) -> list[SelectedSentence]:
    """The run of items around a sentence with the line that leads in, in reading order."""
    lines = [
        replace(selected, passage=passage, sentence=sentence)
        for passage in section
        for sentence in passage.sentences
    ]
    starts = [line.sentence.start for line in lines]
    if selected.sentence.start not in starts:
        return []
    first = last = starts.index(selected.sentence.start)
    while first > 0 and _is_of_item(lines, first) and _is_of_item(lines, first - 1):
        first -= 1
    while last + 1 < len(lines) and _is_of_item(lines, last + 1):
        last += 1
    items = [
        line for line in lines[first : last + 1] if is_item(line.text) or line.sentence == selected.sentence
    ]
    if first > 0 and is_item(lines[first].text) and lines[first - 1].text.rstrip().endswith(":"):
        items.insert(0, lines[first - 1])
    return items[:_MAX_ITEMS]


def _is_of_item(lines: Sequence[SelectedSentence], number: int) -> bool:
    """Whether a sentence is an item, or one of the sentences that an item of several goes on with."""
    while number and not is_item(lines[number].text):
        before, line = lines[number - 1], lines[number]
        between = Span(before.sentence.end, line.sentence.start)
        if before.passage.chunk_id != line.passage.chunk_id or between.end < between.start:
            return False
        if "\n" in line.passage.slice(between):
            return False
        number -= 1
    return is_item(lines[number].text)
