"""What a reader waits for in the page, in a real Chromium; several readers at once; memory; an evaluation beside.

    python -m tests.bench.page --store STORE [--code ../before] [--parts one many memory evaluation]
                               [--browsers 10] [--seconds 120] [--questions corpus/questions.jsonl]

`one` prints milliseconds: until a page can be typed into, until the first word of an answer, until the whole
answer, until a citation is open (medians and the longest). `many` asks from several pages without a pause, first
pages in one Chromium, then pages without a browser (`tests/support/page_session.py`), and prints questions a second and seconds
of the server's processors a question, beside those of a bulk run in one process; what went wrong; and answers
that landed in another's window. `memory` asks 500 questions and prints the server's memory every 50. `evaluation`
prints the time of an answer without and with an evaluation that was started on its page.

With `--code` the same is measured of another checkout, in turn. The store is copied for each.
"""

import argparse
import asyncio
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import psutil
from playwright.async_api import Page as AsyncPage
from playwright.async_api import async_playwright
from playwright.sync_api import Page, sync_playwright

from tests.browser.conftest import ARGUMENTS, free_port, wait_until_healthy
from tests.support.page_session import PageSession

ROOT = Path(__file__).resolve().parent.parent.parent
# With its windows, as readers have it, where that is there.
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-headless-shell")
_TIMEOUT_MS = 600_000
_PARTS = ("one", "many", "memory", "evaluation")
_BULK = """
import json, sys, time
from pathlib import Path
from qa.assistant import Assistant
from qa.assistant.requests import Request
from qa.config import Settings
questions = json.load(sys.stdin)
with Assistant.open(settings=Settings(store=Path(sys.argv[1]))) as assistant:
    assistant.warm()
    list(assistant.ask_many([Request(question) for question in questions[:4]]))
    begun, used = time.perf_counter(), time.process_time()
    for start in range(0, len(questions), 16):
        list(assistant.ask_many([Request(question) for question in questions[start : start + 16]]))
    print(json.dumps([time.perf_counter() - begun, time.process_time() - used]))
"""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--store", type=Path, required=True)
    parser.add_argument("--code", type=Path, action="append", help="another checkout to measure first")
    parser.add_argument("--questions", type=Path, default=ROOT / "corpus" / "questions.jsonl")
    parser.add_argument("--parts", nargs="+", choices=_PARTS, default=list(_PARTS))
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--browsers", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--asked", type=int, default=500, help="questions of the part memory")
    options = parser.parse_args()
    lines = options.questions.read_text(encoding="utf-8").splitlines()
    rows = [row for row in map(json.loads, lines) if row.get("answerable", True) and not row.get("history")]
    questions = [row["question"] for row in rows]
    for part in options.parts:
        for code in [*(options.code or []), ROOT]:
            print(f"{part} ({code.name}), load {os.getloadavg()[0]:.1f}", flush=True)
            with started_app(code, options.store) as app:
                PARTS[part](app, questions, options)


@dataclass(frozen=True, slots=True)
class App:
    """A server with its page: the checkout that it runs, its store and folder, its process and address."""

    code: Path
    store: Path
    folder: Path
    process: psutil.Process
    address: str

    @property
    def resident_mb(self) -> float:
        """Its memory, with that of its children."""
        processes = (self.process, *self.process.children(recursive=True))
        return float(sum(one.memory_info().rss for one in processes) / 1e6)

    @property
    def cpu_s(self) -> float:
        """Seconds of the processors so far."""
        return float(sum(self.process.cpu_times()[:2]))


def environment(code: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(code.resolve())}


@contextmanager
def started_app(code: Path, store: Path) -> Iterator[App]:
    with tempfile.TemporaryDirectory() as name:
        folder, port = Path(name), free_port()
        shutil.copytree(store, folder / "store")
        command = [sys.executable, "-m", "qa", "--store", "store", "app", "--port", str(port)]
        log = folder / "app.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                command, cwd=folder, env=environment(code), stdout=output, stderr=output
            )
        try:
            wait_until_healthy(port, process, log)
            address = f"http://localhost:{port}"
            yield App(code, folder / "store", folder, psutil.Process(process.pid), address)
            if "Traceback" in (written := log.read_text(encoding="utf-8", errors="replace")):
                print(f"in its log: {written[written.index('Traceback') :][:2000]}")
        finally:
            process.terminate()
            process.wait()


def measure_bulk(app: App, questions: list[str]) -> tuple[float, float]:
    """Questions a second, and processor seconds a question, of batches of 16 in a process of its own."""
    ran = subprocess.run(
        [sys.executable, "-c", _BULK, str(app.store)],
        input=json.dumps(questions), env=environment(app.code), cwd=app.folder,
        stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    elapsed_s, cpu_s = json.loads(ran.stdout)
    return len(questions) / elapsed_s, cpu_s / len(questions)


def timed(action: Callable[[], object]) -> float:
    """Milliseconds."""
    begun = time.perf_counter()
    action()
    return 1000 * (time.perf_counter() - begun)


def measure_one(app: App, questions: list[str], options: argparse.Namespace) -> None:
    """One reader: what each step takes, over several questions."""
    steps: dict[str, list[float]] = {
        "page ready": [],
        "first word": [],
        "whole answer": [],
        "citation open": [],
    }
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_page()
        page.set_default_timeout(_TIMEOUT_MS)
        for _ in range(3):
            steps["page ready"].append(timed(lambda: open_page(page, app.address)))
        for number, question in enumerate(questions[: options.rounds], start=1):
            begun = time.perf_counter()
            box = page.get_by_test_id("stChatInputTextArea")
            box.fill(question)
            box.press("Enter")
            page.locator(".qa-arriving, .qa.answer").nth(number - 1).wait_for()
            steps["first word"].append(1000 * (time.perf_counter() - begun))
            page.locator(".qa.answer").nth(number - 1).wait_for()
            page.get_by_role("button", name="Stop").wait_for(state="detached")
            steps["whole answer"].append(1000 * (time.perf_counter() - begun))
            mark = page.locator(".qa.answer").nth(number - 1).locator("button.cite").first
            if mark.count():
                mark.click()
                begun = time.perf_counter()
                page.locator("mark.quote").first.wait_for()
                steps["citation open"].append(1000 * (time.perf_counter() - begun))
                page.get_by_role("button", name="Close the document").click()
                page.locator(".qa.document").wait_for(state="detached")
        browser.close()
    for name, values in steps.items():
        # The first question waits for the models: it is told apart.
        rest = values[1:] or values
        print(
            f"  {name:14} median {statistics.median(rest):6.0f} ms, longest {max(rest):6.0f} ms, "
            f"first {values[0]:6.0f} ms",
            flush=True,
        )


def open_page(page: Page, address: str) -> None:
    page.goto(address)
    page.locator("[data-testid=stChatInputTextArea]:enabled").wait_for()


def measure_many(app: App, questions: list[str], options: argparse.Namespace) -> None:
    """Several readers who ask without a pause, each way beside a bulk run right after it."""
    with PageSession(app.address) as page:  # until the models are there
        page.ask(questions[-1])
    memory_mb = app.resident_mb
    for name, ask in (
        ("pages in one Chromium", ask_in_chromium),
        ("pages without a browser", ask_without_browser),
    ):
        asked = ask(app, questions, options)
        bulk_rate, bulk_cpu_s = measure_bulk(app, questions[:32])
        rate, cpu_s = asked.answered / asked.elapsed_s, asked.cpu_s / asked.answered
        print(
            f"  {options.browsers} {name}: {asked.answered} questions in {asked.elapsed_s:.0f} s, {rate:.2f} a "
            f"second, {rate / bulk_rate:.2f} of a bulk run's {bulk_rate:.2f}; {cpu_s:.2f} processor seconds a "
            f"question, {cpu_s / bulk_cpu_s:.2f} of its {bulk_cpu_s:.2f}; {asked.waits} told their place; faults: "
            f"{len(asked.faults)} {asked.faults[:3]}; load {os.getloadavg()[0]:.1f}",
            flush=True,
        )
    print(f"  memory of the server: {memory_mb:.0f} MB before, {app.resident_mb:.0f} MB after", flush=True)


@dataclass(slots=True)
class Asked:
    """What came of asking: questions answered, those told their place, what went wrong, and what it took."""

    answered: int = 0
    waits: int = 0
    faults: list[str] = field(default_factory=list)
    elapsed_s: float = 0.0
    cpu_s: float = 0.0  # of the server

    @contextmanager
    def measured(self, app: App) -> Iterator[None]:
        begun, used = time.perf_counter(), app.cpu_s
        yield
        self.elapsed_s, self.cpu_s = time.perf_counter() - begun, app.cpu_s - used

    def compare(self, reader: int, shown: list[str], asked: list[str]) -> None:
        self.answered += 1
        if shown != asked:
            self.faults.append(f"reader {reader} sees {shown[-1:]} for {asked[-1]!r}")


def ask_in_chromium(app: App, questions: list[str], options: argparse.Namespace) -> Asked:
    result = Asked()

    async def read(page: AsyncPage, reader: int, until: float) -> None:
        asked: list[str] = []
        while time.perf_counter() < until:
            asked.append(questions[(reader * 17 + len(asked)) % len(questions)])
            box = page.get_by_test_id("stChatInputTextArea")
            await box.fill(asked[-1])
            await box.press("Enter")
            await page.locator(".qa-question").nth(len(asked) - 1).wait_for()
            result.waits += await page.locator(".qa-stage", has_text="Waiting: ").count()
            await page.locator(".qa.answer, .qa-error").nth(len(asked) - 1).wait_for()
            await page.get_by_role("button", name="Stop").wait_for(state="detached")
            result.compare(reader, await page.locator(".qa-question").all_text_contents(), asked)
        result.faults.extend(await page.locator(".qa-error").all_text_contents())

    async def read_all() -> None:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
            pages = []
            for _ in range(options.browsers):
                context = await browser.new_context()
                pages.append(await context.new_page())
                pages[-1].set_default_timeout(_TIMEOUT_MS)
                pages[-1].on("pageerror", lambda error: result.faults.append(str(error)))
                await pages[-1].goto(app.address)
                await pages[-1].locator("[data-testid=stChatInputTextArea]:enabled").wait_for()
            until = time.perf_counter() + options.seconds
            with result.measured(app):
                await asyncio.gather(*(read(page, reader, until) for reader, page in enumerate(pages)))
            await browser.close()

    asyncio.run(read_all())
    return result


def ask_without_browser(app: App, questions: list[str], options: argparse.Namespace) -> Asked:
    result, lock = Asked(), threading.Lock()

    def read(reader: int, page: PageSession, until: float) -> None:
        asked: list[str] = []
        while time.perf_counter() < until:
            asked.append(questions[(reader * 17 + len(asked)) % len(questions)])
            shown = page.ask(asked[-1])
            with lock:
                result.compare(reader, shown, asked)
        with lock:
            result.faults += page.errors
            result.waits += len(page.waits)

    with ExitStack() as opened:
        pages = [opened.enter_context(PageSession(app.address)) for _ in range(options.browsers)]
        until = time.perf_counter() + options.seconds
        with result.measured(app), ThreadPoolExecutor(len(pages)) as pool:
            list(pool.map(read, range(len(pages)), pages, [until] * len(pages)))
    return result


def measure_memory(app: App, questions: list[str], options: argparse.Namespace) -> None:
    """Two readers, who begin a new conversation after ten questions each."""
    counted: list[tuple[int, float]] = []
    lock, numbers = threading.Lock(), iter(range(options.asked))

    def read(_reader: int) -> list[str]:
        with PageSession(app.address) as page:
            of_page = 0
            while (number := next(numbers, None)) is not None:
                page.ask(questions[number % len(questions)])
                of_page += 1
                if of_page % 10 == 0:
                    page.begin_anew()
                with lock:
                    if number % 50 == 49:
                        counted.append((number + 1, app.resident_mb))
                        print(f"  {number + 1:4} questions: {counted[-1][1]:.0f} MB", flush=True)
            return page.errors

    with ThreadPoolExecutor(2) as pool:
        faults = [error for errors in pool.map(read, range(2)) for error in errors]
    later = [(number, size) for number, size in counted if number >= 100]
    if len(later) > 2:
        asked, memory = zip(*later, strict=True)
        slope = float(np.polyfit(asked, memory, 1)[0])
        print(f"  from 100 questions on: {100 * slope:+.1f} MB in 100 questions; faults: {len(faults)}")


def measure_evaluation(app: App, questions: list[str], options: argparse.Namespace) -> None:
    """Medians of the time of an answer in Chromium, without and with an evaluation that the page has started."""
    rows = [json.dumps({"id": str(number), "question": text}) for number, text in enumerate(questions)]
    (app.folder / "questions.jsonl").write_text("\n".join(rows), encoding="utf-8")

    def count_rows() -> int:
        return sum(
            file.read_text(encoding="utf-8").count("\n")
            for file in (app.folder / "runs").glob("*/results.jsonl")
        )

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_page()
        page.set_default_timeout(_TIMEOUT_MS)
        open_page(page, app.address)

        def ask(asked: list[str]) -> float:
            """The median of the seconds that an answer takes."""
            times = []
            for question in asked:
                number = page.locator(".qa-question").count()
                begun = time.perf_counter()
                box = page.get_by_test_id("stChatInputTextArea")
                box.fill(question)
                box.press("Enter")
                page.locator(".qa.answer").nth(number).wait_for()
                page.get_by_role("button", name="Stop").wait_for(state="detached")
                times.append(time.perf_counter() - begun)
            return statistics.median(times)

        ask(questions[-2:])  # until the models are there
        without = ask(questions[: options.rounds])
        other = browser.new_page()
        other.set_default_timeout(_TIMEOUT_MS)
        other.goto(f"{app.address}/evaluation")
        other.get_by_role("radio", name="New run").click()
        file = other.get_by_role("combobox", name="Question file")
        file.fill("questions.jsonl")
        file.press("Enter")
        other.get_by_role("button", name="Start").click()
        while not count_rows():
            other.wait_for_timeout(200)
        other.close()  # it goes on
        first, begun = count_rows(), time.perf_counter()
        beside = ask(questions[options.rounds : 2 * options.rounds])
        done, elapsed_s = count_rows() - first, time.perf_counter() - begun
        browser.close()
    print(
        f"  answer: {without:.2f} s, beside an evaluation {beside:.2f} s, {beside / without:.2f} times; "
        f"the evaluation meanwhile: {done} questions in {elapsed_s:.0f} s",
        flush=True,
    )


PARTS = {
    "one": measure_one,
    "many": measure_many,
    "memory": measure_memory,
    "evaluation": measure_evaluation,
}

if __name__ == "__main__":
    main()
