"""The acronyms that documents have for long names: right, or nothing."""

import json
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from qa.query.acronyms import AcronymExpander
from qa.store import Store
from tests.query.test_spelling import ROOT, put_briefings, put_texts

ITC = "International Trade Commission"


@pytest.fixture(scope="module")
def briefings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AcronymExpander]:
    with closing(Store.open(tmp_path_factory.mktemp("acronyms") / "store")) as store:
        put_briefings(store)
        yield AcronymExpander(store)


def expansions(folder: Path, texts: Sequence[str], question: str) -> tuple[str, ...]:
    with closing(Store.open(folder)) as store:
        put_texts(store, texts)
        return AcronymExpander(store).expansions(question)


@pytest.mark.parametrize(
    ("text", "acronyms"),
    [
        ("The International Trade Commission (ITC) ruled.", ("ITC",)),
        ("The International Trade Commission (“ITC”) ruled.", ("ITC",)),
        ("The International Trade Commission, known as the ITC, ruled.", ("ITC",)),
        ("The International Trade Commission, or ITC, ruled.", ("ITC",)),
        ("The Act of 1977 said. Later the International Trade Commission of 1977 (ITC) did.", ("ITC",)),
        ("We saw international trade commissions, and the international trade commission (ITC).", ("ITC",)),
        # No definition at all.
        ("The ITC ruled.", ()),
        ("The International Trade Commission. ITC rules.", ()),
        ("The International Trade Commission (OMC) met, and so did the ITC.", ()),
        ("Judges met in Geneva (ITC).", ()),
        ("The ITC, the highest court, ruled.", ()),
    ],
)
def test_what_documents_say_of_an_acronym(tmp_path: Path, text: str, acronyms: tuple[str, ...]) -> None:
    assert expansions(tmp_path, [text], "did the international trade commission rule?") == acronyms


@pytest.mark.parametrize(
    ("text", "question", "acronyms"),
    [
        ("The International Trade Commission (ITC) ruled.", "the international trade commission", ("ITC",)),
        ("The United States-Mexico-Canada Pact (USMCP).", "the U.S.-Mexico-Canada Pact", ("USMCP",)),
        ("The USMCP ruled.", "Does the U.S.-Mexico-Canada Pact rule?", ("USMCP",)),
        ("The U.S. International Trade Commission (USITC).", f"the U.S. {ITC}", ("USITC",)),
        ("Ships carry liquefied natural gas (LNG).", "who buys liquefied natural gas?", ("LNG",)),
        # Capitals far from the acronym: enough for four letters.
        ("The North Pacific Treaty Union. NPTU rules.", "the north pacific treaty union", ("NPTU",)),
        ("The North Pacific Treaty Union Council. NPTU rules.", "the north pacific treaty union", ()),
        # What the question holds is not said again.
        ("The International Trade Commission (ITC) ruled.", f"the {ITC} (ITC)", ()),
        # An acronym of the question is enough by itself.
        ("The International Trade Commission (ITC) ruled.", "Did the ITC rule?", ()),
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


@pytest.mark.parametrize("name", ["free trade commission", "federal trade commission"])
def test_two_long_names_have_one_acronym(tmp_path: Path, name: str) -> None:
    texts = ["The Federal Trade Commission (FTC).", "A free trade commission (FTC)."]
    assert expansions(tmp_path, texts, f"the {name}") == ("FTC",)


def test_new_documents_are_seen(tmp_path: Path) -> None:
    with closing(Store.open(tmp_path)) as store:
        put_texts(store, ["The ITC ruled."])
        acronyms = AcronymExpander(store)
        assert acronyms.expansions(f"the {ITC}") == ()
        put_texts(store, ["The International Trade Commission (ITC) ruled."], name="new")
        assert acronyms.expansions(f"the {ITC}") == ("ITC",)


def test_an_acronym_is_looked_up_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lookups = []

    def texts(self: Store, phrase: str, *, count: int) -> list[str]:
        lookups.append((phrase, count))
        return []

    monkeypatch.setattr(Store, "texts_with_phrase", texts)
    with closing(Store.open(tmp_path)) as store:
        put_texts(store, ["The ITC ruled."])
        acronyms = AcronymExpander(store)
        assert [acronyms.expansions(f"{ITC} rules") for _ in range(3)] == [()] * 3
    assert lookups == [("ITC", 50)]


LONG_NAMES = {
    "USMCA": "United States-Mexico-Canada Agreement",
    "CPTPP": "Comprehensive and Progressive Agreement for Trans-Pacific Partnership",
    "CETA": "Comprehensive Economic and Trade Agreement",
    "IEEPA": "International Emergency Economic Powers Act",
    "NAFTA": "North American Free Trade Agreement",
    "CFE": "Comisión Federal de Electricidad",
}


@pytest.mark.parametrize(
    ("question", "acronyms"),
    [
        *[(f"What of the {name} now?", (acronym,)) for acronym, name in LONG_NAMES.items()],
        *[(f"what of the {name.lower()} now?", (acronym,)) for acronym, name in LONG_NAMES.items()],
        ("the U.S.-Mexico-Canada Agreement", ("USMCA",)),
        ("the World Trade Organization", ()),
        ("the International Trade Commission", ()),
    ],
)
def test_the_briefings_own_acronyms(
    briefings: AcronymExpander, question: str, acronyms: tuple[str, ...]
) -> None:
    assert briefings.expansions(question) == acronyms


def test_questions_about_the_briefings(briefings: AcronymExpander) -> None:
    """None of them spells out what the briefings write as an acronym, and none is taken to do so."""
    lines = (ROOT / "corpus" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if briefings.expansions(json.loads(line)["question"])] == []
