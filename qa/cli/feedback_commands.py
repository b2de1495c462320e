"""The commands of `qa feedback`: what readers said of answers, listed, and as questions to evaluate by."""

import sys
from pathlib import Path

import click

from qa import serialize
from qa.cli.command_context import CommandContext, PathName, json_option
from qa.cli.terminal_output import one_line, print_json

__all__ = ["feedback"]


@click.group()
def feedback() -> None:
    """What readers said of answers in the app: right, or wrong and why."""


@feedback.command("list")
@json_option
@click.pass_obj
def list_feedback(context: CommandContext, as_json: bool) -> None:
    """List it, oldest first."""
    with context.assistant() as assistant:
        given = assistant.feedback()
    if as_json:
        print_json([serialize.feedback(value) for value in given])
        return
    for value in given:
        verdict = f"wrong ({value.reason})" if value.reason else value.verdict
        comment = f"  “{one_line(value.comment)}”" if value.comment else ""
        click.echo(f"{value.created_at[:10]}  {verdict:22}  {one_line(value.question)}{comment}")
    if not given:
        click.echo("no feedback yet: it is given below an answer in the app", err=True)


@feedback.command("export")
@click.argument("target", type=PathName(), metavar="FILE")
@click.option("--force", is_flag=True, help="Replace FILE if it is there.")
@json_option
@click.pass_obj
def export_feedback(context: CommandContext, target: Path, force: bool, as_json: bool) -> None:
    """Write it into FILE (.jsonl) as questions that `qa eval FILE --out DIR` asks.

    Right answers bring their quotes, refusals are unanswerable questions; those that are tagged to-complete
    have a note that says what was wrong, and want quotes, answers or "answerable": false.
    """
    from qa.evaluate import write_feedback_questions

    if target.suffix.lower() not in (".jsonl", ".ndjson"):
        raise click.UsageError(f"FILE ends in .jsonl, and {target} does not")
    with context.assistant() as assistant:
        written = write_feedback_questions(assistant, target, force=force)
    if as_json:
        print_json(
            {
                "file": str(target), "questions": written.questions,
                "unanswerable": written.unanswerable, "to_complete": written.incomplete,
            }
        )  # fmt: skip
        return
    questions = "question" if written.questions == 1 else "questions"
    click.echo(
        f"{written.questions:,} {questions} in {target}, {written.unanswerable:,} of them unanswerable, "
        f"{written.incomplete:,} to be completed"
    )


@feedback.command("clear")
@click.option("--yes", is_flag=True, help="Without asking.")
@json_option
@click.pass_obj
def clear_feedback(context: CommandContext, yes: bool, as_json: bool) -> None:
    """Forget all of it."""
    if not yes:
        if not sys.stdin.isatty():
            raise click.UsageError("it forgets all feedback: say --yes")
        click.confirm("Forget all feedback?", abort=True, err=True)
    with context.assistant() as assistant:
        count = assistant.clear_feedback()
    if as_json:
        print_json({"cleared": count})
    else:
        click.echo(f"cleared {count:,}")
