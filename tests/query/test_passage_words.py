"""Questions in the words of the passage that is read for them."""

import pytest

from qa.query.passage_words import in_words_of


@pytest.mark.parametrize(
    ("question", "text", "reworded"),
    [
        ("When did the pact come into force?", "It took effect in May.", "When did the pact take effect?"),
        ("When will it enter into force?", "It becomes effective in May.", "When will it become effective?"),
        ("When did Oria accede to the pact?", "Oria joined in 2019.", "When did Oria join the pact?"),
        ("Who withdrew from the pact?", "Oria left it.", "Who left the pact?"),
        (
            "Who has withdrawn from it?",
            "Two are withdrawing from it, one quit.",
            "Who has withdrawn from it?",
        ),
        ("Has it entered into force?", "It took effect.", "Has it taken effect?"),
        ("Tariffs on lamps?", "Duties on lamps are high.", "Duties on lamps?"),
        (
            "How high is the tariff on lamps?",
            "The tariff, a duty of 4 percent",
            "How high is the tariff on lamps?",
        ),
        ("How did Oria retaliate?", "Oria hit back with a duty.", "How did Oria hit back?"),
        ("How many tankers did Oria buy?", "Oria purchased 31.", "How many tankers did Oria purchase?"),
        ("When was the levy repealed?", "The levy was scrapped in May.", "When was the levy scrapped?"),
        ("Who taxes EV imports?", "a tax on electric vehicles", "Who taxes electric vehicle imports?"),
        # What is not the same stays, and so do names.
        ("When did Port Ansel close?", "Its harbour is closed.", "When did Port Ansel close?"),
        ("When was the pact ratified?", "The pact was signed in May.", "When was the pact ratified?"),
        (
            "How high is the tax on lamps?",
            "The duty on lamps is 14 percent.",
            "How high is the tax on lamps?",
        ),
        ("What about the dutyfree shops?", "Tariffs rose.", "What about the dutyfree shops?"),
        ("", "Tariffs rose.", ""),
    ],
)
def test_rewording(question: str, text: str, reworded: str) -> None:
    assert in_words_of(question, text) == reworded
