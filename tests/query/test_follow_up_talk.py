"""Follow-ups of a whole talk: periods told from others, measures, corrections, returns and comparisons."""

import pytest

from qa.query.follow_up import rewrite_follow_up
from qa.query.follow_up.well_formed import is_well_formed
from qa.schema import Turn

DUTY = Turn(
    "What duty does Oskeny charge on frozen lamb from March 2024?",
    "From 1 March 2024 the duty is 9 per cent.",
)
LAMB = Turn("What duty does frozen lamb pay in Oskeny?", "Frozen lamb pays 9 per cent.")
SALMON = Turn(
    "How many tonnes of salmon did Norlund sell to Oskeny in 2022?", "Oskeny took 5,400 tonnes in 2022."
)
TIMBER = Turn(
    "What were Tarvel's timber exports to Norlund worth in 2020?", "They were worth 88 million marks."
)
LEVY = Turn("What is the wool levy in Tarvel?", "It has been 4 per cent since July 2021.")
HIGH = Turn("How high is the wool levy in Tarvel?", "It is 4 per cent.")
TREATY = Turn("What's Tarvel's fisheries treaty with Oskeny called?", "It is called the Selby Treaty.")
PORT = Turn("Who runs the port of Selby?", "Selby Docks runs it.")
FUND = Turn("Where does the money go?", "Most of it goes to the Orchard Renewal Fund.")
CARDS = Turn(
    "Final Oskeny dumping rate for Harrow Steel's coils?", "The rate for Harrow Steel is 11 per cent."
)
SHARE = Turn(
    "What share of eligible exports to Oskeny actually claimed relief in 2023?", "It was 46 per cent."
)
INSPECTED = Turn("Since when has Oskeny been inspecting Tarvel's cheese?", "Since 3 March 2023.")
SILENT = "The documents do not say."


@pytest.mark.parametrize(
    ("turns", "question", "meant"),
    [
        # A period told from the last one.
        ([DUTY], "And before that?", "What duty did Oskeny charge on frozen lamb before March 2024?"),
        ([DUTY], "until then?", "What duty does Oskeny charge on frozen lamb until March 2024?"),
        ([DUTY], "And afterwards?", "What duty does Oskeny charge on frozen lamb after March 2024?"),
        ([LEVY], "Until then?", "What was the wool levy in Tarvel until July 2021?"),
        ([INSPECTED], "And Tarvel's cheese exports that year?", "Tarvel's cheese exports in 2023?"),
        ([SALMON], "And trout that year?", "How many tonnes of trout did Norlund sell to Oskeny in 2022?"),
        ([SALMON], "the year before?", "How many tonnes of salmon did Norlund sell to Oskeny in 2021?"),
        (
            [Turn("What did oats cost in Pernia in Q1 2024?", "170 talers.")],
            "the same quarter of 2023?",
            "What did oats cost in Pernia in Q1 2023?",
        ),
        ([INSPECTED], "And what happened before then?", "What happened before 3 March 2023?"),
        # A measure, and what is said around a question.
        ([SALMON], "By value?", "What was the value of the salmon that Norlund sold to Oskeny in 2022?"),
        ([TIMBER], "By volume?", "What were Tarvel's timber exports to Norlund by volume in 2020?"),
        (
            [SALMON, Turn("By value?", SILENT)],
            "And in 2021? Tonnes will do.",
            "How many tonnes of salmon did Norlund sell to Oskeny in 2021?",
        ),
        (
            [SALMON],
            "And Tarvel, please? Thanks!",
            "How many tonnes of salmon did Norlund sell to Tarvel in 2022?",
        ),
        # The name gives way that the answer names; another good for "a tonne of butter".
        ([SALMON], "And Veskia?", "How many tonnes of salmon did Norlund sell to Veskia in 2022?"),
        (
            [Turn("What did mills pay for a tonne of butter in 2024?", "7,300 lun.")],
            "and flour?",
            "What did mills pay for a tonne of flour in 2024?",
        ),
        # A fragment with a clause of its own.
        ([LAMB], "and chilled lamb, what does it pay?", "What duty does chilled lamb pay in Oskeny?"),
        (
            [Turn("How many residues did they find in batch 7?", "Two.")],
            "And batch 9, how many residues?",
            "How many residues did they find in batch 9?",
        ),
        ([SALMON], "And Veskia, how much did it take?", "How much did Veskia take?"),
        # Corrections.
        ([SALMON], "Sorry, I meant Veskia", "How many tonnes of salmon did Norlund sell to Veskia in 2022?"),
        ([SALMON], "Not salmon, trout.", "How many tonnes of trout did Norlund sell to Oskeny in 2022?"),
        ([SALMON], "2021, sorry", "How many tonnes of salmon did Norlund sell to Oskeny in 2021?"),
        (
            [TIMBER],
            "No, imports, what Tarvel buys there",
            "What were Tarvel's timber imports from Norlund worth in 2020?",
        ),
        (
            [TREATY, Turn("In force since when?", "Since 2018.")],
            "Sorry, the other treaty, the Veskia one",
            "Since when is the Veskia treaty in force?",
        ),
        # Back to what was spoken of before.
        ([DUTY, PORT], "Back to the duty: who collects it?", "Who collects the duty?"),
        ([SALMON, PORT], "Going back to salmon, how much went to Veskia?", "How much salmon went to Veskia?"),
        ([TREATY, PORT], "Back to the Oskeny one: is honey in it?", "Is honey in the Selby Treaty?"),
        ([SALMON, PORT], "To return to Oskeny, who buys trout there?", "Who buys trout in Oskeny?"),
        # A predicate and what is asked of it.
        ([TREATY], "In force until when?", "Until when is the Selby Treaty in force?"),
        ([TREATY], "Signed when?", "When was the Selby Treaty signed?"),
        ([TREATY], "Still in force?", "Is the Selby Treaty still in force?"),
        (
            [Turn("Did Carrow end up suing over the duty?", SILENT)],
            "Until when could it?",
            "Until when could Carrow end up suing over the duty?",
        ),
        ([FUND], "Who manages that fund?", "Who manages the Orchard Renewal Fund?"),
        # Comparisons.
        (
            [CARDS],
            "Why higher than the provisional one?",
            "Why is the final Oskeny dumping rate for Harrow Steel's coils higher than the provisional one?",
        ),
        (
            [SHARE],
            "Why is it still so low there?",
            "Why is the share of eligible exports to Oskeny that actually claimed relief still so low?",
        ),
        (
            [SALMON],
            "Is that more than the year before?",
            "How many tonnes of salmon did Norlund sell to Oskeny in 2022, and is that more than in 2021?",
        ),
        ([HIGH], "Why lower than in Oskeny?", "Why is the wool levy in Tarvel lower than in Oskeny?"),
        # Further back than a question for a reason, or for a part.
        (
            [CARDS, Turn("Why higher than the provisional one?", "It got cheap power.")],
            "And Marle Iron?",
            "Final Oskeny dumping rate for Marle Iron's coils?",
        ),
        (
            [
                Turn("What did the levy bring in in 2023?", "41 million dorn."),
                Turn("How much of that was paid?", ""),
            ],
            "and the whole take for 2024?",
            "What did the levy bring in for 2024?",
        ),
        # Whole by itself.
        ([PORT], "And the wool levy in Oskeny in 2023?", "The wool levy in Oskeny in 2023?"),
        # Both side by side, where no place is sure.
        (
            [Turn("What was urea from Egypt worth in week 22?", "421 dollars.")],
            "and the week before?",
            "What was urea from Egypt worth in week 22, and the week before?",
        ),
    ],
)
def test_a_talk_goes_on(turns: list[Turn], question: str, meant: str) -> None:
    assert rewrite_follow_up(question, turns) == meant


@pytest.mark.parametrize(
    "question",
    [
        "Was Pernia's harvest higher than Ardel's in 2022?",
        "Which countries trade more with Pernia than with Ardel?",
        "Who says that tariffs work?",
        "Which laws that year brought are in force?",
        "No tariff on tea in Ardel?",
        "Is Ardel, and not Pernia, in the pact?",
    ],
)
def test_what_only_looks_like_a_correction_or_comparison_is_unchanged(question: str) -> None:
    assert rewrite_follow_up(question, [SALMON]) == question


@pytest.mark.parametrize(
    ("text", "base", "fragment"),
    [
        ("How many the value did Norlund sell?", "How many tonnes did Norlund sell?", "the value"),
        ("How long before loading must by air?", "How long before loading must cargo be filed?", "by air"),
        ("What does lamb, what is it pay?", "What does salmon pay?", "lamb, what is it"),
        (
            "What did it cost from May 2024 before July 2023?",
            "What did it cost from May 2024?",
            "before July 2023",
        ),
        ("What did Peru sell to Peru?", "What did Chile sell to Peru?", "Peru"),
        ("Where is the Pact's the protocol?", "Where is the Pact's office?", "the protocol"),
    ],
)
def test_word_salad_is_told(text: str, base: str, fragment: str) -> None:
    assert not is_well_formed(text, base, fragment)
    assert is_well_formed(base, base, fragment) or fragment in base
