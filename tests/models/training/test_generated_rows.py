import re
from collections import Counter
from functools import cache

import pytest

from qa.models.reader.training.generated import generate_groups, generate_rows
from qa.models.reader.training.generated.templates import split, variants
from qa.models.reader.training.generated.wording import trade_vocabulary as vocabulary
from qa.models.reader.training.rows import TrainingRow

ROWS = 3000
KINDS = {
    "amount-with-unit",
    "change",
    "condition-in-date",
    "condition-in-title",
    "correction",
    "denied",
    "figure",
    "list",
    "old-and-new",
    "reason",
    "roles",
    "several-sentences",
    "speech",
    "table-cell",
    "two-candidates",
    "yes-no",
}
# Kinds whose answers are a stretch of a sentence, always.
SHORT_ANSWERS = KINDS - {
    "correction",
    "denied",
    "list",
    "old-and-new",
    "several-sentences",
    "speech",
    "yes-no",
}

REAL = [text for country in vocabulary.COUNTRIES for text in country]


@cache
def generate(is_held_out: bool) -> list[TrainingRow]:
    return list(generate_rows(ROWS, seed=5, held_out=is_held_out))


@pytest.fixture(params=[False, True], ids=["training", "held-out"])
def rows(request: pytest.FixtureRequest) -> list[TrainingRow]:
    return generate(request.param)


def kind(row: TrainingRow) -> str:
    return row.source.removeprefix("generated:")


def answer(row: TrainingRow) -> str | None:
    if row.span is None:
        return None
    number, start, end = row.span
    return row.sentences[number][start:end]


def test_the_same_seed_gives_the_same_rows_and_another_one_others() -> None:
    first, again, other = (list(generate_rows(300, seed=seed, held_out=False)) for seed in (1, 1, 2))

    assert first == again
    assert first != other
    assert len(first) == 300


def test_groups_are_the_rows_by_passage() -> None:
    groups = generate_groups(400, seed=3, held_out=False)

    assert [row for group in groups for row in group] == list(generate_rows(400, seed=3, held_out=False))
    assert all(len({(row.context, row.sentences) for row in group}) == 1 for group in groups)
    assert sum(any(row.evidence for row in group) for group in groups) > 0.95 * len(groups)


def test_every_kind_is_there_and_not_quite_half_can_be_answered(rows: list[TrainingRow]) -> None:
    counts = Counter(kind(row) for row in rows)

    assert set(counts) == KINDS
    assert min(counts.values()) > 0.02 * len(rows)
    assert sum(bool(row.evidence) for row in rows) / len(rows) == pytest.approx(0.45, abs=0.01)
    for name in KINDS:
        share = sum(bool(row.evidence) for row in rows if kind(row) == name) / counts[name]
        assert 0.25 < share < 0.6, name


def test_passages_are_as_small_as_the_reader_reads(rows: list[TrainingRow]) -> None:
    for row in rows:
        assert 1 <= len(row.sentences) <= 12
        assert sum(map(len, row.sentences)) <= 950
        for text in (row.question, *row.context, *row.sentences):
            assert text == text.strip()
            assert text
            assert not re.search(r"[{}]|\[|\]|  (?!\|)", text), text


def test_spans_are_exact_and_lie_in_the_evidence(rows: list[TrainingRow]) -> None:
    for row in rows:
        assert list(row.evidence) == sorted(set(row.evidence))
        found = answer(row)
        if found is None:
            assert not row.evidence or kind(row) not in SHORT_ANSWERS, row
            continue
        assert row.span is not None
        assert row.span[0] in row.evidence
        assert found == found.strip(" .;|")
        number, start, end = row.span
        sentence = row.sentences[number]
        assert start == 0 or not sentence[start - 1].isalnum()
        assert end == len(sentence) or not (sentence[end].isalnum() and found[-1].isalnum())


def test_no_question_is_both_answered_and_not(rows: list[TrainingRow]) -> None:
    verdicts: dict[tuple[object, ...], tuple[int, ...]] = {}
    for row in rows:
        key = (row.context, row.sentences, row.question.lower().rstrip("?"))
        assert verdicts.setdefault(key, row.evidence) == row.evidence


def test_the_cell_of_a_record_is_where_year_and_column_meet(rows: list[TrainingRow]) -> None:
    checked = 0
    for row in rows:
        year = re.search(r"\b(?:19|20)\d\d\b", row.question)
        if kind(row) != "table-cell" or year is None or not row.evidence:
            continue
        records = [
            dict(part.split(": ", 1) for part in text.rstrip(".").split("; ") if ": " in part)
            for text in row.sentences
            if text.startswith(("Year: ", "Period: ", "Calendar year: ", "Season: "))
        ]
        for number, record in enumerate(records):
            first, *columns = record
            asked = [name for name in columns if name.lower() in row.question.lower()]
            if record[first] == year[0] and len(asked) == 1:
                assert row.sentences[row.evidence[0]] == row.sentences[number]
                assert answer(row) == record[asked[0]]
                checked += 1
    assert checked > 20


def test_a_title_that_names_another_country_answers_nothing(rows: list[TrainingRow]) -> None:
    """Where only the title names the country, whatever is answered names that country or its adjective."""
    checked = 0
    for row in rows:
        if kind(row) == "condition-in-title" and row.evidence:
            names = re.findall(r"[A-Z]\w{3,}", row.context[0])
            if not any(name[:4] in real for name in names for real in REAL):
                assert any(name.lower()[:5] in row.question.lower() for name in names), row
                checked += 1
    assert checked > 20


def test_another_time_than_those_of_the_passage_is_never_answered(rows: list[TrainingRow]) -> None:
    checked = 0
    for row in rows:
        if kind(row) not in {"figure", "two-candidates", "amount-with-unit"}:
            continue
        years = re.findall(r"\b(?:19|20)\d\d(?:/\d\d)?\b", row.question)
        assert years
        if all(year not in text for year in years for text in row.sentences):
            assert row.evidence == ()
            checked += 1
        elif row.evidence:
            assert any(years[0] in row.sentences[number] for number in row.evidence)
    assert checked > 10


def test_a_zero_is_an_answer_and_a_blank_is_none(rows: list[TrainingRow]) -> None:
    cells = [answer(row) for row in rows if kind(row) == "table-cell" and row.evidence]

    assert cells.count("0") > 20
    assert all(cell is not None and re.fullmatch(r"[\d,]+(?:\.\d)?", cell) for cell in cells)


def test_held_out_rows_share_no_template_and_no_name_with_the_others() -> None:
    for pool in (
        vocabulary.NAME_STARTS,
        vocabulary.PRODUCTS,
        vocabulary.COUNTRIES,
        vocabulary.AGENCIES,
        vocabulary.FIRST_NAMES,
    ):
        assert set(split(pool, False)).isdisjoint(split(pool, True))
        assert set(split(pool, False)) | set(split(pool, True)) == set(pool)
    starts = vocabulary.NAME_STARTS
    assert not [
        (start, other)
        for start in split(starts, False)
        for other in split(starts, True)
        if start.startswith(other) or other.startswith(start)
    ]
    training, held_out = generate(False), generate(True)
    named = re.compile(r"[A-Z].* [A-Z]")
    sentences = {text for row in training for text in row.sentences if named.search(text)}
    assert not sentences & {text for row in held_out for text in row.sentences}
    assert not {row.question for row in training} & {row.question for row in held_out}


def test_variants_are_divided_by_slashes_alone() -> None:
    assert variants(
        """
        What is {a}/{b}? /
        How
        much? / a
        """
    ) == ("What is {a}/{b}?", "How much?", "a")
