"""What a reader waits for in the page, in a real Chromium; and several readers at once.

    python -m tests.bench.page --store STORE [--questions corpus/questions.jsonl] [--browsers 10] [--seconds 120]

Prints milliseconds: until a page can be typed into, until the first word of an answer, until the whole answer,
until a citation is open (medians and the longest); then, with several browsers asking all the time, questions
a second beside those of a bulk run in one process, what went wrong, and answers that landed in another's
window; and the app's memory before and after.
"""

import argparse
import json
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil
from playwright.sync_api import Page, sync_playwright

from qa.assistant import Assistant
from qa.assistant.requests import Request
from qa.config import Settings
from tests.browser.conftest import ARGUMENTS, CHROMIUM, free_port, wait_until_healthy

ROOT = Path(__file__).resolve().parent.parent.parent
_TIMEOUT_MS = 300_000


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--store", type=Path, required=True)
    parser.add_argument("--questions", type=Path, default=ROOT / "corpus" / "questions.jsonl")
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--browsers", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=120)
    options = parser.parse_args()
    lines = options.questions.read_text(encoding="utf-8").splitlines()
    rows = [row for row in map(json.loads, lines) if row.get("answerable", True) and not row.get("history")]
    questions = [row["question"] for row in rows]
    bulk = measure_bulk(options.store, questions[:64])
    with tempfile.TemporaryDirectory() as folder:
        app, address = start_app(options.store, Path(folder))
        try:
            measure_one(address, questions[: options.rounds])
            memory = resident_mb(app)
            rate, faults = measure_many(address, questions, options.browsers, options.seconds)
            print(
                f"{options.browsers} browsers: {rate:.2f} questions a second, {rate / bulk:.2f} of a bulk run's {bulk:.2f}"
            )
            print(f"faults: {len(faults)} {faults[:3]}")
            print(f"memory of the app: {memory:.0f} MB before, {resident_mb(app):.0f} MB after")
        finally:
            app.terminate()
            app.wait()


def measure_bulk(store: Path, questions: list[str]) -> float:
    """Questions a second of batches of 16 in one process."""
    with Assistant.open(settings=Settings(store=store)) as assistant:
        assistant.warm()
        list(assistant.ask_many([Request(question, ()) for question in questions[:4]]))
        begun = time.perf_counter()
        for start in range(0, len(questions), 16):
            list(assistant.ask_many([Request(question, ()) for question in questions[start : start + 16]]))
        return len(questions) / (time.perf_counter() - begun)


def start_app(store: Path, folder: Path) -> "tuple[subprocess.Popen[bytes], str]":
    port = free_port()
    command = [
        str(ROOT / ".venv" / "bin" / "python"),
        "-m",
        "qa",
        "--store",
        str(store.resolve()),
        "app",
        "--port",
        str(port),
    ]
    app = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_until_healthy(port, app)
    return app, f"http://localhost:{port}"


def resident_mb(app: "subprocess.Popen[bytes]") -> float:
    process = psutil.Process(app.pid)
    return sum(one.memory_info().rss for one in (process, *process.children(recursive=True))) / 1e6


def timed(action: Callable[[], object]) -> float:
    """Milliseconds."""
    begun = time.perf_counter()
    action()
    return 1000 * (time.perf_counter() - begun)


def ask(page: Page, question: str) -> None:
    box = page.get_by_test_id("stChatInputTextArea")
    box.fill(question)
    box.press("Enter")


def measure_one(address: str, questions: list[str]) -> None:
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
            steps["page ready"].append(timed(lambda: open_page(page, address)))
        for number, question in enumerate(questions, start=1):
            begun = time.perf_counter()
            ask(page, question)
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
            f"{name:14} median {statistics.median(rest):6.0f} ms, longest {max(rest):6.0f} ms, first {values[0]:6.0f} ms"
        )


def open_page(page: Page, address: str) -> None:
    page.goto(address)
    page.locator("[data-testid=stChatInputTextArea]:enabled").wait_for()


def measure_many(
    address: str, questions: list[str], browsers: int, seconds: float
) -> tuple[float, list[str]]:
    """Questions a second of several readers who ask without a pause, and what went wrong."""
    answered: list[int] = []
    faults: list[str] = []
    until = time.perf_counter() + seconds

    def read(reader: int) -> None:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
            page = browser.new_page()
            page.set_default_timeout(_TIMEOUT_MS)
            page.on("pageerror", lambda error: faults.append(str(error)))
            open_page(page, address)
            asked: list[str] = []
            while time.perf_counter() < until:
                question = questions[(reader * 17 + len(asked)) % len(questions)]
                asked.append(question)
                ask(page, question)
                page.locator(".qa.answer, .qa-error").nth(len(asked) - 1).wait_for()
                page.get_by_role("button", name="Stop").wait_for(state="detached")
                if (shown := page.locator(".qa-question").all_text_contents()) != asked:
                    faults.append(f"reader {reader} sees {shown[-1:]} for {question!r}")
                answered.append(reader)
            faults.extend(page.locator(".qa-error").all_text_contents())
            browser.close()

    readers = [threading.Thread(target=read, args=(reader,)) for reader in range(browsers)]
    begun = time.perf_counter()
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    return len(answered) / (time.perf_counter() - begun), faults


if __name__ == "__main__":
    main()
