"""Rows of tables: the cell that is asked for, against other rows, columns, units and blanks."""

from qa.models.reader.training.generated.figure_scenes import HEADINGS, TITLES
from qa.models.reader.training.generated.scene import Scene
from qa.models.reader.training.generated.templates import Line, fill, variants, whole
from qa.models.reader.training.generated.wording import table_questions as wording
from qa.models.reader.training.generated.world import MONTHS, World

__all__ = ["table_scene"]

_BLANKS = ("–", "-", "n.a.", "..", "...")
_MARKS = ("a", "*", " (prelim.)", " 1)", "p", "**", " est.", "b")
_NOTES = variants("""
    Source: {g}, {month} {y} / [The last year is|Some figures are] [preliminary|provisional]. / [A dash|A
    blank] means that [no figure was reported|the figure is secret]. / {r} had not reported [by the
    deadline|when this was printed]. / Figures are [rounded|not adjusted for inflation]. / The {g} revises
    its figures every [spring|autumn]. / Customs [prices| values]; [country of origin|calendar years]. /
    Differences are due to rounding.
""")
_TRAFFIC_TITLES = variants("""
    Port traffic / [Ports|Harbours] by year / Traffic statistics / Yearly returns of the harbours
""")


def table_scene(world: World) -> Scene:
    """Rows as records or between pipes."""
    form = world.rng.random()
    if form < 0.45:
        return _rows_by_name(world)
    return _rows_by_year(world) if form < 0.75 else _places_scene(world)


def _rows_by_name(world: World) -> Scene:
    """One row a partner or product, one column a year, sometimes of two groups of columns."""
    rng = world.rng
    scene = Scene(world, "table-cell", is_table=True, is_past=True)
    table = rng.choice(wording.YEAR_TABLES)
    values = _values(world, table)
    names = _names(world, table, 7)
    count = rng.randint(3, 5)
    names, absent_names = names[:count], names[count:]
    years, absent_year = _years(world, rng.randint(3, 5))
    group = world.product() if table is wording.PARTNER_IMPORTS and world.chance(0.6) else None
    _add_heads(world, scene, table, values)
    columns = [str(year) for year in years]
    if world.chance(0.2):
        columns[-1] += world.pick(_MARKS)
    if group:
        dash = rng.choice((" – ", ", ", " "))
        columns = [
            f"{name}{dash}{year}"
            for name in (rng.choice(("All goods", "Total", "Goods")), rng.choice(("of which ", "")) + group)
            for year in columns
        ]
    cells = _draw_cells(world, count + 1, len(columns), is_rate=table is wording.TARIFFS)
    shown = [*names, world.pick(("Total", "All", "Others", "Rest"))] if world.chance(0.4) else names
    rows = [[name, *row_cells] for name, row_cells in zip(shown, cells, strict=False)]
    if not table.has_countries and world.chance(0.7):
        rows = [[name.capitalize(), *row_cells] for name, *row_cells in rows]
    lines = _write_rows(world, scene, [world.pick(table.heads), *columns], rows)
    _add_notes(world, scene, absent_names[-1])
    for name, row_cells, line in zip(names, cells, lines, strict=False):
        values.update(r=name, rs=_possessive(name))
        for number, year in enumerate(years):
            values["y"] = str(year)
            _ask_cell(scene, table.questions, values, line, number + 1, row_cells[number])
            if group:
                column = number + len(years)
                asked = {**values, "k": group}
                _ask_cell(scene, wording.GROUP_QUESTIONS, asked, line, column + 1, row_cells[column])
        scene.ask(table.unanswered, {**values, "y": str(rng.choice(years))})
        scene.ask(table.questions, {**values, "y": str(absent_year)})
    for name in absent_names[:2]:
        scene.ask(table.questions, {**values, "r": name, "rs": _possessive(name)})
    scene.ask(table.questions, {**values, **world.country().values()})
    return scene


def _rows_by_year(world: World) -> Scene:
    """One row a year, one column a product or partner."""
    rng = world.rng
    scene = Scene(world, "table-cell", is_table=True, is_past=True)
    table = rng.choice(wording.YEAR_TABLES)
    values = _values(world, table)
    names = _names(world, table, 6)
    count = rng.randint(3, 5)
    columns, absent_names = names[:count], names[count:]
    years, absent_year = _years(world, rng.randint(4, 8))
    _add_heads(world, scene, table, values)
    cells = _draw_cells(world, len(years), count, is_rate=table is wording.TARIFFS)
    rows = [[str(year), *row_cells] for year, row_cells in zip(years, cells, strict=True)]
    if world.chance(0.2):
        rows[-1][0] += world.pick(_MARKS)
    heads = [world.pick(("Year", "Period", "Calendar year", "Season")), *columns]
    if world.chance(0.8):
        heads = [head[:1].upper() + head[1:] for head in heads]
    lines = _write_rows(world, scene, heads, rows)
    _add_notes(world, scene, absent_names[-1])
    for year, row_cells, line in zip(years, cells, lines, strict=True):
        for number, name in enumerate(columns):
            values.update(r=name, rs=_possessive(name), y=str(year))
            _ask_cell(scene, table.questions, values, line, number + 1, row_cells[number])
        scene.ask(table.questions, {**values, "r": absent_names[0], "rs": _possessive(absent_names[0])})
        scene.ask(table.unanswered, values)
    for name in columns:
        asked = {**values, "r": name, "rs": _possessive(name)}
        scene.ask(table.questions, {**asked, "y": str(absent_year)})
        scene.ask(table.questions, {**asked, **world.country().values()})
    return scene


def _places_scene(world: World) -> Scene:
    """One row a place and year; the columns carry their units."""
    rng = world.rng
    scene = Scene(world, "table-cell", is_table=True, is_past=True)
    scene.head(_TRAFFIC_TITLES, {}, chance=0.5)
    *columns, absent_column = world.pick_several(wording.COLUMNS, rng.randint(3, 4))
    ports = [world.town() for _ in range(3)]
    years, absent_year = _years(world, 4)
    keys = [(port, year) for port in ports[:2] for year in years]
    missing = [keys.pop(rng.randrange(len(keys)))] if world.chance(0.3) else []
    cells = _draw_cells(world, len(keys), len(columns))
    heads = [world.pick(("Port", "Harbour", "Place", "Terminal")), "Year", *(head for head, _ in columns)]
    rows = [[port, str(year), *row] for (port, year), row in zip(keys, cells, strict=True)]
    lines = _write_rows(world, scene, heads, rows)
    for (port, year), row, line in zip(keys, cells, lines, strict=True):
        values = {"r": port, "y": str(year)}
        for number, (_, questions) in enumerate(columns):
            _ask_cell(scene, whole(questions), values, line, number + 2, row[number])
        scene.ask(whole(absent_column[1]), values)
    for _, questions in columns:
        scene.ask(whole(questions), {"r": ports[2], "y": str(years[0])})
        scene.ask(whole(questions), {"r": rng.choice(ports[:2]), "y": str(absent_year)})
        for port, year in missing:
            scene.ask(whole(questions), {"r": port, "y": str(year)}, weight=3)
    return scene


def _values(world: World, table: wording.YearTable) -> dict[str, str]:
    return {
        **world.country().values(),
        "p": world.product(),
        "k": world.product(),
        "d": world.country().name,
        "unit": world.pick(table.units),
    }


def _names(world: World, table: wording.YearTable, count: int) -> list[str]:
    if table.has_countries:
        return [country.name for country in world.countries(count)]
    return world.products(count)


def _years(world: World, count: int) -> tuple[list[int], int]:
    """The years of a table, and one that is missing among them or beside them."""
    years = world.years(count + 1)
    absent = years.pop(world.rng.choice((0, -1, world.rng.randrange(len(years)))))
    return years, absent


def _add_heads(world: World, scene: Scene, table: wording.YearTable, values: dict[str, str]) -> None:
    """Title, heading and caption; only the caption always says whose figures these are."""
    scene.head(TITLES, values, chance=0.4)
    scene.head(HEADINGS, values, chance=0.5)
    scene.head(table.captions, values)


def _add_notes(world: World, scene: Scene, name: str) -> None:
    values = {
        "g": world.agency(),
        "month": world.rng.choice(MONTHS),
        "y": str(world.rng.randint(2032, 2036)),
        "r": name,
    }
    for template in world.pick_several(_NOTES, world.rng.choice((0, 0, 1, 2))):
        scene.add(fill(world.rng, template, values))


def _draw_cells(world: World, rows: int, columns: int, *, is_rate: bool = False) -> list[list[str]]:
    """Numbers written alike, different within a row; some cells are zero, some blank ("")."""
    rng = world.rng
    size = 60 if is_rate else rng.choice((60, 400, 900, 7000, 40_000))
    has_decimals = size < 1000 and world.chance(0.25)
    pattern = ",d" if world.chance(0.5) else "d"
    table = []
    for _ in range(rows):
        cells: dict[str, None] = {}
        while len(cells) < columns:
            number = rng.randint(max(1, size // 12), size)
            cells.setdefault(f"{number}.{rng.randint(1, 9)}" if has_decimals else format(number, pattern))
        row = list(cells)
        for number in range(columns):
            chance = rng.random()
            if chance < 0.07:
                row[number] = "0"
            elif chance < 0.17 and columns > 1:
                row[number] = ""
        table.append(row)
    return table


def _write_rows(world: World, scene: Scene, heads: list[str], rows: list[list[str]]) -> list[Line]:
    """Add the rows as lines and return them in their order; slots are the numbers of the columns.

    As records each cell has its head before it and blanks are left out or shown as a dash; between pipes
    the heads go into the context.
    """
    rng = world.rng
    is_piped = world.chance(0.35)
    blank = rng.choice(("", rng.choice(_BLANKS)))
    before, after = rng.choice((("| ", " |"), ("", "")))
    full_stop = rng.choice((".", ".", ""))
    if is_piped:
        scene.context.append(" | ".join(heads))
    lines = []
    for row in rows:
        text, slots = "", {}
        for number, cell in enumerate(row):
            shown = cell or blank
            if is_piped:
                text += " | " if number else before
            elif shown:
                text += f"{'; ' if text else ''}{heads[number]}: "
            else:
                continue
            slots[str(number)] = (len(text), len(text) + len(shown))
            text += shown
        lines.append(Line((text + (after if is_piped else full_stop)).rstrip(), slots))
    order = list(lines)
    if world.chance(0.3):
        rng.shuffle(order)
    for line in order:
        scene.add(line)
    return lines


def _ask_cell(
    scene: Scene, pool: tuple[str, ...], values: dict[str, str], line: Line, column: int, cell: str
) -> None:
    """A cell that is zero or blank is asked for rather than others."""
    if cell:
        scene.ask(pool, values, [line], str(column), weight=3 if cell == "0" else 1)
    else:
        scene.ask(pool, values, weight=5)


def _possessive(name: str) -> str:
    return name + ("'" if name.endswith("s") else "'s")
