"""Tables: captions, units, heads, and how a cell is asked for.

Slots: c/cs/ca is the country that the table is about, r/rs a row (or column) of it, y a year, p a product,
d a country and k a product that need not be in the table, unit the unit.
"""

from dataclasses import dataclass

from qa.models.reader.training.generated.templates import variants

__all__ = ["COLUMNS", "GROUP_QUESTIONS", "PARTNER_IMPORTS", "QUOTAS", "TARIFFS", "YEAR_TABLES", "YearTable"]


@dataclass(frozen=True, slots=True, eq=False)
class YearTable:
    """A table of years against countries or products; `unanswered` asks for what it does not have."""

    has_countries: bool
    heads: tuple[str, ...]
    units: tuple[str, ...]
    captions: tuple[str, ...]
    questions: tuple[str, ...]
    unanswered: tuple[str, ...]


_COUNTRY_HEADS = ("Partner", "Country", "Origin", "Trading partner")
_PRODUCT_HEADS = ("Product", "Good", "Commodity", "Item")
_MONEY = variants("""
    million crowns / million US dollars / million euros / billion pesos / USD million / million pounds /
    million francs / EUR million
""")
_WEIGHTS = ("thousand tonnes", "tonnes", "million tonnes", "1,000 t")

PARTNER_IMPORTS = YearTable(
    True,
    _COUNTRY_HEADS,
    _MONEY,
    variants("""
        {c}: imports of goods by [partner|origin], {unit} / [Table 1.|Table 2:|] {cs} imports by country,
        {unit} / Where {c} [buys|imports from] ({unit}) / Imports into {c} by country of origin, {unit}
    """),
    variants("""
        What were {cs} imports from {r} worth in {y}? / How much did {c} import from {r} in {y}? / {c}
        imports from {r} {y} / How much did {c} buy from {r} in {y}? / What did goods from {r} cost {c} in
        {y}? / {cs} imports from {r} in {y}? / How large were {cs} purchases in {r} in {y}? / What was the
        value of the goods that {r} delivered to {c} in {y}? / In {y}, what did {c} spend on goods from {r}?
        / How much did {r} sell to {c} in {y}? / value of goods {c} got from {r} {y} / What did {c} pay for
        imports from {r} in {y}?
    """),
    variants("""
        How many tonnes of goods did {c} import from {r} in {y}? / How many containers came to {c} from {r}
        in {y}? / How much {k} did {c} import from {r} in {y}? / weight of {cs} imports from {r} {y} / What
        were {cs} exports to {r} worth in {y}? / How much did {c} sell to {r} in {y}? / {c} exports to {r}
        {y} / How many ships brought goods from {r} to {c} in {y}?
    """),
)
_PRODUCT_EXPORTS = YearTable(
    False,
    _PRODUCT_HEADS,
    _MONEY,
    variants("""
        {cs} exports by product, {unit} / [Table 3.|Table A:|] Exports of {c}, {unit} / What {c} sells
        abroad ({unit}) / {c}: [main|principal] export goods, {unit}
    """),
    variants("""
        What were {cs} exports of {r} worth in {y}? / How much did {c} earn [with|from] {r} in {y}? / {c}
        exports {r} {y} / What did {r} bring in for {c} in {y}? / {cs} {r} exports in {y}? / How much {r}
        did {c} sell abroad in {y}? / What was the value of {r} shipped from {c} in {y}? / What did {c} take
        in for {r} in {y}? / In {y}, what did {c} make from selling {r}? / How much did {c} export in {r} in
        {y}? / {r} sales abroad {c} {y} / What were {cs} foreign sales of {r} in {y}?
    """),
    variants("""
        How many tonnes of {r} did {c} export in {y}? / How many containers of {r} did {c} ship in {y}? / By
        weight, how much {r} left {c} in {y}? / tonnes of {r} exported from {c} {y} / What were {cs} imports
        of {r} worth in {y}? / How much {r} did {c} sell to {d} in {y}? / {c} {r} exports to {d} {y} / How
        much {r} did {d} buy from {c} in {y}?
    """),
)
_PRODUCT_TONNES = YearTable(
    False,
    _PRODUCT_HEADS,
    _WEIGHTS,
    variants("""
        {cs} exports by weight, {unit} / [Table 2.|] Shipments from {c}, {unit} / {c}: quantities exported
        ({unit}) / Volumes leaving {c}, {unit}
    """),
    variants("""
        How many tonnes of {r} did {c} export in {y}? / How much {r} did {c} ship in {y}? / {c} {r} export
        volume {y} / How many tonnes of {r} left {c} in {y}? / What quantity of {r} did {c} send abroad in
        {y}? / {r} exports from {c} in {y}? / tonnes of {r} shipped by {c} in {y} / What tonnage of {r} did
        {c} export in {y}? / How much {r} did {c} export in {y}, by weight? / How many tons of {r} did {c}
        sell abroad in {y}? / {c} {r} tonnes {y} / What volume of {r} went out of {c} in {y}?
    """),
    variants("""
        How much money did {c} earn with {r} in {y}? / What were {cs} exports of {r} worth in {y}? / value
        of {cs} {r} exports {y} in dollars / What revenue did {r} bring {c} in {y}? / How many tonnes of {r}
        did {c} import in {y}? / How many tonnes of {r} did {c} ship to {d} in {y}? / tonnes of {r} from {c}
        to {d} {y} / How many tonnes of {r} did {d} get from {c} in {y}?
    """),
)
TARIFFS = YearTable(
    False,
    ("Product", "Goods", "Item", "Description"),
    ("percent of value", "percent", "per cent ad valorem", "% of value"),
    variants("""
        {c}: tariff by product, {unit} / [Table 1.|] Duties in {c}, {unit} / {ca} customs tariff ({unit}) /
        Rates of duty on imports into {c}, {unit}
    """),
    variants("""
        What tariff did {c} charge on {r} in {y}? / How high was {cs} duty on {r} in {y}? / {c} tariff {r}
        {y} / What duty did importers of {r} pay in {c} in {y}? / At what rate did {c} tax {r} in {y}? /
        {cs} tariff on {r} in {y}? / How many percent did {c} levy on {r} in {y}? / What was the rate for
        {r} in {c} in {y}? / In {y}, how high was the tariff on {r} in {c}? / What did {c} charge on {r} in
        {y}? / import duty {r} {c} {y} / What rate applied to {r} in {c} in {y}?
    """),
    variants("""
        How much money did the duty on {r} bring {c} in {y}? / How many tonnes of {r} did {c} import in {y}?
        / customs revenue from {r} {c} {y} / What were {cs} imports of {r} worth in {y}? / What export tax
        did {c} levy on {r} in {y}? / What tariff did {c} charge on {r} from {d} in {y}? / {c} tariff {r}
        from {d} {y} / How high was the quota for {r} in {c} in {y}?
    """),
)
QUOTAS = YearTable(
    True,
    ("Country", "Origin", "Partner", "Supplier"),
    _WEIGHTS,
    variants("""
        Quota for {p} into {c}, {unit} / {c}: shares in the {p} quota ({unit}) / [Table 4.|] {p} that {c}
        lets in at the low rate, {unit} / Allocation of {cs} {p} quota, {unit}
    """),
    variants("""
        What was {rs} quota for {p} in {c} in {y}? / How much {p} could {r} ship to {c} under the quota in
        {y}? / {p} quota {r} {y} / How big was the part of {r} in {cs} {p} quota in {y}? / What share of the
        {p} quota did {c} give {r} in {y}? / {rs} {p} quota in {y}? / How much of {cs} {p} quota went to {r}
        in {y}? / How much {p} was {r} allowed to send to {c} in {y}? / In {y}, how much {p} could {c} take
        from {r} at the low rate? / How many tonnes of {cs} {p} quota were meant for {r} in {y}? / {c} {p}
        quota {r} {y} / What quantity of {p} did {c} set aside for {r} in {y}?
    """),
    variants("""
        What was the {p} from {r} worth in {y}? / How many percent duty did {p} from {r} pay in {c} in {y}?
        / What price did {r} get for {p} in {c} in {y}? / revenue of {r} from {p} sold to {c} in {y} / How
        big was the part of {r} in {cs} {k} quota in {y}? / What was {rs} quota for {k} in {c} in {y}? / {k}
        quota {r} {y} / How much {k} could {r} ship to {c} under the quota in {y}?
    """),
)
YEAR_TABLES = (PARTNER_IMPORTS, _PRODUCT_EXPORTS, _PRODUCT_TONNES, TARIFFS, QUOTAS)

# Imports of one good `k` beside those of all goods.
GROUP_QUESTIONS = variants("""
    How much {k} did {c} import from {r} in {y}? / What were {cs} imports of {k} from {r} worth in {y}? /
    {c} {k} imports from {r} {y} / How much {k} did {r} sell to {c} in {y}? / What did {c} pay {r} for {k}
    in {y}? / {k} bought by {c} from {r} in {y} / How much {k} did {c} get from {r} in {y}? / What was the
    value of {k} that {r} delivered to {c} in {y}?
""")

# Columns of what is counted at a place {r}: head, and how it is asked for.
COLUMNS = (
    ("Containers (thousand TEU)", ("How many containers went through {r} in {y}?", "{r} containers {y}")),
    ("Dry bulk (thousand tonnes)", ("How much dry bulk went through {r} in {y}?", "{r} dry bulk {y}")),
    ("Average wait (days)", ("How long did ships wait at {r} in {y}?", "average wait {r} {y}")),
    ("Vehicles (units)", ("How many vehicles were [loaded|handled] at {r} in {y}?", "vehicles {r} {y}")),
    ("Liquid bulk (thousand tonnes)", ("How much liquid bulk did {r} handle in {y}?", "liquid bulk {r} {y}")),
    ("Ship calls", ("How many ships called at {r} in {y}?", "ship calls {r} {y}")),
    ("Employees", ("How many people [worked|were employed] at {r} in {y}?", "employees {r} {y}")),
    ("Revenue (million)", ("What revenue did {r} have in {y}?", "{r} revenue {y}")),
    ("Rail wagons", ("How many rail wagons left {r} in {y}?", "rail wagons {r} {y}")),
    ("Passengers (thousand)", ("How many passengers [used|crossed] {r} in {y}?", "{r} passengers {y}")),
    ("Berths", ("How many berths did {r} have in {y}?", "number of berths {r} {y}")),
    ("Ferries", ("How many ferries used {r} in {y}?", "ferries at {r} {y}")),
    ("Losses (million)", ("What losses did {r} make in {y}?", "losses {r} {y}")),
    ("Seizures", ("How many seizures were there at {r} in {y}?", "{r} seizures {y}")),
    ("Lorries per day", ("How many lorries a day came to {r} in {y}?", "lorries a day {r} {y}")),
    ("Storage (thousand m2)", ("How much storage did {r} have in {y}?", "{r} storage {y}")),
)  # fmt: skip
