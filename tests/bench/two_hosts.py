"""Two hosts that share a desk on PostgreSQL and Chroma servers: both add and ask, and one loses its network.

    python -m tests.bench.two_hosts [--seconds 300] [--cut 40]

Needs root, `ip` and PostgreSQL's programs. Three network namespaces stand for the servers and the hosts, joined
by virtual cables. Each host runs one process that adds, replaces and removes documents of its own, and one that
asks for them; in the middle the cable of the first is out for --cut seconds (0: never), longer than it takes the
server to give its lock to the other. Prints what each did, what was refused and how long the longest took, and
ends with 1 if anything is lost, wrong or hung.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from qa import Assistant
from qa.config import Settings
from qa.errors import QAError
from tests.support.postgres import PostgresServer, programs

SERVERS, HOSTS = "qa-servers", ("qa-host1", "qa-host2")
NETWORK, CHROMA_PORT = "10.77.0.1", 8000
PATIENCE_S = 180  # for a process to end after its time
FACTS = ("levy", "quota", "tariff", "surcharge", "duty")


def run(*command: str) -> None:
    """A command that has to succeed."""
    subprocess.run(command, check=True, capture_output=True)


@contextmanager
def namespaces() -> Iterator[None]:
    """The servers' namespace with a bridge, and the hosts', each with a cable to it."""
    try:
        run("ip", "netns", "add", SERVERS)
        inside = ("ip", "-n", SERVERS)
        run(*inside, "link", "set", "lo", "up")
        run(*inside, "link", "add", "bridge", "type", "bridge")
        run(*inside, "addr", "add", f"{NETWORK}/16", "dev", "bridge")
        run(*inside, "link", "set", "bridge", "up")
        for number, host in enumerate(HOSTS):
            cable = f"cable{number}"
            run("ip", "netns", "add", host)
            run(
                "ip",
                "-n",
                host,
                "link",
                "add",
                "eth0",
                "type",
                "veth",
                "peer",
                "name",
                cable,
                "netns",
                SERVERS,
            )
            run(*inside, "link", "set", cable, "master", "bridge", "up")
            run("ip", "-n", host, "addr", "add", f"10.77.1.{number + 1}/16", "dev", "eth0")
            run("ip", "-n", host, "link", "set", "eth0", "up")
            run("ip", "-n", host, "link", "set", "lo", "up")
        yield
    finally:
        for name in (SERVERS, *HOSTS):
            subprocess.run(("ip", "netns", "del", name), check=False, capture_output=True)


def inside(namespace: str, *command: str, output: int = subprocess.PIPE) -> subprocess.Popen[str]:
    """A process of that namespace."""
    prefix = ("ip", "netns", "exec", namespace)
    return subprocess.Popen((*prefix, *command), stdin=subprocess.DEVNULL, stdout=output, text=True)


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--cut", type=float, default=40)
    parser.add_argument("--work", nargs=4, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.work:
        job, host, folder, database = options.work
        with desk(Path(folder), database) as assistant:
            assistant._models.embedder()
            assistant._models.reader()  # loading is not what is measured
            work = {"add": add, "ask": ask, "verify": verify}[job]
            print(json.dumps(work(assistant, host, Path(folder), options.seconds)))
        return 0
    found = programs()
    if found is None or os.geteuid() != 0:
        parser.exit(1, "it takes root and PostgreSQL's programs\n")
    with tempfile.TemporaryDirectory() as name, namespaces():
        postgres = PostgresServer(found, prefix=("ip", "netns", "exec", SERVERS), network=NETWORK)
        # It waits for ever for whoever should read what it prints.
        chroma = inside(
            SERVERS, str(Path(sys.executable).with_name("chroma")), "run", "--path", f"{name}/chroma",
            "--host", NETWORK, "--port", str(CHROMA_PORT), output=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            postgres.make()
            postgres.start()
            return measure(Path(name), postgres.url(postgres.create()), options)
        finally:
            chroma.kill()
            chroma.wait(30)
            postgres.remove()


def desk(folder: Path, database: str) -> Assistant:
    """As a host has it."""
    settings = Settings(
        store=folder / "desk", chroma_url=f"http://{NETWORK}:{CHROMA_PORT}", database_url=database, threads=1
    )
    for _ in range(20):  # until the servers are up
        try:
            return Assistant.open(settings=settings)
        except QAError:
            time.sleep(1)
    return Assistant.open(settings=settings)


def measure(folder: Path, database: str, options: argparse.Namespace) -> int:
    """Let the hosts work, cut a cable, and look at what is there afterwards."""

    def start(job: str, host: str) -> subprocess.Popen[str]:
        own = folder / f"{host}-{job}"
        own.mkdir(exist_ok=True)
        return inside(
            host, sys.executable, "-m", "tests.bench.two_hosts", "--seconds", str(options.seconds),
            "--work", job, host, str(own), database,
        )  # fmt: skip

    workers = {(host, job): start(job, host) for host in HOSTS for job in ("add", "ask")}
    if options.cut:
        time.sleep(options.seconds / 2)
        run("ip", "-n", SERVERS, "link", "set", "cable0", "down")
        time.sleep(options.cut)
        run("ip", "-n", SERVERS, "link", "set", "cable0", "up")
    expected: dict[str, str] = {}
    is_right = True
    for (host, job), worker in workers.items():
        try:
            output, _ = worker.communicate(timeout=options.seconds + PATIENCE_S)
            result: dict[str, Any] = json.loads(output)
        except (subprocess.TimeoutExpired, json.JSONDecodeError) as error:
            worker.kill()
            print(f"{host} {job}: hung or failed ({type(error).__name__})")
            is_right = False
            continue
        expected |= result.pop("expected", {})
        is_right &= not result["wrong"]
        print(f"{host} {job}: {json.dumps(result)}")
    output, _ = start("verify", HOSTS[1]).communicate(timeout=PATIENCE_S)
    there = json.loads(output)
    lost = {title: text for title, text in expected.items() if there["documents"].get(title) != text}
    more = sorted(there["documents"].keys() - expected.keys())
    print(
        f"{len(expected)} documents expected, {len(lost)} lost or of another version, {len(more)} that were removed"
    )
    print(f"problems that a check finds: {there['problems'] or 'none'}")
    return int(not is_right or bool(lost or more or there["problems"]))


class Tally:
    """What a process did."""

    def __init__(self) -> None:
        self.done, self.longest_s = 0, 0.0
        self.refused: dict[str, int] = {}
        self.wrong: list[str] = []

    @contextmanager
    def operation(self) -> Iterator[None]:
        """One that may be refused in a line while the network is away; anything else ends the process."""
        began = time.monotonic()
        try:
            yield
            self.done += 1
        except QAError as error:
            kind = str(error).partition("(")[0].strip()
            self.refused[kind] = self.refused.get(kind, 0) + 1
            time.sleep(1)
        finally:
            self.longest_s = max(self.longest_s, round(time.monotonic() - began, 1))


def sentence(title: str, version: int) -> str:
    """What a version of a document says."""
    return f"The {title} {FACTS[version % len(FACTS)]} of the year is {100 + version} percent of the value."


def add(assistant: Assistant, host: str, folder: Path, seconds: float) -> dict[str, Any]:
    """Add, replace and remove documents of this host's own, and ask for what was just written."""
    tally, until = Tally(), time.monotonic() + seconds
    expected: dict[str, str] = {}
    unsure: set[str] = set()  # what was refused may have been done
    number = 0
    while time.monotonic() < until or unsure:
        title = min(unsure) if unsure else f"{host.replace('-', '')} paper{number % 15}"
        number += not unsure
        text = sentence(title, number)
        removes = number % 7 == 6 and title in expected and not unsure
        unsure.add(title)
        with tally.operation():
            if removes:
                assistant.remove([title])
                del expected[title]
            else:
                report = assistant.add_text(text.encode(), title=title)
                if report.failed:
                    raise QAError(report.failed[0].reason)
                expected[title] = text
            unsure.discard(title)
        if time.monotonic() > until + PATIENCE_S / 2:
            break
    return {"added or removed": tally.done, "refused": tally.refused, "longest_s": tally.longest_s,
            "wrong": tally.wrong + sorted(unsure), "expected": expected}  # fmt: skip


def ask(assistant: Assistant, host: str, folder: Path, seconds: float) -> dict[str, Any]:
    """Ask for papers of both hosts: every citation has to be what the document says."""
    tally, until, number = Tally(), time.monotonic() + seconds, 0
    while time.monotonic() < until:
        number += 1
        of_host = HOSTS[number % 2].replace("-", "")
        with tally.operation():
            answer = assistant.ask(f"How many percent of the value is the {of_host} paper{number % 15} duty?")
            for citation in answer.citations:
                if not citation.quote.startswith("The qahost"):
                    tally.wrong.append(citation.quote)
    return {"asked": tally.done, "refused": tally.refused, "longest_s": tally.longest_s, "wrong": tally.wrong}


def verify(assistant: Assistant, host: str, folder: Path, seconds: float) -> dict[str, Any]:
    """All that is there."""
    return {
        "documents": {each.title: assistant.document(each.id).text.strip() for each in assistant.documents()},
        "problems": [problem.name for problem in assistant.check().problems],
    }


if __name__ == "__main__":
    sys.exit(main())
