"""Commands about the documents there are: list, show, history, remove, dismiss."""

from collections.abc import Sequence

import click

from qa import serialize
from qa.cli.context import Context, json_option, print_json
from qa.schema import Failure, NearDuplicate

__all__ = ["dismiss", "history", "list_documents", "remove", "show"]


@click.command("list")
@click.option("--failed", is_flag=True, help="What could not be added, and why.")
@click.option("--duplicates", is_flag=True, help="Documents that nearly repeat one another.")
@json_option
@click.pass_obj
def list_documents(context: Context, failed: bool, duplicates: bool, as_json: bool) -> None:
    """List the documents."""
    if failed and duplicates:
        raise click.UsageError("--failed and --duplicates are two lists: ask for one")
    with context.assistant() as assistant:
        if failed:
            return _list_failures(assistant.failures(), as_json)
        if duplicates:
            return _list_duplicates(assistant.near_duplicates(), as_json)
        found = assistant.documents()
    if as_json:
        print_json([serialize.summary(one) for one in found])
        return None
    for one in found:
        published = one.published.isoformat() if one.published else "undated"
        click.echo(f"{one.id}  {published:10}  {one.chunks:4} passages  {one.title}")
    if not found:
        click.echo("no documents yet: `qa add FILE` adds some", err=True)
    return None


def _list_failures(found: Sequence[Failure], as_json: bool) -> None:
    if as_json:
        return print_json([serialize.failure(one) for one in found])
    for one in found:
        click.echo(f"{one.source}: {one.reason} ({one.failed_at[:10]})")
    message = "`qa add SOURCE` tries one again, `qa dismiss SOURCE` takes it from the list"
    return click.echo(message if found else "nothing has failed", err=True)


def _list_duplicates(found: Sequence[NearDuplicate], as_json: bool) -> None:
    if as_json:
        return print_json([serialize.near_duplicate(one) for one in found])
    for one in found:
        click.echo(f"{one.document}  {one.similarity:4.0%}  {one.other}")
    return None if found else click.echo("no two documents nearly repeat one another", err=True)


@click.command()
@click.argument("document")
@click.option("--as-of", metavar="DATE", help="As it was at the end of that day (UTC).")
@json_option
@click.pass_obj
def show(context: Context, document: str, as_of: str | None, as_json: bool) -> None:
    """Print a document's metadata and stored text."""
    with context.assistant() as assistant:
        found = assistant.document(document, as_of=as_of)
    if as_json:
        print_json(serialize.document(found))
        return
    fields = serialize.document(found)
    for name in ("document", "title", "source", "format", "published", "publisher", "topics", "characters"):
        value = fields[name]
        shown = ", ".join(value) if isinstance(value, list) else value
        if shown not in (None, ""):
            click.echo(f"{name}: {shown}")
    click.echo()
    click.echo(found.text)


@click.command()
@click.argument("documents", nargs=-1, required=True, metavar="DOCUMENT...")
@click.option("--forget", is_flag=True, help="Forget their past too; works for removed documents as well.")
@json_option
@click.pass_obj
def remove(context: Context, documents: tuple[str, ...], forget: bool, as_json: bool) -> None:
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
def history(context: Context, document: str, as_json: bool) -> None:
    """Show the versions of a document, oldest first.

    `qa show --as-of DATE` prints one, `qa ask --as-of DATE` answers from what was there then.
    """
    with context.assistant() as assistant:
        found = assistant.history(document)
    if as_json:
        print_json([serialize.version(one) for one in found])
        return
    for one in found:
        published = one.published.isoformat() if one.published else "undated"
        until = one.until or "now"
        click.echo(f"{one.since} to {until:25}  {published:10}  {one.characters:9,} characters  {one.title}")


@click.command()
@click.argument("sources", nargs=-1, metavar="[SOURCE]...")
@click.option("--all", "everything", is_flag=True, help="All of them.")
@json_option
@click.pass_obj
def dismiss(context: Context, sources: tuple[str, ...], everything: bool, as_json: bool) -> None:
    """Take sources that failed from the list of failures."""
    if everything == bool(sources):
        raise click.UsageError("name the sources to dismiss, or give --all")
    with context.assistant() as assistant:
        count = assistant.dismiss(None if everything else sources)
    if as_json:
        print_json({"dismissed": count})
    else:
        click.echo(f"dismissed {count}")
