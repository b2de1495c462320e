"""Goods that a question calls otherwise than the documents do."""

import pytest

from qa.query.goods_names import name_goods

_DOCUMENTS = {"maize", "husked rice", "milled rice", "groundnut", "timber"}
_DOCUMENTS |= {"potassium chloride", "beet sugar", "truck"}


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("How much corn did Ostia buy?", "How much maize did Ostia buy?"),
        ("Peanuts from Dorn in May?", "Groundnuts from Dorn in May?"),
        ("Is brown rice dearer than white rice?", "Is husked rice dearer than milled rice?"),
        ("How many lorries crossed?", "How many trucks crossed?"),
        ("price of muriate of potash", "price of potassium chloride"),
        ("duty on sugar from beets", "duty on beet sugar"),
        # As it is: theirs, a good that nobody has, no good, and a body's name.
        ("How much maize did Ostia buy?", "How much maize did Ostia buy?"),
        ("How much colza did Ostia buy?", "How much colza did Ostia buy?"),
        ("Who sells popcorn?", "Who sells popcorn?"),
        ("Who chairs the Lumber Board?", "Who chairs the Lumber Board?"),
    ],
)
def test_goods_get_the_name_that_documents_have(question: str, named: str) -> None:
    assert name_goods(question, lambda phrases: _DOCUMENTS.intersection(phrases)) == named
