"""The command `qa`: options, exit codes, and the one place where errors become a line on stderr.

Exit codes: 0 done, 1 a `QAError`, 2 wrong usage, 3 a figure of `eval` or `compare` is worse than allowed,
4 some documents of `add` or `sync` failed.
"""

import gc
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import click

import qa
from qa.cli.add_commands import add, sync
from qa.cli.app_commands import app, mcp, show_settings
from qa.cli.command_context import CommandContext, PathName, setting_option
from qa.cli.document_commands import dismiss, history, list_documents, remove, show
from qa.cli.evaluation_commands import compare, draft_questions, evaluate, export
from qa.cli.feedback_commands import feedback
from qa.cli.health_command import health
from qa.cli.maintenance_commands import backup, check, compact, restore
from qa.cli.question_commands import ask, chat, search
from qa.cli.terminal_output import clean_output, one_line
from qa.errors import QAError

__all__ = ["main"]

_GARBAGE_THRESHOLD = 50_000  # objects more than were let go of; Python's own is 700


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@setting_option("store", metavar="DIR")
@click.option("--config", type=PathName(), metavar="FILE", help="Settings (qa.toml).")
@click.version_option(qa.__version__, prog_name="qa")
@click.pass_context
def cli(context: click.Context, store: Path | None, config: Path | None) -> None:
    """Cited answers from trade briefings, offline."""
    context.obj = CommandContext(store=store, config=config)


for _command in (
    add,
    sync,
    list_documents,
    show,
    history,
    remove,
    dismiss,
    search,
    ask,
    chat,
    evaluate,
    compare,
    export,
    draft_questions,
    feedback,
    check,
    backup,
    restore,
    compact,
    show_settings,
    app,
    health,
    mcp,
):
    cli.add_command(_command)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit with its code."""
    # Vendors' telemetry and progress bars are off before any of them is imported.
    for name, value in (
        ("ANONYMIZED_TELEMETRY", "False"),
        ("HF_HUB_DISABLE_TELEMETRY", "1"),
        ("TOKENIZERS_PARALLELISM", "true"),
        ("TRANSFORMERS_VERBOSITY", "error"),
    ):
        os.environ.setdefault(name, value)
    # Tracing would send prompts, and documents with them, to a third party: never because of a variable that
    # was set for another program.
    for name in ("LANGSMITH_TRACING", "LANGSMITH_TRACING_V2", "LANGCHAIN_TRACING", "LANGCHAIN_TRACING_V2"):
        os.environ[name] = "false"
    # What a command makes is for its user alone, also what a library makes.
    umask = os.umask(0o077)
    # Importing makes a million objects and no garbage: looking for it took a tenth of a cold question's time.
    thresholds = gc.get_threshold()
    gc.set_threshold(_GARBAGE_THRESHOLD, *thresholds[1:])
    try:
        with clean_output():
            _exit(sys.argv[1:] if arguments is None else list(arguments))
    finally:
        gc.set_threshold(*thresholds)
        os.umask(umask)


def _exit(arguments: list[str]) -> NoReturn:
    """Run a command and exit with its code, with a line on stderr for what went wrong."""
    try:
        code = _run(arguments)
        sys.stdout.flush()
    except QAError as error:
        click.echo(f"qa: {one_line(error)}", err=True)
        sys.exit(1)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        sys.exit(error.exit_code)
    except click.ClickException as error:
        where = getattr(error, "ctx", None)
        command = where.command_path if where else "qa"
        click.echo(f"qa: {one_line(error.format_message())} (`{command} --help` shows the usage)", err=True)
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("qa: stopped", err=True)
        sys.exit(130)
    except BrokenPipeError:
        # Whoever read our output has had enough (`qa list | head`): not an error.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    sys.exit(code)


def _run(arguments: list[str]) -> int:
    # Not `cli.main`, which makes an error of a pipe that is closed.
    try:
        with cli.make_context("qa", arguments) as context:
            code = cli.invoke(context)
    except click.exceptions.Exit as done:
        return done.exit_code
    return code if isinstance(code, int) else 0
