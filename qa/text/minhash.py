"""How alike two texts are: MinHash signatures of their runs of words (Broder 1997).

The same wire story comes with another headline, another byline and a paragraph less: equal checksums don't
find that, and the vectors of all texts on one subject are alike. Measured on corpus/: two briefings have at
most 0.02; a briefing with every twentieth word changed 0.7 to 0.8, with every tenth 0.5 to 0.6.

The signatures are those of `datasketch` 2 (its scheme "affine32"); the tests hold them to it. It is not used
here, for it imports scipy, which was two thirds of what a process that reads documents took to start.
"""

import hashlib
from functools import cache

import numpy as np
from numpy.typing import NDArray

from qa.text.terms import pieces

__all__ = ["ALIKE", "estimated_jaccard", "lsh_bands", "minhash_signature"]

ALIKE = 0.4  # from here on two texts are shown as near-duplicates
_RUN_WORDS = 3  # words: a change of one word spoils as many runs
_PERMUTATIONS = 128
_BAND_ROWS = 3  # texts that are 0.4 alike share one of 42 bands with a probability of 0.94, at 0.5 of 0.996
_MIN_RUNS = 20  # shorter texts are alike by chance


@cache
def _permutations() -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Factors, which are odd, and summands: h becomes a * h + b, modulo 2**32."""
    random = np.random.RandomState(1)  # its numbers never change, whatever numpy's version
    factors = random.randint(0, 1 << 31, _PERMUTATIONS, dtype=np.uint32) * np.uint32(2) + np.uint32(1)
    return factors, random.randint(0, 1 << 32, _PERMUTATIONS, dtype=np.uint32)


def _mix(hashes: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """The finalizer of MurmurHash3, without which alike hashes would stay alike."""
    hashes = (hashes ^ (hashes >> np.uint32(16))) * np.uint32(0x85EBCA6B)
    hashes = (hashes ^ (hashes >> np.uint32(13))) * np.uint32(0xC2B2AE35)
    return hashes ^ (hashes >> np.uint32(16))


def minhash_signature(text: str) -> bytes:
    """128 hash values of the text's runs of three words, case and punctuation aside; b"" for a short text."""
    words = pieces(text.casefold())
    runs = {
        " ".join(words[start : start + _RUN_WORDS]).encode() for start in range(len(words) - _RUN_WORDS + 1)
    }
    if len(runs) < _MIN_RUNS:
        return b""
    digests = b"".join(hashlib.sha1(run, usedforsecurity=False).digest()[:4] for run in runs)
    hashes = _mix(np.frombuffer(digests, "<u4"))
    # One permutation after the other: all at once would take 512 bytes a word.
    least = [(hashes * factor + summand).min() for factor, summand in zip(*_permutations(), strict=True)]
    return np.array(least, dtype="<u4").tobytes()


def lsh_bands(signature: bytes) -> list[str]:
    """Keys of the signature's parts: texts that are alike most likely have one in common."""
    size = 4 * _BAND_ROWS
    return [
        f"{start // size}:{signature[start : start + size].hex()}"
        for start in range(0, len(signature) - size + 1, size)
    ]


def estimated_jaccard(first: bytes, second: bytes) -> float:
    """The estimated share of runs that two texts have in common (Jaccard), 0 to 1; ±0.04 around one half."""
    if not first or len(first) != len(second):
        return 0.0
    return float(np.mean(np.frombuffer(first, "<u4") == np.frombuffer(second, "<u4")))
