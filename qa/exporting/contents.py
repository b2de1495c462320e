"""Exchanges and notes as the blocks of an export."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby

from qa.exporting.blocks import Block, CitedTable, Contents, Run, SourceList, clean_text, one_line
from qa.exporting.limits import describe_filters
from qa.schema import LISTED_TYPES, Answer, AnswerSentence, Exchange, NoteItem, Support
from qa.schema.engines import ENGINES
from qa.text.lines import item_start
from qa.text.source_words import format_count, format_date, read_rows

__all__ = ["TablesOf", "exchange_contents", "no_tables", "note_contents"]

# Gives the tables that an answer cites, by the numbers of its citations.
TablesOf = Callable[[Answer], Mapping[int, CitedTable]]

_MAX_NEAREST = 3  # documents that a refusal names
_UNTITLED = "Briefing Desk"
_VERDICTS: dict[Support, str] = {
    "supported": "",
    "partial": "partly supported",
    "unsupported": "not supported",
}


def no_tables(_answer: Answer) -> Mapping[int, CitedTable]:
    """Where the documents are not at hand: rows stand on a line each."""
    return {}


def exchange_contents(
    exchanges: Sequence[Exchange], *, title: str, exported_on: date, tables: TablesOf = no_tables
) -> Contents:
    """Each question as a heading, with its answer, refusal or error below."""
    sources = SourceList()
    blocks: list[Block] = []
    for exchange in exchanges:
        blocks += _heading(exchange.question)
        limits = describe_filters(exchange.filters, {})
        told = [f"Asked on {exchange.asked_at[:16].replace('T', ' ')} UTC"] if exchange.asked_at else []
        if told := told + ([f"only {limits}"] if limits else []):
            blocks.append(Block.of("aside", ", ".join(told)))
        if exchange.answer is not None:
            blocks += _answer_blocks(exchange.question, exchange.answer, sources, tables)
        elif exchange.error is not None:
            blocks.append(Block.of("warning", f"No answer: {exchange.error}"))
        elif not exchange.was_stopped:
            blocks.append(Block.of("warning", "There is no answer yet."))
        if exchange.was_stopped:
            blocks.append(Block.of("warning", "The answer was stopped."))
    return _contents(title, format_count(len(exchanges), "question"), exported_on, blocks, sources)


def note_contents(
    items: Sequence[NoteItem], *, title: str, exported_on: date, tables: TablesOf = no_tables
) -> Contents:
    """Each question as a heading, once where several items of it follow one another, with what is pinned."""
    sources = SourceList()
    blocks: list[Block] = []
    last_question: str | None = None
    for item in items:
        if item.question != last_question:
            blocks += _heading(item.question)
            last_question = item.question
        if item.remark:
            blocks.append(Block.of("remark", item.remark))
        if item.citation is None:
            blocks += _answer_blocks(item.question, item.answer, sources, tables)
        else:
            number = sources.number_of(item.citation)
            words = Run(clean_text(item.citation.quote))
            blocks.append(Block(style="quote", runs=(words, Run(" "), _mark(number))))
    return _contents(title, f"Note with {format_count(len(items), 'item')}", exported_on, blocks, sources)


def _contents(
    title: str, what: str, exported_on: date, blocks: Iterable[Block], sources: SourceList
) -> Contents:
    return Contents(
        title=one_line(title) or _UNTITLED,
        about=f"{what}, exported on {format_date(exported_on)}",
        blocks=tuple(blocks),
        sources=tuple(sources.sources),
    )


def _heading(question: str) -> list[Block]:
    return [Block.of("heading", one_line(question) or "—")]


# Answers ----------------------------------------------------------------------------------------------


def _answer_blocks(question: str, answer: Answer, sources: SourceList, tables: TablesOf) -> Iterator[Block]:
    numbers = {citation.number: sources.number_of(citation) for citation in answer.citations}
    if one_line(answer.standalone_question) != one_line(question):
        yield Block.of("aside", f"Understood as: {one_line(answer.standalone_question)}")
    if answer.status == "not_found":
        yield from _refusal_blocks(answer)
    else:
        if answer.short_answer:
            yield Block(style="text", runs=(Run(one_line(answer.short_answer), is_bold=True),))
        yield from _sentence_blocks(answer, numbers, tables(answer))
        if answer.computed and answer.computed.description not in answer.text:
            told = f"Worked out: {one_line(answer.computed.description)}"
            yield Block(style="text", runs=(Run(told), *_marks(answer.computed.cells, numbers)))
    for checked in answer.conditions:
        if not checked.is_met:
            yield Block.of("warning", f"Not met: {checked.description}")
    for warning in answer.warnings:
        yield Block.of("warning", f"Warning: {one_line(warning)}")
    yield Block.of("aside", _tell_engine(answer))


def _refusal_blocks(answer: Answer) -> Iterator[Block]:
    yield Block.of("text", answer.text)
    if answer.suggestion:
        yield Block.of("text", f"Perhaps meant: {one_line(answer.suggestion)}")
    if answer.model_text:
        yield Block.of("warning", "What the chat model wrote, and the documents do not bear out:")
        yield Block.of("quote", answer.model_text)
    nearest = dict.fromkeys(
        f"{one_line(passage.title)} ({format_date(passage.published)})" for passage in answer.passages
    )
    if nearest:
        yield Block.of("aside", f"Nearest documents: {'; '.join(list(nearest)[:_MAX_NEAREST])}")


def _sentence_blocks(
    answer: Answer, numbers: dict[int, int], tables: Mapping[int, CitedTable]
) -> Iterator[Block]:
    """Paragraphs by the parts of the answer; the sentences that are items of a list each by itself.

    The rows of a table stand in it, once.
    """
    if not answer.sentences:
        yield Block.of("text", answer.text)
    for (label, is_listed), group in groupby(
        answer.sentences, lambda sentence: (sentence.label, _is_listed(answer, sentence))
    ):
        of_group = list(group)
        of_tables = [(_table_of(answer, sentence, tables), sentence) for sentence in of_group]
        said = [sentence for table, sentence in of_tables if table is None]
        if label and (is_listed or not said):
            yield Block(style="text", runs=(Run(f"{one_line(label)}:", is_bold=True),))
        if is_listed:
            for sentence in said:
                yield Block(style="item", runs=tuple(_sentence_runs(sentence, numbers)))
        elif said:
            runs = [Run(f"{one_line(label)}: ", is_bold=True)] if label else []
            for sentence in said:
                runs += [*_sentence_runs(sentence, numbers), Run(" ")]
            yield Block(style="text", runs=tuple(runs[:-1]))
        for table in dict.fromkeys(table for table, _ in of_tables if table is not None):
            cited = [number for of, sentence in of_tables if of == table for number in sentence.citations]
            marks = tuple(_marks(cited, numbers))
            yield Block(style="table", runs=(Run(one_line(table.caption)), *marks), rows=table.rows)


def _table_of(
    answer: Answer, sentence: AnswerSentence, tables: Mapping[int, CitedTable]
) -> CitedTable | None:
    """The table that a sentence is a row of; one that a chat model worded is none."""
    if not sentence.citations or sentence.citations[0] not in tables:
        return None
    quotes = {citation.number: citation.quote for citation in answer.citations}
    is_row = all(quotes.get(number) == sentence.text for number in sentence.citations)
    return tables[sentence.citations[0]] if is_row else None


def _is_listed(answer: Answer, sentence: AnswerSentence) -> bool:
    # Of what the desk itself quotes, a sentence without citations is the lead.
    is_of_list = answer.question_type in LISTED_TYPES and sentence.citations and not sentence.leads_in
    return item_start(sentence.text) > 0 or (bool(is_of_list) and len(answer.sentences) > 1)


def _sentence_runs(sentence: AnswerSentence, numbers: dict[int, int]) -> Iterator[Run]:
    """The sentence, its marks, and the verdict with the words that fail where it is not borne out."""
    said = sentence.text[item_start(sentence.text) :]
    # A row of a table without its bars; the quote among the sources has them.
    yield Run(one_line(read_rows(said) if said.startswith("|") else said))
    yield from _marks(sentence.citations, numbers)
    if verdict := _VERDICTS[sentence.support]:
        words = [one_line(sentence.text[span.start : span.end]) for span in sentence.unsupported_words]
        named = ", ".join(f"“{word}”" for word in words)
        yield Run(" ")
        yield Run(f"({verdict}{f': {named}' if named else ''})", is_bold=True)


def _marks(citations: Iterable[int], numbers: dict[int, int]) -> Iterator[Run]:
    """The marks of citations, each source once: two cells of a row are one."""
    for number in dict.fromkeys(numbers[citation] for citation in citations):
        yield Run(" ")
        yield _mark(number)


def _mark(number: int) -> Run:
    return Run(f"[{number}]", source=number)


def _tell_engine(answer: Answer) -> str:
    engine = ENGINES[answer.engine].label if answer.engine in ENGINES else answer.engine
    if answer.model:
        engine += f" {one_line(answer.model)}"
    sure = "likely that the documents answer" if answer.status == "not_found" else "likely to be right"
    return f"{engine}; {answer.confidence:.0%} {sure}"
