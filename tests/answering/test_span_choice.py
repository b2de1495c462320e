"""Of the persons and days of a sentence the one that is asked for."""

import pytest

from qa.answering.polarity.span_choice import best_day_span, best_person_span

_LEADERS = "The Council is led by Ada Brink, the Club by Mr Emil Tor."
_DESK = "Its chairman, Peter Lunt, is often asked what the Agency wants, which is run by Ida Falk."
_MINISTERS = "In May Foreign Minister Ada Brink and Finance Minister Emil Tor went to Lathe."
_FUNDS = (
    "Write to the Industry Fund, which is led by Emil Tor; the Innovation Fund, under Ida Falk, has none."
)
_RULING = (
    "Their lawyer, Ida Falk, won a first ruling on 7 May 2031; the appeal is heard in June by Judge Emil Tor."
)
_MOVED = "The hearing had been set for November 17; owing to a strike it was moved to December 3 to 5."
_RAIL = "Rail: 2 hours before the border post, but only from 1 August 2031."


@pytest.mark.parametrize(
    ("question", "sentence", "read", "chosen"),
    [
        ("who runs the car dealers' club", _LEADERS, "Ada Brink", "Mr Emil Tor"),
        ("Who leads the Council?", _LEADERS, "Ada Brink", "Ada Brink"),
        ("Who runs the Agency?", _DESK, "Peter Lunt", "Ida Falk"),
        ("Who leads the Innovation Fund?", _FUNDS, "Innovation Fund", "Ida Falk"),
        ("Who leads the Industry Fund?", _FUNDS, "Emil Tor", "Emil Tor"),
        ("Who runs the Agency?", "The Agency is run by Ida Falk.", "Agency", "Ida Falk"),
        ("Who won the first ruling?", _RULING, "Ida Falk", "Ida Falk"),
        (
            "Who opened the last meeting?",
            "Ada Brink leads it, and the last meeting was in Buenos Aires.",
            "Ada Brink",
            "Ada Brink",
        ),
        ("Who is its chairman?", _DESK, "Peter Lunt", "Peter Lunt"),
        (
            "Who is Ostia's finance minister?",
            _MINISTERS,
            "Ada Brink and Finance Minister Emil Tor",
            "Emil Tor",
        ),
        ("Who is the foreign minister?", _MINISTERS, "Ada Brink and Finance Minister Emil Tor", "Ada Brink"),
        (
            "Who sat in the office?",
            "Ada Brink, Emil Tor and Ida Falk sat in the office.",
            "Ada Brink",
            "Ada Brink",
        ),
        ("Who chose the carrier?", "ADA BRINK: The mill, Esk Sole, chose it.", "ADA BRINK", "Esk Sole"),
        ("Who told of it?", "ADA BRINK: The mill, Esk Sole, chose it.", "ADA BRINK", "ADA BRINK"),
        ("Who chose it?", "Ada Brink: We chose it.", "Ada Brink", "Ada Brink"),
        ("What does the Club do?", _LEADERS, "Ada Brink", "Ada Brink"),
    ],
)
def test_the_person_of_the_asked_part(question: str, sentence: str, read: str, chosen: str) -> None:
    start = sentence.index(read)
    start, end = best_person_span(question, sentence, (start, start + len(read)))
    assert sentence[start:end] == chosen


@pytest.mark.parametrize(
    ("question", "sentence", "read", "chosen"),
    [
        ("When does rail freight first need data?", _RAIL, "2 hours before the border post", "1 August 2031"),
        ("And when did it take place?", _MOVED, "November 17", "December 3 to 5"),
        ("When was it first planned?", _MOVED, "November 17", "November 17"),
        ("When must trains send data?", _RAIL, "2 hours", "2 hours"),
        ("When did it end?", "It ended with the pact of May 2030 on 3 June 2031.", "the pact", "the pact"),
    ],
)
def test_the_day_where_one_is_asked_for(question: str, sentence: str, read: str, chosen: str) -> None:
    start = sentence.index(read)
    start, end = best_day_span(question, sentence, (start, start + len(read)))
    assert sentence[start:end] == chosen
