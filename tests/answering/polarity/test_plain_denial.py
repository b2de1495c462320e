"""A yes or no by a sentence's own words, whatever of them it shares with the question."""

from datetime import date

import pytest

from qa.answering.assessment import assess
from qa.answering.polarity.plain_denial import denies_plainly
from qa.answering.polarity.stance import affirms_plainly
from qa.query.query import SubQuestion
from tests.answering.test_extractive_answer import passage


@pytest.mark.parametrize(
    ("question", "sentence", "denial"),
    [
        ("Can doctors practise freely in Arden?", "Physicians may not.", "not"),
        ("Is the ruling open to appeal?", "An appeal is not possible.", "not"),
        ("Do tea bags need a licence?", "Green tea and tea bags need none.", "none"),
        ("Is the old pipe to be dismantled?", "It is not to be removed, but kept.", "not"),
        ("Are rolls hit by the duty?", "Rolls stay outside, whatever their width.", "outside"),
        (
            "Does the rise hit an e-bike?",
            "An e-bike is a vehicle of heading 8711, and the rise does not touch it.",
            "not",
        ),
        # Another part affirms, or says as much of what is asked.
        ("Is haddock covered?", "Cod is covered; haddock is not.", None),
        ("Can fitters obtain the card?", "Consultants and fitters can obtain it; journalists cannot.", None),
        (
            "Do warships pay?",
            "Warships of Arden pay the toll but not the surcharge; those of others pay both.",
            None,
        ),
        # Not known, in a case, of some, a plan, what was, twice denied.
        ("Was the trial a success?", "It ended in April; we cannot say whether it was.", None),
        ("Is the fee returned?", "The fee is not returned if the petition fails.", None),
        ("Will Arden appeal?", "Its minister would not say.", None),
        ("Is fish sold?", "Not all fish is sold.", None),
        ("Do campers pay the tax?", "Campers, who were exempt, will pay 1 lira.", None),
        ("Are mirrors taxed?", "Mirrors are not exempt.", None),
        # A question that is a kind of no itself, or asks how much.
        ("Is haddock barred?", "Haddock was never closed out.", None),
        ("Can bleach go without a licence?", "Bleach does not need a licence.", None),
        ("Did it sell more than 9 tonnes?", "It did not.", None),
        ("Is fish sold?", "Fish is sold.", None),
    ],
)
def test_only_a_whole_denial_denies(question: str, sentence: str, denial: str | None) -> None:
    found = denies_plainly(question, sentence)
    assert (sentence[found.start : found.end] if found else None) == denial


@pytest.mark.parametrize(
    ("question", "sentence", "context", "words"),
    [
        (
            "Did investment in Arden reach a record in 2024?",
            "Investment reached $36 billion in 2023 and $37 billion in 2024, both of them records.",
            ["Arden"],
            "Investment reached $36 billion in 2023 and $37 billion in 2024, both of them records",
        ),
        (
            "Are gifts to the US still duty free?",
            "Gifts are free of duty.",
            ["U.S."],
            "Gifts are free of duty",
        ),
        # Another verb, another name, another year, most of its words lacking.
        ("Was the tea tax collected?", "The tea tax was announced.", [], None),
        ("Are gifts to Arden duty free?", "Gifts are free of duty.", [], None),
        ("Was the tea tax raised in 2024?", "The tea tax was raised in 2023.", [], None),
        ("Are small gifts of private people to Arden duty free?", "Gifts are free of duty.", ["Arden"], None),
        # Denied, in a case, planned, of some, of more than is said.
        ("Was the tea tax raised?", "The tea tax was not raised.", [], None),
        ("Was the tea tax raised?", "The tea tax was raised unless it came by sea.", [], None),
        ("Was the tea tax raised?", "The tea tax should be raised.", [], None),
        ("Are all gifts duty free?", "Gifts are free of duty.", [], None),
    ],
)
def test_only_a_whole_affirmation_affirms(
    question: str, sentence: str, context: list[str], words: str | None
) -> None:
    found = affirms_plainly(question, sentence, context)
    assert (sentence[found.start : found.end] if found else None) == words


@pytest.mark.parametrize(
    ("question", "sentence", "kind"),
    [
        ("Was the rye duty ever collected?", "The rye duty was withdrawn before it took effect.", "no"),
        ("Was it Esk that sued Dorn over tolls?", "In return Dorn sued Esk over its tolls.", "no"),
        (
            "Is there already a working group on Arden?",
            "Only Arden has got as far as a working group.",
            "yes",
        ),
    ],
)
def test_the_best_sentence_decides(question: str, sentence: str, kind: str) -> None:
    found = passage(sentence, logits=[6.0])
    assessed = assess(SubQuestion.of(question), [found], [found])
    assert assessed.verdict is not None
    assert (assessed.verdict.kind, assessed.confidence <= 0.75) == (kind, True)


def test_only_what_is_sure_to_answer_denies_so() -> None:
    question = SubQuestion.of("Can doctors practise freely in Arden?")
    sure = passage("Physicians may not.", logits=[6.0])
    assessed = assess(question, [sure], [sure])
    assert assessed.verdict is not None
    assert (assessed.verdict.kind, assessed.verdict.is_plain, assessed.confidence <= 0.75) == (
        "no",
        True,
        True,
    )
    unsure = passage("Physicians may not.", logits=[-3.0])
    assert assess(question, [unsure], [unsure]).verdict is None


@pytest.mark.parametrize(
    ("question", "kind"), [("Is the mine at Lurin closed?", "no"), ("Was the mine closed?", "yes")]
)
def test_a_newer_document_decides_what_is_so_now(question: str, kind: str) -> None:
    old = passage(
        "The mine at Lurin has been closed since May.", logits=[6.0], document="a", published=date(2026, 3, 1)
    )
    new = passage("The mine at Lurin stays open.", logits=[-2.0], document="b", published=date(2026, 7, 1))
    verdict = assess(SubQuestion.of(question), [old, new], [old, new]).verdict
    assert verdict is not None
    assert verdict.kind == kind
