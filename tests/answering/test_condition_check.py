"""Conditions of a question against the evidence: met, unstated or contradicted."""

from dataclasses import replace
from datetime import date

import pytest

from qa.answering.condition_check import CONDITION_FEATURES, check_conditions, condition_features
from qa.answering.evidence_parts import EvidencePart, evidence_parts
from qa.answering.refusal import refuse
from qa.query.conditions import find_conditions
from qa.query.query import Query
from qa.schema import NOT_FOUND, CheckedCondition, Condition, ConditionKind, Turn
from tests.answering.test_extractive_answer import passage


def check(question: str, sentence: str, **around: str) -> tuple[CheckedCondition, ...]:
    """The conditions of a question against a sentence at character 50 and what is around it."""
    parts = [EvidencePart("sentence", sentence, "a", 50)]
    for by in ("row", "column_head", "unit", "caption", "heading", "title", "date", "context", "document"):
        if by in around:
            start = 0 if by == "document" else None
            parts.append(EvidencePart(by.replace("_", " "), around[by], "a", start))  # type: ignore[arg-type]
    if "before" in around:
        parts.append(EvidencePart("context", around["before"], "a", 10))
    if "elsewhere" in around:
        parts.append(EvidencePart("document", around["elsewhere"], "a", 900))
    return check_conditions(find_conditions(question).asked, parts, question=question)


def state(question: str, kind: ConditionKind, sentence: str, **around: str) -> tuple[str, str | None]:
    """The state of the last condition of a kind, and what meets it or stands in its place."""
    checked = [one for one in check(question, sentence, **around) if one.condition.kind == kind][-1]
    return checked.state, checked.by or ", ".join(checked.instead) or None


@pytest.mark.parametrize(
    ("question", "sentence", "around", "expected"),
    [
        ("What was sold in 2030?", "In 2029 40 tonnes were sold.", {}, ("contradicted", "2029")),
        (  # since a month of the document's year, or of the one before
            "What did coil pay in November 2024?",
            "Since 1 October coil has paid 24 percent.",
            {"date": "2023-11-22"},
            ("met", "sentence"),
        ),
        (
            "What did coil pay in August 2023?",
            "Since 1 October coil has paid 24 percent.",
            {"date": "2023-11-22"},
            ("contradicted", "1 October"),
        ),
        (
            "What did coil pay in November 2023?",
            "Since 1 October coil has paid 24 percent.",
            {"date": "2024-02-22"},
            ("met", "sentence"),
        ),
        (
            "How much had been used by 25 May 2025?",
            "By 25 April 38 tonnes had been used.",
            {"date": "2025-06-01"},
            ("contradicted", "25 April"),
        ),
        (
            "From what was the sum for 2021 lowered?",
            "The sum for 2022 was lowered from 9 to 7.",
            {},
            ("contradicted", "2022"),
        ),
        (
            "What will be charged in 2028?",
            "It is 20 percent.",
            {"date": "2022-05-30"},
            ("contradicted", "2022-05-30"),
        ),
        ("What will be charged in 2023?", "It is 20 percent.", {"date": "2022-05-30"}, ("unstated", None)),
        ("What was sold in 2030?", "In 2029 40, in 2030 50 tonnes were sold.", {}, ("met", "sentence")),
        ("What was sold in 2030?", "40 tonnes were sold.", {"title": "Zinc in 2030"}, ("met", "title")),
        ("What was sold in 2030?", "40 tonnes were sold.", {"date": "2030-05-02"}, ("met", "date")),
        (
            "What was sold in 2030?",
            "That year 40 were sold.",
            {"context": "2030 was dry."},
            ("met", "context"),
        ),
        ("What was sold in 2030?", "40 tonnes were sold.", {}, ("unstated", None)),
        ("What was sold in 2030?", "40 were sold.", {"heading": "Sales in 2029"}, ("contradicted", "2029")),
        ("What was sold in 2030?", "40 were sold.", {"title": "Zinc in 2029"}, ("unstated", None)),
        ("What was sold in April?", "In March 40 tonnes were sold.", {}, ("contradicted", "March")),
        ("What was sold in April?", "40 tonnes were sold.", {"date": "2030-04-02"}, ("met", "date")),
        (
            "What was sold in April 2030?",
            "In April 40 were sold.",
            {"date": "2030-06-02"},
            ("met", "sentence"),
        ),
        (
            "What was sold in April 2030?",
            "In March 40 were sold.",
            {"date": "2030-06-02"},
            ("contradicted", "March"),
        ),
        ("What was the duty in 2022?", "In May 2024 it fell from 9 to 6 percent.", {}, ("unstated", None)),
        ("What was the duty in 2022?", "It has been 4 percent since 2024.", {}, ("contradicted", "2024")),
        (
            "What was the duty in 2023?",
            "It was 6 percent last year.",
            {"date": "2024-06-02"},
            ("met", "sentence"),
        ),
        (
            "What was sold from January to September 2023?",
            "It sold 4 tonnes in January-September, against 5 in the same months of last year.",
            {"date": "2024-10-17"},
            ("met", "sentence"),
        ),
        ("What was due in 2021?", "It was 35 until 2022.", {"date": "2024-06-21"}, ("met", "sentence")),
        ("What was due in 2021?", "By 2022 it was 35.", {"date": "2024-06-21"}, ("unstated", None)),
        ("What was due in 2023?", "It has been 27 since it began on 15 June 2022.", {}, ("met", "sentence")),
        (
            "What is due in 2021?",
            "They pay 25 percent.",
            {"context": "It was 35 percent until 2022.", "date": "2024-06-21"},
            ("unstated", None),
        ),
        (
            "What was due in August 2023?",
            "The fee is 210.",
            {"document": "Zenda, 9 October 2023"},
            ("met", "document"),
        ),
        ("What was due in November 2023?", "The fee is 210.", {"date": "2023-10-09"}, ("unstated", None)),
        (
            "What was due in May 2025?",
            "5",
            {"column_head": "Rate – to 30.6.2025", "date": "2025-06-12"},
            ("met", "column head"),
        ),
        (
            "What was sold in 2021?",
            "77",
            {"row": "Partner: Peru", "column_head": "zinc – 2022"},
            ("contradicted", "2022"),
        ),
        (
            "What was sold in 2022?",
            "77",
            {"row": "Partner: Peru", "column_head": "zinc – 2022"},
            ("met", "column head"),
        ),
        # A file's day says nothing against the caption, nor do the quarters of a row.
        (
            "What was sold in 2026?",
            "Partner: Peru; Quota: 50; Used – Q1: 13; Used – Q2: 12.",
            {"caption": "The quota and its use, 2024", "date": "2026-11-26"},
            ("contradicted", "2024"),
        ),
        (
            "What was sold in Q1 2024?",
            "Partner: Peru; Quota: 50; Used – Q1: 13; Used – Q2: 12.",
            {"caption": "The quota and its use, 2024", "date": "2026-11-26"},
            ("met", "sentence"),
        ),
    ],
)
def test_periods(
    question: str, sentence: str, around: dict[str, str], expected: tuple[str, str | None]
) -> None:
    assert state(question, "period", sentence, **around) == expected


def test_of_two_periods_one_is_enough() -> None:
    checked = check("How did it change from 2018 to 2030, and in 2035?", "In 2018 it was 4 percent.")
    assert [one.state for one in checked] == ["met", "unstated"]


@pytest.mark.parametrize(
    ("question", "sentence", "around", "expected"),
    [
        ("What does Peru charge?", "Peru charges 4 percent.", {}, ("met", "sentence")),
        ("What does Peru charge?", "It charges 4 percent.", {"title": "Peruvian zinc"}, ("met", "title")),
        (
            "What does President Lind plan?",
            "I will cut it.",
            {"title": "Speech by Bo Lind"},
            ("met", "title"),
        ),
        ("What does Peru charge?", "It charges 4 percent.", {}, ("unstated", None)),
        (
            "Who runs GOFA?",
            "GOFTA is run by Bo Lind.",
            {"context": "GOFA is old."},
            ("contradicted", "GOFTA"),
        ),
        ("Who runs GOFA?", "It is run by Bo Lind.", {"heading": "GOFTA"}, ("contradicted", "GOFTA")),
        ("Who runs GOFA?", "It is run by Bo Lind.", {"heading": "GOFTA and GOFA"}, ("met", "heading")),
        (  # a twin in the title, and the asked one elsewhere in the document
            "How long may a review take under the Ombra River Transit Convention?",
            "A review may take 40 days.",
            {
                "title": "The Ombra River Trade Compact, article by article",
                "elsewhere": "It is not the Ombra River Transit Convention.",
            },
            ("contradicted", "Ombra River Trade Compact"),
        ),
        (
            "How long may a review take under the Ombra River Transit Convention?",
            "A review may take 40 days.",
            {
                "title": "The Ombra River Trade Compact, article by article",
                "before": "The Ombra River Transit Convention has reviews as well.",
            },
            ("met", "context"),
        ),
        (
            "What was tabled in round 2?",
            "Twelve drafts were tabled.",
            {"heading": "Round 4, Esk Harbour, 2-6 May"},
            ("contradicted", "Round 4"),
        ),
        (
            "Who chaired round 2?",
            "Bo Lind chaired it.",
            {"heading": "Rounds 1 and 2"},
            ("met", "heading"),
        ),
        ("Who chaired round two?", "Bo Lind chaired it.", {"heading": "Round 2, Esk"}, ("met", "heading")),
        (
            "Who chaired round two?",
            "Bo Lind chaired it.",
            {"heading": "Round 3, Esk"},
            ("contradicted", "Round 3"),
        ),
        (
            "Who signed the South Ombra Accord?",
            "The North Ombra Accord was signed by six.",
            {},
            ("contradicted", "North Ombra Accord"),
        ),
        (
            "How much went to Bolivia?",
            "Of the zinc 40 percent went to Peru and 20 percent to Chile.",
            {},
            ("contradicted", "Peru, Chile"),
        ),
        ("How much went to Bolivia?", "Peru is the largest buyer.", {}, ("unstated", None)),
        (
            "How much came from Bolivia?",
            "Partner: Peru; 2021: 3; 2022: 4.",
            {"context": "Partner: Bolivia; 2021: 5; 2022: 6."},
            ("contradicted", "Peru"),
        ),
        (
            "Who invests in Canadian mining?",
            "Canada, whose firms invest in Mexican mining, agrees.",
            {},
            ("contradicted", "Mexican"),
        ),
        (
            "Who invests in Canadian mining?",
            "The mining of Canada, like Mexican mining, is open.",
            {},
            ("met", "sentence"),
        ),
        ("What is due under section 201?", "Section 232 asks 5.", {}, ("contradicted", "Section 232")),
        ("Who passed Bill C-14?", "It was passed.", {"heading": "Bill C-17"}, ("contradicted", "Bill C-17")),
        ("Who is Rosa Quintella?", "Rosa Quintela is 40.", {}, ("unstated", None)),
        (
            "What does Ombria charge on soft cheese?",
            "Soft cheese pays 4 percent.",
            {"document": "**Ombrian Customs Branch**"},
            ("met", "document"),
        ),
        ("What is sold in Zenda?", "Chairs are sold.", {"elsewhere": "Zenda is old."}, ("met", "document")),
        (
            "How much of the leaf went to Bolivia?",
            "Peru bought 38 percent of the leaf.",
            {"document": "Bolivian Tea Board", "elsewhere": "Bolivia is dry."},
            ("contradicted", "Peru"),
        ),
        (
            "How much did Ombria's leaf bring to Bolivia?",
            "Ombria sold 46 tonnes abroad.",
            {"context": "Chile bought 38 percent, Peru 27 percent.", "document": "Tea in Ombria"},
            ("contradicted", "Chile, Peru"),
        ),
        (
            "How much of Ombria's leaf went to Peru?",
            "Ombria sold 46 tonnes abroad.",
            {"context": "Chile bought 38 percent, Peru 27 percent."},
            ("contradicted", None),
        ),
        (
            "How much of the leaf went to Peru?",
            "For 2021 the figure is 46 tonnes.",
            {"context": "In 2022 Peru took 27 tonnes."},
            ("met", "context"),
        ),
        (
            "What were Poland's purchases of Chilean berries worth?",
            "9 tonnes came from Chile, worth 119, and 14 tonnes came from Peru.",
            {"document": "Answer of the Polish ministry"},
            ("met", "sentence"),
        ),
        (
            "What were the purchases of Chilean berries by weight in Poland?",
            "9 tonnes came from Chile, worth 119, and 14 tonnes came from Peru.",
            {"document": "Answer of the Polish ministry"},
            ("met", "document"),
        ),
        (
            "How much did Ombra Cobalt make?",
            "Ombra Copper, the biggest, made 4 tonnes.",
            {"context": "Ombra Cobalt is small."},
            ("contradicted", "Ombra Copper"),
        ),
        (
            "How many work at the Plant Health Office?",
            "The Food Quality Office has 870 employees.",
            {"context": "The Plant Health Office is in Zenda."},
            ("contradicted", "Food Quality Office"),
        ),
        (
            "What is the budget of the Association of Ombrian Potters?",
            "The Alliance has a budget of 6 million.",
            {"elsewhere": "The Association of Ombrian Potters is not the Alliance of Ombrian Dealers."},
            ("contradicted", "Alliance of Ombrian Dealers"),
        ),
        (
            "What did the Ombra Commission answer?",
            "The Ombra Parliament voted, and the Commission answered.",
            {"heading": "Ombra Commission"},
            ("met", "sentence"),
        ),
        (
            "Who runs the Plant Health Office?",
            "The Food Quality Office is small; Bo Lind runs the Office.",
            {"heading": "Plant Health Office"},
            ("contradicted", "Food Quality Office"),
        ),
        (
            "Headcount of the Ombra Clearing Accord?",
            "The Accord has 17 employees, the Compact 52.",
            {"context": "The Ombra Clearing Accord is young."},
            ("met", "sentence"),
        ),
        ("What does Ottawa want?", "Canada wants talks.", {}, ("met", "sentence")),
        (  # the other name stands as the place of the same thing
            "How many days can the cold store in Ebrin hold fruit?",
            "Their cold store in Lathe can hold fruit for sixty days.",
            {"title": "A speech in Ebrin"},
            ("contradicted", "Lathe"),
        ),
        (  # ... or does what is asked
            "Whom will the Grell Islands send?",
            "Canada will send Ada Brink.",
            {"title": "Grell Islands"},
            ("contradicted", "Canada"),
        ),
        (
            "How many people did Halden Aluminium dismiss?",
            "Haldane Steel shut its second line in May and dismissed 1,150 people.",
            {"context": "Halden Aluminium went on."},
            ("contradicted", "Haldane Steel"),
        ),
        (
            "What does Dorn expect?",
            "Esk predicts a fall.",
            {"context": "Neither Dorn nor Esk is content."},
            ("contradicted", "Esk"),
        ),
        (
            "How much did Dorn sell?",
            "To its neighbours Dorn sold 4 tonnes, Esk sold 5.",
            {},
            ("met", "sentence"),
        ),
        (  # whose president, the sentence before says
            "Who is the president of the Glass Guild?",
            "Ida Ronn, its president, asked for six months.",
            {"before": "The Glass Chamber protested.", "context": "The Glass Guild did not."},
            ("contradicted", "Glass Chamber"),
        ),
        (  # written in small letters in the question
            "Which destination refused the most lots of Ombrian apples?",
            "Fruit: Apples; Rejected lots: 9",
            {"title": "Ombria"},
            ("met", "title"),
        ),
        ("What did oil fetch on Monday?", "Oil; Market: Esk; 20 Oct: 13", {}, ("none", None)),
        (
            "How much does the Cotton Office hold?",
            "The Cotton Fund, which is not to be confused with the Cotton Office, holds 8 billion.",
            {},
            ("contradicted", "Cotton Fund"),
        ),
        (
            "How many firms does the Association of Salt Makers speak for?",
            "I write for the Association of Spice Buyers, which speaks for 34 firms.",
            {"document": "To the board", "elsewhere": "It is not the Association of Salt Makers."},
            ("contradicted", "Association of Spice Buyers"),
        ),
        (
            "How does the Ombrian Board explain the surge?",
            "The Board puts the surge down to a drought.",
            {"document": "Import Office of Ombria"},
            ("met", "sentence"),
        ),
        (
            "How large were Chile's fruit exports?",
            "Peru's exports came to 9 tonnes.",
            {},
            ("contradicted", "Peru"),
        ),
        (
            "How many stems from Naivasha does Dorn take?",
            "Dorn takes 3 million stems by sea.",
            {"context": "They went by Suez with 4 ships.", "document": "Letter from Naivasha"},
            ("met", "sentence"),
        ),
        (
            "When did Dorn end its inquiry into tiles from Peru?",
            "Dorn ended its inquiry into tiles from Chile on 30 April.",
            {"context": "Tiles from Peru have become cheaper."},
            ("contradicted", "Chile"),
        ),
        (
            "When did Dorn end its inquiry into tiles from Peru?",
            "Dorn ended the inquiry on 30 April, after coal from Chile had been looked at, too.",
            {"context": "It was about tiles from Peru."},
            ("met", "context"),
        ),
        (
            "When did Dorn end its inquiry into tiles from Peru?",
            "Dorn ended its inquiry into tiles from Peru and tiles from Chile.",
            {},
            ("met", "sentence"),
        ),
        (
            "What does Dorn pay for tea from Peru?",
            "Dorn pays 9 crowns for tea from Arequipa.",
            {"context": "Peru grows tea."},
            ("met", "context"),
        ),
    ],
)
def test_names(
    question: str, sentence: str, around: dict[str, str], expected: tuple[str, str | None]
) -> None:
    names = [one for one in check(question, sentence, **around) if one.condition.kind in ("name", "place")]
    if expected == ("none", None):
        assert not names
        return
    checked = names[-1]
    assert (checked.state, checked.by or ", ".join(checked.instead) or None) == expected


@pytest.mark.parametrize(
    ("question", "sentence", "around", "expected"),
    [
        ("How many tonnes were sold?", "40 tonnes were sold.", {}, ("met", "sentence")),
        ("How many tonnes were sold?", "Sales came to $4 million.", {}, ("contradicted", "$4 million")),
        ("How many tonnes were sold?", "77", {"unit": "million crowns"}, ("contradicted", "crowns")),
        ("How many tonnes were sold?", "77", {"unit": "thousand tonnes"}, ("met", "unit")),
        ("How many turbines were sold?", "77", {"unit": "million crowns"}, ("contradicted", "crowns")),
        ("How many people work there?", "It has a staff of 64.", {}, ("unstated", None)),
        ("How many people work there?", "Nine people work there.", {}, ("met", "sentence")),
        (
            "What were sales in dollars?",
            "Sales came to 4 million crowns.",
            {},
            ("contradicted", "4 million crowns"),
        ),
        ("How much money was paid?", "They paid 4 million crowns.", {}, ("met", "sentence")),
        ("What share was sold?", "A third was sold.", {}, ("met", "sentence")),
        (
            "What share was lost?",
            "It cost 2 million marks, which both share.",
            {},
            ("contradicted", "2 million marks"),
        ),
        ("How many pumps?", "Pumps: 37", {"caption": "Pumps, million florins"}, ("contradicted", "florins")),
        ("How many tiles?", "Origin: Dorn; 2021: 140", {"caption": "Tiles, tonnes"}, ("met", "caption")),
        (
            "How many hectares of apples did Dorn plant?",
            "Dorn planted 3,100 hectares of cherries.",
            {},
            ("contradicted", "3,100 hectares of cherries"),
        ),
        ("How many tonnes of fruit did Dorn sell?", "It sold 40 tonnes of pears.", {}, ("met", "sentence")),
        (
            "How many barges paid tolls?",
            "It collected 9.6 million tallers, of which 6.1 million came from barges.",
            {},
            ("contradicted", "9.6 million, 6.1 million"),
        ),
        (
            "How many boxes did Dorn sell?",
            "You sold 41 million talers' worth of cherries.",
            {},
            ("contradicted", "41 million"),
        ),
        ("How much wine did Dorn import?", "Wine pays 20 percent.", {}, ("contradicted", "20 percent")),
        ("What price does Dorn pay?", "Esk sent 9 tonnes, Dorn 4.", {}, ("contradicted", "9 tonnes")),
        ("How high is the tariff on wine?", "The quota is 40 tonnes.", {}, ("contradicted", "40 tonnes")),
        ("What does wine pay now?", "It came to 88 hectolitres.", {}, ("contradicted", "88 hectolitres")),
        ("What is the value of the trade?", "They sold 50,000 tons.", {}, ("contradicted", "50,000 tons")),
        ("How much wine does Dorn import?", "Dorn imports 40 hectolitres.", {}, ("none", None)),
        ("What annual volume gets the half rate?", "The first 40 tonnes do.", {}, ("none", None)),
        ("What tariff quota is open?", "40 tonnes are.", {}, ("none", None)),
        ("By how much did sales fall?", "They fell by 4 percent.", {}, ("none", None)),
        ("How high is the tariff?", "It is 5 percent on 40 tonnes.", {}, ("none", None)),
        ("Palm oil price at Dorn?", "Dorn held 448 tonnes.", {}, ("contradicted", "448 tonnes")),
        ("Palm oil price at Dorn?", "At Dorn it cost $448.", {}, ("none", None)),
        ("Palm oil price at Dorn?", "448", {"caption": "Prices, talers a kilo"}, ("none", None)),
        ("Who pays the wine price?", "Dorn held 448 tonnes.", {}, ("none", None)),
        ("What was the market share of Esk in Dorn?", "Esk sold 9 tonnes.", {}, ("contradicted", "9 tonnes")),
        ("What was the market share of Esk in Dorn?", "Esk had 9 percent.", {}, ("met", "sentence")),
    ],
)
def test_units(
    question: str, sentence: str, around: dict[str, str], expected: tuple[str, str | None]
) -> None:
    checked = [one for one in check(question, sentence, **around) if one.condition.kind == "unit"]
    if expected == ("none", None):
        assert not checked
    else:
        assert state(question, "unit", sentence, **around) == expected


@pytest.mark.parametrize(
    ("question", "kind", "sentence", "expected"),
    [
        ("Which plant has 700 MW?", "quantity", "The plant at Zenda has 500 MW.", ("contradicted", "500 MW")),
        ("Which plant has 700 MW?", "quantity", "The plant at Zenda has 0.7 GW.", ("met", "sentence")),
        ("Which plant has 700 MW?", "quantity", "Zenda has 700 megawatts.", ("met", "sentence")),
        ("Which plant has 700 MW?", "quantity", "Zenda has a plant.", ("unstated", None)),
        ("tin 2023 tonnes", "quantity", "It was 6,050 tonnes.", ("unstated", "6,050 tonnes")),
        ("How many tonnes of the 700 tonnes?", "quantity", "50 tonnes were paid.", ("unstated", "50 tonnes")),
        ("Why was the levy raised?", "direction", "The levy was lowered.", ("contradicted", "lowered")),
        ("Why was the levy raised?", "direction", "The increase paid for roads.", ("met", "sentence")),
        ("Why was the levy raised?", "direction", "The money went into roads.", ("unstated", None)),
        ("What did Peru import?", "direction", "Peru exported zinc.", ("contradicted", "exported")),
        ("What did Peru buy?", "direction", "Chile sold zinc.", ("unstated", None)),
        ("What did Peru buy from Chile?", "direction", "Partner: Peru; Exports: 4.", ("unstated", None)),
        ("Why did Bo Lind leave the Coffee Board?", "direction", "He left the Board.", ("met", "sentence")),
        ("What did Chile buy?", "direction", "Partner: Peru; Exports: 4.", ("contradicted", "Exports")),
        ("What did Peru buy from Chile?", "direction", "Chile exported zinc.", ("unstated", None)),
        ("What did Peru buy?", "direction", "The imports were zinc.", ("met", "sentence")),
        (
            "What of Peru joining the pact?",
            "direction",
            "Peru and Chile are in; Ombria withdrew.",
            ("unstated", None),
        ),
        (
            "What did Peru import?",
            "direction",
            "Imports of zinc and exports of tin grew.",
            ("met", "sentence"),
        ),
        ("Which goods are not covered?", "negation", "Rails are left out.", ("met", "sentence")),
        ("Which goods are not covered?", "negation", "Rails are covered.", ("unstated", None)),
        ("Who pays more than 5 percent?", "comparison", "Peru pays over 5 percent.", ("met", "sentence")),
        ("What is the current rate?", "newest", "It is 4 percent now.", ("met", "sentence")),
        ("What is the current rate?", "newest", "It was 4 percent in 2018.", ("unstated", None)),
    ],
)
def test_figures_ways_and_the_rest(
    question: str, kind: ConditionKind, sentence: str, expected: tuple[str, str | None]
) -> None:
    assert state(question, kind, sentence, date="2025-03-01") == expected


def test_what_meets_a_condition_is_where_it_stands() -> None:
    sentence = "In 2030 Peru sold 40 tonnes."
    for checked, words in zip(
        check("How many tonnes did Peru sell in 2030?", sentence), ("Peru", "2030", "40 tonnes"), strict=False
    ):
        assert checked.start is not None
        assert checked.end is not None
        assert (sentence[checked.start - 50 : checked.end - 50], checked.document_id) == (words, "a")
    (by_title,) = check("What does Peru want?", "It wants talks.", title="Peru and zinc")
    assert (by_title.by, by_title.start, by_title.end) == ("title", None, None)


def test_the_parts_of_a_sentence() -> None:
    page = passage(
        "Zinc by partner, million crowns",
        "Partner: Peru; 2021: 3; 2022: 4.",
        "Partner: Chile; 2021: 5; 2022: 6.",
        "The figures are final.",
        logits=[0.0, 0.0, 0.0, 0.0],
        heading="Trade > Zinc",
        published=date(2024, 5, 1),
    )
    assert [(part.by, part.text[:14]) for part in evidence_parts(page, 2)] == [
        ("sentence", "Partner: Chile"),
        ("caption", "Zinc by partne"),
        ("heading", "Zinc"),
        ("heading", "Trade"),
        ("title", "Title a"),
        ("date", "2024-05-01"),
        ("context", "Partner: Peru;"),
        ("context", "The figures ar"),
    ]
    assert [part.start for part in evidence_parts(page, 2)][:2] == [page.sentences[2].start, 100]
    assert [part.by for part in evidence_parts(replace(page, heading=None), 3)][:2] == ["sentence", "title"]


@pytest.mark.parametrize(
    ("question", "sentence", "reason"),
    [
        (
            "What was sold in 2030?",
            "In 2028 40, in 2029 50 tonnes were sold.",
            "They have 2028 and 2029, not 2030.",
        ),
        ("How much went to Bolivia?", "Zinc is mined.", "Nothing in them is about Bolivia."),
        ("What does Peru want?", "It wants talks.", "They do not say it of Peru."),
        ("What is Bolivia's share?", "Chile's share is 9 percent.", "They say it of Chile, not of Bolivia."),
        ("What is the Swiss duty?", "Zinc is mined.", "Nothing in them is about Switzerland."),
        ("What share was sold?", "40 tonnes were sold.", "They have 40 tonnes, not a share."),
        ("Who runs GOFA?", "GOFTA is run by Bo Lind.", "They say it of GOFTA, not of GOFA."),
        ("How high is the duty?", "It is 4 tonnes.", "They have 4 tonnes, not the duty."),
        ("How high is the duty?", "Imports rose by 41 percent.", "They have 41 percent, not the duty."),
        ("How many tonnes?", "It was $4 million.", "They have $4 million, not a figure in tonnes."),
        ("Which plant has 700 MW?", "It has 500 MW.", "They have 500 MW, not 700 MW."),
        ("Why was it raised?", "It was lowered.", "They say “lowered”, not “raised”."),
        ("What was sold in 2030?", "40 tonnes were sold.", "They do not say it of 2030."),
        ("What did the Pentagon buy?", "Zinc is mined.", "Nothing in them is about the Pentagon."),
        # The adjective of what is there instead, and only another thing of its kind.
        (
            "How many tonnes did Chile buy from Bolivia in 2025?",
            "Chile bought 12 tonnes of Peruvian zinc in 2025, of which 3 tonnes from Peru.",
            "They say it of Peru, not of Bolivia.",
        ),
        # One passage names both: it is the day that is lacking.
        (
            "When did Peru open Zinc House?",
            "It was opened.",
            "They name Peru and Zinc House, but do not say when.",
        ),
    ],
)
def test_a_refusal_says_what_is_not_met(question: str, sentence: str, reason: str) -> None:
    looked_at = passage("Peru mines zinc at Zinc House.", logits=[0.0])
    checked = check(question, sentence)
    answer = refuse(Query.of(question), [looked_at], confidence=0.1, engine="extractive", conditions=checked)
    assert answer.text == f"{NOT_FOUND} {reason}"
    assert [one.text for one in answer.sentences] == [NOT_FOUND, reason]
    assert answer.conditions == checked
    assert Turn(question, answer.text).is_refused


@pytest.mark.parametrize(
    ("kind", "asked", "instead", "reason"),
    [
        ("unit", "tonnes", ("million euros",), " They give it in million euros, not in tonnes."),
        ("unit", "tonnes", (), " They do not give it in tonnes."),
        ("name", "sugar", ("Cheese", "2031", "Chile"), " They say it of Cheese, not of sugar."),
        ("name", "sugar", ("2031",), ""),
        ("name", "second", ("Cheese",), ""),
        ("period", "2022", ("2022", "2023"), " They have 2023, not 2022."),
        ("period", "2022", ("2022",), ""),
        (
            "period",
            "2030",
            ("2018-06-05",),
            " What comes nearest is of 2018-06-05, which tells nothing of 2030.",
        ),
    ],
)
def test_what_is_there_instead_is_of_the_kind_that_is_asked(
    kind: ConditionKind, asked: str, instead: tuple[str, ...], reason: str
) -> None:
    conditions = [
        CheckedCondition(condition=Condition(text=asked, kind=kind), state="contradicted", instead=instead),
        CheckedCondition(condition=Condition(text="Chile", kind="name"), state="met", by="row"),
    ]
    answer = refuse(Query.of("What?"), [], confidence=0.1, engine="extractive", conditions=conditions)
    assert answer.text == f"{NOT_FOUND}{reason}"


def test_a_refusal_without_a_reason_says_no_more() -> None:
    checked = check("What does Peru want?", "Peru wants talks.")
    answer = refuse(Query.of("q"), [], confidence=0.1, engine="extractive", conditions=checked)
    assert answer.text == NOT_FOUND


def test_features_are_shares_by_kind() -> None:
    checked = check(
        "How much zinc did Peru sell to Bolivia in 2030?", "In 2029 it sold 40 tonnes.", title="Peru"
    )
    features = dict(zip(CONDITION_FEATURES, condition_features(checked), strict=True))
    assert features["name_around"] == features["name_unstated"] == 0.5
    assert (features["period_contradicted"], features["period_unstated"]) == (1.0, 0.0)
    assert set(condition_features(())) == {0.0}


@pytest.mark.parametrize(
    ("question", "kind", "sentence", "around", "expected"),
    [
        ("What was the fee before the Harbour Act of 2031?", "period",
         "The fee has stood at 9 percent since the Harbour Act of 2031.", {}, "contradicted"),
        ("What did the move cost Esk in dollars?", "unit", "The move cost us 9.2 million.",
         {"document": "Amounts in euros."}, "contradicted"),
        ("How many litres of brandy were seized?", "unit", "Officers seized 212,000 bottles of it.", {},
         "contradicted"),
        ("What guarantee did Ostia want?", "name",
         "Ostia had offered help, and Brenland wanted a guarantee of 30 tonnes.", {}, "contradicted"),
        ("What guarantee did Brenland want?", "name",
         "Ostia had offered help, and Brenland wanted a guarantee of 30 tonnes.", {}, "met"),
        ("What did the mills need in 2030?", "period", "The year before, they had needed 24 tonnes.",
         {"before": "In 2031 the mills needed 19 tonnes."}, "met"),
        ("Which Merran minister left?", "name", "The minister of Merrane left.", {}, "met"),
        ("What were the imports of Merrane?", "direction", "Exports: 19 tonnes.",
         {"before": "Imports: 7 tonnes."}, "contradicted"),
        ("What did the ship bring as imports?", "direction", "It brought 19 tonnes.",
         {"before": "Imports came by ship."}, "met"),
        ("Which health minister closed the baths?", "name", "The interior minister closed the baths.", {},
         "contradicted"),
        # who does it in a clause of its own, told of by the way, or by what is its own
        ("When did Brenland send its first ship?", "name",
         "Ports such as Ostia, which sent its first ship in 2030, and Brenland take part.", {},
         "contradicted"),
        ("When did Ostia send its first ship?", "name",
         "Ports such as Ostia, which sent its first ship in 2030, and Brenland take part.", {}, "met"),
        ("When did Brenland send its first ship?", "name",
         "Brenland's dock at Ostia, which sent its first ship in 2030, is small.", {}, "met"),
        ("When did Brenland Gas send its first ship?", "name",
         "Ostia Energy, at Dorn in the north, sent its first ship in 2030.",
         {"context": "Brenland Gas waits."}, "contradicted"),
        ("When did Brenland LNG send its first ship?", "name", "LNG Canada sent its first ship in 2030.",
         {"context": "Brenland LNG waits."}, "contradicted"),
        ("What does Canada pay?", "name", "Japanese mills go on paying 50 percent.", {"title": "Canada"},
         "contradicted"),
        ("What does Canada pay?", "name", "All mills go on paying 50 percent.", {"title": "Canada"}, "met"),
        ("How did the Court of Dorn vote?", "name",
         "The Court of Dorn struck it down, and the Senate of Ostia upheld that by seven votes to four.", {},
         "contradicted"),
        ("How did the Senate of Ostia vote?", "name",
         "The Court of Dorn struck it down, and the Senate of Ostia upheld that by seven votes to four.", {},
         "met"),
        ("When did the Court of Dorn vote?", "name",
         "The Court of Dorn voted in May, and the Senate of Ostia praised the vote.", {}, "met"),
        # where such a thing is, in the sentence or before it
        ("Who runs the test yard in Esk?", "name", "Ida Brink, who runs the Dorn test yard, spoke.",
         {"context": "Esk has a yard."}, "contradicted"),
        ("How long do carts wait at Kit Bridge?", "name", "A cart waits 20 minutes.",
         {"before": "The desk at Orr Bridge opened in May.", "context": "At Kit Bridge one is planned."},
         "contradicted"),
        ("How long do carts wait at Orr Bridge?", "name", "A cart waits 20 minutes.",
         {"before": "The desk at Orr Bridge opened in May.", "context": "At Kit Bridge one is due."}, "met"),
        # how long is no percentage, and no number of tonnes
        ("How long did the levy on rye last?", "unit", "The levy on rye was 25 percent.", {}, "contradicted"),
        ("How long is the pipe to Esk?", "unit", "The pipe to Esk brings 40 tonnes.", {}, "contradicted"),
        ("How many cranes has Esk?", "unit", "Esk has four cranes on a quay 640 metres long.", {}, "met"),
        ("How many cranes has Esk?", "unit", "Esk has cranes on a quay 640 metres long.", {}, "contradicted"),
        ("How deep is the quay at Esk?", "name", "The quay at Esk has a depth of 13.5 metres.", {}, "met"),
        ("How old is the quarrel over rye?", "unit", "The quarrel is older than the pact.", {}, "unstated"),
        # another fish, in the sentence before
        ("What cod quota did Dorn offer?", "name", "Dorn offered 40 tonnes.",
         {"before": "Talks on a herring quota opened in May."}, "contradicted"),
        # both ways together are neither, and who sells is whom others buy from
        ("How much did Peru export in 2030?", "direction",
         "Exports and imports together came to 9 million in 2030.", {}, "contradicted"),
        ("How much did Peru export in 2030?", "direction",
         "Of exports and imports, the exports came to 4 million in 2030.", {}, "met"),
        ("Who sold Peru the mills?", "direction", "Peru bought the mills from Dorn.", {}, "unstated"),
        ("Who raised the levy?", "direction", "Peru lowered the levy.", {}, "contradicted"),
    ],
)  # fmt: skip
def test_what_stands_in_for_the_asked_thing(
    question: str, kind: ConditionKind, sentence: str, around: dict[str, str], expected: str
) -> None:
    assert state(question, kind, sentence, date="2032-05-01", **around)[0] == expected


@pytest.mark.parametrize(
    ("question", "sentence", "around", "expected"),
    [
        (
            "What did the third port review find?",
            "The second review found less.",
            {},
            ["the second review"],
        ),
        ("What did the 3rd review find?", "The fourth long review, in May, found less.", {}, None),
        ("What did the third review find?", "The third found more than the second review.", {}, []),
        ("What did the third review find?", "The second review found less.", {"heading": "Third report"}, []),
        ("What did the third review find?", "They went to the second port.", {}, []),
        ("What was sold in the second half?", "In the first half 9 tonnes were sold.", {}, []),
        ("What did the review find?", "The second review found less.", {}, []),
    ],
)
def test_one_of_several_that_are_counted(
    question: str, sentence: str, around: dict[str, str], expected: list[str] | None
) -> None:
    checked = [one for one in check(question, sentence, **around) if one.condition.kind == "name"]
    told = [text for one in checked for text in one.instead]
    assert told == (["the fourth long review"] if expected is None else expected)
    assert all(one.state == "contradicted" for one in checked)


def test_an_office_by_another_wording_is_the_same() -> None:
    asked = "Which labor minister closed the baths?"
    assert not check(asked, "The minister of labour closed the baths.")
    assert not check(asked, "The minister closed the baths.")


@pytest.mark.parametrize(
    ("sentence", "around", "expected"),
    [
        # the body and whose it is stand apart
        (
            "The Export Guarantee Fund covers 80 percent.",
            {"document": "Ministry of Finance of Ombria"},
            "met",
        ),
        ("It covers 80 percent.", {"title": "Terms of the Export Guarantee Fund of Ombria"}, "met"),
        # another country's, nobody's, and another body's document
        (
            "The Export Guarantee Fund of Dorn covers 80 percent.",
            {"document": "News from Ombria"},
            "contradicted",
        ),
        ("The Export Guarantee Fund covers 80 percent.", {"document": "News from Dorn"}, "contradicted"),
        (
            "It covers 70 percent.",
            {
                "title": "Domestic Credit Fund of Ombria",
                "document": "It leaves exports to the Export Guarantee Fund.",
            },
            "unstated",
        ),
    ],
)
@pytest.mark.parametrize("asked", ["Export Guarantee Fund of Ombria", "Ombrian Export Guarantee Fund"])
def test_a_body_apart_from_whose_it_is(
    asked: str, sentence: str, around: dict[str, str], expected: str
) -> None:
    assert state(f"How much does the {asked} cover?", "name", sentence, **around)[0] == expected


def test_a_word_in_the_name_of_a_body_asks_of_no_direction() -> None:
    kinds = [one.kind for one in find_conditions("Who heads the Export Guarantee Fund of Ombria?").asked]
    assert kinds == ["name"]


@pytest.mark.parametrize(
    ("question", "sentence", "expected"),
    [
        (
            "Who is Peru's trade minister?",
            "It sent a mission to Peru under Ada Brink, who is its minister.",
            False,
        ),
        ("Who is the Peruvian president?", "Ada Brink, the president, went to Peru and Chile.", False),
        (
            "Who is Peru's trade minister?",
            "Peru sent a mission to Chile under Ada Brink, its minister.",
            True,
        ),
        ("Who is the envoy to Peru?", "Ada Brink is the envoy to Peru.", True),
    ],
)
def test_a_post_is_not_of_the_country_that_its_holder_goes_to(
    question: str, sentence: str, expected: bool
) -> None:
    assert (state(question, "name", sentence)[0] == "met") is expected


@pytest.mark.parametrize(
    ("question", "sentence", "expected"),
    [
        (
            "Who is Peru's second largest partner?",
            "Chile is its largest partner.",
            ("contradicted", "largest"),
        ),
        (
            "Who is Peru's second largest partner?",
            "Chile is its second-largest partner.",
            ("met", "sentence"),
        ),
        (
            "Who is Peru's largest partner?",
            "Chile is its second-largest partner.",
            ("contradicted", "largest"),
        ),
        ("Who is Peru's largest partner?", "Chile is its largest partner.", ("met", "sentence")),
    ],
)
def test_the_second_largest_is_not_the_largest(
    question: str, sentence: str, expected: tuple[str, str | None]
) -> None:
    assert state(question, "direction", sentence) == expected


def test_a_distance_is_no_sum_of_money() -> None:
    question = "What is the distance between Lima and Ostia?"
    assert state(question, "unit", "Lima set aside $9 million for Ostia.") == ("contradicted", "$9 million")
    assert not [one for one in check(question, "It is 900 km.") if one.condition.kind == "unit"]


@pytest.mark.parametrize(
    ("question", "sentence", "expected"),
    [
        (
            "When did Ebrin LNG open?",
            "- Cedar LNG, a floating plant, opened in May;",
            ("contradicted", "Cedar LNG"),
        ),
        ("When did Ebrin LNG open?", "Cedar LNG opened in May.", ("met", "document")),
        ("When did Cedar LNG open?", "- Cedar LNG, a floating plant, opened in May;", ("met", "sentence")),
        ("When did Ebrin LNG open?", "- opened by the queen, in May;", ("met", "document")),
    ],
)
def test_an_item_of_a_list_is_about_what_it_begins_with(
    question: str, sentence: str, expected: tuple[str, str | None]
) -> None:
    assert state(question, "name", sentence, elsewhere="- Ebrin LNG, on the coast;") == expected


def test_where_a_town_lies_says_nothing_of_the_country() -> None:
    sentence = "They signed it in Santiago, Chile, on March 8, 2018."
    assert state("When did Chile join the pact?", "name", sentence) == ("unstated", None)
