"""Commands that keep the store sound, safe and small: check, backup, restore, compact."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qa.cli.command_context import CommandContext, PathName, json_option
from qa.cli.terminal_output import print_json

if TYPE_CHECKING:
    from qa.store import Problem

__all__ = ["backup", "check", "compact", "restore"]


@click.command()
@click.option("--repair", is_flag=True, help="Mend what can be mended, and name what to add again.")
@json_option
@click.pass_obj
def check(context: CommandContext, repair: bool, as_json: bool) -> int:
    """Check that the store holds what was written, and that it and the app's runs are their owner's alone.

    Exits with 1 if problems are left.
    """
    from qa.store.private_files import make_private

    open_runs = _find_open_runs(context)
    with context.assistant() as assistant:
        report = assistant.repair() if repair else assistant.check()
        remaining = assistant.check().problems if repair else report.problems
    problems = (*report.problems, *_describe_open_runs(open_runs))
    if repair:
        make_private(open_runs)
    remaining = (*remaining, *_describe_open_runs(_find_open_runs(context)))
    is_left = bool(remaining or report.to_add_again)
    if as_json:
        counts = {problem.name: problem.count for problem in problems}
        print_json(
            {
                "documents": report.documents, "chunks": report.chunks, "vectors": report.vectors,
                "problems": counts, "repaired": repair,
                "left": {problem.name: problem.count for problem in remaining},
                "added_again": report.added_again,
                "to_add_again": {failure.source: failure.reason for failure in report.to_add_again},
            }
        )  # fmt: skip
        return int(is_left)
    click.echo(f"{report.documents} documents, {report.chunks} passages, {report.vectors} vectors")
    for problem in problems:
        click.echo(f"{problem.name}: {problem.count} ({problem.meaning})")
    if not problems:
        click.echo("no problems")
    elif repair:
        for document_id in report.added_again:
            click.echo(f"added again: {document_id}")
        for failure in report.to_add_again:
            click.echo(f"add again: {failure.source} ({failure.reason})")
        click.echo("not all could be repaired" if is_left else "repaired")
        for problem in remaining:
            click.echo(f"left: {problem.name}: {problem.count} ({problem.meaning})")
    else:
        click.echo("`qa check --repair` mends this", err=True)
    return int(is_left)


def _find_open_runs(context: CommandContext) -> list[Path]:
    from qa.evaluate.run_directory import list_runs
    from qa.store.private_files import find_readable_by_others

    return find_readable_by_others(list_runs(context.settings()[0].runs))


def _describe_open_runs(paths: Sequence[Path]) -> "list[Problem]":
    from qa.store import Problem

    meaning = "files and folders of runs that other users of this computer may use"
    return [Problem("open runs", len(paths), f"{meaning}, as {paths[0]}")] if paths else []


@click.command()
@click.argument("file", type=PathName())
@json_option
@click.pass_obj
def backup(context: CommandContext, file: Path, as_json: bool) -> None:
    """Write the whole store into one file, while others go on reading and writing."""
    with context.assistant() as assistant:
        size = assistant.backup(file)
    if as_json:
        print_json({"file": str(file), "bytes": size})
    else:
        click.echo(f"{file}: {_format_megabytes(size)}")


@click.command()
@click.argument("file", type=PathName())
@click.option("--replace", is_flag=True, help="In place of the documents that are there.")
@json_option
@click.pass_obj
def restore(context: CommandContext, file: Path, replace: bool, as_json: bool) -> None:
    """Fill the store from a backup.

    Where documents are there, --replace puts the backup in their place.
    """
    with context.assistant() as assistant:
        documents, passages = assistant.restore(file, replace=replace)
    if as_json:
        print_json({"documents": documents, "chunks": passages})
    else:
        click.echo(f"restored {documents} documents, {passages} passages")


@click.command()
@click.option("--forget-before", metavar="DATE", help="Also forget versions that were past before this day.")
@json_option
@click.pass_obj
def compact(context: CommandContext, forget_before: str | None, as_json: bool) -> None:
    """Give back the space of what was removed or replaced."""
    with context.assistant() as assistant:
        report = assistant.compact(forget_before=forget_before)
    if as_json:
        print_json(
            {
                "before_bytes": report.before_bytes, "after_bytes": report.after_bytes,
                "forgotten_versions": report.forgotten,
            }
        )  # fmt: skip
        return
    saved_bytes = report.before_bytes - report.after_bytes
    click.echo(
        f"{_format_megabytes(report.before_bytes)} before, {_format_megabytes(report.after_bytes)} now: "
        f"{_format_megabytes(max(saved_bytes, 0))} given back"
    )
    if report.forgotten:
        click.echo(f"{report.forgotten} versions of the past forgotten")


def _format_megabytes(count: int) -> str:
    return f"{count / 1_000_000:,.1f} MB"
