"""How far evidence bears out what was written."""

import pytest

from qa.answering.claim_check import Claim, ClaimChecker, ClaimVerdict
from qa.schema import Support

QUOTE = "Canada sent 1 percent of its $349.4 billion in exports to Mexico, or 1,500 shipments, in 2024."


def check(text: str, *quotes: str, context: str = "") -> ClaimVerdict:
    return ClaimChecker().check([Claim(text, quotes, context)])[0]


def underlined(text: str, *quotes: str, context: str = "") -> list[str]:
    spans = check(text, *quotes, context=context).unsupported_words
    return [text[span.start : span.end] for span in spans]


@pytest.mark.parametrize(
    ("answer_sentence", "verdict"),
    [
        pytest.param(QUOTE, "supported", id="the quote itself"),
        pytest.param("Canada sent 1% of its exports to Mexico.", "supported", id="percent sign"),
        pytest.param("In 2024, Canada sent 1500 shipments to Mexico.", "supported", id="thousands separator"),
        pytest.param("Canadian exports to Mexico: 1 percent in 2024.", "supported", id="adjective"),
        pytest.param("Canada sent 2 percent of its exports to Mexico.", "unsupported", id="wrong figure"),
        pytest.param("Canada sent 1 percent to Mexico in 2023.", "unsupported", id="wrong year"),
        pytest.param("Canada sent $349.4 million in exports to Mexico.", "unsupported", id="wrong magnitude"),
        pytest.param("Canada sent 1 percent of its exports to Brazil in 2024.", "partial", id="wrong name"),
        pytest.param("Canada did not send 1 percent of its exports to Mexico.", "partial", id="turned round"),
        pytest.param("Canada sent three shipments in exports to Mexico.", "partial", id="spelled number"),
        pytest.param("Dairy farmers fear the review.", "unsupported", id="something else"),
        pytest.param("", "unsupported", id="empty"),
        pytest.param("…!", "unsupported", id="no words"),
    ],
)
def test_support(answer_sentence: str, verdict: Support) -> None:
    assert check(answer_sentence, QUOTE).support == verdict


def test_nothing_is_supported_without_a_quote() -> None:
    assert check("Canada and Mexico.", context="Canada and Mexico").support == "unsupported"
    assert underlined("Canada and Mexico.", context="Canada and Mexico") == ["Canada and Mexico."]


def test_repeating_the_title_is_not_supported() -> None:
    title = "Steel in one page"
    claim = f"{title}: how did Canada answer?"
    assert check(claim, QUOTE, context=f"{title} How did Canada answer?").support == "unsupported"


def test_the_date_of_the_evidence_counts() -> None:
    claim = "As of September 18, 2025, exports to Mexico were 1 percent."
    assert check(claim, QUOTE).support == "unsupported"
    assert underlined(claim, QUOTE) == ["September", "18", "2025"]
    assert check(claim, QUOTE, context="2025-09-18 18 September 2025").support == "supported"


@pytest.mark.parametrize(
    ("claim", "words"),
    [
        pytest.param("The U.S. sent 1 % to Mexico in 2024.", ["U.S."], id="two words written as one"),
        pytest.param("Canada sent 2% of its exports to Mexico.", ["2"], id="figure"),
        pytest.param("Canada sent $349.4 million in exports to Mexico.", ["million"], id="magnitude"),
        pytest.param("Canada did not send 1 percent of exports to Mexico.", ["not"], id="negation"),
        pytest.param("Canada sent 1 percent of its exports to Mexico.", [], id="supported"),
    ],
)
def test_unsupported_words(claim: str, words: list[str]) -> None:
    assert underlined(claim, QUOTE) == words
