"""Goods that a text names, and which of them are told apart."""

import pytest

from qa.query.goods_classes import are_akin, are_siblings, find_goods


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Cherries, plums and lorries rose.", ["cherry", "plum", "lorry"]),
        ("Milled rice; potatoes", ["rice", "potato"]),
        ("RICE DUTY", ["rice"]),
        ("Cheese and LNG", ["cheese", "lng"]),
        ("The Cheese Board pays COD.", []),  # a body, and on delivery
        ("Popcorn and steelworks", []),
    ],
)
def test_goods_of_a_text(text: str, names: list[str]) -> None:
    assert [good.name for good in find_goods(text)] == names


@pytest.mark.parametrize(
    ("first", "second", "is_akin", "is_sibling"),
    [
        ("barley", "rye", False, True),
        ("corn", "maize", True, False),
        ("grain", "rye", True, False),
        ("palm oil", "oil", True, False),
        ("ice cream", "cream", False, True),
        ("crude", "oil", True, False),
        ("gas", "coal", False, True),
        ("tea", "copper", False, False),
    ],
)
def test_goods_are_told_apart(first: str, second: str, is_akin: bool, is_sibling: bool) -> None:
    one, other = (next(find_goods(name)) for name in (first, second))
    assert (are_akin(one, other), are_siblings(one, other)) == (is_akin, is_sibling)
    assert (are_akin(other, one), are_siblings(other, one)) == (is_akin, is_sibling)
