"""Tables of made-up trade, in several layouts and formats, read by the real parsers."""

from functools import cache

from qa.ingest.parse_document import ParseTask, parse_document
from qa.schema import Metadata, SourceTable
from tests.support.office import xlsx

__all__ = ["all_tables", "tables_of"]

_WHEAT = """---
title: Wheat trade of Lorvania in 2031
published: 2031-11-02
---

# Wheat trade of Lorvania in 2031

Lorvania sold more wheat abroad than ever.

## Buyers

Table 1. Wheat exports of Lorvania by destination, thousand tonnes

| Destination | 2029 | 2030 | 2031 | Share in 2031, percent |
|---|---|---|---|---|
| Ostmark | 310 | 295 | 402 | 28.1 |
| Velin | 120 | 0 | 88 | 6.2 |
| Carrow Islands | 75 | n.a. | 140 | 9.8 |
| Thessia | 500 | 480 | 610 | 42.7 |
| Other destinations | 150 | 170 | 190 | 13.3 |
| All destinations | 1155 | 945 | 1430 | 100 |

n.a.: the Carrow Islands did not report in 2030.

## Prices

| Month | Soft wheat (lei a tonne) | Durum (lei a tonne) |
|---|---|---|
| January 2031 | 210 | 305 |
| February 2031 | 214 | 300 |
| March 2031 | 221 | - |
"""
_TYRES = """Country,Indicator,Unit,2028,2029,2030
Ostmark,Tyre output,million pieces,41,44,39
Ostmark,Tyre exports,million pieces,12,15,16
Ostmark,Tyre exports,million euros,610,742,800
Velin,Tyre output,million pieces,8,,9
Velin,Tyre exports,million pieces,1,1.2,2
Velin,Tyre exports,million euros,55,60,98
"""
_FISH = """<html><head><title>Fish landings in Thessia</title></head><body><article>
<h1>Fish landings in Thessia</h1>
<p>The ministry of fisheries publishes what was landed in the harbours each quarter, and what it fetched at
auction. It counts only what boats under the flag of Thessia bring ashore.</p>
<h2>What was landed</h2>
<table><caption>Landings by species and quarter of 2030 (tonnes)</caption>
<tr><th rowspan=2>Species</th><th colspan=2>Nordhaven</th><th colspan=2>Port Asel</th></tr>
<tr><th>Q1</th><th>Q2</th><th>Q1</th><th>Q2</th></tr>
<tr><th>Cod</th><td>1,210</td><td>980</td><td>310</td><td>–</td></tr>
<tr><th>Herring</th><td>4,400</td><td>0</td><td>2,150</td><td>1,900</td></tr>
<tr><th>Saithe</th><td>530</td><td>610</td><td></td><td>95</td></tr>
<tr><th>Total</th><td>6,140</td><td>1,590</td><td>2,460</td><td>1,995</td></tr>
</table>
<p>A dash means that no boat reported cod in the second quarter.</p>
<h2>Tariffs on fish</h2>
<table><caption>Import duty on fish, percent</caption>
<tr><th>Product</th><th>General</th><th>Members of the Sound Pact</th><th>In force since</th></tr>
<tr><th>Fresh cod</th><td>12</td><td>0</td><td>2027</td></tr>
<tr><th>Frozen cod</th><td>15</td><td>3</td><td>2027</td></tr>
<tr><th>Herring in tins</th><td>20</td><td>5</td><td>2029</td></tr>
<tr><th>Salmon</th><td>8.5</td><td>0</td><td>2030</td></tr>
</table></article></body></html>
"""
_RAILWAYS = """Employees of Ostmark Railways
Division,2028,2029,2030
Freight,5200,5100,4980
Passengers,8100,8250,8400
Workshops,1900,,1750
Total,15200,13350,15130
"""
_ENERGY: tuple[tuple[str | int, ...], ...] = (
    ("Ostmark: electricity imports and exports by neighbour",),
    ("GWh",),
    (),
    ("Neighbour", "Imports", "", "Exports", ""),
    ("", 2029, 2030, 2029, 2030),
    ("Velin", 540, 612, 80, 75),
    ("Thessia", 1250, 1100, 430, ""),
    ("Lorvania", 0, 15, 220, 260),
    ("Total", 1790, 1727, 730, 335),
)
_MERGED = "".join(f'<s:mergeCell ref="{place}"/>' for place in ("B4:C4", "D4:E4", "A4:A5"))


def _cell(value: str | int) -> str:
    if isinstance(value, int):
        return f"<s:c><s:v>{value}</s:v></s:c>"
    return f'<s:c t="inlineStr"><s:is><s:t>{value}</s:t></s:is></s:c>' if value else "<s:c/>"


def _workbook() -> bytes:
    rows = "".join(f"<s:row>{''.join(map(_cell, row))}</s:row>" for row in _ENERGY)
    return xlsx(rows, more=f"<s:mergeCells>{_MERGED}</s:mergeCells>")


def tables_of(data: bytes, file_format: str, name: str) -> tuple[SourceTable, ...]:
    """The tables of a file, with the headings that they stand under."""
    task = ParseTask(data=data, format=file_format, name=name, source=name, metadata=Metadata())
    parsed = parse_document(task, name, 1000)
    starts = [(chunk.start, chunk.heading) for chunk in parsed.chunks]
    return tuple(
        SourceTable(
            document=parsed.document,
            table=table,
            heading=next((heading for start, heading in reversed(starts) if start <= table.start), None),
        )
        for table in parsed.document.tables
    )


@cache
def all_tables() -> tuple[SourceTable, ...]:
    """Wheat, tyres, fish, railways and electricity."""
    return (
        *tables_of(_WHEAT.encode(), "markdown", "wheat"),
        *tables_of(_TYRES.encode(), "csv", "tyres"),
        *tables_of(_FISH.encode(), "html", "fish"),
        *tables_of(_RAILWAYS.encode(), "csv", "railways"),
        *tables_of(_workbook(), "xlsx", "electricity"),
    )
