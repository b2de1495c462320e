"""Commands that keep the corpus: add, sync, list, show, remove, check."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal

import click

from qa import serialize
from qa.cli.context import Context, json_option, print_json
from qa.schema import AddReport

if TYPE_CHECKING:
    from qa.assistant import Progress

__all__ = ["add", "check", "list_documents", "remove", "show", "sync"]

SOME_FAILED = 4


@contextmanager
def _progress_bar() -> Iterator[Callable[["Progress"], None]]:
    """A bar on stderr if that is a terminal."""
    from tqdm import tqdm

    with tqdm(unit=" docs", disable=None, file=sys.stderr, leave=False) as bar:

        def show_progress(progress: "Progress") -> None:
            bar.total = progress.total
            bar.set_postfix_str(f"{progress.chunks} passages", refresh=False)
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
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@json_option
@click.pass_obj
def add(
    context: Context,
    sources: tuple[str, ...],
    title: str | None,
    published: str | None,
    publisher: str | None,
    topics: tuple[str, ...],
    set_format: Literal["squad", "beir"] | None,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Add files or folders, or - for text on stdin.

    What is unchanged is skipped, what changed is replaced.
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
    with context.assistant() as assistant:
        if sources == ("-",):
            report = assistant.add_text(sys.stdin.buffer.read(), **metadata)
        else:
            with _progress_bar() as on_progress:
                report = assistant.add(sources, **metadata, format=set_format, on_progress=on_progress)
    return _print_report(report, as_json)


@click.command()
@click.argument("folder")
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@json_option
@click.pass_obj
def sync(context: Context, folder: str, dry_run: bool, as_json: bool) -> int:
    """Make the store match a folder: add, update and remove."""
    with context.assistant() as assistant, _progress_bar() as on_progress:
        report = assistant.sync(folder, dry_run=dry_run, on_progress=on_progress)
    return _print_report(report, as_json)


def _print_report(report: AddReport, as_json: bool) -> int:
    if as_json:
        print_json(serialize.add_report(report))
    else:
        for word, ids in (("added", report.added), ("updated", report.updated), ("removed", report.removed)):
            for document_id in ids:
                click.echo(f"{word} {document_id}")
        parts = [
            f"{len(ids)} {word}"
            for word, ids in (
                ("added", report.added), ("updated", report.updated), ("unchanged", report.unchanged),
                ("removed", report.removed), ("failed", report.failed),
            )
            if ids
        ]  # fmt: skip
        click.echo(("would be: " if report.dry_run else "") + (", ".join(parts) or "nothing to do"))
    for source, twin in report.duplicates:
        click.echo(f"qa: {source} has the same text as {twin}: both are kept", err=True)
    for failure in report.failed:
        click.echo(f"qa: {failure.source}: {failure.reason}", err=True)
    return SOME_FAILED if report.failed else 0


@click.command("list")
@json_option
@click.pass_obj
def list_documents(context: Context, as_json: bool) -> None:
    """List the documents."""
    with context.assistant() as assistant:
        found = assistant.documents()
    if as_json:
        print_json([serialize.summary(one) for one in found])
        return
    for one in found:
        published = one.published.isoformat() if one.published else "undated"
        click.echo(f"{one.id}  {published:10}  {one.chunks:4} passages  {one.title}")
    if not found:
        click.echo("no documents yet: `qa add FILE` adds some", err=True)


@click.command()
@click.argument("document")
@json_option
@click.pass_obj
def show(context: Context, document: str, as_json: bool) -> None:
    """Print a document's metadata and stored text."""
    with context.assistant() as assistant:
        found = assistant.document(document)
    if as_json:
        print_json(serialize.document(found))
        return
    fields = serialize.document(found)
    for name in ("document", "title", "source", "published", "publisher", "topics", "characters"):
        value = fields[name]
        shown = ", ".join(value) if isinstance(value, list) else value
        if shown not in (None, ""):
            click.echo(f"{name}: {shown}")
    click.echo()
    click.echo(found.text)


@click.command()
@click.argument("documents", nargs=-1, required=True, metavar="DOCUMENT...")
@json_option
@click.pass_obj
def remove(context: Context, documents: tuple[str, ...], as_json: bool) -> None:
    """Remove documents, by id, title or source."""
    with context.assistant() as assistant:
        removed = assistant.remove(documents)
    if as_json:
        print_json({"removed": list(removed)})
    else:
        for document_id in removed:
            click.echo(f"removed {document_id}")


@click.command()
@click.option("--repair", is_flag=True, help="Make index and catalogue agree again.")
@json_option
@click.pass_obj
def check(context: Context, repair: bool, as_json: bool) -> int:
    """Check that the store is consistent.

    Exits with 1 if problems are left.
    """
    with context.assistant() as assistant:
        found = assistant.repair() if repair else assistant.check()
        left = assistant.check().problems if repair else found.problems
    if as_json:
        names = {one.name: one.count for one in found.problems}
        print_json(
            {
                "documents": found.documents, "chunks": found.chunks, "vectors": found.vectors,
                "problems": names, "repaired": repair, "left": {one.name: one.count for one in left},
            }
        )  # fmt: skip
        return int(bool(left))
    click.echo(f"{found.documents} documents, {found.chunks} passages, {found.vectors} vectors")
    for one in found.problems:
        click.echo(f"{one.name}: {one.count} ({one.meaning})")
    if not found.problems:
        click.echo("no problems")
    elif repair:
        click.echo("repaired" if not left else "not all could be repaired")
    else:
        click.echo("`qa check --repair` mends this", err=True)
    return int(bool(left))
