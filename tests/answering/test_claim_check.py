"""How far evidence bears out what was written."""

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.answering.claim_check import Claim, ClaimChecker, ClaimVerdict
from qa.assistant.loaded_models import LoadedModels
from qa.config import Settings
from qa.errors import ConfigError
from qa.models.checker import ClaimScores, ClaimText
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


class ScriptedModel:
    """A model that gives every claim the same scores, and counts what it is asked."""

    def __init__(self, scores: ClaimScores) -> None:
        self.scores = scores
        self.asked: list[ClaimText] = []

    def judge(self, claims: Sequence[ClaimText]) -> list[ClaimScores]:
        self.asked += claims
        return [self.scores] * len(claims)


SURE = ClaimScores(0.98, 0.01, 0.01)


def combined(text: str, *quotes: str, scores: ClaimScores = SURE, context: str = "") -> tuple[str, list[str]]:
    model = ScriptedModel(scores)
    (verdict,) = ClaimChecker(lambda: model).check([Claim(text, quotes, context)])
    return verdict.support, [text[span.start : span.end] for span in verdict.unsupported_words]


@pytest.mark.parametrize(
    ("text", "quote", "support", "words"),
    [
        pytest.param("It sold 2 ships.", "It sold 3 ships.", "unsupported", ["2"], id="figure"),
        pytest.param(
            "It earned $4 million.", "It earned $4 billion.", "unsupported", ["$4 million"], id="scale"
        ),
        pytest.param("It lasts 6 weeks.", "It lasts 6 months.", "unsupported", ["6"], id="unit of time"),
        pytest.param("It began in May.", "It began in June.", "unsupported", ["May"], id="month"),
        pytest.param("The buyer is Peru.", "The buyer is Chile.", "partial", ["Peru"], id="name"),
        pytest.param("Sweden's fund grew.", "Its fund grew.", "partial", ["Sweden's"], id="country of it"),
        pytest.param("Sweden's fund grew.", "The Swedish fund grew.", "supported", [], id="country"),
        pytest.param("It rose by 25 percent.", "It rose by a quarter.", "supported", [], id="fraction"),
        pytest.param("It has 7 members.", "It has seven members.", "supported", [], id="spelled"),
        pytest.param(
            "It moved 1.2 million tonnes.", "It moved 1,200 thousand tonnes.", "supported", [], id="scaled"
        ),
        pytest.param("About 350 went.", "No fewer than 349 went.", "supported", [], id="rounded"),
        pytest.param(
            "It grew by 40 tonnes.", "It grew from 60 to 100 tonnes.", "supported", [], id="worked out"
        ),
        pytest.param(
            "It grew by 0.7 points.", "It grew from 12.9 to 13.6 percent.", "supported", [], id="below one"
        ),
        pytest.param(
            "About 920 went.",
            "It had 1,150 tonnes, of which 80% went.",
            "supported",
            [],
            id="share worked out",
        ),
        pytest.param("It took 30%.", "Of its 212 firms it took 64.", "supported", [], id="share of two"),
        pytest.param("It holds 1,560.", "It has 60 wagons of 26 tonnes each.", "supported", [], id="product"),
        pytest.param("It kept 80%.", "It gave away one in five.", "supported", [], id="one in five"),
        pytest.param(
            "Others pay 16%.",
            "From the Union: 0; From Dasmar: 6; From others: 14",
            "unsupported",
            ["16"],
            id="no sum",
        ),
        pytest.param(
            "It began in 2023.", "It began a year before 2024.", "supported", [], id="a year before"
        ),
        pytest.param("It began in 2023.", "It began in 2024.", "unsupported", ["2023"], id="another year"),
        pytest.param(
            "It began in 2019.",
            "It pays 5 percent since 2024.",
            "unsupported",
            ["2019"],
            id="no count of years",
        ),
        pytest.param(
            "It ended in 2026.", "It began in 2024 for two years.", "supported", [], id="counted years"
        ),
        pytest.param("It is free from 2028.", "It pays until 2027.", "supported", [], id="until a year"),
        pytest.param(
            "It began in January 2024.",
            "One began in November 2023, it two months later.",
            "supported",
            [],
            id="counted months",
        ),
        pytest.param(
            "It began in March.",
            "One began in November, it two months later.",
            "unsupported",
            ["March"],
            id="another count of months",
        ),
        pytest.param(
            "It used the EU's quota.",
            "It used the quota of the European Union.",
            "supported",
            [],
            id="acronym that has something",
        ),
        pytest.param("It opened in May.", "It opened on 2024-05-03.", "supported", [], id="date in figures"),
        pytest.param(
            "The WTO agreed.", "The World Trade Organization agreed.", "supported", [], id="acronym"
        ),
        pytest.param(
            "In Washington it passed.", "It passed in the United States.", "supported", [], id="capital"
        ),
        pytest.param("The Canadian side agreed.", "Canada agreed.", "supported", [], id="adjective"),
        pytest.param(
            "Its minister, Velka says, left.", "Our minister left.", "supported", [], id="first person"
        ),
    ],
)
def test_rules_hold_whatever_the_model_says(text: str, quote: str, support: str, words: list[str]) -> None:
    assert combined(text, quote) == (support, words)


def test_a_claim_that_calculates_rightly_is_not_called_unsupported() -> None:
    denied = ClaimScores(0.0, 0.0, 1.0)
    quote = "It had 1,150 tonnes, of which 80% went."
    assert combined("About 920 tonnes went.", quote, scores=denied)[0] == "partial"
    assert combined("About 720 tonnes went.", quote, scores=denied)[0] == "unsupported"
    assert combined("Of 1,150 tonnes 80% went.", quote, scores=denied)[0] == "unsupported"


def test_supported_needs_the_model_too() -> None:
    doubted = ClaimScores(0.01, 0.0, 0.99, ((0, 2, 0.1), (3, 10, 0.9), (11, 16, 0.2)))
    assert combined("It lowered fees.", "It raised fees.", scores=doubted) == ("unsupported", ["lowered"])
    unsure = ClaimScores(0.1, 0.1, 0.8, ((0, 2, 0.1), (3, 10, 0.3), (11, 16, 0.2)))
    assert combined("It lowered fees.", "It raised fees.", scores=unsure) == ("partial", ["lowered"])


def test_the_documents_own_words_need_no_model() -> None:
    model = ScriptedModel(ClaimScores(0.0, 0.0, 1.0))
    checker = ClaimChecker(lambda: model)
    claims = [Claim(QUOTE.rstrip("."), (QUOTE,)), Claim("No quote.", ()), Claim("…!", (QUOTE,))]
    assert [verdict.support for verdict in checker.check(claims)] == [
        "supported",
        "unsupported",
        "unsupported",
    ]
    assert checker.check([]) == []
    assert not model.asked


def test_the_model_is_opened_once_and_asked_in_one_go() -> None:
    opened: list[ScriptedModel] = []

    def open_model() -> ScriptedModel:
        opened.append(ScriptedModel(SURE))
        return opened[-1]

    checker = ClaimChecker(open_model)
    assert not opened
    claims = [
        Claim("Canada sells to Mexico.", (QUOTE,), "Canada and Mexico"),
        Claim("Mexico buys.", (QUOTE,)),
    ]
    assert [verdict.support for verdict in checker.check(claims) + checker.check(claims)] == ["supported"] * 4
    assert len(opened) == 1
    assert opened[0].asked[0] == ClaimText("Canada sells to Mexico.", ("Canada and Mexico",), (QUOTE,))


def test_the_model_sees_what_a_claim_speaks_of() -> None:
    model = ScriptedModel(SURE)
    quotes = (
        "The ferry to Orm sails twice a day. It takes bicycles for two marks. Dogs travel free.",
        "Harbour dues rose in May. The pier was mended in June. Two cafés opened beside it.",
        "Month: May; Passengers: 410",
        "Month: June; Passengers: 520",
    )
    texts = ("Bicycles cost two marks.", "In June 520 passengers sailed to Orm.", "Nobody knows why.")
    ClaimChecker(lambda: model).check([Claim(text, quotes) for text in texts])
    sailings, bicycles, *_ = (f"{sentence}." for sentence in quotes[0].split(". "))
    shown = [asked.evidence for asked in model.asked]
    assert sailings in shown[0]  # what "It" is
    assert bicycles in shown[0]
    assert {sailings, quotes[3]} <= set(shown[1])
    assert all(len(lines) <= 4 for lines in shown[:2])
    assert shown[2] == quotes  # nothing has its words


@given(st.text(max_size=60), st.lists(st.text(max_size=60), max_size=3), st.floats(0, 1))
def test_marked_words_lie_in_the_claim_in_order(text: str, quotes: list[str], share: float) -> None:
    scores = ClaimScores(share, 0, 1 - share, tuple((place, place + 1, share) for place in range(len(text))))
    checker = ClaimChecker(lambda: ScriptedModel(scores))
    (verdict,) = checker.check([Claim(text, tuple(quotes))])
    ends = [0]
    for span in verdict.unsupported_words:
        assert ends[-1] <= span.start < span.end <= len(text)
        ends.append(span.end)
    assert verdict.support != "supported" or not verdict.unsupported_words


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("cross-encoder:", "names no model: write it like cross-encoder:NAME"),
        (
            "lettuce",
            'there is no checker \'lettuce\': set checker to "packaged", "rules" or "cross-encoder:NAME"',
        ),
    ],
)
def test_a_checker_that_there_is_not(tmp_path: Path, name: str, message: str) -> None:
    models = LoadedModels(Settings(store=tmp_path, checker=name), None, None)  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match=re.escape(message)):
        models.claim_checker()


def test_rules_alone_can_be_asked_for(tmp_path: Path) -> None:
    models = LoadedModels(Settings(store=tmp_path, checker="rules"), None, None)  # type: ignore[arg-type]
    (verdict,) = models.claim_checker().check([Claim("Canada sold 2 ships to Mexico.", (QUOTE,))])
    assert verdict.support == "unsupported"
