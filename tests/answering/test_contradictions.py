"""What the evidence contradicts by its words, and what it does not."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.answering.claim_check import Claim, ClaimChecker
from qa.answering.claim_check.contradictions import find_contradictions
from qa.models.checker import ClaimScores, ClaimText
from qa.models.checker.training.claim_sets import read_claim_set

TURNED = {"role", "direction", "cause", "modality"}
CLAIM_SETS = Path(__file__).parents[1] / "bench" / "claim_sets"


def contradicted(text: str, *quotes: str) -> list[str]:
    return [text[span.start : span.end] for span in find_contradictions(text, quotes)]


@pytest.mark.parametrize(
    ("quote", "true", "false"),
    [
        pytest.param(
            "Peru sued Chile over a subsidy.",
            "Chile was sued by Peru over a subsidy.",
            "Chile sued Peru over a subsidy.",
            id="roles",
        ),
        pytest.param(
            "Orbo is leasing the yard to Marla.",
            "The yard is leased to Marla by Orbo.",
            "Marla is leasing the yard to Orbo.",
            id="roles in what is going on",
        ),
        pytest.param(
            "The mill is paying its debts.",
            "Its debts are being paid by the mill.",
            "The mill is not paying its debts.",
            id="what is going on, denied",
        ),
        pytest.param(
            "Norline overtook Maresco in April.",
            "In April, Maresco was overtaken by Norline.",
            "Norline was overtaken by Maresco in April.",
            id="roles in the passive",
        ),
        pytest.param(
            "Velka bought the silos of Kestrel.",
            "Kestrel sold its silos to Velka.",
            "Velka sold its silos to Kestrel.",
            id="who sells and who buys",
        ),
        pytest.param(
            "Chile exported 400 tonnes of copper to Japan.",
            "Japan imported 400 tonnes of copper from Chile.",
            "Japan's exports of copper to Chile came to 400 tonnes.",
            id="exports as verb and noun",
        ),
        pytest.param(
            "The World Bank lent Velland 60 million dollars.",
            "Velland borrowed 60 million dollars from the World Bank.",
            "Velland lent the World Bank 60 million dollars.",
            id="who lends whom",
        ),
        pytest.param(
            "The line runs from Ostia to Calder.",
            "The line to Calder starts from Ostia.",
            "The line runs from Calder to Ostia.",
            id="from and to",
        ),
        pytest.param(
            "The minister signed the order, and the council published it.",
            "The order was signed by the minister.",
            "The council signed the order.",
            id="what another does",
        ),
        pytest.param(
            "The fall in prices was caused by cheap gas.",
            "Cheap gas caused the fall in prices.",
            "The fall in prices caused cheap gas.",
            id="cause and effect",
        ),
        pytest.param(
            "Exports fell by 3 percent, while imports rose.",
            "Exports decreased by 3 percent.",
            "Exports rose by 3 percent.",
            id="direction of one of two",
        ),
        pytest.param(
            "The deficit narrowed to 3 billion crowns.",
            "The deficit shrank to 3 billion crowns.",
            "The deficit widened to 3 billion crowns.",
            id="direction",
        ),
        pytest.param(
            "The sampling rate was 2 percent, down from 5 percent.",
            "The sampling rate fell to 2 percent.",
            "The sampling rate rose to 5 percent.",
            id="direction in other words",
        ),
        pytest.param(
            "The Commission imposed a duty on coil from Egypt.",
            "The Commission introduced a duty on coil from Egypt.",
            "The Commission lifted a duty on coil from Egypt.",
            id="opposite verbs",
        ),
        pytest.param(
            "Producers in Egypt did not answer the questions.",
            "Producers in Egypt failed to answer the questions.",
            "Producers in Egypt answered the questions.",
            id="denied",
        ),
        pytest.param(
            "Transit goods are inspected.",
            "Goods in transit are inspected.",
            "No transit goods are inspected.",
            id="denied by no",
        ),
        pytest.param(
            "Officials plan to abolish the duty on tea.",
            "Officials want to abolish the duty on tea.",
            "Officials abolished the duty on tea.",
            id="planned",
        ),
        pytest.param(
            "The authority must approve the sale.",
            "The sale is to be approved by the authority.",
            "The authority has approved the sale.",
            id="due",
        ),
        pytest.param(
            "Deliveries may be interrupted in August.",
            "Deliveries could be interrupted in August.",
            "Deliveries will be interrupted in August.",
            id="possible",
        ),
        pytest.param(
            "The strike ended before the holiday.",
            "Before the holiday, the strike ended.",
            "The strike ended after the holiday.",
            id="order in time",
        ),
        pytest.param(
            "Tariffs on tea rose after those on coffee.",
            "Tariffs on coffee rose before those on tea.",
            "Tariffs on tea rose before those on coffee.",
            id="order in time, sides changed",
        ),
        pytest.param(
            "Only bottles above 200 euros are exempt.",
            "Exempt are only bottles above 200 euros.",
            "Only bottles below 200 euros are exempt.",
            id="limit",
        ),
        pytest.param(
            "Peru sold more tin than Chile.",
            "Chile sold less tin than Peru.",
            "Chile sold more tin than Peru.",
            id="comparison",
        ),
        pytest.param(
            "The share went up to 31 percent from 24.",
            "The share went from 24 percent to 31.",
            "The share went from 31 percent to 24.",
            id="step",
        ),
        pytest.param(
            "Line A carries 31 percent of it, Norline 34 percent.",
            "Norline carries 34 percent of it.",
            "Line A carries 34 percent of it and Norline 31.",
            id="whose figure",
        ),
        pytest.param(
            "Licences are issued by the forest agency, not by customs.",
            "Licences are issued by the agency and not by customs.",
            "Licences are issued by customs, not by the forest agency.",
            id="contrast",
        ),
        pytest.param(
            "Most cooperatives have new bags; a few have not.",
            "Most cooperatives have new bags.",
            "All cooperatives have new bags.",
            id="scope",
        ),
        pytest.param(
            "The deal is due to close in June.",
            "The deal will close in June.",
            "The deal closed in June.",
            id="due, without an object",
        ),
        pytest.param(
            "Deliveries from Orvia are expected to resume in April.",
            "Deliveries from Orvia may resume in April.",
            "Deliveries from Orvia resumed in April.",
            id="expected, behind a verb",
        ),
        pytest.param(
            "The line was to be finished in 2024, but the builder failed.",
            "The line should have been finished in 2024.",
            "The line was finished in 2024.",
            id="was to be",
        ),
        pytest.param(
            "A ruling is expected in November.",
            "A ruling should come in November.",
            "A ruling came in November.",
            id="expected, without an infinitive",
        ),
        pytest.param(
            "Vietnam's share rose to 18 percent and China's fell to 15.",
            "China's share fell to 15 percent.",
            "Vietnam's share fell to 18 percent.",
            id="left out behind a possessive",
        ),
        pytest.param(
            "Lena Sorvik heads the Northern Bank and Karim Dahl the Coastal Fund.",
            "Karim Dahl heads the Coastal Fund.",
            "Karim Dahl heads the Northern Bank.",
            id="verb left out",
        ),
        pytest.param(
            "Arden roasts the beans in Dubai and Moka Gulf in Jeddah.",
            "Moka Gulf roasts the beans in Jeddah.",
            "Arden roasts the beans in Jeddah.",
            id="verb left out before a place",
        ),
        pytest.param(
            "Ternia plans to stop importing rice by 2028.",
            "By 2028 Ternia plans to end its imports of rice.",
            "Ternia plans to stop exporting rice by 2028.",
            id="importing and exporting",
        ),
        pytest.param(
            "Imports of bulk wine grew and exports of bottled wine fell.",
            "Bulk wine imports grew.",
            "Exports of bulk wine grew.",
            id="imports and exports",
        ),
        pytest.param(
            "The rule on entry applies to lorries.",
            "Lorries are under the entry rule.",
            "The rule on exit applies to lorries.",
            id="entry and exit",
        ),
        pytest.param(
            "Because the harvest failed, the stores were opened.",
            "A failed harvest led to the opening of the stores.",
            "The harvest failed because the stores were opened.",
            id="because",
        ),
        pytest.param(
            "The rule led to a fall in shipments.",
            "Shipments fell because of the rule.",
            "A fall in shipments led to the rule.",
            id="led to",
        ),
        pytest.param(
            "The move to Sarn was followed by a drop in flights.",
            "Flights dropped after the move to Sarn.",
            "A drop in flights was followed by the move to Sarn.",
            id="followed by",
        ),
        pytest.param(
            "The safeguard ends after 31 December.",
            "The safeguard expires after 31 December.",
            "The safeguard begins after 31 December.",
            id="begin and end",
        ),
        pytest.param(
            "Maldo won the case against Ostrany.",
            "Ostrany lost the case against Maldo.",
            "Maldo lost the case against Ostrany.",
            id="win and lose",
        ),
        pytest.param(
            "Ostrany keeps its duty until then.",
            "Until then Ostrany retains its duty.",
            "Until then Ostrany drops its duty.",
            id="keep and drop",
        ),
        pytest.param(
            "The president vetoed the seed law in April.",
            "In April the seed law met with a veto.",
            "The president approved the seed law in April.",
            id="approve and veto",
        ),
        pytest.param(
            "The union rejected the offer made by the employers.",
            "The employers' offer was turned down by the union.",
            "The union's offer was turned down by the employers.",
            id="roles with a verb of two words",
        ),
        pytest.param(
            "Ghana supplies cocoa to the Swiss makers.",
            "The Swiss makers get cocoa from Ghana.",
            "Ghana gets cocoa from the Swiss makers.",
            id="who gets",
        ),
        pytest.param(
            "Ecuador asked Peru for its trap records.",
            "Ecuador requested trap records from Peru.",
            "Peru requested trap records from Ecuador.",
            id="who requests",
        ),
        pytest.param(
            "The state resumed the works with a loan from the Delta Bank.",
            "The Delta Bank gave the state a loan.",
            "The state gave the Delta Bank a loan.",
            id="who gives the loan",
        ),
        pytest.param(
            "Orvia's orchard area fell from 41,000 to 33,500 hectares. As a result, apple production grew.",
            "Orvia's apple production grew.",
            "Orvia's apple production declined.",
            id="direction of another thing of the same name",
        ),
        pytest.param(
            "Imports from Chile fell, whereas imports from Peru rose.",
            "There was a fall in imports from Chile.",
            "There was a rise in imports from Chile.",
            id="direction by a noun",
        ),
        pytest.param(
            "Officers inspected 3.2% of the containers in 2024, compared with 5.7% in 2021.",
            "A larger share of the containers was inspected in 2021 than in 2024.",
            "A larger share of the containers was inspected in 2024 than in 2021.",
            id="comparison of years by their figures",
        ),
        pytest.param(
            "Australia supplied 520,000 tonnes of wheat to Indonesia, Canada 310,000 tonnes.",
            "More wheat came to Indonesia from Australia than from Canada.",
            "More wheat came to Indonesia from Canada than from Australia.",
            id="comparison of names by their figures",
        ),
        pytest.param(
            "South Africa reported 14 outbreaks, against 37 in the same quarter of 2024.",
            "South Africa's outbreaks were fewer than in 2024.",
            "South Africa's outbreaks were more numerous than in 2024.",
            id="direction by figures",
        ),
        pytest.param(
            "Origin: Uganda; First half 2025: 214; First half 2026: 187",
            "In the first half of 2026, less came from Uganda than a year before.",
            "Between the first half of 2025 and that of 2026, what came from Uganda grew.",
            id="direction by a row's figures",
        ),
        pytest.param(
            "Kalvenia took almost a third of the cloth.",
            "Nearly a third of the cloth went to Kalvenia.",
            "More than a third of the cloth went to Kalvenia.",
            id="more than almost",
        ),
        pytest.param(
            "The rate is 100 percent on electric cars and 25 percent on steel.",
            "The rate is 25 percent on steel and 100 percent on electric cars.",
            "The rate is 25 percent on electric cars and 100 percent on steel.",
            id="figures crossed",
        ),
        pytest.param(
            "They buy three quarters of Canada's exports and more than four fifths of Mexico's.",
            "They buy over four fifths of Mexico's exports and three quarters of Canada's.",
            "They buy three quarters of Mexico's exports and more than four fifths of Canada's.",
            id="fractions crossed",
        ),
        pytest.param(
            "Nordhall is the second-largest operator after Frigora.",
            "Frigora is larger than Nordhall, the second-largest operator.",
            "Nordhall is the largest operator.",
            id="rank",
        ),
        pytest.param(
            "The chamber expects copper output of about 800,000 tonnes if the rains are normal.",
            "Copper output is expected to reach 800,000 tonnes.",
            "Copper output reached about 800,000 tonnes.",
            id="expected for done",
        ),
        pytest.param(
            "If parliament agrees, mills with fewer than fifty workers would be exempt.",
            "Mills with fewer than fifty workers would be exempt.",
            "Mills with fewer than fifty workers are now exempt.",
            id="condition left out",
        ),
        pytest.param(
            "Product: Shrimp; From the Union: 0; From Dasmar: 6; From other countries: 14",
            "Shrimp from the Union is free of duty, whereas 14% is paid on shrimp from other countries.",
            "Shrimp from Dasmar is free of duty, whereas 14% is paid on shrimp from other countries.",
            id="another column",
        ),
        pytest.param(
            "Peru objected to the way in which Chile gave out its licences.",
            "Peru objected to how Chile was giving out its licences.",
            "Chile objected to how Peru was giving out its licences.",
            id="roles before a second verb",
        ),
        pytest.param(
            "Nearly all of the mills closed.",
            "Nearly all mills closed.",
            "All of the mills closed.",
            id="nearly all",
        ),
        pytest.param(
            "Whether a port will be opened for salt is under study.",
            "A port may be opened for salt.",
            "A port for salt will be opened.",
            id="whether",
        ),
        pytest.param(
            "Its duty on beef, 38 percent before the pact, falls in yearly steps to 9 percent.",
            "Its duty on beef is going down in yearly steps to 9 percent.",
            "Its duty on beef is going up in yearly steps to 9 percent.",
            id="going up",
        ),
        pytest.param(
            "3,100 tonnes are set aside for Kestria and 1,450 tonnes for Ombry.",
            "Kestria's share of the quota is bigger than Ombry's.",
            "Ombry's share of the quota is bigger than Kestria's.",
            id="compared by name",
        ),
        pytest.param(
            "A worker may move to another mill once he is registered there.",
            "A worker may move to another mill if registered there.",
            "A worker may move to another mill whenever he likes.",
            id="no condition",
        ),
        pytest.param(
            "A worker may move to another mill once he is registered there.",
            "A worker may move to another mill without leaving the branch.",
            "A worker may move to another mill without registering there.",
            id="without the condition",
        ),
        pytest.param(
            "Peru applied in May 2021 and Chile in June 2022.",
            "Peru applied before Chile.",
            "Chile applied earlier than Peru.",
            id="days against an order",
        ),
    ],
)
def test_what_is_turned_round_is_told_from_what_is_said_in_other_words(
    quote: str, true: str, false: str
) -> None:
    assert contradicted(true, quote) == []
    assert contradicted(false, quote) != []


@pytest.mark.parametrize(
    ("quote", "claim"),
    [
        pytest.param("The dues fall due in May.", "The dues, which rose in 2020, are paid in May.", id="due"),
        pytest.param("CARICOM rejected the rise.", "CARICOM turned down the rise.", id="turned down"),
        pytest.param(
            "We can't tell a leak from a spill.", "A spill can't be told from a leak.", id="either way round"
        ),
        pytest.param(
            "Marlow had insured the cargo but not the vessels.",
            "The vessels were not insured by Marlow.",
            id="exception",
        ),
        pytest.param(
            "Severn shipped slab to Calvetti before the quota closed.",
            "Severn has shipped no slab to Calvetti since the quota closed.",
            id="before and since",
        ),
        pytest.param("Peru has yet to sign the pact.", "Peru has not signed the pact.", id="yet to"),
        pytest.param("No fewer than 40 mills signed it.", "Forty mills signed it.", id="no fewer"),
        pytest.param(
            "The rate rose by 2 points.", "A rate of 2 points was paid by Chile.", id="another verb"
        ),
        pytest.param("Neither party pays the other's costs.", "Each side pays its own costs.", id="own"),
        pytest.param(
            "Of the 118 lots tested at Marle, nine failed.", "The laboratory tested 118 lots.", id="part"
        ),
        pytest.param(
            "In May 60 firms reported, in June 12 more did.",
            "In June, 72 firms reported.",
            id="the month of May",
        ),
        pytest.param(
            "The country may not suspend all.", "The country is not allowed to suspend all.", id="not allowed"
        ),
        pytest.param(
            "The port will open one hub and close the other.", "The other hub will be closed.", id="two verbs"
        ),
        pytest.param(
            "The works were resumed in May.", "Until May the works were suspended.", id="suspended until"
        ),
        pytest.param(
            "Chile sells copper to Japan.", "Japan buys copper from Chile.", id="one buys what one sells"
        ),
        pytest.param(
            "The state opened the market in 2020 and closed it in 2023.",
            "The market was closed in 2023.",
            id="what it is",
        ),
        pytest.param(
            "The mill will close in May and reopen in July.", "The mill will reopen.", id="two phases"
        ),
        pytest.param("Norda takes 40 percent and Sund 30.", "Sund takes 30 percent.", id="a figure each"),
        pytest.param(
            "The duty ended a surplus.", "The surplus ended with the duty.", id="what ends and what ends it"
        ),
        pytest.param("The law was expected to pass and did so.", "The law passed.", id="did so"),
        pytest.param(
            "A ruling is expected in May; the first came in March.", "A first ruling came.", id="one came"
        ),
        pytest.param(
            "The minister denied that the talks had failed.", "The talks have not failed.", id="denied that"
        ),
        pytest.param(
            "Ines Baro heads Quayline and Karl Dahl Harlow.", "Karl Dahl heads Harlow.", id="names in a row"
        ),
        pytest.param(
            "Registration lasts three years; under Notice 187 it lasted one.",
            "Registration is valid for longer than it was under Notice 187.",
            id="number of a notice",
        ),
        pytest.param(
            "Raspberries were 38% of exports, but 11% of the harvest. Apples are the larger crop.",
            "Apples are harvested in greater quantities than raspberries.",
            id="figures of one of two",
        ),
        pytest.param(
            "Destination: Japan; Rough stones, 2023: 0; Cut stones, 2023: 57; Cut stones, 2024: 64",
            "Japan buys only cut stones.",
            id="cut stones",
        ),
        pytest.param(
            "Origin: Germany; Used cars: 6380; Average age (years): 13.8; Average price (dollars): 2410",
            "Used cars from Germany were 13.8 years old on average.",
            id="two columns named",
        ),
        pytest.param(
            "The dam will be finished in 2028, two years later than planned.",
            "The dam has slipped by two years.",
            id="than planned",
        ),
        pytest.param(
            "The deficit narrowed to 3.1 billion crowns in the second quarter from 4.4 billion in the first.",
            "It shrank from 4.4 billion crowns to 3.1 billion from the first quarter to the second.",
            id="steps in another order",
        ),
        pytest.param("", "Chile sued Peru.", id="nothing"),
    ],
)
def test_what_is_not_the_reverse_stays(quote: str, claim: str) -> None:
    assert contradicted(claim, quote) == []


@pytest.mark.parametrize(
    ("true", "false", "rows"),
    [
        pytest.param(
            "Lanner sold more bikes in 2024 than Kolbe.",
            "Lanner sold fewer bikes in 2024 than Kolbe.",
            ("Maker: Lanner; Sold 2023: 51; Sold 2024: 79", "Maker: Kolbe; Sold 2023: 60; Sold 2024: 46"),
            id="figures",
        ),
        pytest.param(
            "The pact with Chile was signed before the one with Peru.",
            "The pact with Peru was signed before the one with Chile.",
            (
                "Partner: Chile; Signed: May 2021; In force: 2 June 2026",
                "Partner: Peru; Signed: July 1, 2023; In force: 3 May 2024",
            ),
            id="days",
        ),
    ],
)
def test_rows_are_set_against_each_other(true: str, false: str, rows: tuple[str, ...]) -> None:
    assert contradicted(true, *rows) == []
    assert contradicted(false, *rows) != []


@pytest.mark.parametrize(
    ("quotes", "claim"),
    [
        pytest.param(
            ("The strike began in May 2024.", "Port Ilo closed in June 2024."),
            "After the strike in May 2024, Port Ilo closed.",
            id="an order that holds",
        ),
        pytest.param(
            ("Peru applied in 2021.", "Chile applied in 2021."),
            "Peru applied before Chile.",
            id="the same year",
        ),
        pytest.param(
            ("The ban on sugar exports ended on July 20.",),
            "Sugar ban lifted, says ministry.",
            id="a headline",
        ),
        pytest.param(
            ("Every mill closed, nearly all in May.",), "All mills closed.", id="every, and nearly all"
        ),
    ],
)
def test_what_may_be_so_stays(quotes: tuple[str, ...], claim: str) -> None:
    assert contradicted(claim, *quotes) == []


def test_the_words_that_are_contradicted_are_marked() -> None:
    assert contradicted("Chile sued Peru over tin.", "Peru sued Chile over tin.") == ["Chile", "Peru"]
    assert contradicted("Exports rose by a third.", "Exports fell by a third.") == ["rose"]
    assert contradicted("All mills closed.", "Some mills closed.") == ["All"]


@pytest.mark.parametrize("name", ["w", "x", "y"])
def test_what_is_turned_round_is_found_in_claim_sets(name: str) -> None:
    rows = read_claim_set(CLAIM_SETS / f"{name}.jsonl")
    found = [bool(find_contradictions(row.claim, row.evidence)) for row in rows]
    assert not any(is_found for row, is_found in zip(rows, found, strict=True) if row.label == "supported")
    turned = [one for row, one in zip(rows, found, strict=True) if row.change in TURNED]
    assert sum(turned) > 0.7 * len(turned)


class SureModel:
    """A model to which everything is supported."""

    def judge(self, claims: list[ClaimText]) -> list[ClaimScores]:
        return [ClaimScores(0.98, 0.01, 0.01)] * len(claims)


@pytest.mark.parametrize("checker", [ClaimChecker(), ClaimChecker(SureModel)])  # type: ignore[arg-type]
def test_a_contradicted_claim_is_unsupported_whatever_the_model_says(checker: ClaimChecker) -> None:
    quote = "Chile exported 400 tonnes of copper to Japan in May."
    true, false = checker.check(
        [
            Claim("Chile sold 400 tonnes of copper to Japan.", (quote,)),
            Claim("Japan exported 400 tonnes of copper to Chile.", (quote,)),
        ]
    )
    assert true.support == "supported"
    assert false.support == "unsupported"
    assert len(false.unsupported_words) == 2


WORDS = st.sampled_from(
    """Chile Peru sold bought fell rose to from by of the was not no and , more less than before after all
    most which 5 7 may plans exports which said ; .""".split()
)


@given(st.lists(WORDS, max_size=24), st.lists(WORDS, max_size=24))
def test_spans_lie_in_the_claim_in_order_and_nothing_contradicts_itself(
    claim: list[str], quote: list[str]
) -> None:
    text = " ".join(claim)
    ends = [-1]
    for span in find_contradictions(text, [" ".join(quote)]):
        assert ends[-1] < span.start < span.end <= len(text)
        ends.append(span.end)
