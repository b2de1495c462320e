"""Which questions lean on what was said before, and what they mean then."""

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
    "And what did Ottawa do about the tariffs on cars?",
    "But is the agreement still in force in Canada?",
    "What are its main risks?",
    "Does that apply to cars?",
    "Is this still true?",
    "What did he say about dairy?",
    "Were these lifted in 2025?",
    "Which of those are in force?",
    "What else did the report find?",
    "By how much?",
    "Since when?",
    "Which ones?",
    "Are there others?",
    "Tell me more.",
    "Can you explain that in more detail?",
    "What happened then?",
    "How did the Mexican government respond to that?",
    "Was the first one higher?",
    "Is there an exception to it?",
    "So Canada is exempt?",
    "What does the latter say about energy?",
    "Same for aluminum?",
    "“And for Mexico?”",
    "Did exports grow before that agreement was signed in Canada?",
    "What is its effect on Canada?",
    "What does Mexico think of it?",
    "What happened there?",
    "What is it?",
]

ALONE = [
    "Which of these sectors, autos, dairy or lumber, is hit hardest by the tariffs of 2025 in Canada?",
    "What is the rule that applies to cars?",
    "Is there a tariff on steel?",
    "Are there quotas on cheese imports into Canada?",
    "How many countries are there in the CPTPP?",
    "What are the risks of the USMCA review?",
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
    "What is the USMCA?",
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
]


@pytest.mark.parametrize("question", FOLLOW_UPS)
def test_leans_on_what_was_said(question: str) -> None:
    assert is_follow_up(question)


@pytest.mark.parametrize("question", ALONE)
def test_stands_alone(question: str) -> None:
    assert not is_follow_up(question)


FIRST = Turn("How much does Canada sell to Mexico?", "1 percent of its exports. [1]")
LEAD = "1 percent of its exports."


def test_a_follow_up_gets_the_question_and_the_answer_before_it() -> None:
    assert rewrite_follow_up("And to Japan?", [FIRST]) == f"To Japan? ({FIRST.question} {LEAD})"


def test_a_chain_leads_back_to_the_last_question_that_stood_alone() -> None:
    history = [Turn("Who signed the CPTPP?", ""), FIRST, Turn("And to Japan?", "2 percent. [1]")]
    assert rewrite_follow_up("Why?", history) == "Why? (How much does Canada sell to Mexico? 2 percent.)"


@pytest.mark.parametrize(
    ("answer", "beginning"),
    [
        ("", ""),
        (NOT_FOUND, ""),
        ("Milk is white. [1] Corn is not. [2]", " Milk is white."),
        ("2025-09-30, Steel, and more: It was doubled. [1]", " It was doubled."),
        ("Canada, undated, A note: It stays. [1]", " It stays."),
        ("2025-09-30, Steel:\n- It was doubled. [1]\n- Twice. [2]", " It was doubled."),
        ("- The list has grown: [1]\n- March. [2]", " The list has grown: March."),
        ("word " * 40, " " + " ".join(["word"] * 22) + "…"),
    ],
)
def test_of_the_answer_only_the_beginning_counts(answer: str, beginning: str) -> None:
    assert rewrite_follow_up("Why?", [Turn("What is milk?", answer)]) == f"Why? (What is milk?{beginning})"


def test_a_refusal_is_told_by_its_status_where_that_is_known() -> None:
    refused = Turn("What is milk?", "Nothing was found.", "not_found")
    assert rewrite_follow_up("Why?", [refused]) == "Why? (What is milk?)"
    quoted = Turn("What does the desk say?", NOT_FOUND, "answered")
    assert rewrite_follow_up("Why?", [quoted]) == f"Why? (What does the desk say? {NOT_FOUND})"


@pytest.mark.parametrize("question", ["on what, for instance?", "How did Mexico react?", "anything else?"])
def test_more_ways_to_lean_on_what_was_said(question: str) -> None:
    assert is_follow_up(question)


@pytest.mark.parametrize(
    "question",
    [
        "Which producers have rates of their own?",
        "On what goods did Canada put tariffs?",
        "How does the USMCA review work?",
    ],
)
def test_what_stands_alone_in_spite_of_such_words(question: str) -> None:
    assert rewrite_follow_up(question, [FIRST]) == question


def test_a_question_that_stands_alone_is_unchanged() -> None:
    assert rewrite_follow_up("When does the USMCA expire?", [FIRST]) == "When does the USMCA expire?"


def test_without_history_nothing_changes() -> None:
    assert rewrite_follow_up(" Why? ", []) == " Why? "


def test_a_chain_without_a_start_takes_the_last_turn() -> None:
    assert (
        rewrite_follow_up("Why?", [Turn("And to Japan?", "2 percent.")]) == "Why? (And to Japan? 2 percent.)"
    )


def test_turns_without_a_question_are_passed_over() -> None:
    assert rewrite_follow_up("Why?", [FIRST, Turn("  ", "")]) == f"Why? ({FIRST.question} {LEAD})"
    assert rewrite_follow_up("Why?", [Turn("  ", "")]) == "Why?"
