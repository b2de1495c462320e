"""Commands that bring documents in: add, sync."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal

import click

from qa import serialize
from qa.cli.command_context import CommandContext, json_option
from qa.cli.terminal_output import print_json, progress_stream
from qa.errors import QAError
from qa.schema import AddReport

if TYPE_CHECKING:
    from qa.assistant import Progress

__all__ = ["add", "sync"]

SOME_FAILED = 4


@contextmanager
def _progress_bar() -> Iterator[Callable[["Progress"], None]]:
    """A bar on stderr if that is a terminal."""
    from tqdm import tqdm

    began = time.monotonic()
    with tqdm(unit=" docs", disable=None, file=progress_stream(), dynamic_ncols=True, leave=False) as bar:

        def show_progress(progress: "Progress") -> None:
            bar.total = progress.total
            rate = progress.chunks / max(time.monotonic() - began, 0.001)
            bar.set_postfix_str(f"{progress.chunks:,} passages, {rate:.0f}/s", refresh=False)
            bar.update(progress.done - bar.n)

        yield show_progress


@click.command()
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option("--title", help="The title, instead of the document's own.")
@click.option("--published", metavar="DATE", help="When it was published.")
@click.option("--publisher", help="Who published it.")
@click.option("--topic", "topics", multiple=True, metavar="T", help="A topic; may be repeated.")
@click.option(
    "--format",
    "set_format",
    type=click.Choice(["squad", "beir"]),
    help="SOURCE is a public set: the paragraphs of a SQuAD file, or the corpus of a BEIR folder.",
)
@click.option("--feed", is_flag=True, help="SOURCE is the address of a feed (RSS, Atom): add its entries.")
@click.option("--since", metavar="DATE", help="With --feed: only entries of this day or later.")
@click.option("--ray", is_flag=True, help="Spread reading and embedding over a Ray cluster (extra [ray]).")
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@json_option
@click.pass_obj
def add(
    context: CommandContext,
    sources: tuple[str, ...],
    title: str | None,
    published: str | None,
    publisher: str | None,
    topics: tuple[str, ...],
    set_format: Literal["squad", "beir"] | None,
    feed: bool,
    since: str | None,
    ray: bool,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Add files, folders and web pages (https://...), or - for text on stdin.

    PDF, Word, PowerPoint, Excel, CSV, HTML, EPUB, e-mail, RTF, Markdown and text are read, and with the extra
    [ocr] scans and pictures. What is unchanged is skipped, what changed is replaced.
    """
    metadata: dict[str, Any] = {
        "title": title, "published": published, "publisher": publisher, "topics": topics, "dry_run": dry_run,
    }  # fmt: skip
    if "-" in sources and len(sources) > 1:
        raise click.UsageError(
            "text on stdin (-) is added by itself: leave the other sources to another call"
        )
    if set_format and "-" in sources:
        raise click.UsageError("--format reads files and folders, not text on stdin (-)")
    if set_format and title:
        raise click.UsageError("--title names one document, and a set has many: leave it out")
    if title and len(sources) > 1:
        raise click.UsageError("--title names one document: add the sources one by one")
    if since and not feed:
        raise click.UsageError("--since goes with --feed: it chooses among a feed's entries")
    if feed and (set_format or title or ray or "-" in sources):
        raise click.UsageError("--feed takes addresses of feeds, and no --format, --title or --ray")
    with context.assistant() as assistant:
        if sources == ("-",):
            report = assistant.add_text(sys.stdin.buffer.read(), **metadata)
        else:
            with _progress_bar() as on_progress:
                if feed:
                    report = assistant.add_feeds(sources, since=since, **metadata, on_progress=on_progress)
                else:
                    report = assistant.add(
                        sources, **metadata, format=set_format, ray=ray, on_progress=on_progress
                    )
    return _print_report(report, as_json)


@click.command()
@click.argument("folder")
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@click.option("--watch", is_flag=True, help="Keep on: sync again whenever something changes there.")
@json_option
@click.pass_obj
def sync(context: CommandContext, folder: str, dry_run: bool, watch: bool, as_json: bool) -> int:
    """Make the store match a folder: add, update, rename and remove.

    Files are compared by their content: a second run does nothing. With --watch it goes on until it is
    stopped by Ctrl-C, and each report is a line of JSON with --json.
    """
    if watch and dry_run:
        raise click.UsageError("--watch does what it sees: leave out --dry-run")
    with context.assistant() as assistant:
        with _progress_bar() as on_progress:
            report = assistant.sync(folder, dry_run=dry_run, on_progress=on_progress)
        code = _print_report(report, as_json)
        if watch:
            click.echo(f"qa: watching {folder}, Ctrl-C stops", err=True)
            for outcome in assistant.watch(folder):
                if isinstance(outcome, QAError):
                    click.echo(f"qa: {outcome}", err=True)
                else:
                    _print_report(outcome, as_json)
    return code


def _print_report(report: AddReport, as_json: bool) -> int:
    if as_json:
        print_json(serialize.add_report(report))
    else:
        for word, ids in (("added", report.added), ("updated", report.updated), ("removed", report.removed)):
            for document_id in ids:
                click.echo(f"{word} {document_id}")
        for document_id, old, new in report.renamed:
            click.echo(f"renamed {document_id}: {old} is now {new}")
        counts = [
            f"{len(ids)} {word}"
            for word, ids in (
                ("added", report.added), ("updated", report.updated), ("renamed", report.renamed),
                ("unchanged", report.unchanged), ("removed", report.removed), ("failed", report.failed),
            )
            if ids
        ]  # fmt: skip
        click.echo(("would be: " if report.dry_run else "") + (", ".join(counts) or "nothing to do"))
    for source, twin in report.duplicates:
        click.echo(f"qa: {source} has the same text as {twin}: both are kept", err=True)
    for near in report.near_duplicates:
        click.echo(
            f"qa: {near.document} nearly repeats {near.other} ({near.similarity:.0%} alike): both are kept",
            err=True,
        )
    for source, note in report.notes:
        click.echo(f"qa: {source}: {note}", err=True)
    for failure in report.failed:
        click.echo(f"qa: {failure.source}: {failure.reason}", err=True)
    return SOME_FAILED if report.failed else 0
