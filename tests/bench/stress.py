"""Four writers and four readers on one store for two minutes, in files and on a Chroma server.

Every answer is checked while they are at it, and the store at the end; the figures are seconds of operations.
Usage: python -m tests.bench.stress [seconds]
"""

import sys
import tempfile
from pathlib import Path

from tests.store.test_store_processes import stress
from tests.support.chroma import ChromaServer


def main() -> None:
    """Print a line a process."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 120
    with tempfile.TemporaryDirectory() as folder:
        print(f"in files, {seconds:g} s")
        print("\n".join(stress(Path(folder) / "embedded", seconds, writers=4, readers=4)))
        server = ChromaServer(Path(folder))
        server.start()
        try:
            print(f"on a server, {seconds:g} s")
            print(
                "\n".join(
                    stress(Path(folder) / "server", seconds, place=(server.url, None), writers=4, readers=4)
                )
            )
        finally:
            server.stop()


if __name__ == "__main__":
    main()
