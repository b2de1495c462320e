"""Questions drafted from documents by rule, each with its exact quote, for people to look through.

From sentences with a date or a figure, cells of tables, and headings; and unanswerable twins, in which one
condition (a year, a country) is changed to what no document mentions.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Literal

from qa.chunking.sections import Section, sections
from qa.parsers.cell_types import type_of_cell
from qa.query.countries import country_of, names_of_country
from qa.query.follow_up.verb_forms import base_form
from qa.schema import Document, Span, Table, TableCell
from qa.text.sentences import sentence_spans

__all__ = ["DraftedQuestion", "Mentioned", "draft_questions", "draft_twin", "take_turns"]

DraftSource = Literal["date", "figure", "cell", "heading"]

_MAX_QUESTION_CHARS = 220
_MAX_LABEL_CHARS = 80
_MIN_QUOTE_CHARS = 30
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_LAST_YEAR = 2099
# Taken for a country that is asked about; the first that no document mentions.
_OTHER_COUNTRIES = ("Iceland", "Paraguay", "Bulgaria", "Uruguay", "Latvia", "Bolivia", "Albania", "Mongolia")
_NAME = re.compile(r"\b[A-Z]\w*(?: [A-Z]\w*)*")
_AUXILIARIES = ("was", "were", "is", "are", "will", "has", "have", "had", "must")
# How the past of a verb is asked about: "rose" is "did ... rise".
_BASE_OF_PAST: Mapping[str, str] = {
    past: base
    for past in """rose fell grew took entered signed met cut announced imposed raised began ended came went
    sent imported exported bought sold reached paid agreed opened closed doubled dropped increased declined
    set joined left lifted suspended withdrew shipped filed produced won lost visited called introduced
    adopted ratified started expired shrank jumped climbed lowered""".split()
    if (base := base_form(past))
} | {"slipped": "slip"}
_PARTICIPLE = re.compile(
    r"(?:(?:not|also|then|first|again|\w+ly) )*(?:\w+ed|cut|set|put|made|held|sold|built|paid|sent|found"
    r"|given|taken|drawn|won|lost|let|met|hit|shown|struck|bought|brought|begun|chosen|frozen|withdrawn)\b"
)
_SENTENCE = re.compile(
    r"(?P<subject>[A-Z][\w’'.-]*(?: [\w’'.$%-]+){0,9}?) "
    rf"(?P<verb>{'|'.join([*_AUXILIARIES, *_BASE_OF_PAST])}) "
    r"(?P<rest>[^;:()“”\"\n|]+)\.?"
)
# With these at its beginning a sentence needs the one before it, or its subject comes later.
_UNSUITED_FIRST = frozenset(
    """It They He She This That These Those There We I You But And Or So Yet In On At By For From To With
    Under When If As After Before Since Until While Although What Who Which Both Its Their His Her One Some
    Such Another Others Neither Either Instead Then Here Not No Of During Among Between Because Even
    Only""".split()
)
_CLAUSE = re.compile(
    r"\b(?:that|which|who|whose|what|when|where|if|because|although|while|said|says|as|than|and|but"
    r"|until|since|after|before)\b"
)
# A participle in the subject, or what another clause goes on with.
_PARTICIPLE_IN_SUBJECT = re.compile(r"\b[a-z]+ed\b")
# What it is stands in the sentence before: "The one with Canada took effect".
_STANDS_FOR_ANOTHER = re.compile(r"\b(?:ones?|latter|former|same|others?)\b")
_FURTHER_CLAUSE = re.compile(r",? \b(?:and|but|which|so|where|when|who|among|or)\b.*")
_LOOSE_END = re.compile(r"\b(?:as|than|since|of|and|or|the|a|an|to|by|from|for|with|at|until|but|that)\Z")
_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December|"
    r"(?:Jan|Feb|Mar|Apr|Aug|Sept?|Oct|Nov|Dec)\.)"
)
_DATE = re.compile(
    rf" (?:on|in) (?P<answer>{_MONTH} \d{{1,2}}, \d{{4}}|(?:\d{{1,2}} )?{_MONTH} \d{{4}}|(?:19|20)\d\d)"
    r"(?![\w-]| (?:million|billion|percent))"
)
_FIGURE = re.compile(
    r" (?P<side>by|to) (?:about |around |roughly |nearly )?"
    r"(?P<answer>[$€£]?\d[\d.,]*(?:%| (?:percent|per cent|kt|tonnes|tons|dollars|euros)\b"
    r"| (?:million|billion|thousand)\b(?: (?:tonnes|tons|dollars|euros)\b)?))(?!\w)"
)
# What a movement begins at: "from 41,000 tonnes in 2018".
_FIGURED_START = re.compile(r"(?:(?:about|around|roughly|nearly) )?[$€£]?\d")
_ASKING = {"by": "By how much", "to": "To how much"}


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftedQuestion:
    """A question whose answer stands in `quote`, the document's characters `text`; None for a heading."""

    question: str
    answer: str | None
    document_id: str
    quote: Span
    text: str
    source: DraftSource


@dataclass(slots=True)
class Mentioned:
    """What no twin may ask about: the years and the countries of the documents."""

    years: set[int] = field(default_factory=set)
    countries: set[str] = field(default_factory=set)

    def read(self, text: str) -> None:
        """Take in what a document mentions."""
        self.years |= {int(year) for year in _YEAR.findall(text)}
        for country in _OTHER_COUNTRIES:
            names = names_of_country(country.casefold()) or (country,)
            if any(re.search(rf"\b{re.escape(name)}", text) for name in names):
                self.countries.add(country)


def draft_questions(document: Document) -> Iterator[DraftedQuestion]:
    """The questions of one document: dates, figures, cells and headings in turn, in the order of the text."""
    own_sections = sections(document)
    from_sentences = list(_draft_sentences(document, own_sections))
    by_source: list[Iterable[DraftedQuestion]] = [
        (draft for draft in from_sentences if draft.source == "date"),
        (draft for draft in from_sentences if draft.source == "figure"),
        (draft for table in document.tables for draft in _draft_cells(document, table)),
        _draft_headings(document, own_sections),
    ]
    asked: set[str] = set()
    for draft in take_turns(by_source):
        if len(draft.question) <= _MAX_QUESTION_CHARS and draft.question not in asked:
            asked.add(draft.question)
            yield draft


def take_turns(sources: Iterable[Iterable[DraftedQuestion]]) -> Iterator[DraftedQuestion]:
    """One of each source, then the next of each, until all are through."""
    return (draft for turn in zip_longest(*sources) for draft in turn if draft is not None)


# Sentences --------------------------------------------------------------------------------------------


def _draft_sentences(document: Document, own_sections: Sequence[Section]) -> Iterator[DraftedQuestion]:
    for span in _iterate_sentences(document, own_sections):
        sentence = " ".join(document.text[span.start : span.end].split())
        match = _SENTENCE.fullmatch(sentence)
        if match is None or match["subject"].split()[0] in _UNSUITED_FIRST:
            continue
        unsuited = (_CLAUSE, _PARTICIPLE_IN_SUBJECT, _STANDS_FOR_ANOTHER)
        if any(pattern.search(match["subject"]) for pattern in unsuited):
            continue
        verb, rest = match["verb"], match["rest"]
        if verb in ("was", "were", "is", "are") and not _PARTICIPLE.match(rest):
            continue
        if base := _BASE_OF_PAST.get(verb):
            verb, rest = "did", f"{base} {rest}"
        subject = _uncapitalise(match["subject"], document.text[document.body_start :])
        for source, pattern in (("date", _DATE), ("figure", _FIGURE)):
            answers = list(pattern.finditer(rest))
            # In a clause of its own the answer is not that of the sentence.
            if len(answers) != 1 or _CLAUSE.search(rest, 0, answers[0].start()):
                continue
            answer = answers[0]
            before, behind = rest[: answer.start()], rest[answer.end() :]
            if before == _BASE_OF_PAST.get(match["verb"]) and behind.startswith(","):
                continue  # "The law signed on July 4, 2025, repeals ..."
            asked = _put_together(before, _FURTHER_CLAUSE.sub("", behind))
            if not asked or _LOOSE_END.search(asked) or _lacks_other_side(asked):
                continue
            asking = "When" if source == "date" else _ASKING[answer["side"]]
            yield DraftedQuestion(
                question=f"{asking} {verb} {subject} {asked}?",
                answer=answer["answer"],
                document_id=document.id,
                quote=span,
                text=document.text[span.start : span.end],
                source="date" if source == "date" else "figure",
            )


def _iterate_sentences(document: Document, own_sections: Sequence[Section]) -> Iterator[Span]:
    """Those of the running text, none of which reaches into a table."""
    for section in own_sections:
        for start, end in sentence_spans(document.text[section.start : section.end]):
            span = Span(section.start + start, section.start + end)
            if not any(table.start < span.end and span.start < table.end for table in document.tables):
                yield span


def _put_together(before: str, behind: str) -> str:
    """What is left without the answer; of a movement, "in 2024 from 140 million", not the reverse."""
    verb, side, start = before.partition(" from ")
    together = (
        f"{verb.rstrip()}{behind.rstrip(' ,.')}{side}{start}"
        if _FIGURED_START.match(start)
        else before + behind
    )
    return together.strip(" ,.")


def _lacks_other_side(asked: str) -> bool:
    """Whether what was cut off is the other side of "between": "during a truce between Beijing"."""
    words = asked.split()
    return "between" in words and "and" not in words


def _uncapitalise(subject: str, text: str) -> str:
    """The subject as it stands inside a sentence: "The tariff" is "the tariff", "Canada" stays."""
    first, *others = subject.split()
    is_common = first in ("The", "A", "An") or (
        not any(word[0].isupper() for word in others[:1])
        and re.search(rf"(?<![\w./-]){re.escape(first.lower())}(?![\w./-])", text) is not None
    )
    return subject[0].lower() + subject[1:] if is_common else subject


# Cells and headings -----------------------------------------------------------------------------------


def _draft_cells(document: Document, table: Table) -> Iterator[DraftedQuestion]:
    text, grid, head_rows = document.text, table.grid(), table.head_row_count()
    if not 0 < head_rows < len(grid):
        return
    heads = [_join_heads(text, [row[column] for row in grid[:head_rows]]) for column in range(len(grid[0]))]
    where = table.caption if table.caption and len(table.caption) <= _MAX_LABEL_CHARS else document.title
    for row in grid[head_rows:]:
        label = row[0].read(text).strip() if row[0] else ""
        quote = _row_span(row)
        if quote is None or not _is_label(label):
            continue
        for column, cell in enumerate(row[1:], start=1):
            value = cell.read(text).strip() if cell else ""
            if value and _is_label(heads[column]) and type_of_cell(value) == "value":
                yield DraftedQuestion(
                    question=f"In “{where}”, what is {heads[column]} for {label}?",
                    answer=value,
                    document_id=document.id,
                    quote=quote,
                    text=text[quote.start : quote.end],
                    source="cell",
                )


def _join_heads(text: str, cells: Iterable[TableCell | None]) -> str:
    return " ".join(dict.fromkeys(filter(None, (cell.read(text).strip() for cell in cells if cell))))


def _row_span(row: Sequence[TableCell | None]) -> Span | None:
    ends = [(cell.start, cell.end) for cell in row if cell and cell.rowspan == 1]
    places = [(start, end) for start, end in ends if start is not None and end is not None]
    return Span(min(start for start, _ in places), max(end for _, end in places)) if places else None


def _is_label(text: str) -> bool:
    return 1 < len(text) <= _MAX_LABEL_CHARS and any(map(str.isalnum, text)) and "\n" not in text


def _draft_headings(document: Document, own_sections: Sequence[Section]) -> Iterator[DraftedQuestion]:
    for section in own_sections:
        if section.heading is None or section.path is None or section.is_carried:
            continue
        name = section.path.rsplit(" > ", 1)[-1].strip()
        first = next(_iterate_sentences(document, [section]), None)
        if not _is_label(name) or first is None or first.end - first.start < _MIN_QUOTE_CHARS:
            continue
        yield DraftedQuestion(
            question=f"What does “{document.title}” say about “{name}”?",
            answer=None,
            document_id=document.id,
            quote=first,
            text=document.text[first.start : first.end],
            source="heading",
        )


# Twins ------------------------------------------------------------------------------------------------


def draft_twin(question: str, years: set[int], countries: set[str]) -> tuple[str, str] | None:
    """The question with one condition changed to what is not mentioned, and the change; None without one.

    Args:
        question: An answerable question.
        years: All that the documents mention.
        countries: Those that may stand in a twin and that the documents do mention.
    """
    # What stands in quotation marks is a title, and no condition.
    asked = re.sub("“[^”]{0,400}”", lambda title: "_" * len(title[0]), question)
    if match := _YEAR.search(asked):
        year = next((year for year in range(int(match[0]) + 1, _LAST_YEAR + 1) if year not in years), None)
        if year:
            changed = f"{question[: match.start()]}{year}{question[match.end() :]}"
            return changed, f"{match[0]} is now {year}"
    other = next((name for name in _OTHER_COUNTRIES if name not in countries), None)
    for match in _NAME.finditer(asked):
        country = country_of(tuple(match[0].split()))
        is_state = not asked[: match.start()].endswith(" the ") and "America" not in match[0]
        if other and country and is_state and names_of_country(country)[:1] == (match[0],):
            changed = f"{question[: match.start()]}{other}{question[match.end() :]}"
            return changed, f"{match[0]} is now {other}"
    return None
