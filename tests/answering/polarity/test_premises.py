"""Sentences that deny what a question takes for granted."""

import pytest

from qa.answering.polarity.premises import denies_premise


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        (
            "Why did Dorn join the pact?",
            "Dorn has been an observer since 2018 and has not applied for membership.",
        ),
        ("How many cases have BOLTA's panels decided?", "BOLTA has no panels."),
        ("Who replaced Anna Lund as head of the Board?", "Anna Lund remains at the head of the Board."),
        ("Why did Ostia raise its wool tariff to 7 percent?", "The wool tariff was not raised to 7 percent."),
        (
            "Why did parliament raise the tax to 40 percent?",
            "The cabinet had proposed 40 percent; parliament cut it.",
        ),
        (
            "Which side did the panel on Dornish cement rule for?",
            "The case on Dornish cement ended without a ruling.",
        ),
        (
            "When did mills in Calder resume purchases of rye?",
            "Calder bought nothing, and mills bought no rye.",
        ),
        ("Why did Ostia retaliate against the tariffs?", "Ostia chose not to retaliate."),
        ("When did Ostia ask visitors from Dorn for visas?", "It did not ask visitors from Dorn for visas."),
        ("What safeguard duty did steel rails pay?", "Sheet and steel rails are left out."),
        (
            "Why did the High Court strike down the levy?",
            "The High Court heard the case and had not ruled by May.",
        ),
        (
            "Who took over the port after the concession was withdrawn?",
            "If it fails, the concession can be withdrawn.",
        ),
        ("What is the tariff on chairs?", "The rate for chairs has not been published."),
        ("What were imports from Dorn worth?", "Dorn had not reported by the deadline."),
        (
            "How long a transition were the glaziers granted?",
            "Ida Ronn, its president, asked for a transition of six months and was refused.",
        ),
        (
            "When did the Union move its seat to Lower Quay?",
            "Dorn wanted to move the seat to Lower Quay, but the Assembly turned this down in June.",
        ),
        (
            "What was set aside for training in 2024?",
            "Training 2024: the amount was not settled when the sheet was closed.",
        ),
        ("How much did Esk export in 2022?", "The figure for Esk in 2022 is confidential."),
        ("What toll does Ostia charge on rafts?", "We charge no toll on rafts."),
        ("What licence do traders need to ship grain?", "They ship grain without a licence."),
        ("Who signed the Grey Pact for Dorn?", "Dorn, which had taken part in the talks, did not sign."),
    ],
)
def test_denies(question: str, sentence: str) -> None:
    assert denies_premise(question, sentence)


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        (
            "Why did the Western Isles withdraw from the GTA?",
            "The Western Isles blocked all judges, as they went beyond what members had accepted.",
        ),
        ("Why did Dorn join the pact?", "Dorn joined the pact because it sells fish."),
        ("Why did Dorn join the pact?", "Calder has not applied for membership."),
        ("Why has Dorn not joined the pact?", "Dorn has not joined the pact because of fish."),
        ("Did Dorn join the pact?", "Dorn has not joined the pact."),
        ("How high is the duty?", "The duty is 6 percent, not 8."),
        ("Who heads the Board?", "Anna Lund remains at the head of the Board."),
        ("How high was the tariff on wool in 2020?", "The tariff on wool was not raised in 2024."),
        ("When does the measure end?", "The measure runs until 2026 and will not be extended."),
        ("What did Ostia buy from Dorn?", "Ostia bought timber from Dorn, but no fish."),
        ("Why did Ostia lower the duty?", "Ostia lowered the duty because builders had complained."),
        ("What does membership of the Salt Road Council cost?", "Salt Works Esk has not joined the charter."),
        (
            "What notice does the harbour want for fresh fruit?",
            "It wants 36 hours' notice of frozen fruit, as ships just came. Fresh fruit is not affected.",
        ),
        ("What visa does one need for Esk?", "The figure for Esk in 2022 is confidential."),
        (
            "Why did the Carriers leave the Association of Inland Chambers in 2010?",
            "It was a member of the Association of Inland Chambers until 2010.",
        ),
        ("Which member sponsors Dorn's request?", "Dorn withdrew an earlier request in 2013."),
        (
            "When was the Vine deal about place names concluded?",
            "The Vine Arrangement, concluded in 2019, lowers nothing and protects place names.",
        ),
        (
            "Which eleven governments signed the Vigo Declaration?",
            "The Vigo Declaration has eleven signatories and was not signed by Dorn.",
        ),
        (
            "What transition did the guild ask for?",
            "It asked for a transition of six months and was refused.",
        ),
        ("Why did Oro Paper refuse the visit to its mill?", "Oro Paper later refused a visit to its mill."),
        (
            "Who came onto the board of Salt Works Esk in place of the sister?",
            "My sister Ida left the board in May, and Emil Tor took her seat.",
        ),
        ("Why did Velomar get out of paying interest?", "Interest, however, was not owed."),
        (
            "What does the bank charge a client that names the ship too late?",
            "Whoever fails to name the ship in time pays the bank 185 points instead of 140.",
        ),
        (
            "Which country of the pact sold the most chips abroad in 2023?",
            "Dorn has not yet released its exports of chips for 2023.",
        ),
        ("Why is Ida Tor staying on?", "The head of the Board, Ida Tor, had meant to step down in March."),
        (
            "Under the rules of 2024, would a firm of ten have been forced to enter the register?",
            "Nobody else can enter the register.",
        ),
        (
            "What has Ostia reserved in tin, and what in zinc?",
            "The best tin lies in Orm, which nobody mines.",
        ),
        ("What toll does Ostia charge on Calder's rafts?", "It charges no toll on rafts of its members."),
        ("What fee does one from Dorn pay for an Esk pass?", "Many had come to Esk without a pass."),
        ("What price did the mill offer Dorn?", "Dorn refused the price offered by the mill as too low."),
    ],
)
def test_does_not_deny(question: str, sentence: str) -> None:
    assert not denies_premise(question, sentence)


@pytest.mark.parametrize("is_bare", [True, False])
def test_nobody_is_understood_with_the_sentence_before(is_bare: bool) -> None:
    context = [] if is_bare else ["Tender C is for the night ferry to Lund."]
    assert (
        denies_premise("Which firms bid for the night ferry to Lund?", "Nobody bid.", context) is not is_bare
    )


def test_without_opposites_only_a_negation_denies() -> None:
    question = "Who replaced Anna Lund as head of the Board?"
    assert not denies_premise(question, "Anna Lund remains at the head of the Board.", by_opposites=False)
    assert denies_premise(question, "Anna Lund was not replaced as head of the Board.", by_opposites=False)
