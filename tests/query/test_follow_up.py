"""Which questions lean on what was said before, and the one clean question that each means then."""

import pytest

from qa.query.follow_up import is_follow_up, rewrite_follow_up
from qa.schema import NOT_FOUND, Turn

FOLLOW_UPS = [
    "And for Mexico?",
    "Why?",
    "Why not?",
    "Why is that?",
    "How so?",
    "How much?",
    "When was that?",
    "When did it start?",
    "What about dairy?",
    "How about the automakers in Ontario?",
    "who signed it?",
    "Who opposed them?",
    "But is the agreement still in force there?",
    "What are its main risks?",
    "Does that apply to cars?",
    "Is this still true?",
    "What did he say about dairy?",
    "Were these lifted in 2025?",
    "Which of those are in force?",
    "By how much?",
    "Since when?",
    "Which ones?",
    "Tell me more.",
    "Can you explain that in more detail?",
    "What happened then?",
    "How did the Mexican government respond to that?",
    "Was the first one higher?",
    "Is there an exception to it?",
    "What does the latter say about energy?",
    "Same for aluminum?",
    "“And for Mexico?”",
    "What is its effect on Canada?",
    "What does Mexico think of it?",
    "What happened there?",
    "What is it?",
    "on what, for instance?",
    "How did Mexico react?",
    "anything else?",
    "in tonnes?",
]

ALONE = [
    "Which of these sectors, autos, dairy or lumber, is hit hardest by the tariffs of 2025 in Canada?",
    "What is the rule that applies to cars?",
    "Is there a tariff on steel?",
    "Are there quotas on cheese imports into Canada?",
    "How many countries are there in the CPTPP?",
    "What tariffs that Mexico imposed were lifted in 2019?",
    "Who is the president of Mexico?",
    "How did Canada respond to the tariffs that Washington imposed?",
    "When does the USMCA expire?",
    "What does Canada do to protect its dairy farmers?",
    "Did Mexico lower its tariffs on Canadian wheat?",
    "Why did the United States double its tariff on steel?",
    "How do Canada and Mexico coordinate their positions?",
    "Does the White House say that tariffs work?",
    "What happens if the countries do not agree that the pact should go on?",
    "How much of its oil does Canada sell to the United States?",
    "What is CUSMA?",
    "Define de minimis",
    "Does Mexico say it will retaliate?",
    "Did Canada say it lowered its tariffs?",
    "Is it true that Canada sells oil to Mexico?",
    "How long does it take to build a pipeline?",
    "So far, how many rounds of talks were held?",
    "What did the former president of Mexico sign?",
    "What happens to those who ship goods by post?",
    "What was decided at the summit this year?",
    "Which producers have rates of their own?",
    "On what goods did Canada put tariffs?",
    "How does the USMCA review work?",
    "How do the wool duties of 1998 differ from those of 2004?",
    "Which countries belong to the Lakes Accord?",
    "What does the Florin Fund do?",
    "How long does a heron feed its young?",
    "What did Arden do after it lost the case on cotton?",
    "When did Arden stop the inspections for the second time?",
    "arden cotton levy",
    "what is gofta",
    "How many Ardenese work on Belmar's farms in a typical year?",
]


@pytest.mark.parametrize("question", FOLLOW_UPS)
def test_leans_on_what_was_said(question: str) -> None:
    assert is_follow_up(question)


@pytest.mark.parametrize("question", ALONE)
def test_stands_alone(question: str) -> None:
    assert not is_follow_up(question)


LEVY = Turn("What levy does Arden pay on cotton?", "Arden pays 7 percent on cotton.")
SHARE = Turn("What share of Quillan's steel did Norrheim buy in 2023?", "Norrheim bought 31 percent.")
QUARTER = Turn("What did Chile export in Q2 2025?", "")
MAY = Turn("What did crude oil cost in May 2024?", "It cost $83.")
STATIONS = Turn("How many base stations did ZTE deliver in the Philippines?", "")
WHEAT = Turn("How much wheat did Canada export in 2023?", "Canada exported 21.4 million tonnes. [1]")
SEASON = Turn("How much wheat did Canada export in 2024/25?", "Canada exported 21.4 million tonnes. [1]")
BOARD = Turn("Who heads the Tea Board?", "The Tea Board is headed by Amara Diallo.")
TRADE = Turn("What were Ombria's exports to Velland worth in 2022?", "They were worth $310 million.")
TAX = Turn("How high is the export tax on raw hides?", "It is 20 percent.")
BRIDGE = Turn("Is the bridge at Sollen open?", "No, the bridge is closed for repairs.")
ACCORD = Turn("Which countries signed the Lakes Accord?", "Arden, Belmar and Corvin signed it.")
OFFICE = Turn("What is the budget of the Fisheries Office?", "It is 12 million crowns.")
QUOTA = Turn("Did Norvia raise the quota for butter?", "Norvia raised it to 40,000 tonnes.")
MINISTER = Turn("What did the minister say about the port of Lomas?", "The port will be sold.")
QUAYS = Turn("How many ships called at the port of Halden in 2024?", "The port of Halden saw 410 ships.")
CARS = Turn("How many Japanese cars did Belmar register in 2021?", "It registered 3,100.")
TALKS = Turn("Are the fish talks with Corvin still going on?", "In May 2022, Arden paused the talks.")
REFINERY = Turn("Which refinery did Ombroil build under Dario Vale?", "It built the one at Lomas.")


@pytest.mark.parametrize(
    ("turn", "question", "meant"),
    [
        # A name for a name, in the form that it has in the question.
        (LEVY, "and for Britain?", "What levy does Britain pay on cotton?"),
        (
            Turn("Who chaired round 3 of the talks?", "Bo Lind chaired it."),
            "how many envoys came then?",
            "How many envoys came in round 3?",
        ),
        (LEVY, "and britain", "What levy does Britain pay on cotton?"),
        (LEVY, "and belmar?", "What levy does Belmar pay on cotton?"),
        (LEVY, "And Arden's neighbours?", "What levy do Arden's neighbours pay on cotton?"),
        (WHEAT, "and Mexico?", "How much wheat did Mexico export in 2023?"),
        (WHEAT, "And to Japan?", "How much wheat did Canada export to Japan in 2023?"),
        (BOARD, "and the Coffee Board?", "Who heads the Coffee Board?"),
        (TRADE, "and to Tessaly?", "What were Ombria's exports to Tessaly worth in 2022?"),
        (TRADE, "And Tessaly's?", "What were Tessaly's exports to Velland worth in 2022?"),
        (TRADE, "and Velland's?", "What were Velland's exports to Ombria worth in 2022?"),
        (TRADE, "And the other way round?", "What were Velland's exports to Ombria worth in 2022?"),
        (CARS, "And Korean ones?", "How many Korean cars did Belmar register in 2021?"),
        (CARS, "and from Germany?", "How many Japanese cars did Belmar register from Germany in 2021?"),
        (ACCORD, "And the Rivers Accord?", "Which countries signed the Rivers Accord?"),
        (QUOTA, "And Sudria?", "Did Sudria raise the quota for butter?"),
        # A period for a period, or as a new one.
        (LEVY, "And at the end of 2031?", "What levy does Arden pay on cotton at the end of 2031?"),
        (LEVY, "and Belmar, in 2024?", "What levy does Belmar pay on cotton in 2024?"),
        (WHEAT, "and in 2024?", "How much wheat did Canada export in 2024?"),
        (MAY, "and in October?", "What did crude oil cost in October 2024?"),
        (QUARTER, "and Q3?", "What did Chile export in Q3 2025?"),
        (QUARTER, "and in Q4 2024?", "What did Chile export in Q4 2024?"),
        (SHARE, "and maravel?", "What share of Quillan's steel did Maravel buy in 2023?"),
        (MAY, "and in June 2025?", "What did crude oil cost in June 2025?"),
        (MAY, "and in the third quarter?", "What did crude oil cost in the third quarter of 2024?"),
        (WHEAT, "And the year before?", "How much wheat did Canada export in 2022?"),
        (SEASON, "And the year before?", "How much wheat did Canada export in 2023/24?"),
        (WHEAT, "And three years earlier?", "How much wheat did Canada export in 2020?"),
        (WHEAT, "and a year later?", "How much wheat did Canada export in 2024?"),
        (STATIONS, "and Nokia?", "How many base stations did Nokia deliver in the Philippines?"),
        (STATIONS, "and in Georgia?", "How many base stations did ZTE deliver in Georgia?"),
        (WHEAT, "2020?", "How much wheat did Canada export in 2020?"),
        (WHEAT, "and what about last year?", "How much wheat did Canada export last year?"),
        (
            WHEAT,
            "and early in 2025?",
            "How much wheat did Canada export early in 2025?",
        ),
        (WHEAT, "How much was that in 2022?", "How much wheat did Canada export in 2022?"),
        (TAX, "and since november 10?", "How high is the export tax on raw hides since November 10?"),
        # A unit, a product, and the opposite.
        (WHEAT, "in tonnes?", "How much wheat did Canada export in tonnes in 2023?"),
        (WHEAT, "and barley?", "How much barley did Canada export in 2023?"),
        (WHEAT, "what about imports?", "How much wheat did Canada import in 2023?"),
        (TRADE, "And imports?", "What were Ombria's imports from Velland worth in 2022?"),
        (LEVY, "And on raw silk?", "What levy does Arden pay on raw silk?"),
        (LEVY, "what about dyed cotton?", "What levy does Arden pay on dyed cotton?"),
        (QUOTA, "and for cheese?", "Did Norvia raise the quota for cheese?"),
        (BRIDGE, "and the tunnel?", "Is the tunnel at Sollen open?"),
        (OFFICE, "and its staff?", "What is the staff of the Fisheries Office?"),
        # What is asked for is another thing.
        (LEVY, "since when?", "Since when does Arden pay a levy on cotton?"),
        (LEVY, "who else?", "Who else pays a levy on cotton?"),
        (ACCORD, "who else?", "Which other countries signed the Lakes Accord?"),
        (BOARD, "Since when?", "Since when does Amara Diallo head the Tea Board?"),
        (TAX, "for how long?", "For how long does the export tax on raw hides apply?"),
        (QUOTA, "By how much?", "By how much did Norvia raise the quota for butter?"),
        (QUOTA, "When was that?", "When did Norvia raise the quota for butter?"),
        (BRIDGE, "since when?", "Since when isn't the bridge at Sollen open?"),
        (QUAYS, "How long is it?", "How long is the port of Halden?"),
        (MINISTER, "What else?", "What else did the minister say about the port of Lomas?"),
        (REFINERY, "And which one did it sell?", "Which refinery did Ombroil sell?"),
        # Pronouns.
        (TAX, "until when does it run?", "Until when does the export tax on raw hides run?"),
        (TAX, "who collects it?", "Who collects the export tax on raw hides?"),
        (LEVY, "When was it raised?", "When was the levy that Arden pays on cotton raised?"),
        (BOARD, "Where had she worked before?", "Where had Amara Diallo worked before?"),
        (BOARD, "Who was her predecessor?", "Who was Amara Diallo's predecessor?"),
        (MINISTER, "Who is he?", "Who is the minister?"),
        (ACCORD, "When did they sign it?", "When did Arden, Belmar and Corvin sign the Lakes Accord?"),
        (ACCORD, "How many members does it have?", "How many members does the Lakes Accord have?"),
        (OFFICE, "How many people does it employ?", "How many people does the Fisheries Office employ?"),
        (OFFICE, "How high were its fees?", "How high were the Fisheries Office's fees?"),
        # Reasons.
        (LEVY, "why?", "Why does Arden pay a levy on cotton?"),
        (LEVY, "Why so high?", "Why is the levy that Arden pays on cotton so high?"),
        (QUOTA, "Why did they do that?", "Why did Norvia raise the quota for butter?"),
        (BRIDGE, "why isn't it?", "Why isn't the bridge at Sollen open?"),
        (BRIDGE, "Why?", "Why isn't the bridge at Sollen open?"),
        (TALKS, "Why?", "Why did Arden pause the talks in May 2022?"),
        # What someone said or did of it.
        (LEVY, "How did Belmar react?", "How did Belmar react to the levy that Arden pays on cotton?"),
        (MINISTER, "Did the unions object?", "Did the unions object to the port of Lomas?"),
    ],
)
def test_a_follow_up_becomes_one_question(turn: Turn, question: str, meant: str) -> None:
    assert rewrite_follow_up(question, [turn]) == meant


@pytest.mark.parametrize("question", ALONE)
def test_a_question_that_stands_alone_is_unchanged(question: str) -> None:
    assert rewrite_follow_up(question, [LEVY]) == question


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("And when does the levy on lettuce start?", "When does the levy on lettuce start?"),
        (
            "and how many judges does the court of Sollen have?",
            "How many judges does the court of Sollen have?",
        ),
        ("But which port is Ombroil giving up?", "Which port is Ombroil giving up?"),
    ],
)
def test_only_the_and_goes_before_a_whole_question(question: str, meant: str) -> None:
    assert rewrite_follow_up(question, [WHEAT]) == meant


def test_a_chain_builds_on_what_was_understood() -> None:
    history = [BOARD, WHEAT, Turn("And to Japan?", "4 million tonnes. [1]"), Turn("in 2024?", "Less.")]
    assert rewrite_follow_up("and barley?", history) == "How much barley did Canada export to Japan in 2024?"


def test_a_chain_builds_on_what_the_reader_said_was_meant() -> None:
    corrected = Turn("And it?", "7 percent.", "answered", LEVY.question)
    assert rewrite_follow_up("And Belmar?", [WHEAT, corrected]) == "What levy does Belmar pay on cotton?"


def test_slips_of_the_turns_are_mended() -> None:
    history = [Turn("What levvy does Arden pay on cotton?", "7 percent.")]
    mended = rewrite_follow_up("And Belmar?", history, correct=lambda text: text.replace("levvy", "levy"))
    assert mended == "What levy does Belmar pay on cotton?"


@pytest.mark.parametrize(
    ("answer", "meant"),
    [
        ("", "Why is the bridge at Sollen open?"),
        (NOT_FOUND, "Why is the bridge at Sollen open?"),
        ("2025-09-30, Bridges, and more: No, it is shut. [1]", "Why isn't the bridge at Sollen open?"),
        ("- No, never. [1]\n- March. [2]", "Why isn't the bridge at Sollen open?"),
    ],
)
def test_marks_and_attributions_are_no_part_of_an_answer(answer: str, meant: str) -> None:
    assert rewrite_follow_up("Why?", [Turn(BRIDGE.question, answer)]) == meant


def test_a_refusal_says_nothing() -> None:
    refused = Turn("Who heads the Tea Board?", "The Tea Board is headed by Amara Diallo.", "not_found")
    assert rewrite_follow_up("Since when?", [refused]) == "Who heads the Tea Board, and since when?"


def test_without_history_nothing_changes() -> None:
    assert rewrite_follow_up(" Why? ", []) == " Why? "
    assert rewrite_follow_up("Why?", [Turn("  ", "")]) == "Why?"


def test_turns_without_a_question_are_passed_over() -> None:
    assert rewrite_follow_up("And Belmar?", [LEVY, Turn("  ", "")]) == "What levy does Belmar pay on cotton?"


@pytest.mark.parametrize(
    ("follow_up", "meant"),
    [
        ("and how much in June?", "What did Ostia earn from rope in June 2031?"),
        ("and the month after?", "What did Ostia earn from rope in January 2032?"),
        ("And in the previous month?", "What did Ostia earn from rope in November 2031?"),
    ],
)
def test_months_that_move(follow_up: str, meant: str) -> None:
    history = [Turn(question="What did Ostia earn from rope in December 2031?", answer="9 million.")]
    assert rewrite_follow_up(follow_up, history) == meant
