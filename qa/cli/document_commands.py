"""Commands about the documents there are: list, show, history, remove, dismiss."""

from collections.abc import Sequence

import click

from qa import serialize
from qa.cli.command_context import CommandContext, json_option
from qa.cli.table_output import draw_table
from qa.cli.terminal_output import print_json
from qa.schema import Failure, NearDuplicate

__all__ = ["dismiss", "history", "list_documents", "remove", "show"]


@click.command("list")
@click.option("--failed", is_flag=True, help="What could not be added, and why.")
@click.option("--duplicates", is_flag=True, help="Documents that nearly repeat one another.")
@json_option
@click.pass_obj
def list_documents(context: CommandContext, failed: bool, duplicates: bool, as_json: bool) -> None:
    """List the documents."""
    if failed and duplicates:
        raise click.UsageError("--failed and --duplicates are two lists: ask for one")
    with context.documents() as reader:
        if failed:
            return _list_failures(reader.failures(), as_json)
        if duplicates:
            return _list_duplicates(reader.near_duplicates(), as_json)
        documents = reader.documents()
    if as_json:
        print_json([serialize.summary(document) for document in documents])
        return None
    for document in documents:
        published = document.published.isoformat() if document.published else "undated"
        click.echo(f"{document.id}  {published:10}  {document.chunks:4} passages  {document.title}")
    if not documents:
        click.echo("no documents yet: `qa add FILE` adds some", err=True)
    return None


def _list_failures(failures: Sequence[Failure], as_json: bool) -> None:
    if as_json:
        return print_json([serialize.failure(failure) for failure in failures])
    for failure in failures:
        click.echo(f"{failure.source}: {failure.reason} ({failure.failed_at[:10]})")
    message = "`qa add SOURCE` tries one again, `qa dismiss SOURCE` takes it from the list"
    return click.echo(message if failures else "nothing has failed", err=True)


def _list_duplicates(pairs: Sequence[NearDuplicate], as_json: bool) -> None:
    if as_json:
        return print_json([serialize.near_duplicate(pair) for pair in pairs])
    for pair in pairs:
        click.echo(f"{pair.document}  {pair.similarity:4.0%}  {pair.other}")
    return None if pairs else click.echo("no two documents nearly repeat one another", err=True)


@click.command()
@click.argument("document")
@click.option("--as-of", metavar="DATE", help="As it was at the end of that day (UTC).")
@json_option
@click.pass_obj
def show(context: CommandContext, document: str, as_of: str | None, as_json: bool) -> None:
    """Print a document's metadata, its stored text, and its tables."""
    with context.documents() as reader:
        if as_of is None:
            stored = reader.document(document)
        else:
            from qa.parsers import end_of_day

            stored = reader.document_as_of(document, end_of_day(as_of))
    if as_json:
        print_json(serialize.document(stored))
        return
    fields = serialize.document(stored)
    for name in ("document", "title", "source", "format", "published", "publisher", "topics", "characters"):
        value = fields[name]
        text = ", ".join(value) if isinstance(value, list) else value
        if text not in (None, ""):
            click.echo(f"{name}: {text}")
    for page in stored.recognised:
        click.echo(f"page {page.page}: recognised text, {page.describe(page.certainty)}")
    click.echo()
    click.echo(stored.text)
    for table in stored.tables:
        click.echo()
        for line in draw_table(table, stored.text):
            click.echo(line)


@click.command()
@click.argument("documents", nargs=-1, required=True, metavar="DOCUMENT...")
@click.option("--forget", is_flag=True, help="Forget their past too; works for removed documents as well.")
@json_option
@click.pass_obj
def remove(context: CommandContext, documents: tuple[str, ...], forget: bool, as_json: bool) -> None:
    """Remove documents, by id, title or source.

    They stay in the past: `qa history` and --as-of still know them, unless --forget is given.
    """
    with context.assistant() as assistant:
        removed = assistant.remove(documents, forget=forget)
    if as_json:
        print_json({"removed": list(removed)})
    else:
        for document_id in removed:
            click.echo(f"removed {document_id}")


@click.command()
@click.argument("document")
@json_option
@click.pass_obj
def history(context: CommandContext, document: str, as_json: bool) -> None:
    """Show the versions of a document, oldest first.

    `qa show --as-of DATE` prints one, `qa ask --as-of DATE` answers from what was there then.
    """
    with context.documents() as reader:
        versions = reader.history(document)
    if as_json:
        print_json([serialize.version(version) for version in versions])
        return
    for version in versions:
        published = version.published.isoformat() if version.published else "undated"
        until = version.until or "now"
        click.echo(
            f"{version.since} to {until:25}  {published:10}  {version.characters:9,} characters  "
            f"{version.title}"
        )


@click.command()
@click.argument("sources", nargs=-1, metavar="[SOURCE]...")
@click.option("--all", "everything", is_flag=True, help="All of them.")
@json_option
@click.pass_obj
def dismiss(context: CommandContext, sources: tuple[str, ...], everything: bool, as_json: bool) -> None:
    """Take sources that failed from the list of failures."""
    if everything == bool(sources):
        raise click.UsageError("name the sources to dismiss, or give --all")
    with context.assistant() as assistant:
        count = assistant.dismiss(None if everything else sources)
    if as_json:
        print_json({"dismissed": count})
    else:
        click.echo(f"dismissed {count}")
