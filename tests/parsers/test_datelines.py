"""The day that a text gives itself in its first lines."""

from datetime import date

import pytest

from qa.parsers.datelines import find_dateline

_BODY = "\n\nThe council met twice in spring, and what it decided is told below.\n"


@pytest.mark.parametrize(
    ("head", "day"),
    [
        (
            "Decision 14: frozen beef\nTrade Remedies Board, Lindholm, 17 May 2022. File S-031.",
            date(2022, 5, 17),
        ),
        ("HARBOUR OFFICE\nCircular 09/2025 of 3 March 2025\nTakes effect: 1 May 2025.", date(2025, 3, 3)),
        ("BRANDIS & QUELL\n7 Mint Lane, Veldhaven\n14 February 2025\nTo: Ms Aster", date(2025, 2, 14)),
        ("Notice 7\nIssued 9 September 2024. Replaces Notice 3 of 30 June 2023.", date(2024, 9, 9)),
        ("# Corridor Committee\nHeld at Gasabi, Rwemba, on 22 May 2025, 9:30 to 13:10", date(2025, 5, 22)),
        ("The stamps\n*Wairimu's column, The Freight Letter, 27 February 2025*", date(2025, 2, 27)),
        ("Sanctions\nLast updated 20 January 2025. New answers are marked.", date(2025, 1, 20)),
        ("Stock-taking\nAdopted in Lunwick on March 27, 2026. It covers 2025.", date(2026, 3, 27)),
        ("Fact sheet\nPress Unit, Tell Harbour. As of 1 January 2025.", date(2025, 1, 1)),
        ("Case 217\nVelomar against the Customs Directorate\nJudgment of 8 April 2025", date(2025, 4, 8)),
        ("Press conference\nTuesday, 12 May 2026, 10:30, Room 4", date(2026, 5, 12)),
        (
            "Written answer\nAsked by: G. Pritchard, 4 March 2024\nAnswered by: D. Aske, 14 March 2024",
            date(2024, 3, 14),
        ),
        ("Note\nDate: 2025-04-03", date(2025, 4, 3)),
        ("Agreement on the bridge\nDone at Kell on 11 May 2031", date(2031, 5, 11)),
        ("Repairs\nThe roof was done on 11 May 2031.", None),
        ("Regulation 2035/118 on seed\nof 19 May 2035\nThe minister orders:", date(2035, 5, 19)),
        ("# Salt Letter, week 19\n*5 to 9 May 2025. Edited by A. Brink.*", date(2025, 5, 9)),
        (
            "Salt for all\nSpeech by Ada Brink, Minister for Mines and Harbours of Ostia, at the Miners' "
            "Fair "
            "of the Three Valleys, Dorn, 9 May 2025.",
            date(2025, 5, 9),
        ),
        ("Timeline\nCompiled on 30 May 2025.\n- **12 April 2016** - Ostia signs.", date(2025, 5, 30)),
        ("Salt duties\nSigned in May; schedule as of 15 May 2023", date(2023, 5, 15)),
        # Days of something else.
        ("Timeline\n- **12 April 2016** - Ostia signs.", None),
        ("Mid-term review of Decision 14/2022 of 17 May 2022", None),
        ("Re: your letter of 3 March 2025", None),
        ("Manual\nConsolidated text in force from 1 March 2025.", None),
        ("The case was opened on 4 September 2023 on a complaint.", None),
        ("Tender\nBids close on 20 May 2025.", None),
        ("Note\nClosed for data on 18 July 2025.", None),
        ("Rice\nTonnes; allotted by the Grain Company on 2 December 2024", None),
        ("The convention was signed at Brack, 4 June 1998.", None),
        ("Week ending: 2025-06-06; Market: Dolo; Sort: Sesame; Price: 4.", None),
        ("| 3 May 2024 | 4 May 2024 |", None),
        ("Prices of May 2024", None),
        ("Note\n31 February 2025", None),
    ],
)
def test_a_text_dates_itself(head: str, day: date | None) -> None:
    assert find_dateline(head + _BODY) == day


def test_only_the_first_lines_do() -> None:
    lines = "\n".join(f"Line {number}" for number in range(9))
    assert find_dateline(f"{lines}\nTell Harbour, 17 May 2022\n") is None
    assert find_dateline("Tell Harbour, 17 May 2022\nBody, 3 June 2023\n", 26) == date(2023, 6, 3)
