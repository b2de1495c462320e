"""Commands that ask: search, ask, chat."""

import sys
from collections.abc import Generator
from contextlib import closing
from textwrap import indent
from typing import TYPE_CHECKING

import click

from qa import serialize
from qa.cli.command_context import (
    CommandContext,
    build_filters,
    engine_flags,
    engine_options,
    filter_options,
    json_option,
    setting_option,
)
from qa.cli.terminal_output import echo_styled, print_json
from qa.errors import QuestionError
from qa.schema import Answer, AnswerSentence, Citation, Passage, RecognisedPage, Span, StreamEvent, Turn
from qa.schema.engines import needs_chat_model

if TYPE_CHECKING:
    from qa.assistant import Assistant

__all__ = ["ask", "chat", "search"]


@click.command()
@click.argument("question")
@setting_option("top_k")
@filter_options
@json_option
@click.pass_obj
def search(
    context: CommandContext,
    question: str,
    top_k: int | None,
    documents: tuple[str, ...],
    topics: tuple[str, ...],
    since: str | None,
    until: str | None,
    as_of: str | None,
    as_json: bool,
) -> None:
    """Print the passages nearest to a question, best first."""
    filters = build_filters(documents, topics, since, until, as_of)
    with context.assistant(top_k=top_k) as assistant:
        passages = assistant.search(question, filters=filters)
    if as_json:
        print_json(serialize.search(question, passages))
        return
    for rank, passage in enumerate(passages, start=1):
        echo_styled(f"{rank}. {passage.title}", "bold", end="")
        click.echo(f"  {_describe_place(passage)}  score {passage.score:.2f}")
        click.echo(f"{' '.join(passage.text.split())}\n")
    if not passages:
        click.echo("no passage passes the filters", err=True)


@click.command()
@click.argument("question")
@engine_options
@filter_options
@json_option
@click.pass_obj
def ask(
    context: CommandContext,
    question: str,
    engine: str | None,
    model: str | None,
    base_url: str | None,
    documents: tuple[str, ...],
    topics: tuple[str, ...],
    since: str | None,
    until: str | None,
    as_of: str | None,
    as_json: bool,
) -> None:
    """Print one cited answer, or say that the documents do not answer."""
    filters = build_filters(documents, topics, since, until, as_of)
    with context.assistant(**engine_flags(engine, model, base_url)) as assistant:
        events = assistant.stream(question, filters=filters)
        answer = _follow(events, shows_words=needs_chat_model(assistant.settings.engine) and not as_json)
    if as_json:
        print_json(serialize.answer(answer))
    else:
        _print_answer(answer)


@click.command()
@engine_options
@click.pass_obj
def chat(context: CommandContext, engine: str | None, model: str | None, base_url: str | None) -> None:
    """Have a conversation; an empty line or Ctrl-D ends it."""
    with context.assistant(**engine_flags(engine, model, base_url)) as assistant:
        _converse(assistant)


def _converse(assistant: "Assistant") -> None:
    history: list[Turn] = []
    while True:
        if sys.stdin.isatty():
            echo_styled("? ", "bold", err=True, end="")
        line = sys.stdin.buffer.readline().decode(errors="replace")
        if not line.strip():
            return
        try:
            events = assistant.stream(line, history=history)
            answer = _follow(events, shows_words=needs_chat_model(assistant.settings.engine))
        except QuestionError as error:
            click.echo(f"qa: {error}", err=True)
            continue
        _print_answer(answer)
        click.echo()
        history.append(Turn.of(answer))


def _follow(events: Generator[StreamEvent, None, None], *, shows_words: bool) -> Answer:
    """The answer; on a terminal the words of a chat model are shown as they come, as it wrote them.

    Ctrl-C ends its request, and leaves what was shown.
    """
    answer: Answer | None = None
    shows_words = shows_words and sys.stderr.isatty()
    has_shown = False
    try:
        with closing(events):
            for event in events:
                answer = event.answer or answer
                if shows_words and event.kind == "text":
                    echo_styled(event.text, "dim", err=True, end="")
                    has_shown = True
    finally:
        if has_shown:
            click.echo("\n", err=True)
    assert answer is not None  # a stream ends with its answer
    return answer


def _print_answer(answer: Answer) -> None:
    understood = " ".join(answer.standalone_question.split())
    if understood != " ".join(answer.question.split()):
        click.echo(f"understood as: {understood}", err=True)
    if answer.short_answer:
        echo_styled(" ".join(answer.short_answer.split()), "bold")
    click.echo(answer.text)
    _print_checks(answer)
    for sentence in answer.sentences:
        if sentence.support != "supported":
            click.echo(f"{sentence.support}: {sentence.text}{_name_words(sentence)}")
    if answer.model_text:
        click.echo(f"{answer.model or 'the model'} wrote, and it is not borne out:")
        click.echo(indent(answer.model_text, "    "))
    for warning in answer.warnings:
        click.echo(f"qa: {warning}", err=True)
    click.echo()
    for citation in answer.citations:
        click.echo(f"[{citation.number}] {citation.title}, {_describe_place(citation)}")
        click.echo(f"    “{' '.join(citation.quote.split())}”")
    if answer.status == "not_found" and answer.passages:
        click.echo("The nearest passages:")
        for passage in answer.passages:
            click.echo(f"- {passage.title}, {_describe_place(passage)}: {_first_words(passage.text)}")


def _name_words(sentence: AnswerSentence) -> str:
    """The words that nothing bears out, unless that is all of them."""
    words = [sentence.text[span.start : span.end] for span in sentence.unsupported_words]
    named = ", ".join(f"“{word}”" for word in words if len(word) < len(sentence.text))
    return f" (nothing says {named})" if named else ""


def _print_checks(answer: Answer) -> None:
    """How a value was worked out, what the question asks and what meets it, and what may have been meant."""
    if answer.computed:
        numbers = "".join(f" [{number}]" for number in answer.computed.cells)
        click.echo(f"worked out by the desk: {answer.computed.description}{numbers}")
    if answer.conditions:
        checked = " · ".join(condition.description for condition in answer.conditions)
        echo_styled(f"checked: {checked}", "dim")
    if answer.suggestion:
        click.echo(f"did you mean: {answer.suggestion}")
    if usage := answer.usage:
        cost = "" if usage.cost is None else f", cost {usage.cost:.6g}"
        about = "about " if usage.is_estimated else ""
        tokens = f"{about}{usage.input_tokens:,} tokens, wrote {usage.output_tokens:,}{cost}"
        echo_styled(f"{answer.model} was sent {len(answer.sent_passages)} passages in {tokens}", "dim")


def _describe_place(passage: Citation | Passage) -> str:
    facts = [passage.published.isoformat() if passage.published else "undated"]
    facts += [f"p. {passage.page}"] if passage.page else []
    certainty = (
        passage.recognised
        if isinstance(passage, Citation)
        else passage.certainty_of(Span(passage.start, passage.end))
    )
    facts += [] if certainty is None else [f"recognised text, {RecognisedPage.describe(certainty)}"]
    facts += [passage.heading] if passage.heading else []
    return ", ".join([*facts, f"characters {passage.start}-{passage.end}"])


def _first_words(text: str, length: int = 120) -> str:
    line = " ".join(text.split())
    return line if len(line) <= length else line[:length].rsplit(" ", 1)[0] + " …"
