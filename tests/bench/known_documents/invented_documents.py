"""Invents documents about fictional countries and their trade: the same seed gives the same document."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from tests.bench.known_documents.document_model import (
    Block,
    Cell,
    Heading,
    KnownDocument,
    Note,
    NoteMark,
    Paragraph,
    Piece,
    Points,
    Quote,
    Table,
)

__all__ = ["invent_document"]

_STARTS = "Arv Bel Cor Dal Esk Fen Gor Hal Ist Jor Kal Lom Mar Nor Ost Pel Quar Ruth Sel Tor Ulm Vas Wex Yar Zel".split()
_MIDDLES = ["", "a", "e", "i", "o", "an", "en", "ir", "ov"]
_ENDS = ["dia", "land", "mark", "nia", "ria", "stan", "tova", "via", "wald"]
_PRODUCTS = (
    "bone glue,sheep wool,rock salt,timber,smoked herring,copper wire,barley malt,raw hides,olive oil,soda ash,"
    "tin plate,cotton yarn,dried figs,roof tiles,beeswax,linseed,machine tools,paper pulp"
).split(",")
_UNITS = (
    "thousand tonnes",
    "in millions of crowns",
    "thousand barrels",
    "per cent",
    "million head",
    "US$ million",
)
_SUBJECTS = (
    "Customs Union",
    "Trade Council",
    "Statistics Office",
    "Ministry of Commerce",
    "Chamber of Ports",
)
_SENTENCES = (
    "Imports of {product} from {country} rose to {figure} {unit} in {year}, after a dry summer.",
    "The tariff on {product} stays at {percent} percent until the end of {year}.",
    "{country} shut {count} mills on {day}, and its exports of {product} fell to {figure} {unit}.",
    "Under the agreement with {country}, the quota for {product} is cut by {percent} percent a year.",
    "Port dues in {country} were raised to {figure} crowns a vessel on {day}.",
    "Nobody expects {country} to lift the licence for {product} before {year}.",
    "The levy applies to {product} of heading {heading}, not to what is made from it.",
)  # fmt: skip
_HEADINGS = (
    "Background", "Tariffs and quotas", "Shipments by country", "Outlook to the end of the decade", "Port dues",
    "Rules of origin", "What has changed since last year", "Licences", "Prices", "Stocks in bonded stores",
    "How the figures were collected", "Comments from the trade",
)  # fmt: skip
_NOTE_TEXTS = (
    "Provisional; the {subject} revises it in {year}.",
    "Includes {product} in transit through {country}.",
    "Without the free zone of {country}, opened on {day}.",
    "Estimate of the {subject} from mirror data.",
)


class _Inventor:
    """Words and figures by chance; no figure comes twice."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(f"known document {seed}")
        self._figures: set[str] = set()
        names: dict[str, None] = {}
        while len(names) < 60:
            names[self.chance.choice(_STARTS) + self.chance.choice(_MIDDLES) + self.chance.choice(_ENDS)] = (
                None
            )
        self.countries = list(names)[:14]
        self.many_countries = list(names)
        self.products = self.chance.sample(_PRODUCTS, len(_PRODUCTS))
        self.first_year = self.chance.randrange(2016, 2030)

    def figure(self, *, decimals: int | None = None, largest: int = 99_000) -> str:
        while True:
            number = self.chance.randrange(11, largest) * self.chance.choice((0.1, 1, 1)) + 10
            places = self.chance.choice((0, 1)) if decimals is None else decimals
            text = f"{number:,.{places}f}"
            if text not in self._figures:
                self._figures.add(text)
                return text

    def day(self) -> date:
        return date(self.first_year, 1, 1) + timedelta(days=self.chance.randrange(900))

    def fill(self, template: str) -> str:
        return template.format(
            product=self.chance.choice(self.products),
            country=self.chance.choice(self.countries),
            figure=self.figure(),
            unit=self.chance.choice(_UNITS[:1]),
            year=self.first_year + self.chance.randrange(12),
            percent=self.chance.choice(("2.5", "6", "8", "12.75", "15")),
            count=self.chance.choice(("four", "nine", "eleven")),
            day=_write_day(self.day()),
            heading=f"{self.chance.randrange(10, 97)}{self.chance.randrange(1, 30):02}",
            subject=self.chance.choice(_SUBJECTS),
        )

    def sentences(self, low: int, high: int) -> str:
        templates = self.chance.sample(_SENTENCES, self.chance.randint(low, high))
        return " ".join(map(self.fill, templates))

    def value(self, decimals: int) -> str:
        """A figure; now and then a blank, a zero or a dash, which are not the same."""
        share = self.chance.random()
        if share < 0.07:
            return ""
        if share < 0.13:
            return "0"
        if share < 0.17:
            return "–"
        return ("-" if share < 0.21 else "") + self.figure(decimals=decimals)

    def values(self, count: int, decimals: int) -> list[Cell]:
        return [Cell(self.value(decimals)) for _ in range(count)]


def _write_day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def invent_document(seed: int) -> KnownDocument:
    """A title, sections with text, lists, quotes and notes, and several tables of different shapes."""
    invent = _Inventor(seed)
    chance = invent.chance
    publisher = f"{invent.countries[0]} {chance.choice(_SUBJECTS)}"
    title = f"{invent.products[0].capitalize()} and {invent.products[1]} in {invent.countries[1]}, {invent.first_year}"
    makers = [
        _one_head_row, _two_head_rows, _spanned_stubs, _grouped_rows, _names_with_years, _long_cells, _long_table,
        _three_head_rows,
    ]  # fmt: skip
    makers = makers[seed % len(makers) :] + makers[: seed % len(makers)]
    headings = iter(chance.sample(_HEADINGS, len(_HEADINGS)))
    notes: list[Note] = []
    blocks: list[Block] = [Paragraph((invent.sentences(2, 3),))]
    for number, maker in enumerate(makers[: chance.randint(3, 5)]):
        blocks.append(Heading(2, next(headings)))
        blocks.append(_paragraph_with_note(invent, notes))
        if number % 2:
            blocks.append(Heading(3, next(headings)))
            blocks.append(Paragraph((invent.sentences(2, 4),)))
        if chance.random() < 0.5:
            items = tuple(invent.fill(chance.choice(_SENTENCES)) for _ in range(3))
            blocks.append(Points(items, is_numbered=chance.random() < 0.4))
        blocks.append(maker(invent, number + 1))
        if chance.random() < 0.4:
            blocks.append(Quote(invent.sentences(1, 2)))
        blocks.append(Paragraph((invent.sentences(1, 3),)))
    return KnownDocument(title, invent.day(), publisher, tuple(blocks), tuple(notes))


def _paragraph_with_note(invent: _Inventor, notes: list[Note]) -> Paragraph:
    label = str(len(notes) + 1)
    notes.append(Note(label, invent.fill(_NOTE_TEXTS[len(notes) % len(_NOTE_TEXTS)])))
    country, product = invent.chance.choice(invent.countries), invent.chance.choice(invent.products)
    pieces: tuple[Piece, ...] = (
        f"Stocks of {product} in {country} stood at {invent.figure()}",
        NoteMark(label),
        f" tonnes. {invent.sentences(1, 3)}",
    )
    return Paragraph(pieces)


def _finish(
    invent: _Inventor, number: int, subject: str, rows: Sequence[Sequence[Cell]], *, unit: str | None = None
) -> Table:
    """The table with caption, unit, marks on a value and a row's head, and notes."""
    chance = invent.chance
    body = [list(row) for row in rows]
    notes: list[Note] = []
    if chance.random() < 0.7:
        figures = [
            (row, column)
            for row, cells in enumerate(body)
            for column, cell in enumerate(cells)
            if cell.role == "value" and cell.text[-1:].isdigit() and cell.text != "0"
        ]
        for row, column in chance.sample(figures, min(2, len(figures))):
            label = chance.choice(("ab", "12"))[len(notes)]
            if notes and label.isdigit() != notes[0].label.isdigit():
                label = "b" if notes[0].label == "a" else "2"
            body[row][column] = replace(body[row][column], mark=label)
            notes.append(Note(label, invent.fill(chance.choice(_NOTE_TEXTS))))
        stubs = [row for row, cells in enumerate(body) if cells[0].role == "row"]
        if notes and stubs and chance.random() < 0.4:
            label = {"a": "b", "b": "c", "1": "2", "2": "3"}[notes[-1].label]
            row = chance.choice(stubs)
            body[row][0] = replace(body[row][0], mark=label)
            notes.append(Note(label, invent.fill(chance.choice(_NOTE_TEXTS))))
    caption = chance.choice((f"Table {number}. {subject}", f"Table {number}: {subject}", subject))
    return Table(
        caption,
        chance.choice(_UNITS) if unit is None else unit,
        tuple(tuple(row) for row in body),
        tuple(notes),
        f"Source: {chance.choice(_SUBJECTS)} of {chance.choice(invent.countries)}." if chance.random() < 0.5 else "",
        chance.random() < 0.3,
    )  # fmt: skip


def _stubs(invent: _Inventor, low: int = 4, high: int = 9) -> list[str]:
    return invent.chance.sample(invent.countries, invent.chance.randint(low, high))


def _one_head_row(invent: _Inventor, number: int) -> Table:
    """Years as heads over figures, with a total."""
    years = [str(invent.first_year + offset) for offset in range(invent.chance.randint(2, 5))]
    rows = [
        [
            Cell(invent.chance.choice(("Country", "Origin", "")), "column"),
            *(Cell(year, "column") for year in years),
        ]
    ]
    decimals = invent.chance.choice((0, 1))
    names = _stubs(invent, 5, 12) + (["Total"] if invent.chance.random() < 0.6 else [])
    rows += [[Cell(name, "row"), *invent.values(len(years), decimals)] for name in names]
    return _finish(invent, number, f"Imports of {invent.products[2]} by country", rows)  # fmt: skip


def _two_head_rows(invent: _Inventor, number: int) -> Table:
    """Heads that span columns over heads of one column each."""
    years = [str(invent.first_year + offset) for offset in range(invent.chance.randint(2, 3))]
    if invent.chance.random() < 0.3:
        years = [f"Q{quarter}" for quarter in range(1, len(years) + 1)]
    flows = ["Imports", "Exports", "Stocks"][: invent.chance.randint(2, 3)]
    rows = [
        [Cell("Country", "column", rowspan=2), *(Cell(flow, "column", colspan=len(years)) for flow in flows)]
    ]
    rows.append([Cell(year, "column") for _ in flows for year in years])
    rows += [[Cell(name, "row"), *invent.values(len(flows) * len(years), 0)] for name in _stubs(invent)]
    return _finish(invent, number, f"Trade in {invent.products[3]}", rows)  # fmt: skip


def _spanned_stubs(invent: _Inventor, number: int) -> Table:
    """A row head that spans the rows of its flows."""
    years = [str(invent.first_year + offset) for offset in range(invent.chance.randint(2, 4))]
    rows = [[Cell("Country", "column"), Cell("Flow", "column"), *(Cell(year, "column") for year in years)]]
    flows = ("Imports", "Exports", "Balance")[: invent.chance.randint(2, 3)]
    for name in _stubs(invent, 3, 5):
        for place, flow in enumerate(flows):
            stub = [] if place else [Cell(name, "row", rowspan=len(flows))]
            rows.append([*stub, Cell(flow, "row"), *invent.values(len(years), 0)])
    return _finish(invent, number, f"Flows of {invent.products[4]}", rows)


def _grouped_rows(invent: _Inventor, number: int) -> Table:
    """Rows that name the group of those below, and a total in each."""
    heads = ["Product", "Quantity", "Value", "Share"]
    rows = [[Cell(head, "column") for head in heads]]
    products = invent.chance.sample(invent.products, 6)
    for place, group in enumerate(
        invent.chance.sample(["Farm goods", "Metals", "Minerals", "Other goods"], 2)
    ):
        rows.append([Cell(group, "group", colspan=len(heads))])
        for product in products[3 * place : 3 * place + 3]:
            share = f"{invent.figure(decimals=1, largest=800)}%"
            rows.append([Cell(product.capitalize(), "row"), *invent.values(2, 0), Cell(share)])
        rows.append([Cell(f"Total {group.lower()}", "row"), *invent.values(3, 0)])
    return _finish(invent, number, f"Exports of {invent.countries[2]} by product", rows, unit="")  # fmt: skip


def _names_with_years(invent: _Inventor, number: int) -> Table:
    """Heads such as "GDP 2023", which look like figures with a name."""
    year = invent.first_year
    heads = [
        f"{name} {year + later}"
        for name in ("GDP", "FDI", "MFN")[: invent.chance.randint(2, 3)]
        for later in (0, 1)
    ]
    rows = [[Cell("Economy", "column"), *(Cell(head, "column") for head in heads)]]
    rows += [[Cell(name, "row"), *invent.values(len(heads), 1)] for name in _stubs(invent)]
    return _finish(invent, number, "Economies at a glance", rows)  # fmt: skip


def _long_cells(invent: _Inventor, number: int) -> Table:
    """Words that wrap in their cells, with a blank here and there."""
    rows = [[Cell(head, "column") for head in ("Measure", "Products", "Effect", "Since")]]
    measures = ("Export licence", "Import quota", "Anti-dumping duty", "Sanitary permit", "Transit bond")
    for measure in measures[: invent.chance.randint(3, 5)]:
        products = ", ".join(invent.chance.sample(invent.products, 3))
        effect = "" if invent.chance.random() < 0.15 else invent.sentences(1, 2)
        rows.append([Cell(measure, "row"), Cell(products), Cell(effect), Cell(_write_day(invent.day()))])
    return _finish(invent, number, f"Measures in force in {invent.countries[3]}", rows, unit="")


def _long_table(invent: _Inventor, number: int) -> Table:
    """A table that runs over pages."""
    years = [str(invent.first_year + offset) for offset in range(3)]
    rows = [
        [Cell("Partner", "column"), *(Cell(year, "column") for year in years), Cell("Change, %", "column")]
    ]
    for name in invent.chance.sample(invent.many_countries, invent.chance.randint(42, 58)):
        rows.append([Cell(name, "row"), *invent.values(4, invent.chance.choice((0, 1)))])
    return _finish(invent, number, f"Exports of {invent.products[5]} to all partners", rows)


def _three_head_rows(invent: _Inventor, number: int) -> Table:
    """Units under the heads, which stand under those that span."""
    rows = [
        [
            Cell("Country", "column", rowspan=3),
            *(
                Cell(name, "column", colspan=2)
                for name in (str(invent.first_year), str(invent.first_year + 1))
            ),
        ],
        [Cell(name, "column") for _ in range(2) for name in ("Quantity", "Value")],
        [Cell(name, "column") for _ in range(2) for name in ("tonnes", "crowns")],
    ]
    rows += [[Cell(name, "row"), *invent.values(4, 0)] for name in _stubs(invent)]
    return _finish(invent, number, f"Quantity and value of {invent.products[6]}", rows, unit="")
