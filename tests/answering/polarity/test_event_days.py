"""Of several days in a sentence the one of the event that is asked for."""

import pytest

from qa.answering.polarity.event_days import best_event_day

JOINED = (
    "It applied in February 2021, signed the protocol in July 2023 and became a member on December 15, 2024."
)
FILED = (
    "In May 2019 the petition was filed, on June 3, 2020 the hearing was held, in 2021 the order was issued."
)


@pytest.mark.parametrize(
    ("question", "sentence", "read", "expected"),
    [
        ("When did Ostia join the pact?", JOINED, "February 2021", "December 15, 2024"),
        ("When did Ostia apply to join the pact?", JOINED, "February 2021", "February 2021"),
        ("When did Ostia sign the protocol?", JOINED, "February 2021", "July 2023"),
        ("When was the order issued?", FILED, "May 2019", "2021"),
        ("In what year was the petition filed?", FILED, "2021", "May 2019"),
        # Which of two is asked by their order, not by the verb.
        (
            "When was it stopped again?",
            "It stopped in May 2022, and rested in June 2024.",
            "June 2024",
            "June 2024",
        ),
        # An agreement is not what agrees.
        (
            "When did the agreement run out?",
            "The agreement was prolonged once, in 2012, and ran out on October 12, 2015.",
            "October 12, 2015",
            "October 12, 2015",
        ),
    ],
)
def test_the_day_of_the_asked_event(question: str, sentence: str, read: str, expected: str) -> None:
    start = sentence.index(read)
    first, last = best_event_day(question, sentence, (start, start + len(read)))
    assert sentence[first:last] == expected
