"""What rows, lists, steps, limits and exceptions contradict, and what of theirs they don't."""

import pytest

from qa.answering.claim_check.contradictions import find_contradictions

PORTS = (
    "Port: Ombry; Average wait, 2024 (hours): 31; Cranes: 6",
    "Port: Vell; Average wait, 2024 (hours): 18; Cranes: 9",
    "Port: Tarn; Average wait, 2024 (hours): 12; Cranes: 4",
)
MEASURES = (
    "Measure: Sold to shops (tonnes); 2023: 410; 2024: 370",
    "Measure: Sold to bakers (tonnes); 2023: 220; 2024: 255",
)
RULES = (
    "Item: Drones; Permit needed for: all buyers; Fee (marks): 90",
    "Item: Radios; Permit needed for: armies; Fee (marks): 60",
)
SITES = (
    "Site: 12 Upper mill; Output (tonnes): 40; Carrier: Norline; Open to visitors: yes",
    "Site: 14 Lower mill; Output (tonnes): 55; Carrier: Maresco; Open to visitors: no",
    "Site: 15 Quarry; Output (tonnes): 70; Carrier: Maresco; Open to visitors: no",
)
EVENTS = (
    "3 May 2024: Peru recalls its envoy",
    "17 June 2024: Peru closes the border post at Arca",
)


@pytest.mark.parametrize(
    ("quotes", "true", "false"),
    [
        pytest.param(
            PORTS,
            "The average wait at Vell was 18 hours in 2024.",
            "The average wait at Vell was 12 hours in 2024.",
            id="a figure of another row",
        ),
        pytest.param(
            SITES,
            "The upper mill's 40 tonnes travel with Norline.",
            "The upper mill's 40 tonnes travel with Maresco.",
            id="a word of another row",
        ),
        pytest.param(
            SITES,
            "Visitors find the upper mill open.",
            "The upper mill is not open to visitors.",
            id="no for yes",
        ),
        pytest.param(
            SITES,
            "The lower mill isn't open to visitors.",
            "The lower mill is open to visitors.",
            id="yes for no, of a row with a code",
        ),
        pytest.param(
            MEASURES,
            "Bakers took 255 tonnes in 2024.",
            "Bakers took 370 tonnes in 2024.",
            id="a figure of another row, named by what tells it from the others",
        ),
        pytest.param(
            PORTS,
            "Vell had the second highest average wait, 18 hours.",
            "Tarn had the second highest average wait in 2024.",
            id="a rank",
        ),
        pytest.param(
            PORTS,
            "In 2024 the average wait was longer at Ombry than at Vell.",
            "In 2024 the average wait was longer at Tarn than at Vell.",
            id="a comparison in the year of the column",
        ),
        pytest.param(
            RULES,
            "Drones need a permit for all buyers.",
            "Radios need a permit for all buyers.",
            id="all, where the cell names some",
        ),
        pytest.param(
            (
                "Bridge: Arca; Open to lorries from: 4 March 2024",
                "Bridge: Sund; Open to lorries from: 20 June 2024",
                "Bridge: Vell; Open to lorries from: 20 June 2024",
            ),
            "Lorries could use Arca from 4 March 2024, earlier than Sund.",
            "Lorries could use Sund in 2024, three months earlier than Arca.",
            id="the sooner of two rows",
        ),
        pytest.param(
            EVENTS,
            "Peru closed the border post at Arca on 17 June 2024.",
            "Peru closed the border post at Arca on 3 May 2024.",
            id="the day of another line",
        ),
        pytest.param(
            ("Importers first file a return, then have goods weighed, and only after that get the seal.",),
            "Importers have the goods weighed before they get the seal.",
            "Importers get the seal before they have the goods weighed.",
            id="steps",
        ),
        pytest.param(
            ("The fee was 70 marks until the council lowered it in March 2023. It is 45 marks today.",),
            "The fee is 45 marks.",
            "The fee is 70 marks.",
            id="what was so until something ended it",
        ),
        pytest.param(
            ("Inspectors open at least 15 percent of the crates.",),
            "No fewer than 15 percent of the crates are opened.",
            "At most 15 percent of the crates are opened.",
            id="at least and at most",
        ),
        pytest.param(
            ("The toll is due on bridges. The toll doesn't apply at the Tarn Bridge until 2027.",),
            "The toll is due on bridges, but it doesn't apply at the Tarn Bridge.",
            "The toll is due on all bridges.",
            id="an exception by name",
        ),
        pytest.param(
            ("Refunds are paid to tenants on condition that the keys are handed in within a week.",),
            "Tenants are paid refunds once the keys are handed in.",
            "Tenants are paid refunds however late the keys are handed in, with no conditions attached.",
            id="a condition that is said not to be there",
        ),
        pytest.param(
            ("The club sent 40 rowers to Orm and six to Vell.",),
            "The club sent 40 rowers to Orm.",
            "The club sent 40 rowers to Vell.",
            id="the figure of another name, one in words",
        ),
        pytest.param(
            ("The clause on fisheries binds Peru and Chile but not Ecuador.",),
            "Peru is bound by the clause on fisheries.",
            "Ecuador is bound by the clause on fisheries.",
            id="left out by name",
        ),
        pytest.param(
            ("Lake permits last two years and cost 9 marks, deep mines' last six years and cost 5 marks.",),
            "Permits for deep mines last six years.",
            "Permits for deep mines last two years.",
            id="a figure of the other clause",
        ),
    ],
)
def test_a_claim_against_rows_and_cases(quotes: tuple[str, ...], true: str, false: str) -> None:
    assert not find_contradictions(true, quotes)
    assert find_contradictions(false, quotes)


@pytest.mark.parametrize(
    ("quotes", "claim"),
    [
        pytest.param(PORTS, "Ombry has one of the longest average waits.", id="one of the longest"),
        pytest.param(SITES, "Unlike Maresco's, barges at the upper mill are new.", id="set against others"),
        pytest.param(SITES, "The upper mill is open to visitors, the quarry is not.", id="two rows"),
        pytest.param(PORTS[:2], "Vell has the third longest average wait.", id="rows that are not shown"),
        pytest.param(
            ("The fee was 70 marks until the council lowered it in March 2023.",),
            "The fee stood at 70 marks.",
            id="told as what was",
        ),
    ],
)
def test_what_rows_leave_open_is_no_contradiction(quotes: tuple[str, ...], claim: str) -> None:
    assert not find_contradictions(claim, quotes)
