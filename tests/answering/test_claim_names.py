"""Names that a claim has and its evidence has in another form, or not at all."""

import pytest

from qa.answering.claim_check.name_rules import unknown_names


def missed(text: str, *evidence: str) -> list[str]:
    return [text[span.start : span.end] for span in unknown_names(text, evidence)]


@pytest.mark.parametrize(
    ("text", "evidence", "missing"),
    [
        ("It went to the Dutch.", "The Netherlands got it.", []),
        ("It went to the Dutch.", "Belgium got it.", ["Dutch"]),
        ("A tax on tea from Poland rose.", "Warsaw raised the tax on tea.", []),
        ("They grow it in South Africa.", "South African farms grow it.", []),
        ("They grow it in South Africa.", "Farms in Kenya grow it.", ["South", "Africa"]),
        ("A pass costs CHF 40.", "A pass costs 40 francs.", []),
        ("A pass costs EUR 40.", "A pass costs €40.", []),
        ("A pass costs EUR 40.", "A pass costs 40 francs.", ["EUR"]),
        ("It pays GST now.", "It now pays a goods and services tax; the goods services tax is 5%.", []),
        ("It pays GST now.", "It now pays a sales tax.", ["GST"]),
    ],
)
def test_other_forms(text: str, evidence: str, missing: list[str]) -> None:
    assert missed(text, evidence) == missing
