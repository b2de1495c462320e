"""Commands that measure: eval, compare, export, questions."""

import os
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import click

from qa.cli.command_context import (
    CommandContext,
    PathName,
    engine_flags,
    json_option,
    setting_option,
)
from qa.cli.terminal_output import print_json, progress_stream
from qa.errors import EvaluationError
from qa.schema.engines import needs_chat_model

if TYPE_CHECKING:
    from qa.assistant import Assistant
    from qa.evaluate import Evaluation, EvaluationProgress, Gate
    from qa.evaluate.ray_answers import RayAssistant

__all__ = ["compare", "draft_questions", "evaluate", "export"]

STOPPED = 130
GATE_FAILED = 3
_METRIC_LABELS = {
    "answered_rate": "answered",
    "citation_hit": "on quote",
    "refusal_recall": "refused",
    "token_f1": "F1",
}


@click.command("eval")
@click.argument("questions", type=PathName(), metavar="QUESTIONS")
@click.option("--out", type=PathName(), required=True, metavar="DIR", help="Where the run is kept.")
@setting_option("engine", note="Given twice, both are run, and compared.", multiple=True)
@setting_option("model", metavar="PROVIDER:NAME", note="Implies --engine llm.")
@setting_option("base_url", metavar="URL")
@click.option("--workers", type=click.IntRange(1, 64), default=2, help="Batches at once (2).")
@click.option("--batch", type=click.IntRange(1, 1024), help="Questions that go through the models together.")
@setting_option("max_run_tokens", metavar="N")
@setting_option("max_run_cost", metavar="SUM")
@click.option("--ray", is_flag=True, help="Spread the questions over a Ray cluster (extra [ray]).")
@click.option("--fresh", is_flag=True, help="Start over, removing the run that is in DIR.")
@click.option(
    "--fail-under",
    multiple=True,
    metavar="METRIC=VALUE",
    help="Exit with 3 if the metric is below this; may be repeated.",
)
@click.option(
    "--fail-over",
    multiple=True,
    metavar="METRIC=VALUE",
    help="The same for a metric of which less is better.",
)
@json_option
@click.pass_context
def evaluate(
    click_context: click.Context,
    questions: Path,
    out: Path,
    engine: tuple[str, ...],
    model: str | None,
    base_url: str | None,
    workers: int,
    batch: int | None,
    max_run_tokens: int | None,
    max_run_cost: float | None,
    ray: bool,
    fresh: bool,
    fail_under: tuple[str, ...],
    fail_over: tuple[str, ...],
    as_json: bool,
) -> int:
    """Ask every question of a file and score the answers; run again, it goes on where it was.

    QUESTIONS is JSONL, CSV, SQuAD (.json) or a BEIR folder. DIR gets results.jsonl, summary.json and
    report.html; of two engines, a folder for each and comparison.json.
    """
    from qa.evaluate import Gate, check_gates, summary_markdown
    from qa.evaluate.ray_answers import answer_over_ray

    with _as_usage():
        gates = [Gate.parse(text, "under") for text in fail_under]
        gates += [Gate.parse(text, "over") for text in fail_over]

    context: CommandContext = click_context.obj
    limits = {"max_run_tokens": max_run_tokens, "max_run_cost": max_run_cost}

    def run(name: str | None, folder: Path) -> dict[str, Any]:
        # What the other engine is asked with makes no other run of this one.
        is_named = name is None or needs_chat_model(name)
        flags = engine_flags(name, model, base_url) if is_named else {"engine": name}
        with context.assistant(**flags, **limits) as assistant:
            options = {"batch": batch, "fresh": fresh}
            if not ray:
                return _run(assistant, questions, folder, workers=workers, **options)
            with answer_over_ray(assistant) as spread:
                return _run(spread, questions, folder, workers=spread.workers, **options)

    engines = tuple(dict.fromkeys(engine))
    if len(engines) > 1:
        return _compare_engines(engines, run, out, gates, as_json=as_json)
    summary = run(engines[0] if engines else None, out)
    if as_json:
        print_json(summary)
    else:
        click.echo(summary_markdown(summary))
    return _report_unfinished(summary, out) or _report_failures(check_gates(summary, gates))


def _run(assistant: "Assistant | RayAssistant", questions: Path, out: Path, **options: Any) -> dict[str, Any]:
    """One run with its progress shown; its summary."""
    from qa.evaluate import Evaluation

    with _progress_bar() as show_progress:
        evaluation = Evaluation(assistant, questions, out, on_progress=show_progress, **options)
        try:
            with _stop_on_signal(evaluation):
                return evaluation.run()
        except EvaluationError as error:
            for problem in error.problems:
                click.echo(f"qa: {problem}", err=True)
            raise


def _compare_engines(
    engines: Sequence[str],
    run: Callable[[str, Path], dict[str, Any]],
    out: Path,
    gates: "Sequence[Gate]",
    *,
    as_json: bool,
) -> int:
    """A run of each engine in a folder of its name, then what differs from the first to the second."""
    from qa import evaluate as runs
    from qa.evaluate.run_directory import write_json

    failures: list[str] = []
    for name in engines:
        summary = run(name, out / name)
        if ended := _report_unfinished(summary, out / name):
            return ended
        failures += [f"{name}: {failure}" for failure in runs.check_gates(summary, gates)]
    comparison = runs.compare(out / engines[0], out / engines[1])
    values = runs.comparison_json(comparison)
    path = out / "comparison.json"
    write_json(path, values)
    if as_json:
        print_json(values)
    else:
        click.echo(runs.comparison_markdown(comparison))
    click.echo(f"qa: the comparison is {path}", err=True)
    return _report_failures(failures)


@contextmanager
def _as_usage() -> Iterator[None]:
    """What can't be understood of an option is wrong usage."""
    try:
        yield
    except EvaluationError as error:
        raise click.UsageError(str(error)) from error


def _report_failures(failures: Sequence[str]) -> int:
    for failure in failures:
        click.echo(f"qa: {failure}", err=True)
    return GATE_FAILED if failures else 0


def _report_unfinished(summary: Mapping[str, Any], out: Path) -> int:
    """Say where the report is and what is left; the exit code."""
    click.echo(f"qa: the report is {out / 'report.html'}", err=True)
    missing, failed = summary["missing"], summary["failed"]
    if missing and (reason := summary["run"].get("stopped_by")):
        click.echo(f"qa: {reason}; left: {missing:,}", err=True)
    elif missing:
        click.echo(f"qa: stopped, left: {missing:,}; the same command goes on with them", err=True)
    elif failed:
        again = "asks it again" if failed == 1 else "asks them again"
        click.echo(f"qa: failed: {failed:,}; the same command {again}", err=True)
    return 0 if summary["complete"] or not summary["missing"] else STOPPED


@contextmanager
def _stop_on_signal(evaluation: "Evaluation") -> Iterator[None]:
    """The first Ctrl-C lets what has been begun be finished; the second ends the process at once."""
    interrupted = False

    def stop(_signal: int, _frame: FrameType | None) -> None:
        nonlocal interrupted
        if interrupted:
            os._exit(STOPPED)
        interrupted = True
        evaluation.stop()
        click.echo("\nqa: finishing what has been begun; Ctrl-C again stops at once", err=True)

    previous_handlers = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in previous_handlers.items():
            signal.signal(number, handler)


@contextmanager
def _progress_bar() -> Iterator[Callable[["EvaluationProgress"], None]]:
    """A bar on stderr if that is a terminal."""
    from tqdm import tqdm

    with tqdm(
        unit=" questions", disable=None, file=progress_stream(), dynamic_ncols=True, smoothing=0
    ) as bar:

        def show_progress(progress: "EvaluationProgress") -> None:
            if bar.total is None:
                bar.total, bar.initial, bar.n = progress.total, progress.resumed, progress.resumed
            figures = {
                _METRIC_LABELS[name]: f"{100 * value:.0f}%" for name, value in progress.running.items()
            }
            if progress.failed:
                figures["failed"] = f"{progress.failed:,}"
            bar.set_postfix(figures, refresh=False)
            bar.update(progress.done - bar.n)

        yield show_progress


@click.command()
@click.argument("a", type=PathName(), metavar="DIR_A")
@click.argument("b", type=PathName(), metavar="DIR_B")
@click.option("--common", is_flag=True, help="Compare the questions that both have, if they differ.")
@click.option(
    "--no-worse-than",
    multiple=True,
    metavar="[METRIC=]VALUE",
    help="Exit with 3 if a metric in B is worse by more than this (times: only if named); may be repeated.",
)
@json_option
def compare(a: Path, b: Path, common: bool, no_worse_than: tuple[str, ...], as_json: bool) -> int:
    """Compare two runs, question by question."""
    from qa import evaluate as runs

    with _as_usage():
        margins = [runs.Margin.parse(text) for text in no_worse_than]
    comparison = runs.compare(a, b, common=common)
    if as_json:
        print_json(runs.comparison_json(comparison))
    else:
        click.echo(runs.comparison_markdown(comparison))
    return _report_failures(runs.check_margins(comparison, margins))


@click.command()
@click.argument("run", type=PathName(), metavar="DIR")
@click.argument("target", type=PathName(), metavar="FILE")
@json_option
def export(run: Path, target: Path, as_json: bool) -> None:
    """Write the rows of a run as a table: FILE ends in .csv or .parquet."""
    from qa.evaluate import export_rows
    from qa.evaluate.run_directory import read_run

    count = export_rows(run, target)
    if as_json:
        print_json({"file": str(target), "rows": count})
    else:
        click.echo(f"{count:,} rows in {target}")
    if (missing := read_run(run).get("questions", {}).get("count", 0) - count) > 0:
        click.echo(f"qa: the run is unfinished, left: {missing:,}; its `qa eval` goes on with them", err=True)


@click.command("questions")
@click.argument("target", type=PathName(), metavar="FILE")
@click.option("--document", "documents", multiple=True, metavar="ID", help="Only about this document.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, help="How many at most (100).")
@setting_option("model", metavar="PROVIDER:NAME", note="It words the questions.")
@setting_option("base_url", metavar="URL")
@json_option
@click.pass_obj
def draft_questions(
    context: CommandContext,
    target: Path,
    documents: tuple[str, ...],
    limit: int,
    model: str | None,
    base_url: str | None,
    as_json: bool,
) -> None:
    """Draft questions about the documents into FILE (.jsonl), each with its exact quote.

    By rule, from sentences, cells of tables and headings, with unanswerable twins: look through them, in the
    file or on the evaluation page, and drop what nobody would ask. `qa eval FILE --out DIR` asks them. A chat
    model, if one is named, words them; where its question asks something else, the rule's stays.
    """
    from qa.evaluate import DraftWording, write_drafts

    if target.suffix.lower() not in (".jsonl", ".ndjson"):
        raise click.UsageError(f"FILE ends in .jsonl, and {target} does not")
    with context.assistant(**engine_flags(None, model, base_url)) as assistant:
        wording = DraftWording(assistant) if needs_chat_model(assistant.settings.engine) else None
        count, unanswerable = write_drafts(
            assistant, target, documents=documents, limit=limit, reword=wording
        )
    if as_json:
        worded = (
            {"worded": wording.reworded, "not_worded": wording.asked - wording.reworded} if wording else {}
        )
        print_json({"file": str(target), "questions": count, "unanswerable": unanswerable, **worded})
    else:
        click.echo(
            f"{count:,} questions in {target}, {unanswerable:,} of them unanswerable: look through them"
        )
    if wording is not None:
        click.echo(f"qa: {wording.summary}", err=True)
