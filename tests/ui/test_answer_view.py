"""What the page makes of an answer's evidence: its table, its sides, how many agree, what is copied."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from qa.answering.extractive.disagreement import OTHERWISE
from qa.answering.extractive.extractive_answer import EARLIER, LATER
from qa.parsers.content_builder import ContentBuilder
from qa.parsers.table_text import put_table
from qa.schema import NOT_BORNE_OUT, NOT_FOUND, AnswerSentence, Citation, Computed, Document, Span
from qa.ui.chat.answer_table import cite_tables, to_cited_table
from qa.ui.chat.answer_view import FEEDBACK_REASONS, FeedbackChoice, build_answer_view, read_feedback
from tests.ui.test_chat_page import HOSTILE, answered, citation, document, passage, refused

YEARS = ["2027", "2028", "2029"]


def salt(**fields: Any) -> Document:
    builder = ContentBuilder()
    builder.paragraph("Salt by port")
    rows = [["Port", *YEARS], ["Vell", "64", "87", "90"], ["Sable", "0", "", "3"], [HOSTILE, "8", "9", "7"]]
    put_table(builder, rows, head_rows=1, caption="Salt by port")
    content = builder.build()
    tables = tuple(replace(table, unit="tonnes") for table in content.tables)
    return document(content.text, markdown=False, structure=content.structure, tables=tables, **fields)


def cite_cell(stored: Document, number: int, row: int, column: int | None) -> Citation:
    """The line of a row of the table, with the words of one cell as what answers."""
    cells = stored.tables[0].rows[row]
    start = stored.text.rindex("\n", 0, cells[0].start) + 1
    end = stored.text.find("\n", cells[-1].start)
    end = len(stored.text) if end < 0 else end
    cell = cells[column] if column is not None else None
    return citation(
        number,
        quote=stored.text[start:end],
        start=start,
        highlight=Span(cell.start, cell.end) if cell and cell.start and cell.end else None,
        document_sha256=stored.sha256,
    )


def view_of(stored: Document, *citations: Citation, **fields: Any) -> dict[str, Any]:
    answer = answered(*citations, question_type="fact", **fields)
    return build_answer_view(answer, tables=cite_tables(answer.citations, lambda _: stored))


# Its table ----------------------------------------------------------------------------------------


def test_answer_of_a_table_shows_heads_and_row_with_the_cell_marked() -> None:
    stored = salt()
    view = view_of(stored, cite_cell(stored, 1, 3, 2))
    (sentence,) = view["groups"][0]["sentences"]
    table = sentence["table"]
    assert table["caption"] == "Salt by port (tonnes)"
    assert [[cell["text"] for cell in row] for row in table["rows"]] == [
        ["Port", *YEARS],
        [HOSTILE, "8", "9", "7"],
    ]
    assert [[cell["numbers"] for cell in row] for row in table["rows"]] == [[[]] * 4, [[], [], [1], []]]
    assert [cell["head"] for cell in table["rows"][0]] == [True] * 4
    assert table["numbers"] == []


def test_worked_out_value_shows_all_its_cells_in_one_table() -> None:
    stored = salt()
    # Three cells in two rows, of which one is cited twice, and between them a row that is not cited.
    cells = [cite_cell(stored, 1, 1, 1), cite_cell(stored, 2, 1, 2), cite_cell(stored, 3, 3, 3)]
    computed = Computed(value="30", unit="tonnes", how="87 - 64 + 7 = 30", cells=(1, 2, 3))
    said = AnswerSentence(
        text="Worked out by the desk: 87 - 64 + 7 = 30 tonnes.", support="supported", citations=(1, 2, 3)
    )
    rows = tuple(
        AnswerSentence(text=cells[numbers[0] - 1].quote, support="supported", citations=numbers)
        for numbers in ((1, 2), (3,))
    )
    view = view_of(stored, *cells, sentences=(said, *rows), computed=computed, short_answer="30 tonnes")
    assert view["computed"]["how"] == "87 - 64 + 7 = 30 tonnes"
    # It is said once, and the rows are one table.
    (sentence,) = view["groups"][0]["sentences"]
    assert [mark["number"] for mark in sentence["marks"]] == [1, 2, 3]
    shown = [
        [(cell["text"], cell["numbers"]) for cell in row if cell["numbers"]]
        for row in sentence["table"]["rows"]
    ]
    assert shown == [[], [("64", [1]), ("87", [2])], [("7", [3])]]


def test_row_without_a_cell_that_answers_has_its_mark_at_its_name_and_several_beside_the_caption() -> None:
    stored = salt()
    row = cite_cell(stored, 1, 2, None)
    table = view_of(stored, row)["groups"][0]["sentences"][0]["table"]
    assert [(cell["text"], cell["source"]) for cell in table["rows"][1]] == [
        ("Sable", [1]), ("0", []), ("", []), ("3", [])
    ]  # fmt: skip
    assert ([cell["source"] for cell in table["rows"][0]], table["numbers"]) == ([[]] * 4, [])
    end = cite_cell(stored, 1, 3, None).end
    both = replace(row, end=end, quote=stored.text[row.start : end])
    table = view_of(stored, both)["groups"][0]["sentences"][0]["table"]
    assert ([cell["source"] for cells in table["rows"] for cell in cells], table["numbers"]) == (
        [[]] * 12,
        [1],
    )


@pytest.mark.parametrize("case", ["another version", "gone", "other words", "words of a model", "prose"])
def test_what_is_no_row_as_cited_has_no_table(case: str) -> None:
    stored = salt()
    cited = cite_cell(stored, 1, 1, 1)
    sentences: tuple[AnswerSentence, ...] = ()
    now: Document | None = stored
    match case:
        case "another version":
            now = salt(sha256="1")
        case "gone":
            now = None
        case "other words":
            cited = replace(cited, quote="x" * len(cited.quote), highlight=None)
        case "words of a model":
            sentences = (AnswerSentence(text="Vell had 64.", support="supported", citations=(1,)),)
        case _:
            cited = citation(1, quote=stored.text[:12], start=0, document_sha256=stored.sha256)
    answer = answered(cited, sentences=sentences, question_type="fact")
    view = build_answer_view(answer, tables=cite_tables(answer.citations, lambda _: now))
    (sentence,) = view["groups"][0]["sentences"]
    assert sentence["table"] is None
    assert "".join(sentence["parts"]) == answer.sentences[0].text


def test_long_table_is_left_to_the_document() -> None:
    builder = ContentBuilder()
    put_table(builder, [["Port", "Salt"], *([f"P{row}", str(row)] for row in range(60))], head_rows=1)
    content = builder.build()
    stored = document(content.text, tables=content.tables, markdown=False)
    first, last = stored.tables[0].rows[1][0].start, stored.tables[0].end
    assert first is not None
    cited = citation(1, quote=stored.text[first:last], start=first, document_sha256="0")
    assert cite_tables([cited], lambda _: stored) == {}


# How it is said -----------------------------------------------------------------------------------


def test_only_the_place_of_the_short_answer_is_emphasised() -> None:
    first, second = (
        citation(number, start=100 * number, highlight=Span(100 * number + 9, 100 * number + 17))
        for number in (1, 2)
    )
    for question_type, emphasised in (("fact", ["40 pesos", ""]), ("list", ["", ""]), ("open", ["", ""])):
        (group,) = build_answer_view(answered(first, second, question_type=question_type))["groups"]
        assert [sentence["parts"][1] for sentence in group["sentences"]] == emphasised


def test_card_of_a_mark_has_the_exact_quote_and_where_it_stands() -> None:
    quote = f"It  costs\n{HOSTILE}"
    cited = citation(1, quote=quote, page=4, highlight=Span(104, 109), recognised=0.9)
    (mark,) = build_answer_view(answered(cited))["groups"][0]["sentences"][0]["marks"]
    assert mark["parts"] == ["It  ", "costs", f"\n{HOSTILE}"]
    assert (mark["title"], mark["facts"]) == (
        "Title of a",
        ["3 November 2025", "Costs", "page 4", "recognised text, 90% certain"],
    )
    # The name of a button holds what it shows.
    assert str(mark["number"]) in mark["label"]


def test_a_newer_document_that_does_not_answer_stands_beside_and_agrees_with_nothing() -> None:
    cited = [
        citation(1, "old", published=date(2019, 5, 6), highlight=Span(109, 117)),
        citation(2, "new", highlight=Span(109, 117)),
    ]
    sentences = tuple(
        AnswerSentence(text=source.quote, support="supported", citations=(source.number,), label=label)
        for source, label in zip(cited, [None, LATER], strict=True)
    )
    view = build_answer_view(
        answered(*cited, sentences=sentences, question_type="fact", short_answer="40 pesos")
    )
    assert view["paired"] == {"label": LATER, "names": ["Answers best", "Newer"], "is_past": False}
    assert view["evidence"].startswith("from 2 documents")


def test_newest_stands_beside_earlier() -> None:
    cited = [
        citation(1, "new"),
        citation(2, "old", published=date(2019, 5, 6)),
        citation(3, "new", start=300),
    ]
    labels = [None, EARLIER, None]
    sentences = tuple(
        AnswerSentence(text=source.quote, support="supported", citations=(source.number,), label=label)
        for source, label in zip(cited, labels, strict=True)
    )
    view = build_answer_view(answered(*cited, sentences=sentences, question_type="fact"))
    assert view["paired"] == {"label": EARLIER, "names": ["Newest", EARLIER], "is_past": True}
    assert [(group["side"], group["title"]) for group in view["groups"]] == [
        (None, "Title of new"),
        (EARLIER, "Title of old"),
    ]
    assert view["copy"] == "It costs 40 pesos.\nEarlier: It costs 40 pesos.\nIt costs 40 pesos."
    only = answered(*cited, sentences=sentences[:1], question_type="fact")
    assert build_answer_view(only)["paired"] is None


def test_documents_that_disagree_stand_beside_one_another() -> None:
    values = {"a": "40 pesos", "b": "50 pesos", "c": "50 pesos"}
    cited = [
        citation(number, name, f"It costs {value}.", highlight=Span(109, 117))
        for number, (name, value) in enumerate(values.items(), start=1)
    ]
    sentences = tuple(
        AnswerSentence(
            text=source.quote,
            support="supported",
            citations=(source.number,),
            label=OTHERWISE if source.number > 1 else None,
        )
        for source in cited
    )
    warnings = ("the documents disagree: 40 pesos (a), 50 pesos (b)", "another")
    answer = answered(
        *cited, sentences=sentences, question_type="fact", short_answer="40 pesos", warnings=warnings
    )
    view = build_answer_view(answer)
    assert view["short"] == "40 pesos or 50 pesos"
    assert view["lead"] == "The documents disagree."
    assert view["paired"] == {"label": OTHERWISE, "names": ["40 pesos", "50 pesos"], "is_past": False}
    assert [sentence["parts"][1] for group in view["groups"] for sentence in group["sentences"]] == [
        "40 pesos",
        "50 pesos",
        "50 pesos",
    ]
    assert (view["warnings"], view["evidence"]) == (["another"], "3 documents disagree, newest November 2025")
    assert view["copy"].startswith("40 pesos or 50 pesos\nIt costs 40 pesos.\nOtherwise: It costs 50 pesos.")
    agreeing = replace(answer, sentences=(*sentences[:2], replace(sentences[2], label=None)))
    same = replace(cited[2], quote="It costs 40 pesos.")
    agreeing = replace(agreeing, citations=(*cited[:2], same))
    assert build_answer_view(agreeing)["evidence"].startswith("2 documents agree, 1 says otherwise")


def test_yes_stands_beside_no() -> None:
    cited = [
        citation(1, "a", "The toll holds.", highlight=Span(109, 114)),
        citation(2, "b", "The toll is lifted.", highlight=Span(112, 118)),
    ]
    sentences = (
        AnswerSentence(text="Yes.", support="supported", citations=(1,)),
        AnswerSentence(text=cited[0].quote, support="supported", citations=(1,)),
        AnswerSentence(text=cited[1].quote, support="supported", citations=(2,), label=OTHERWISE),
    )
    answer = answered(*cited, sentences=sentences, question_type="yes-no", short_answer="yes")
    view = build_answer_view(answer)
    assert (view["short"], view["lead"]) == ("yes or no", "The documents disagree.")
    assert view["paired"] == {"label": OTHERWISE, "names": ["yes", "no"], "is_past": False}
    assert view["evidence"] == "2 documents disagree, newest November 2025"
    assert view["copy"] == "yes or no\nThe toll holds.\nOtherwise: The toll is lifted."
    # The headline has said it.
    assert [["".join(one["parts"]) for one in group["sentences"]] for group in view["groups"]] == [
        [source.quote] for source in cited
    ]
    earlier = replace(answer, sentences=(*sentences[:2], replace(sentences[2], label=EARLIER)))
    view = build_answer_view(earlier)
    assert (view["short"], view["lead"]) == ("yes", None)
    assert view["paired"] == {"label": EARLIER, "names": ["Newest", EARLIER], "is_past": True}


def test_headline_says_that_nothing_of_a_model_is_borne_out() -> None:
    withheld = refused(
        text=f"{NOT_FOUND} {NOT_BORNE_OUT}",
        sentences=tuple(
            AnswerSentence(text=text, support="supported") for text in (NOT_FOUND, NOT_BORNE_OUT)
        ),
        model_text="It costs 90 pesos.",
    )
    assert build_answer_view(withheld)["lead"] == NOT_BORNE_OUT
    assert build_answer_view(refused())["lead"] == "No."


def test_refusal_says_in_one_line_what_was_looked_at() -> None:
    passages = (passage("a"), passage("a", start=90), passage("b"))
    view = build_answer_view(refused(passages=passages))
    assert view["looked"] == "What I looked at: 3 passages of 2 documents"
    assert build_answer_view(refused(passages=passages[:1]))["looked"].endswith("1 passage of 1 document")
    assert build_answer_view(refused(passages=()))["looked"] == "Nothing came near it"
    assert (view["evidence"], view["copy"]) == ("", "No.")
    assert build_answer_view(answered(citation(1)))["looked"] is None


# What bears it out --------------------------------------------------------------------------------


def says(
    number: int, document_id: str, quote: str, answer: str = "", day: date | None = date(2025, 9, 3)
) -> Citation:
    at = 100 + quote.index(answer)
    highlight = Span(at, at + len(answer)) if answer else None
    return citation(number, document_id, quote=quote, published=day, highlight=highlight)


def evidence(*citations: Citation, **fields: Any) -> str:
    answer = answered(*citations, **{"short_answer": "40 pesos", "question_type": "fact", **fields})
    return str(build_answer_view(answer)["evidence"])


FIRST = says(1, "a", "It costs 40 pesos.", "40 pesos", date(2024, 3, 1))


@pytest.mark.parametrize(
    ("second", "words"),
    [
        (says(2, "b", "The price is 40  pesos.", "40  pesos"), "2 documents agree, newest September 2025"),
        (says(2, "b", "Price: 40 PESOS", "40 PESOS", None), "2 documents agree, newest March 2024"),
        (says(2, "a", "It is 40 pesos.", "40 pesos", date(2024, 3, 1)), "1 document, March 2024"),
        (says(2, "b", "The price is 140 pesos.", "140 pesos"), "from 2 documents, newest September 2025"),
        (says(2, "b", "The price is 1.40 pesos.", "1.40 pesos"), "from 2 documents, newest September 2025"),
        (says(2, "b", "It is not 40 pesos.", "40 pesos"), "from 2 documents, newest September 2025"),
        (says(2, "b", "It isn’t 40 pesos.", "40 pesos"), "from 2 documents, newest September 2025"),
        # It stands there, but the reader does not take it for the answer.
        (
            says(2, "b", "A year ago it cost 90, not 40 pesos.", "90"),
            "from 2 documents, newest September 2025",
        ),
        (says(2, "b", "A ferry costs 40 pesos."), "from 2 documents, newest September 2025"),
    ],
)
def test_documents_agree_only_where_their_words_that_answer_hold_the_answer(
    second: Citation, words: str
) -> None:
    assert evidence(FIRST, second) == words


def test_evidence_counts_what_bears_the_answer_out() -> None:
    second = says(2, "b", "The price is 40 pesos.", "40 pesos")
    assert evidence(FIRST) == "1 document, March 2024"
    assert evidence(replace(FIRST, metadata=replace(FIRST.metadata, published=None))) == "1 document, undated"
    # Of yes, of prose and of what was worked out nobody knows that two say the same.
    for fields in ({"short_answer": "yes"}, {"short_answer": None}):
        assert evidence(FIRST, second, **fields) == "from 2 documents, newest September 2025"
    sentences = (
        AnswerSentence(text=FIRST.quote, support="supported", citations=(1,)),
        AnswerSentence(text="It costs 50 pesos.", support="unsupported", citations=(2,)),
    )
    assert evidence(FIRST, second, sentences=sentences) == "1 document, March 2024"


# Copied, and said of it ---------------------------------------------------------------------------


def test_low_confidence_is_said_where_the_answer_is_read_and_copied() -> None:
    for confidence, doubt in ((0.64, "Low confidence"), (0.65, None)):
        view = build_answer_view(answered(citation(1), short_answer="40 pesos", confidence=confidence))
        assert view["doubt"] == doubt
        assert view["copy"].splitlines()[0] == ("40 pesos (low confidence)" if doubt else "40 pesos")
    assert build_answer_view(answered(citation(1), confidence=0.4))["copy"].startswith("Low confidence:\n")
    assert build_answer_view(refused())["doubt"] is None


def test_copied_answer_has_no_marks_and_says_what_is_not_borne_out() -> None:
    wrong = AnswerSentence(text="It will cost 50\npesos.", support="unsupported")
    own = AnswerSentence(text="It costs 40 pesos.", support="supported", citations=(1,))
    view = build_answer_view(answered(citation(1), sentences=(own, wrong)))
    assert view["copy"] == "It costs 40 pesos. It will cost 50 pesos. (not supported)"
    assert "\nNot supported: “It will cost 50 pesos.”\n" in view["footnotes"]
    listed = answered(citation(1, quote="- Floods."), citation(2, quote="- Ice."), question_type="list")
    assert build_answer_view(listed)["copy"] == "- Floods.\n- Ice."
    short = answered(citation(1), short_answer="40 pesos", question_type="fact")
    assert build_answer_view(short)["copy"] == "40 pesos\nIt costs 40 pesos."


@pytest.mark.parametrize(
    ("choice", "feedback"),
    [
        ({"feedback": {"verdict": "right"}}, FeedbackChoice("right")),
        (
            {"feedback": {"verdict": "wrong", "reason": "figure", "comment": f" {HOSTILE} "}},
            FeedbackChoice("wrong", "figure", HOSTILE),
        ),
        ({"feedback": {"verdict": "wrong", "reason": "other"}}, FeedbackChoice("wrong", "other")),
        (
            {"feedback": {"verdict": "wrong", "reason": "other", "comment": "x" * 9000}},
            FeedbackChoice("wrong", "other", "x" * 2000),
        ),
        ({"feedback": {"verdict": "wrong", "reason": "because"}}, None),
        ({"feedback": {"verdict": "wrong"}}, None),
        ({"feedback": {"verdict": "wrong", "reason": ["other"]}}, None),
        ({"feedback": {}}, None),
        ({"feedback": "right"}, None),
        ("feedback", None),
        ("citation:1", None),
        (None, None),
    ],
)
def test_feedback_is_read_from_a_click(choice: object, feedback: FeedbackChoice | None) -> None:
    assert read_feedback(choice) == feedback


def test_thumbs_and_pin_are_shown_as_they_were_left() -> None:
    view = build_answer_view(answered(citation(1)), feedback="wrong", pinned=True)
    assert (view["feedback"], view["pinned"]) == ("wrong", True)
    assert view["reasons"] == list(FEEDBACK_REASONS.items())
    view = build_answer_view(answered(citation(1)))
    assert (view["feedback"], view["pinned"]) == (None, False)


def test_cells_that_span_leave_empty_ones_in_a_file() -> None:
    def cell(text: str, rowspan: int = 1, colspan: int = 1, *numbers: int) -> dict[str, object]:
        return {"text": text, "head": False, "rowspan": rowspan, "colspan": colspan, "numbers": list(numbers)}

    rows = [[cell("a", 2), cell("b", 1, 2)], [cell("c", 1, 1, 7), cell("d")], [cell("e")]]
    table = to_cited_table({"caption": "Salt", "rows": rows, "numbers": []})
    assert [[shown.text for shown in row] for row in table.rows] == [
        ["a", "b", ""],
        ["", "c", "d"],
        ["e", "", ""],
    ]
    assert [shown.text for row in table.rows for shown in row if shown.is_answer] == ["c"]
