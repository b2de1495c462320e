"""Words of a text, which of them say nothing, and what two texts have in common."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.text.overlap import content_words, similarity, stems, written_words
from qa.text.terms import (
    ASKING_WORDS,
    CONNECTING_WORDS,
    FUNCTION_WORDS,
    SMALL_WORDS,
    pieces,
    query_terms,
    stem,
    words,
)

ANY_TEXT = st.text(st.one_of(st.characters(), st.sampled_from("aA1.,'’-_ %US")))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Canada’s dairy-quota, 1,427.5 t.", ["Canada’s", "dairy", "quota", "1,427.5", "t"]),
        ("The U.S. and COVID-19: 40kt, Q3", ["The", "U.S", "and", "COVID", "19", "40kt", "Q3"]),
        ("snake_case, a,b and 3,b", ["snake", "case", "a", "b", "and", "3", "b"]),
        (" -- ?!", []),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@given(ANY_TEXT)
def test_pieces_and_written_words_are_parts_of_words(text: str) -> None:
    assert pieces(text) == [piece for word in words(text) for piece in re.split(r"[.,'’]", word)]
    whole = words(text)
    if not re.search(r"%|per cent|US|U\.S", text):
        assert all(any(part in word for word in whole) for part in written_words(text))


def test_lists_of_words_say_each_word_once() -> None:
    lists = (FUNCTION_WORDS, ASKING_WORDS, CONNECTING_WORDS)
    assert sum(map(len, lists)) == len(frozenset().union(*lists))
    assert SMALL_WORDS < FUNCTION_WORDS


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("Tariffs", "tariff"), ("policies", "polic"), ("policy", "polic"), ("Canada’s", "canada"),
        ("twelve", "12"), ("1,200", "1200"), ("007", "7"), ("1.50", "1.5"), ("2024’s", "2024"),
        ("us", "us"), ("does", "does"), ("’", ""),
    ],
)  # fmt: skip
def test_stem(word: str, expected: str) -> None:
    assert stem(word) == expected


@pytest.mark.parametrize(
    ("question", "terms"),
    [
        ("What is the tariff on steel?", ["tariff", "steel"]),
        ("what is the", []),
        ("", []),
        ("\U0001f600 ?!", []),
        ("Steel, steel and stEel", ["steel"]),
        ("a 1.5 percent rise", ["1.5", "percent", "rise"]),
        ("Up to 150,000 cars in 1,3", ["150", "000", "cars", "1", "3"]),
        ("Canada’s dairy-quota", ["canada’s", "dairy", "quota"]),
        ("Zölle für Stahl", ["zölle", "für", "stahl"]),
    ],
)  # fmt: skip
def test_query_terms(question: str, terms: list[str]) -> None:
    assert query_terms(question) == terms


@pytest.mark.parametrize("question", ["US tariffs", "U.S. tariffs"])
def test_an_acronym_is_looked_for_both_ways(question: str) -> None:
    assert set(query_terms(question)) >= {"us", "u.s", "tariffs"}


def test_u_s_is_the_united_states() -> None:
    assert content_words("U.S. tariffs") == content_words("the tariffs of the United States")


def test_similarity() -> None:
    assert similarity("Tariffs on steel rose.", "Steel: the tariff rose") == 1
    assert similarity("Tariffs on steel", "Quotas on milk") == 0
    assert similarity("", "is it") == 0
    assert content_words("There is one way") < stems("There is one way")
