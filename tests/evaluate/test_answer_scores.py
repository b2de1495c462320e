"""Every score against cases worked by hand; characters are counted in documents of digits.

A passage or citation "d 10:20" is the ten characters from 10 on of the document "d".
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.evaluate.datasets.dataset_types import Gold, GoldQuote, Nugget
from qa.evaluate.scoring.answer_scores import classify_outcome, score_answer
from qa.evaluate.scoring.character_sets import CharacterSet
from qa.evaluate.scoring.metric_definitions import METRICS, OUTCOMES
from qa.evaluate.scoring.reference_matching import states_reference
from qa.evaluate.scoring.squad_metrics import exact_match, token_f1
from qa.schema import Answer, AnswerSentence, Citation, Metadata, Passage, Sentence, Span, Support

TEXT = "0123456789" * 40
Place = tuple[str, int, int]


def quote(document: str, *spans: tuple[int, int], relevance: int = 1) -> GoldQuote:
    places = tuple(Span(start, end) for start, end in spans)
    return GoldQuote(document_id=document, spans=places, relevance=relevance)


def whole(document: str, relevance: int = 1) -> GoldQuote:
    return GoldQuote(document_id=document, spans=(Span(0, 400),), whole=True, relevance=relevance)


def passage(place: Place) -> Passage:
    document, start, end = place
    return Passage(
        chunk_id=f"{document}-{start}", document_id=document, ordinal=0, section=0, start=start, end=end,
        heading=None, metadata=Metadata(title=document), source=document, text=TEXT[start:end],
        sentences=(Sentence(start, end),), score=1.0,
    )  # fmt: skip


def citation(
    place: Place, number: int = 1, *, words: str | None = None, highlight: Span | None = None
) -> Citation:
    document, start, end = place
    return Citation(
        number=number, document_id=document, metadata=Metadata(title=document), source=document, page=None,
        heading=None, start=start, end=end, quote=words or TEXT[start:end], highlight=highlight,
    )  # fmt: skip


def answer(
    passages: Sequence[Place] = (),
    citations: Sequence[Place | Citation] = (),
    *,
    text: str = "Something.",
    refused: bool = False,
    supports: Sequence[Support] = ("supported",),
    short: str | None = None,
    confidence: float = 0.75,
    timings_ms: Mapping[str, float] | None = None,
) -> Answer:
    cited = [
        place if isinstance(place, Citation) else citation(place, number)
        for number, place in enumerate(citations, start=1)
    ]
    return Answer(
        question="?", standalone_question="?", status="not_found" if refused else "answered", text=text,
        sentences=tuple(
            AnswerSentence(text=text, support=support, citations=tuple(one.number for one in cited))
            for support in supports
        ),
        short_answer=short,
        citations=tuple(cited),
        passages=tuple(map(passage, passages)), engine="extractive", model=None, confidence=confidence,
        timings_ms=dict(timings_ms or {"retrieve": 10.0, "total": 12.5}),
    )  # fmt: skip


def scores(
    scored_answer: Answer,
    *quotes: GoldQuote,
    top_k: int = 5,
    unrefused: Answer | None = None,
    **known_gold: Any,
) -> dict[str, float]:
    gold = Gold(**({"answerable": True} | known_gold), quotes=quotes)
    return score_answer(scored_answer, gold, text_of=lambda _: TEXT, top_k=top_k, unrefused=unrefused)


def shares(by_name: Mapping[str, float], prefix: str) -> tuple[float | None, float | None, float | None]:
    suffix = "@5" if prefix == "retrieval" else ""
    recall, precision, iou = (
        by_name.get(f"{prefix}_{share}{suffix}") for share in ("recall", "precision", "iou")
    )
    return recall, precision, iou


OVERLAPS = [
    # gold 10 characters, found the same 10: 10/10, 10/10, 10/10
    pytest.param([quote("d", (10, 20))], [("d", 10, 20)], (1, 1, 1), id="the quote itself"),
    # gold 10:20, found 15:35: common 5, recall 5/10, precision 5/20, union 25
    pytest.param([quote("d", (10, 20))], [("d", 15, 35)], (0.5, 0.25, 5 / 25), id="half of it"),
    # gold 10:20, found 0:100: common 10, recall 1, precision 10/100, union 100
    pytest.param([quote("d", (10, 20))], [("d", 0, 100)], (1, 0.1, 0.1), id="and more around it"),
    # touching at 20 shares no character: common 0
    pytest.param([quote("d", (10, 20))], [("d", 20, 30)], (0, 0, 0), id="next to it"),
    pytest.param([quote("d", (10, 20))], [("e", 10, 20)], (0, 0, 0), id="another document"),
    # found 0:20 and 10:40 are the 40 characters 0:40, not 50: common 10, precision 10/40
    pytest.param(
        [quote("d", (10, 20))], [("d", 10, 40), ("d", 0, 20)], (1, 0.25, 0.25), id="overlapping count once"
    ),
    # gold 10:20 and 30:60 are 40 characters, found 15:35: common 5 + 5, recall 10/40, precision 10/20,
    # union 50
    pytest.param(
        [quote("d", (10, 20)), quote("d", (30, 60))], [("d", 15, 35)], (0.25, 0.5, 0.2), id="two quotes"
    ),
    # gold 10:20 and 15:25 are 15 characters: recall 10/15
    pytest.param(
        [quote("d", (10, 20)), quote("d", (15, 25))], [("d", 10, 20)], (10 / 15, 1, 10 / 15), id="overlapping"
    ),
    # gold d 0:10 and e 0:30, found d 0:10 and e 20:40: common 10 + 10, recall 20/40, precision 20/30,
    # union 50
    pytest.param(
        [quote("d", (0, 10)), quote("e", (0, 30))],
        [("d", 0, 10), ("e", 20, 40)],
        (0.5, 20 / 30, 20 / 50),
        id="two documents",
    ),
    # the quote stands at 0:10 and at 100:110, the second is found: gold is 10 characters, not 20
    pytest.param([quote("d", (0, 10), (100, 110))], [("d", 100, 110)], (1, 1, 1), id="its other place"),
    # of two places the one with more in common: 0:10 shares 2, 100:110 shares 6; found 2 + 6 = 8 characters,
    # common 6, recall 6/10, precision 6/8, union 12
    pytest.param(
        [quote("d", (0, 10), (100, 110))], [("d", 8, 10), ("d", 100, 106)], (0.6, 0.75, 0.5), id="best place"
    ),
    # both places found in full: the first counts, the other is text beside the quote
    pytest.param(
        [quote("d", (0, 10), (100, 110))], [("d", 100, 110), ("d", 0, 10)], (1, 0.5, 0.5), id="one place"
    ),
    # judged as no answer: as if it were not there
    pytest.param(
        [quote("d", (10, 20)), quote("e", (0, 90), relevance=0)], [("d", 10, 20)], (1, 1, 1), id="relevance 0"
    ),
]  # fmt: skip


@pytest.mark.parametrize(("quotes", "places", "expected"), OVERLAPS)
def test_characters_of_passages_and_citations(
    quotes: list[GoldQuote], places: list[Place], expected: tuple[float, float, float]
) -> None:
    by_passages = scores(answer(places, [("x", 0, 1)]), *quotes)
    assert shares(by_passages, "retrieval") == pytest.approx(expected)
    by_citations = scores(answer([("x", 0, 1)], places), *quotes)
    assert shares(by_citations, "citation") == pytest.approx(expected)
    hit = float(expected[0] > 0)
    assert by_passages["retrieval_hit@5"] == hit
    assert by_citations["citation_hit"] == hit
    assert (by_passages["citation_hit"], by_citations["retrieval_hit@5"]) == (0, 0)


def test_best_places_are_chosen_for_passages_and_citations_separately() -> None:
    result = scores(answer([("d", 0, 10)], [("d", 100, 110)]), quote("d", (0, 10), (100, 110)))
    assert shares(result, "retrieval") == shares(result, "citation") == (1, 1, 1)


def test_only_five_passages_count() -> None:
    places = [("x", 0, 10)] * 5 + [("d", 10, 20)]
    result = scores(answer(places), quote("d", (10, 20)))
    assert shares(result, "retrieval") == (0, 0, 0)
    assert result["mrr"] == pytest.approx(1 / 6)
    assert result["retrieval_hit@5"] == 0


@pytest.mark.parametrize(
    ("rank", "hits", "mrr"),
    [
        (1, (1, 1, 1), 1),
        (2, (0, 1, 1), 1 / 2),
        (3, (0, 1, 1), 1 / 3),
        (4, (0, 0, 1), 1 / 4),
        (None, (0, 0, 0), 0),
    ],
)
def test_hits_and_rank(rank: int | None, hits: tuple[int, ...], mrr: float) -> None:
    places: list[Place] = [("x", 50 * at, 50 * at + 10) for at in range(5)]
    if rank:
        places[rank - 1] = ("d", 0, 11)
    # The second place of the first quote, by one character.
    result = scores(answer(places), quote("d", (300, 310), (10, 20)), quote("e", (0, 10)))
    assert tuple(result[f"retrieval_hit@{k}"] for k in (1, 3, 5)) == hits
    assert result["mrr"] == pytest.approx(mrr)


def test_a_refusal_cites_nothing() -> None:
    result = scores(answer([("d", 0, 100)], refused=True), quote("d", (10, 20)), answers=("1",))
    assert shares(result, "citation") == (0, None, 0)
    assert (result["citation_hit"], result["exact_match"], result["token_f1"]) == (0, 0, 0)
    assert result["retrieval_recall@5"] == 1
    assert not result.keys() & {"quote_fidelity", "first_span_f1", "supported_rate", "right_if_answered"}


def test_nothing_found() -> None:
    result = scores(answer(refused=True), quote("d", (10, 20)))
    assert shares(result, "retrieval") == (0, 0, 0)
    assert (result["retrieval_hit@1"], result["mrr"]) == (0, 0)


def test_unanswerable_questions_have_no_quotes_or_references() -> None:
    result = scores(
        answer([("d", 0, 10)], [("d", 0, 10)]), quote("d", (0, 10)), answerable=False, answers=("Something",)
    )
    assert result.keys() == {
        "confidence", "latency_ms", "answered_rate", "refusal_recall", "supported_rate", "quote_fidelity",
        "right_if_answered", "right", "confidently_wrong_rate",
    }  # fmt: skip
    assert (result["refusal_recall"], result["right_if_answered"], result["right"]) == (0, 0, 0)


def test_without_anything_known() -> None:
    result = scores(answer([("d", 0, 10)], [("d", 0, 10)]), answerable=None)
    assert result == {
        "confidence": 0.75, "latency_ms": 12.5, "answered_rate": 1, "supported_rate": 1, "quote_fidelity": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("answerable", "refused", "expected"),
    [
        (True, True, {"answered_rate": 0, "false_refusal_rate": 1}),
        (True, False, {"answered_rate": 1, "false_refusal_rate": 0}),
        (False, True, {"answered_rate": 0, "refusal_recall": 1}),
        (False, False, {"answered_rate": 1, "refusal_recall": 0}),
        (None, True, {"answered_rate": 0}),
    ],
)
def test_refusals(answerable: bool | None, refused: bool, expected: dict[str, float]) -> None:
    result = scores(answer(refused=refused), answerable=answerable)
    names = {"answered_rate", "false_refusal_rate", "refusal_recall"}
    assert {name: result[name] for name in names & result.keys()} == expected


def test_whole_documents_count_as_documents() -> None:
    result = scores(answer([("x", 0, 9), ("e", 0, 9), ("d", 5, 9)], [("d", 5, 9)]), whole("d"), whole("f"))
    assert result["mrr"] == 1 / 3
    assert tuple(result[f"retrieval_hit@{k}"] for k in (1, 3, 5)) == (0, 1, 1)
    assert result["citation_hit"] == 1
    assert result["document_recall@5"] == result["nugget_recall"] == 1 / 2  # d of d and f
    assert "document_ndcg@10" not in result
    assert not result.keys() & {"retrieval_recall@5", "citation_recall", "retrieval_iou@5", "citation_iou"}


def test_graded_documents() -> None:
    # Documents in order of their first passage: b (grade 1), x (grade 0), a (3); c (2) is missing.
    places: list[Place] = [("b", 0, 9), ("b", 20, 29), ("x", 0, 9), ("b", 40, 49), ("x", 9, 12), ("a", 0, 9)]
    result = scores(answer(places), whole("a", 3), whole("b", 1), whole("c", 2), whole("x", 0), top_k=10)
    dcg = 1 / math.log2(2) + 0 / math.log2(3) + 3 / math.log2(4)
    ideal = 3 / math.log2(2) + 2 / math.log2(3) + 1 / math.log2(4)
    assert result["document_ndcg@10"] == pytest.approx(dcg / ideal)
    assert result["document_recall@5"] == 1 / 3  # b; a comes with the sixth passage
    assert result["retrieval_hit@1"] == 1


def test_graded_documents_beyond_the_tenth_do_not_count() -> None:
    places: list[Place] = [(f"x{at}", 0, 9) for at in range(10)] + [("a", 0, 9)]
    assert scores(answer(places), whole("a"), top_k=20)["document_ndcg@10"] == 0
    many = [whole(f"x{at}") for at in range(12)]
    assert scores(answer(places), *many, top_k=20)["document_ndcg@10"] == pytest.approx(1)


def test_documents_that_were_judged_not_to_answer_are_no_gold() -> None:
    result = scores(answer([("d", 0, 9)], [("d", 0, 9)]), whole("d", 0))
    assert not result.keys() & {"mrr", "citation_hit", "document_recall@5", "right_if_answered"}


def test_quotes_beside_whole_documents_leave_hits_only() -> None:
    result = scores(answer([("d", 0, 9)]), whole("d"), quote("e", (0, 5)), top_k=10)
    assert result["retrieval_hit@1"] == 1
    shares_of_text = {"retrieval_recall@5", "retrieval_precision@5", "citation_recall", "citation_precision"}
    assert not result.keys() & (shares_of_text | {"document_recall@5", "document_ndcg@10"})


def test_quotes_are_compared_with_the_document() -> None:
    exact, invented = citation(("d", 3, 6)), citation(("d", 13, 16), 2, words="346")
    assert scores(answer((), [exact, invented, citation(("d", 0, 5), 3)]))["quote_fidelity"] == 2 / 3


def test_support() -> None:
    result = scores(answer((), [("d", 0, 5)], supports=("supported", "partial", "unsupported", "supported")))
    assert result["supported_rate"] == 2 / 4


def test_latency_is_the_total() -> None:
    assert scores(answer(timings_ms={"read": 3.0, "total": 40.25}))["latency_ms"] == 40.25
    assert "latency_ms" not in scores(answer(timings_ms={"read": 3.0}))


def spoken(words: str, *highlights: str) -> Answer:
    """An answer whose citations are sentences of digits and words, with these words highlighted."""
    cited = [
        citation(
            ("d", 0, len(f"He said {highlight} there.")), number, words=f"He said {highlight} there.",
            highlight=Span(8, 8 + len(highlight)),
        )
        for number, highlight in enumerate(highlights, start=1)
    ]  # fmt: skip
    return answer((), cited, text=words)


def test_words_of_the_best_prediction_and_reference() -> None:
    result = scores(spoken("Nothing like it. [1]", "Tuesday", "the 40 kt quota"), answers=("Monday", "40 kt"))
    assert result["exact_match"] == 0
    assert result["token_f1"] == pytest.approx(2 * 2 / (3 + 2))  # "40 kt quota" and "40 kt"
    assert result["first_span_f1"] == 0  # "tuesday"
    assert scores(spoken("x", "Tuesday", "The 40 kt."), answers=("40 kt",))["exact_match"] == 1


def test_the_answer_counts_without_its_markers() -> None:
    assert (
        scores(spoken("The quota [1] is 40 kt. [2]", "x", "y"), answers=("quota is 40 kt",))["exact_match"]
        == 1
    )
    # A number in brackets that is no citation's is a word.
    assert scores(spoken("Quota [7] [1]", "x"), answers=("quota 7",))["exact_match"] == 1


def test_first_span_is_the_quote_where_nothing_is_highlighted() -> None:
    cited = citation(("d", 0, 12), words="forty tonnes")
    assert scores(answer((), [cited]), answers=("Forty tonnes",))["first_span_f1"] == 1


@pytest.mark.parametrize(
    ("prediction", "references", "exact", "f1"),
    [
        # The rules of the official script, in its order: lower case, punctuation away, articles away, spaces.
        pytest.param("the cat", ["Cat"], 1, 1, id="article and case"),
        pytest.param("A cat, an owl; THE dog!", ["cat owl dog"], 1, 1, id="articles and punctuation"),
        pytest.param("theory", ["ory"], 0, 0, id="an article inside a word stays"),
        pytest.param("U.S.A.", ["usa"], 1, 1, id="points leave no space"),
        pytest.param("well-known", ["wellknown"], 1, 1, id="nor do hyphens"),
        pytest.param("well-known", ["well known"], 0, 0, id="so a hyphen is no space"),
        pytest.param("a-b", ["b"], 0, 0, id="punctuation goes before articles: a-b is ab"),
        pytest.param("the-cat", ["cat"], 0, 0, id="and the-cat is thecat"),
        pytest.param("l'a", ["la"], 1, 1, id="apostrophe"),
        pytest.param("$1,000.50", ["100050"], 1, 1, id="numbers lose their points"),
        pytest.param("1000", ["1,000"], 1, 1, id="number with comma"),
        pytest.param("40 %", ["40"], 1, 1, id="percent sign"),
        pytest.param("40 €", ["40"], 0, 2 / 3, id="the euro is no ASCII punctuation"),
        pytest.param("“cat”", ["cat"], 0, 0, id="nor are typographic quotes"),
        pytest.param("cat – dog", ["cat dog"], 0, 4 / 5, id="nor is a dash: a word of its own"),
        pytest.param("CAFÉ", ["café"], 1, 1, id="case beyond ASCII"),
        pytest.param("Straße", ["STRASSE"], 0, 0, id="lower, not casefold"),
        pytest.param("cafe\u0301", ["caf\u00e9"], 0, 0, id="no unicode normalisation"),
        pytest.param("cat\u00a0dog\t\n owl", ["cat dog owl"], 1, 1, id="every white space"),
        pytest.param("à la", ["la"], 0, 2 / 3, id="an accented letter is no article"),
        pytest.param(
            "cat cat dog", ["cat dog dog"], 0, 2 * 2 / 6, id="repeated words count as often as in both"
        ),
        pytest.param("cat cat cat", ["cat"], 0, 2 * 1 / 4, id="repeated in one"),
        pytest.param("dog cat", ["cat dog"], 0, 1, id="order counts for exact match only"),
        pytest.param("cat", ["dog"], 0, 0, id="nothing in common"),
        pytest.param("", ["cat"], 0, 0, id="empty prediction"),
        pytest.param("the", ["cat"], 0, 0, id="nothing left of the prediction"),
        pytest.param("the", ["a"], 1, 1, id="nothing left of both"),
        pytest.param("", ["..."], 1, 1, id="empty, and nothing left of the reference"),
        pytest.param("cat", ["the"], 0, 0, id="nothing left of the reference"),
        pytest.param("", ["the", "cat"], 0, 0, id="such a reference is dropped where there is another"),
        pytest.param("", [], 1, 1, id="no references: right to say nothing"),
        pytest.param("cat", [], 0, 0, id="no references: wrong to say something"),
        pytest.param("cat dog", ["owl", "cat", "dog cat owl"], 0, 4 / 5, id="best reference"),
        pytest.param("dog", ["owl", "Dog."], 1, 1, id="best exact reference"),
    ],
)
def test_squad(prediction: str, references: list[str], exact: float, f1: float) -> None:
    assert exact_match(prediction, references) == exact
    assert token_f1(prediction, references) == pytest.approx(f1)


@pytest.mark.parametrize(
    ("gold_fields", "places", "unrefused", "right", "expected"),
    [
        pytest.param({"quotes": 1}, ([("d", 0, 9)], [("d", 0, 9)]), None, 1, "right", id="cited"),
        pytest.param({"quotes": 1}, ([("d", 0, 9)], [("x", 0, 9)]), None, 0, "found but not cited"),
        pytest.param({"quotes": 1}, ([("x", 0, 9)], [("x", 0, 9)]), None, 0, "missed in retrieval", id="no"),
        pytest.param({"quotes": 1}, ([("d", 0, 9)], None), [("d", 0, 9)], 1, "cited but refused", id="bar"),
        pytest.param(
            {"quotes": 1}, ([("d", 0, 9)], None), [("x", 0, 9)], 0, "found but not cited", id="refused, found"
        ),
        pytest.param({"quotes": 1}, ([("d", 0, 9)], None), None, None, "found but not cited", id="unknown"),
        pytest.param({"quotes": 1}, ([], None), None, None, "missed in retrieval", id="nothing found"),
        pytest.param({"answers": "42"}, ([], [("x", 0, 9)]), None, 0, "wrong", id="wrong words"),
        pytest.param({"answers": "something"}, ([], [("x", 0, 9)]), None, 1, "right", id="right words"),
        # one word of the answer's one, three in the reference: F1 2/4, just enough
        pytest.param({"answers": "something or other"}, ([], []), None, 1, "right", id="half of the words"),
        pytest.param({"answers": "something or other else"}, ([], []), None, 0, "wrong", id="less than half"),
        pytest.param({"answers": "something"}, ([], None), [], 1, "refused", id="refused, would be right"),
        pytest.param({"answers": "42"}, ([], None), [], 0, "refused", id="refused, wrong"),
        pytest.param({"answerable": False}, ([], None), [], 0, "rightly refused", id="rightly refused"),
        pytest.param({"answerable": False}, ([], None), None, None, "rightly refused", id="in any case"),
        pytest.param({"answerable": False}, ([], []), None, 0, "answered without evidence", id="made up"),
        pytest.param({}, ([], []), None, None, "not graded", id="answered, nothing to grade by"),
        pytest.param({}, ([], None), None, None, "refused", id="refused, nothing to grade by"),
        pytest.param({"answerable": None}, ([], None), None, None, "not graded", id="nothing known"),
    ],
)  # fmt: skip
def test_outcomes(
    gold_fields: dict[str, Any],
    places: tuple[list[Place], list[Place] | None],
    unrefused: list[Place] | None,
    right: float | None,
    expected: str,
) -> None:
    gold = Gold(
        answerable=gold_fields.get("answerable", True),
        answers=(gold_fields["answers"],) if "answers" in gold_fields else (),
        quotes=(quote("d", (0, 9)),) if "quotes" in gold_fields else (),
    )
    passages, citations = places
    graded_answer = answer(passages, citations or (), refused=citations is None)
    otherwise = None if unrefused is None else answer(passages, unrefused)
    result = score_answer(graded_answer, gold, text_of=lambda _: TEXT, top_k=5, unrefused=otherwise)
    assert result.get("right_if_answered") == right
    assert classify_outcome(graded_answer, gold, result) == expected
    assert expected in OUTCOMES


def test_quotes_go_before_references_in_what_is_right() -> None:
    result = scores(answer((), [("x", 0, 9)]), quote("d", (0, 9)), answers=("something",))
    assert (result["token_f1"], result["right_if_answered"]) == (1, 0)


@pytest.mark.parametrize(
    ("place", "short", "right"),
    [
        pytest.param(("d", 0, 9), "The quota is 1,250 tonnes", 1, id="cited and said"),
        pytest.param(("d", 0, 9), "1,240 tonnes", 0, id="cited, another value said"),
        pytest.param(("x", 0, 9), "1,250 tonnes", 0, id="said, something else cited"),
        pytest.param(("d", 0, 9), None, 1, id="no short answer: the first sentence says it"),
    ],
)
def test_right_is_what_cites_a_quote_and_states_a_reference(
    place: Place, short: str | None, right: float
) -> None:
    given_answer = answer((), [place], text="It is 1250 tonnes.", short=short, confidence=0.8)
    result = scores(given_answer, quote("d", (0, 9)), answers=("1,250 tonnes",))
    names = ("right", "answered_right", "confidently_wrong_rate")
    assert [result[name] for name in names] == [right, right, 1 - right]


def test_only_sentences_with_a_citation_state_a_reference() -> None:
    uncited = answer(text="42")
    assert scores(uncited, answers=("42",))["right"] == 0


@pytest.mark.parametrize(("confidence", "wrong"), [(0.79, 0), (0.8, 1)])
@pytest.mark.parametrize("answerable", [True, False])
def test_wrong_answers_are_sure_from_80_percent(answerable: bool, confidence: float, wrong: float) -> None:
    result = scores(answer((), [("x", 0, 9)], confidence=confidence), answers=("42",), answerable=answerable)
    assert result["confidently_wrong_rate"] == wrong


def test_a_refusal_is_not_wrong_for_sure_and_right_if_its_answer_would_be() -> None:
    refusal = answer(refused=True, confidence=0.9)
    would_be = answer((), [("d", 0, 9)], short="42")
    result = scores(refusal, quote("d", (0, 9)), answers=("42",), unrefused=would_be)
    assert [result[name] for name in ("right", "answered_right", "confidently_wrong_rate")] == [1, 0, 0]
    assert scores(refusal, quote("d", (0, 9)))["right"] == 0
    assert scores(refusal, unrefused=would_be, answerable=False)["right"] == 0


@pytest.mark.parametrize(
    ("text", "recall"),
    [
        ("The quota on steel fell to 40 tonnes. Canada objected.", 1.0),
        ("The quota on steel fell to 50 tonnes. Canada objected.", 0.5),
        ("The quota fell to 40 tonnes.", 3 / 8),
        ("Nothing of the kind.", 0.0),
    ],
)
def test_nuggets_of_the_question_are_looked_for_in_the_words(text: str, recall: float) -> None:
    """Quota, steel, 40 and tonnes; Canada and objected; a nugget that is not vital is not missed."""
    nuggets = (
        Nugget(text="A steel quota of 40 tonnes"),
        Nugget(text="Canada objected"),
        Nugget(text="Mexico did not", vital=False),
    )
    said = [
        AnswerSentence(text=f"{one}.", support="supported", citations=()) for one in text.split(".") if one
    ]
    given = replace(answer(), sentences=tuple(said))
    # What is known about quotes does not count where nuggets are.
    assert scores(given, quote("d", (0, 9)), nuggets=nuggets)["nugget_recall"] == recall
    assert scores(answer(refused=True), nuggets=nuggets)["nugget_recall"] == 0
    assert "nugget_recall" not in scores(given, nuggets=nuggets, answerable=False)


def test_nuggets_are_different_quotes() -> None:
    # a, touched by one character; a again; b, touched at its second place; c, not
    quotes = [quote("a", (0, 9)), quote("a", (0, 9)), quote("b", (50, 60), (90, 99)), quote("c", (0, 9))]
    result = scores(answer((), [("a", 8, 20), ("b", 80, 95), ("a", 0, 3)]), *quotes)
    assert result["nugget_recall"] == pytest.approx(2 / 3)
    assert scores(answer(refused=True), *quotes)["nugget_recall"] == 0


@pytest.mark.parametrize(
    ("reference", "text", "stated"),
    [
        ("1,410", "exports of 1410 million", True),
        ("1410 million", "1 410\u202fmillion in 2023", True),
        ("50 percent", "It was doubled to 50 % in June", True),
        ("50 percent", "by 50 percentage points", False),
        ("5 per cent", "at 5%.", True),
        ("10", "100", False),
        ("10", "10.5", False),
        ("0.5", "10.5", False),
        ("410", "1,410", False),
        ("10", "A10", False),
        ("2.4", "2.4.", True),
        ("the net cost method", "by net cost method", True),
        ("the Ministry\u2019s plan", "The Ministry's Plan", True),
        ("2025\u20132028", "for 2025-2028", True),
        ("no", "not yet", False),
        ("no", "No, not before 2030.", True),
        ("no", "It got no relief.", False),
        ("The", "anything", False),
    ],
)
def test_references_stand_in_texts(reference: str, text: str, stated: bool) -> None:
    assert states_reference(text, [reference]) is stated
    assert states_reference(text, ["something else", reference]) is stated


def test_every_score_is_a_metrics_own() -> None:
    score_names = {metric.score for metric in METRICS} | {"right_if_answered", "right"}
    cited = [citation(("d", 0, 9), highlight=Span(2, 4))]
    scored = set(scores(answer([("d", 0, 9)], cited), quote("d", (0, 9)), answers=("x",)))
    scored |= scores(answer([("d", 0, 9)], cited), whole("d"), top_k=10).keys()
    scored |= scores(answer(refused=True), answerable=False).keys()
    assert scored == score_names


def test_metrics_are_described_once() -> None:
    names = [metric.name for metric in METRICS]
    assert len(set(names)) == len(names)
    assert all(metric.title and metric.definition for metric in METRICS)
    assert len({metric.title for metric in METRICS}) == len(METRICS)
    retrieval = [
        f"retrieval_{suffix}" for suffix in ("recall@5", "precision@5", "iou@5", "hit@1", "hit@3", "hit@5")
    ]
    citations = ["mrr", "citation_recall", "citation_precision", "citation_iou", "quote_fidelity"]
    answers = ["exact_match", "token_f1", "answered_rate", "refusal_recall", "false_refusal_rate"]
    expected = [*retrieval, *citations, *answers, "supported_rate", "latency_ms_p50", "latency_ms_p95"]
    assert [name for name in names if name in expected] == expected


spans = st.builds(
    lambda document, start, length: (document, start, start + length),
    st.sampled_from("de"),
    st.integers(0, 300),
    st.integers(1, 90),
)
quotes = st.builds(
    lambda document, places: quote(document, *((start, start + length) for start, length in places)),
    st.sampled_from("de"),
    st.lists(st.tuples(st.integers(0, 300), st.integers(1, 90)), min_size=1, max_size=3),
)
words = st.lists(st.sampled_from("the a cat Dog. dog, 40 € é".split()), max_size=6).map(" ".join)


@given(st.lists(spans, max_size=8))
def test_characters_are_those_of_the_spans(places: list[Place]) -> None:
    expected = {(document, offset) for document, start, end in places for offset in range(start, end)}
    characters = CharacterSet.from_spans(places)
    assert characters.size == len(expected)
    assert characters.overlap_size("d", Span(50, 200)) == sum(
        document == "d" and 50 <= offset < 200 for document, offset in expected
    )
    assert characters.intersection_size(characters) == len(expected)


@given(st.lists(spans, max_size=7), st.lists(spans, max_size=4), st.lists(quotes, min_size=1, max_size=3))
def test_shares_are_shares_of_one_another(
    passages: list[Place], citations: list[Place], gold: list[GoldQuote]
) -> None:
    result = scores(answer(passages, citations, refused=not citations), *gold)
    assert all(0 <= value <= 1 for name, value in result.items() if name != "latency_ms")
    for prefix in ("retrieval", "citation"):
        recall, precision, iou = shares(result, prefix)
        assert recall is not None
        assert iou is not None
        if precision is None:
            continue
        assert iou <= min(recall, precision) + 1e-12
        assert (recall > 0) == (precision > 0) == (iou > 0)
        if recall:
            # 1 / IoU = 1 / recall + 1 / precision - 1, as |G or R| = |G| + |R| - |G and R|
            assert 1 / iou == pytest.approx(1 / recall + 1 / precision - 1)
    assert result["citation_hit"] == (result["citation_recall"] > 0)
    assert result["retrieval_hit@1"] <= result["retrieval_hit@3"] <= result["retrieval_hit@5"]
    assert result["retrieval_hit@5"] == (result["retrieval_recall@5"] > 0)


@given(st.lists(quotes, min_size=1, max_size=3))
def test_passages_that_cover_everything_have_recall_1(gold: list[GoldQuote]) -> None:
    result = scores(answer([("d", 0, 400), ("e", 0, 400)]), *gold)
    assert result["retrieval_recall@5"] == 1
    assert result["retrieval_precision@5"] == result["retrieval_iou@5"]


@given(words, words)
def test_f1_is_symmetric_and_1_for_what_matches(text: str, reference: str) -> None:
    f1 = token_f1(text, [reference])
    assert 0 <= f1 <= 1
    assert f1 == token_f1(reference, [text])
    assert token_f1(text, [text]) == exact_match(text, [text]) == 1
    if exact_match(text, [reference]):
        assert f1 == 1
