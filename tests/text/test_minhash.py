"""Signatures of texts, held to those of the library whose scheme they are."""

import random

import numpy as np
import pytest
from datasketch import MinHash

from qa.text.minhash import estimated_jaccard, minhash_signature


def runs_of(words: list[str]) -> set[bytes]:
    return {" ".join(words[start : start + 3]).encode() for start in range(len(words) - 2)}


@pytest.mark.parametrize("count", [22, 500, 20_000])
def test_signatures_are_those_of_datasketch(count: int) -> None:
    words = [f"w{number}" for number in random.Random(count).choices(range(count), k=count)]
    reference = MinHash(num_perm=128, seed=1, scheme="affine32")
    reference.update_batch(sorted(runs_of(words)))
    signature = np.frombuffer(minhash_signature(" ".join(words)), "<u4")
    assert signature.tolist() == reference.hashvalues.tolist()


def test_what_is_estimated_is_the_share_of_runs_in_common() -> None:
    words = [f"w{number}" for number in range(2000)]
    changed = [f"{word}x" if number % 20 == 0 else word for number, word in enumerate(words)]
    first, second = runs_of(words), runs_of(changed)
    exact = len(first & second) / len(first | second)
    estimate = estimated_jaccard(minhash_signature(" ".join(words)), minhash_signature(" ".join(changed)))
    assert estimate == pytest.approx(exact, abs=0.1)
    assert 0.6 < exact < 0.8


def test_a_short_text_has_no_signature() -> None:
    assert minhash_signature("one two three") == b""
    assert estimated_jaccard(b"", b"") == 0.0
