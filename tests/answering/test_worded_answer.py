"""What becomes of a chat model's answer that is not borne out: marked, corrected, or refused."""

from datetime import date
from typing import get_args

import pytest

from qa.answering.chat_model.model_calls import OpenedModel
from qa.answering.chat_model.model_evidence import Evidence
from qa.answering.chat_model.worded_answer import WordingTask, fit_to_model, word_answer
from qa.answering.claim_check import ClaimChecker
from qa.errors import ModelError
from qa.query.query import Query
from qa.schema import NOT_FOUND, Answer, Metadata, Passage, Sentence, StreamEvent, UnsupportedPolicy
from qa.text.sentences import sentence_spans
from tests.support.doubles import ScriptedChatModel

TEXT = "Ostvia sold 87 tonnes of honey to Tarland in 2028. Merland sold 40 tonnes of honey in 2029."
RIGHT, WRONG = "Ostvia sold 87 tonnes of honey to Tarland [1].", "Merland sold 55 tonnes of honey [1]."
OTHER_YEAR = "Merland sold 40 tonnes of honey in 2029 [1]."
PASSAGE = Passage(
    chunk_id="1", document_id="honey", ordinal=0, section=0, start=0, end=len(TEXT), heading=None,
    metadata=Metadata(title="Honey", published=date(2031, 1, 2)), source="honey.md", text=TEXT,
    sentences=tuple(Sentence(*span) for span in sentence_spans(TEXT)), score=1.0,
)  # fmt: skip


def run(
    *script: object, policy: UnsupportedPolicy = "mark", question: str = "Who sold honey?"
) -> tuple[list[StreamEvent], ScriptedChatModel]:
    model = ScriptedChatModel(*script)
    task = WordingTask(
        query=Query.of(question), evidence=[Evidence.of(PASSAGE)], passages=[PASSAGE], confidence=0.9,
        model="scripted:one", checker=ClaimChecker(), policy=policy,
    )  # fmt: skip
    return list(word_answer(task, OpenedModel(model=model, name="scripted:one").begin())), model


def answer_of(events: list[StreamEvent]) -> Answer:
    answer = events[-1].answer
    assert answer is not None
    return answer


def test_an_answer_that_is_borne_out_is_not_asked_again() -> None:
    events, model = run(RIGHT)
    assert len(model.received) == 1
    assert [event.text for event in events if event.kind == "stage"] == []
    assert answer_of(events).sentences[0].support == "supported"


def test_the_model_is_told_what_fails_and_the_better_answer_stands() -> None:
    events, model = run(f"{RIGHT} {WRONG}", RIGHT)
    assert answer_of(events).text == "Ostvia sold 87 tonnes of honey to Tarland. [1]"
    *_, written, correction = model.received[1]
    assert written.text == f"{RIGHT} {WRONG}"
    assert "- Merland sold 55 tonnes of honey. (nothing says “55”)" in correction.text
    assert RIGHT[:20] not in correction.text
    stages = [event.kind for event in events]
    assert stages.index("stage") == len(stages) - 2
    pieces = "".join(event.text for event in events if event.kind == "text")
    assert pieces == f"{RIGHT} {WRONG}"


@pytest.mark.parametrize("policy", get_args(UnsupportedPolicy))
def test_what_stays_wrong_goes_by_the_policy(policy: UnsupportedPolicy) -> None:
    wrong = [f"{RIGHT} Merland sold {figure} tonnes [1]. Peru sold {figure} [1]." for figure in (51, 52, 53)]
    events, model = run(wrong[0], f"{RIGHT} {WRONG}", f"{RIGHT} {WRONG}", policy=policy)
    answer = answer_of(events)
    assert len(model.received) == {"mark": 2, "show": 1, "retry": 3, "refuse": 2}[policy]
    if policy == "refuse":
        assert (answer.status, answer.text, answer.citations) == ("not_found", NOT_FOUND, ())
        assert answer.warnings == ("1 of the 2 sentences that the model wrote are not borne out",)
        assert answer.model_text == f"{RIGHT} {WRONG}".replace(" [1]", "")
    else:
        supports = [sentence.support for sentence in answer.sentences]
        assert supports == ["supported", "unsupported", *(["unsupported"] if policy == "show" else [])]
        assert answer.model_text is None


def test_retry_goes_on_after_a_correction_that_is_no_better() -> None:
    wrong = [f"{RIGHT} Merland sold {figure} tonnes of honey [1]." for figure in (51, 52)]
    events, model = run(*wrong, f"{RIGHT} {OTHER_YEAR}", policy="retry")
    assert answer_of(events).text == "Ostvia sold 87 tonnes of honey to Tarland. [1] " + OTHER_YEAR.replace(
        " [1].", ". [2]"
    )
    *_, written, correction = model.received[2]
    assert (written.text, "“52”" in correction.text) == (wrong[1], True)


def test_what_is_borne_out_in_part_is_corrected_too_and_nothing_is_withheld_for_it() -> None:
    in_part = "Ostvia sold 87 tonnes of honey to Tarland and Norvia [1]."
    events, model = run(in_part, RIGHT)
    assert (
        "- Ostvia sold 87 tonnes of honey to Tarland and Norvia. (nothing says “Norvia”)"
        in model.received[1][-1].text
    )
    assert answer_of(events).text == "Ostvia sold 87 tonnes of honey to Tarland. [1]"
    for policy in get_args(UnsupportedPolicy):
        (sentence,) = answer_of(run(in_part, in_part, policy=policy)[0]).sentences
        assert sentence.support == "partial"


@pytest.mark.parametrize("policy", get_args(UnsupportedPolicy))
def test_where_nothing_is_borne_out_the_answer_is_a_refusal(policy: UnsupportedPolicy) -> None:
    answer = answer_of(run(WRONG, policy=policy)[0])
    assert (answer.status, answer.citations, answer.passages) == ("not_found", (), (PASSAGE,))
    assert answer.model_text == "Merland sold 55 tonnes of honey."


def test_a_correction_that_is_a_refusal_keeps_what_was_written_first() -> None:
    answer = answer_of(run(WRONG, NOT_FOUND)[0])
    assert (answer.status, answer.model_text) == ("not_found", "Merland sold 55 tonnes of honey.")


@pytest.mark.parametrize("correction", [NOT_FOUND, WRONG, f"{WRONG} {WRONG}", ""])
def test_a_correction_that_is_worse_is_not_taken(correction: str) -> None:
    answer = answer_of(run(f"{RIGHT} {WRONG}", correction)[0])
    assert [sentence.support for sentence in answer.sentences] == ["supported", "unsupported"]


def test_a_correction_that_fails_leaves_the_first_answer_and_says_so() -> None:
    answer = answer_of(run(f"{RIGHT} {WRONG}", ConnectionError("gone"))[0])
    assert answer.status == "answered"
    assert answer.warnings[-1].startswith("the answer was not corrected: the chat model scripted:one")
    with pytest.raises(ModelError):
        run(ConnectionError("gone"))


def test_the_question_says_what_the_answer_must_be_about_and_that_is_checked() -> None:
    question = "How many tonnes of honey were sold in 2028?"
    events, model = run(OTHER_YEAR, f"{RIGHT[:-5]} in 2028 [1].", question=question)
    assert "The answer must be about: 2028; tonnes" in model.received[0][-1].text
    assert "the question asks for 2028 — the documents have 2029" in model.received[1][-1].text
    answer = answer_of(events)
    assert answer.warnings == ()
    assert {checked.condition.text: checked.state for checked in answer.conditions}["2028"] == "met"


def test_an_answer_about_something_else_says_so_or_is_refused() -> None:
    question = "How many tonnes of honey were sold in 2028?"
    answer = answer_of(run(OTHER_YEAR, question=question)[0])
    assert answer.warnings == ("the question asks for 2028 — the documents have 2029",)
    assert not next(checked for checked in answer.conditions if checked.condition.text == "2028").is_met
    refused = answer_of(run(OTHER_YEAR, question=question, policy="refuse")[0])
    assert refused.text == f"{NOT_FOUND} They have 2029, not 2028."
    assert refused.model_text == "Merland sold 40 tonnes of honey in 2029."


def test_evidence_is_fitted_with_the_rest_of_the_prompt() -> None:
    parts = [Evidence.of(PASSAGE), Evidence.of(PASSAGE)]
    model = ScriptedChatModel("x")
    assert len(fit_to_model(parts, Query.of("Who?"), model, max_tokens=200)) == 2
    assert len(fit_to_model(parts, Query.of("Who?"), model, max_tokens=50)) == 1
