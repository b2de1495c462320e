"""Acronyms and what documents say that they stand for: right, or nothing."""

import json
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from qa.query.acronyms import AcronymExpander
from qa.store import Store
from tests.query.test_spelling import ROOT, put_briefings, put_texts

ITC, CFE, WTO = "International Trade Commission", "Federal Electricity Commission", "World Trade Organization"


@pytest.fixture(scope="module")
def briefings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AcronymExpander]:
    with closing(Store.open(tmp_path_factory.mktemp("acronyms") / "store")) as opened:
        put_briefings(opened)
        yield AcronymExpander(opened)


def expansions(folder: Path, texts: Sequence[str], question: str) -> tuple[str, ...]:
    with closing(Store.open(folder)) as store:
        put_texts(store, texts)
        return AcronymExpander(store).expansions(question)


@pytest.mark.parametrize(
    ("text", "question", "phrases"),
    [
        ("The International Trade Commission (ITC) ruled.", "Did the ITC rule?", (ITC,)),
        ("The U.S. International Trade Commission (“ITC”) ruled.", "the ITC", (ITC,)),
        ("The U.S. International Trade Commission (USITC) ruled.", "USITC", (f"U.S. {ITC}",)),
        ("The ITC (International Trade Commission) ruled.", "Did the ITC rule?", (ITC,)),
        ("The International Trade Commission, known as the ITC, ruled.", "Did the I.T.C. rule?", (ITC,)),
        ("The International Trade Commission, or ITC, ruled.", "Did the ITC rule?", (ITC,)),
        ("The ITC, the International Trade Commission, ruled.", "Did the ITC rule?", (ITC,)),
        ("Prices rose. It was the CFE, the Federal Electricity Commission, that paid.", "the CFE", (CFE,)),
        ("The Federal Electricity Commission (CFE) paid.", "the CFE", (CFE,)),
        ("Ships carry liquefied natural gas (LNG).", "Who buys LNG?", ("liquefied natural gas",)),
        ("Electric vehicles (EVs) sell.", "Are EV sales up?", ("Electric vehicles",)),
        ("Goods of the United States (U.S.) sell.", "Are U.S. sales up?", ("United States",)),
        ("It is the Department of the Environment (DOE).", "DOE rules", ("Department of the Environment",)),
        (
            "The Act of 1977 said. Later the Border Trade Act of 1977 (BTA) did.",
            "the BTA",
            ("Border Trade Act",),
        ),
        # In lower case, if it is no word.
        ("The Canadian Border Zone (CBZ) is wide.", "how wide is the cbz", ("Canadian Border Zone",)),
        ("The Wide Area System (WAS) is new.", "what was new", ()),
        # No definition at all.
        ("The ITC ruled.", "Did the ITC rule?", ()),
        ("Nothing of it.", "Did the ITC rule?", ()),
        ("The World Trade Organization (OMC) met, and so did the WTO.", "the OMC", ()),
        ("Canadians say CUSMA (or ACEUM in French).", "ACEUM", ()),
        ("Judges met in Geneva (WTO).", "the WTO", ()),
        ("The ITC, the highest court, ruled.", "the ITC", ()),
        # Capitals far from the acronym: enough for four letters, not for three.
        ("The North Pacific Treaty Union. NPTU rules.", "NPTU", ("North Pacific Treaty Union",)),
        ("The North Pacific Treaty Union Council. NPTU rules.", "NPTU", ()),
        ("The World Trade Organization. WTO rules.", "WTO", ()),
        # A question all in capitals says nothing of acronyms.
        ("The International Trade Commission (ITC) ruled.", "WHAT DID THE ITC SAY", ()),
        # What the question holds is not said again.
        ("The International Trade Commission (ITC) ruled.", "the International Trade Commission (ITC)", ()),
    ],
)
def test_what_an_acronym_stands_for(
    tmp_path: Path, text: str, question: str, phrases: tuple[str, ...]
) -> None:
    assert expansions(tmp_path, [text], question) == phrases


@pytest.mark.parametrize(
    ("text", "question", "acronyms"),
    [
        ("The International Trade Commission (ITC) ruled.", "the international trade commission", ("ITC",)),
        ("The United States-Mexico-Canada Pact (USMCP).", "the U.S.-Mexico-Canada Pact", ("USMCP",)),
        ("The USMCP ruled.", "Does the U.S.-Mexico-Canada Pact rule?", ("USMCP",)),
        ("The USMCP ruled.", "does the u.s.-mexico-canada pact rule?", ()),
        # Three letters without a definition may be anything.
        ("The USS Atlanta sank.", "the United States Senate", ()),
        # The documents' own meaning is another.
        ("The Northern Pacific Treaty Union (NPTU).", "the National Party of Trade Unions", ()),
        ("The North Pacific Treaty Union (NPTU).", "the North Pacific Treaty Union Council", ("NPTU",)),
        ("The ITC ruled. IN THE CITY", "in trade circles", ()),
    ],
)
def test_the_acronym_of_a_long_name(
    tmp_path: Path, text: str, question: str, acronyms: tuple[str, ...]
) -> None:
    assert expansions(tmp_path, [text], question) == acronyms


def test_two_meanings_are_both_given_the_frequent_one_first(tmp_path: Path) -> None:
    texts = [
        "The Federal Trade Commission (FTC).",
        "Our Free Trade Commission (FTC).",
        "A free trade commission (FTC).",
    ]
    assert expansions(tmp_path, texts, "the FTC") == ("Free Trade Commission", "Federal Trade Commission")


def test_new_documents_are_seen(tmp_path: Path) -> None:
    with closing(Store.open(tmp_path)) as store:
        put_texts(store, ["The ITC ruled."])
        acronyms = AcronymExpander(store)
        assert acronyms.expansions("the ITC") == ()
        put_texts(store, ["The International Trade Commission (ITC) ruled."], name="new")
        assert acronyms.expansions("the ITC") == (ITC,)


def test_an_acronym_is_looked_up_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def texts(self: Store, phrase: str, *, count: int) -> list[str]:
        asked.append((phrase, count))
        return []

    monkeypatch.setattr(Store, "texts_with_phrase", texts)
    with closing(Store.open(tmp_path)) as store:
        acronyms = AcronymExpander(store)
        assert [acronyms.expansions("USMCA rules") for _ in range(3)] == [()] * 3
    assert asked == [("USMCA", 50)]


CPTPP = "Comprehensive and Progressive Agreement for Trans-Pacific Partnership"


@pytest.mark.parametrize(
    ("question", "phrases"),
    [
        ("What is the USMCA?", ("United States-Mexico-Canada Agreement",)),
        ("the U.S.-Mexico-Canada Agreement", ("USMCA",)),
        ("What is the cptpp?", (CPTPP,)),
        (CPTPP, ("CPTPP",)),
        ("When did CETA begin?", ("Comprehensive Economic and Trade Agreement",)),
        ("the comprehensive economic and trade agreement", ("CETA",)),
        ("tariffs under IEEPA", ("International Emergency Economic Powers Act",)),
        ("the CFE’s plants", ("Comisión Federal de Electricidad",)),
        ("Is NAFTA over?", ("North American Free Trade Agreement",)),
        *[(f"about {name} now", ()) for name in "ITC LNG WTO U.S. UPS EU UK MP BYD TC MPIA ACEUM".split()],
        ("the World Trade Organization", ()),
        ("the International Trade Commission", ()),
    ],
)
def test_the_briefings_own_acronyms(
    briefings: AcronymExpander, question: str, phrases: tuple[str, ...]
) -> None:
    assert briefings.expansions(question) == phrases


def test_questions_about_the_briefings(briefings: AcronymExpander) -> None:
    """Whatever is found, it is one of the right ones."""
    lines = (ROOT / "corpus" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    found = {phrase for line in lines for phrase in briefings.expansions(json.loads(line)["question"])}
    assert found == {
        CPTPP,
        "Comisión Federal de Electricidad",
        "Comprehensive Economic and Trade Agreement",
        "International Emergency Economic Powers Act",
        "North American Free Trade Agreement",
        "United States-Mexico-Canada Agreement",
    }
