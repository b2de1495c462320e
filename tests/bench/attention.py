"""The attention of `qa/models/attention.py` against torch's fused kernel: speed and agreement, in one run.

    python -m tests.bench.attention [--corpus corpus] [--rounds 5]

Embeds the passages of the corpus in bfloat16 with each, in turns, and compares both with float32. Prints the
rate of each, the ratio and the cosines.
"""

import argparse
import statistics
import time
from pathlib import Path

from qa.models import encoder
from qa.models.embedder import MiniLMEmbedder, passage_text
from tests.bench.speed import texts_of


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=Path("corpus"))
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    encoder.set_threads(0)
    texts = [passage_text(*passage) for passage in texts_of(options.corpus)]
    exact = MiniLMEmbedder("float32").embed(texts)
    ours, fused = MiniLMEmbedder("bfloat16"), MiniLMEmbedder("bfloat16")
    assert isinstance(fused._encoder, encoder.TorchEncoder)
    fused._encoder.model.set_attn_implementation("sdpa")
    spent: dict[str, list[float]] = {"ours": [], "fused": []}
    for _ in range(options.rounds + 1):
        for name, model in (("ours", ours), ("fused", fused)):
            began = time.perf_counter()
            vectors = model.embed(texts)
            spent[name].append(time.perf_counter() - began)
            if len(spent[name]) == 1:  # the first round warms up
                cosines = (vectors * exact).sum(axis=1)
                print(f"{name:6} cosine with float32: least {cosines.min():.5f}, mean {cosines.mean():.5f}")
    for name, rounds in spent.items():
        print(f"{name:6} {len(texts) / statistics.median(rounds[1:]):8.1f} passages a second")
    ratio = statistics.median(b / a for a, b in zip(spent["ours"][1:], spent["fused"][1:], strict=True))
    print(f"ours is {ratio:.2f} times as fast (median of {options.rounds} pairs)")


if __name__ == "__main__":
    main()
