"""Questions over all documents: what is to be mentioned, and by which words a text mentions it."""

import pytest

from qa.query.query import Query
from qa.query.survey import find_survey


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("Which briefings mention the smuggling of tea?", "the smuggling of tea"),
        ("Which document mentions tea?", "tea"),
        ("Which of the reports deal with Ruritania's rules for tea?", "Ruritania's rules for tea"),
        ("In which documents does Minister Ada Brink appear?", "Minister Ada Brink"),
        ("In which notes is the canal discussed?", "the canal"),
        ("What do the briefings say about tea?", "tea"),
        ("What is said about Ambassador Brink?", "Ambassador Brink"),
        ("Where is the canal mentioned?", "the canal"),
        ("List all documents about tea", "tea"),
        ("Which papers bring up the canal?", "the canal"),
        ("What do we have on the canal?", "the canal"),
        ("What do the papers we hold say about tea?", "tea"),
        ("Anything on tea?", "tea"),
        ("Which papers mention the ferry Ada and what became of it?", "the ferry Ada"),
        ("Which articles warn that the canal may close?", "the canal may close"),
    ],
)
def test_a_topic_that_is_to_be_mentioned(question: str, topic: str) -> None:
    survey = find_survey(question)
    assert survey is not None
    assert survey.topic == topic
    assert Query.of(question).question_type == "survey"
    assert Query.of(question).subquestions[0].text == f"What is said about {topic}?"


@pytest.mark.parametrize(
    "question",
    ["What are the main risks?", "what are the biggest dangers in the briefings?", "What is the outlook?",
     "Which problems do the documents mention?", "Could you tell me what the main obstacles are?"],
)  # fmt: skip
def test_a_theme_that_no_subject_narrows(question: str) -> None:
    (subquestion,) = Query.of(question).subquestions
    assert subquestion.survey is not None
    assert subquestion.survey.theme


@pytest.mark.parametrize(
    "question",
    [
        "What are the main risks for tea growers?", "What is the outlook for tea?", "What was expected?",
        "Which reports did the ministry publish?", "What does the canal treaty say about tolls?", "",
    ],
)  # fmt: skip
def test_other_questions_are_not_for_all_documents(question: str) -> None:
    assert find_survey(question) is None


@pytest.mark.parametrize(
    ("topic", "text", "expected"),
    [
        ("the smuggling of tea", "Tea is smuggled over the pass.", True),
        ("the smuggling of tea", "Tea is grown on the pass.", False),
        ("a carbon border tax", "The border post collects a tax.", False),
        ("sanctions against Ruritania", "Ruritania exports tea.", False),
        ("sanctions against Ruritania", "The sanctions on Ruritania were lifted.", True),
        ("Trade Minister Ada Brink", "Brink, Ada, minister since May.", True),
        ("Trade Minister Ada Brink", "The trade minister resigned.", False),
        ("a fear that Ruritania and Syldavia retaliate", "Ruritania dreads retaliation by Syldavia.", True),
        ("average waiting times at Port Ada", "Ships waited a week on average at Port Ada.", True),
    ],
)
def test_a_text_speaks_of_a_topic_by_its_words(topic: str, text: str, expected: bool) -> None:
    survey = find_survey(f"Which documents mention {topic}?")
    assert survey is not None
    assert survey.is_met_by(text) is expected


def test_a_name_may_stand_elsewhere_in_the_document_where_the_words_are_there() -> None:
    survey = find_survey("What do the documents say about the fee for foreign boats in Ruritania?")
    assert survey is not None
    told = "Foreign boats pay us a fee of 9 crowns."
    assert not survey.is_met_by(told)
    assert survey.is_met_by(told, named_elsewhere=survey.names)
    assert not survey.is_met_by("Boats may be hired.", named_elsewhere=survey.names)


def test_another_name_stands_for_the_name() -> None:
    survey = find_survey("Which briefings mention NTA?")
    assert survey is not None
    assert survey.is_met_by("The Northern Trade Area has a court.", ["northern trade area"])
    assert not survey.is_met_by("The Southern Trade Area has none.", ["northern trade area"])
