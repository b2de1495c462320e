"""Figures in prose: the right country, partner, product, time and unit beside the wrong ones."""

from qa.models.reader.training.generated.scene import Scene
from qa.models.reader.training.generated.templates import variants
from qa.models.reader.training.generated.wording.trade_measures import MEASURES, PARTNER_MEASURES, Measure
from qa.models.reader.training.generated.world import MONTHS, Country, Period, World

__all__ = ["figures_scene", "partners_scene", "relative_date_scene", "title_scene", "units_scene"]

TITLES = variants("""
    {ca} {p} / {c}: {p} / {p} from {c} / {cs} trade [in figures|at a glance] / Note on {ca} {p} / {p} in {c}
    / Country [brief|file]: {c} / Market report {c}: {p} / {c} and its {p} / What {c} [buys and
    sells|trades] / [Briefing|Bulletin] {p}, {c} / {ca} {p}: where things stand
""")
HEADINGS = variants("""
    The figures / [Development|Trend] / [Recent|Latest] numbers / Overview / In numbers / Background / The
    market / [Summary|In short] / [Trade|Business] so far / Data / What happened / [Volumes|Values] and
    rates
""")
# The country and the product both stand in the title.
SHORT = {
    "export value": variants("""
        Exports [came to|were worth|reached] {v} {t}. / {t}, sales abroad [brought in|earned] {v}. / Foreign
        buyers paid {v} {t}. / Export earnings [were|stood at] {v} {t}.
    """),
    "export weight": variants("""
        Exports [came to|reached] {v} {t}. / {t}, {v} were [shipped|exported]. / Exporters shipped {v} {t}.
        / The quantity exported was {v} {t}.
    """),
    "import value": variants("""
        Imports [came to|cost] {v} {t}. / {t}, importers [spent|paid] {v}. / Purchases abroad [cost|came to]
        {v} {t}. / The import bill [was|reached] {v} {t}.
    """),
    "output": variants("""
        Output [was|came to] {v} {t}. / {t}, {v} were produced. / Producers [made|turned out] {v} {t}. /
        Production stood at {v} {t}.
    """),
    "subsidy": variants("""
        Subsidies cost {v} {t}. / {t}, the state [spent|paid] {v} on support. / State aid [came to|was] {v}
        {t}. / Producers got {v} in support {t}.
    """),
    "stocks": variants("""
        Stocks [were|stood at] {v} {t}. / {t}, {v} lay in store. / The warehouses held {v} {t}. / The
        reserve was {v} {t}.
    """),
    "duty": variants("""
        The [rate|duty|tariff] [was|stood at] {v} {t}. / {t}, customs [took|charged] {v}. / Importers had to
        pay {v} {t}. / The tariff came to {v} {t}.
    """),
}
IN_TONNES = variants("""
    How many tonnes of {p} did {c} export {t}? / How much did {cs} {p} exports weigh {t}, in tonnes? /
    tonnes of {p} shipped by {c} {t} / What tonnage of {p} left {c} {t}? / By weight, how much {p} did {c}
    sell abroad {t}? / How many thousand tonnes of {p} did {c} send abroad {t}? / weight of {cs} {p} exports
    {t} / {c} {p} exports {t} in tons
""")
IN_MONEY = variants("""
    What were {cs} exports of {p} worth {t}? / How much money did {c} earn with {p} {t}? / How many million
    did {p} bring {c} {t}? / In money, how much {p} did {c} export {t}? / value of {cs} {p} exports {t} /
    What did foreign buyers pay {c} for its {p} {t}? / {c} {p} export earnings {t} / How many dollars did
    {c} take in from {p} {t}?
""")
IN_PIECES = variants("""
    How many containers of {p} did {c} ship {t}? / How many [sacks|boxes] of {p} did {c} export {t}? / How
    many lorry loads of {p} left {c} {t}? / How many [pieces|units] of {p} did {c} sell abroad {t}? /
    containers of {p} exported by {c} {t} / How many ships carried {p} out of {c} {t}? / How many pallets of
    {cs} {p} went abroad {t}? / number of barrels of {p} {c} exported {t}
""")
IN_PERCENT = variants("""
    By how many percent did {cs} {p} exports grow {t}? / What percentage of {cs} exports was {p} {t}? /
    percentage growth of {p} exports {c} {t} / What share of the world market in {p} did {c} have {t}?
""")
CONTEXT_TIMES = variants("""
    that year / in the [year|period] under review / [in all|altogether] / over the whole period
""")


def figures_scene(world: World) -> Scene:
    """Figures of countries, products and times; asked for as they stand there and crossed."""
    scene = Scene(world, "figure", is_past=True)
    country, other = world.countries(2)
    product, other_product = world.products(2)
    measure = world.rng.choice(MEASURES)
    unit = world.rng.choice(measure.units)
    here, second, absent = world.periods(3)
    first, next_, third, fourth = world.amounts(unit, 4)
    values = _values(country, product, here)
    scene.head(TITLES, {**values, "p": other_product if world.chance(0.3) else product}, chance=0.6)
    scene.head(HEADINGS, values, chance=0.5)
    line = scene.line(measure.statements, {**values, "v": first})
    if world.chance(0.5):
        later = scene.line(
            measure.bare if world.chance(0.6) else measure.statements,
            {**_values(country, product, second), "v": next_},
        )
        scene.add(line, later)
        scene.ask(measure.questions, _values(country, product, second), [later], "v")
    else:
        scene.add(line)
        scene.ask(measure.questions, _values(country, product, second))
    scene.ask(measure.questions, values, [line], "v")
    crossed = _values(other, other_product, second)
    if world.chance(0.6):
        elsewhere = scene.say(measure.statements, {**crossed, "v": third})
        scene.ask(measure.questions, crossed, [elsewhere], "v")
    if world.chance(0.4):
        another = world.rng.choice([known for known in MEASURES if known is not measure])
        scene.say(
            another.statements,
            {**_values(country, product, absent), "v": world.amounts(another.units[0], 1)[0]},
        )
    elif world.chance(0.5):
        scene.say(measure.statements, {**_values(other, product, absent), "v": fourth})
    scene.mention(other.name, other_product, absent.phrase)
    scene.ask(measure.questions, _values(country, product, absent))
    scene.ask(measure.questions, _values(other, product, here))
    scene.ask(measure.questions, _values(country, other_product, here))
    scene.ask(measure.questions, _values(world.country(), product, here))
    confused = world.rng.choice([known for known in MEASURES if known.sort != measure.sort])
    if {confused.sort, measure.sort} != {"export value", "export weight"}:
        scene.ask(confused.questions, values)
    return scene


def units_scene(world: World) -> Scene:
    """Exports by value and by weight; asked for in a unit that stands there and in one that does not."""
    scene = Scene(world, "amount-with-unit", is_past=True)
    country, other = world.countries(2)
    product = world.product()
    by_sort = {measure.sort: measure for measure in MEASURES}
    here, absent = world.periods(2)
    values = _values(country, product, here)
    money, weight = world.amounts("money", 1)[0], world.amounts("weight", 1)[0]
    scene.head(TITLES, values, chance=0.5)
    scene.head(HEADINGS, values, chance=0.4)
    has_money = world.chance(0.6)
    has_weight = not has_money or world.chance(0.4)
    for has, sort, amount, pool in (
        (has_money, "export value", money, IN_MONEY),
        (has_weight, "export weight", weight, IN_TONNES),
    ):
        evidence = [scene.say(by_sort[sort].statements, {**values, "v": amount})] if has else []
        scene.ask(pool, values, evidence, "v")
        scene.ask(pool, _values(country, product, absent))
        if has and world.chance(0.5):
            scene.ask(pool, _values(other, product, here))
    if not has_money or not has_weight:
        missing = by_sort["export weight" if has_money else "export value"]
        scene.say(missing.statements, {**_values(other, product, here), "v": weight if has_money else money})
    scene.mention(other.name, product, absent.phrase)
    scene.ask(IN_PIECES, values)
    scene.ask(IN_PERCENT, values)
    return scene


def title_scene(world: World) -> Scene:
    """Title, heading or caption name what the sentences leave out."""
    scene = Scene(world, "condition-in-title")
    country, other = world.countries(2)
    product, other_product = world.products(2)
    measure = world.rng.choice(MEASURES)
    here, second, absent = world.periods(3)
    first, next_ = world.amounts(world.rng.choice(measure.units), 2)
    values = _values(country, product, here)
    form = world.rng.random()
    if form < 0.5:
        scene.head(_NAMING_BOTH, values)
        scene.head(HEADINGS, values, chance=0.4)
        pool: tuple[str, ...] = SHORT[measure.sort]
    else:
        scene.head(_NAMING_COUNTRY, values)
        pool = measure.bare
    if world.chance(0.3):
        scene.context.insert(1, world.date(max(here.year, second.year, absent.year) + 1))
    times = (here, second)
    if world.chance(0.3):
        scene.head(_NAMING_TIME, values)
        line = scene.say(pool, {**values, "t": scene.line(CONTEXT_TIMES, {}).text.lower(), "v": first})
        scene.ask(measure.questions, _values(country, product, second))
    else:
        line = scene.line(pool, {**values, "v": first})
        later = scene.line(pool, {**_values(country, product, times[1]), "v": next_})
        scene.add(line, later)
        scene.ask(measure.questions, _values(country, product, second), [later], "v")
    scene.ask(measure.questions, values, [line], "v")
    scene.mention(other.name, other_product, absent.phrase)
    scene.ask(measure.questions, _values(country, product, absent))
    scene.ask(measure.questions, _values(other, product, here))
    scene.ask(measure.questions, _values(country, other_product, here))
    confused = world.rng.choice([known for known in MEASURES if known.sort != measure.sort])
    if {confused.sort, measure.sort} != {"export value", "export weight"}:
        scene.ask(confused.questions, values)
    return scene


_NAMING_BOTH = variants("""
    {ca} {p} / {c}: {p} / {p} in {c} / Market report {c}: {p} / Note on {ca} {p} / [Briefing|Bulletin]: {p},
    {c} / {c} and its {p} / Trade of {c} in {p}
""")
_NAMING_COUNTRY = variants("""
    {cs} trade [in figures|at a glance] / {c} / Country [brief|file]: {c} / What {c} [buys and sells|trades]
    / News from {c} / {ca} trade policy / [Report on|About] {c} / {c}: [facts and figures|the numbers]
""")
_NAMING_TIME = variants("""
    [The figures|Results] {t} / Trade {t} / [Situation|Position] {t} / How things stood {t}
""")


def relative_date_scene(world: World) -> Scene:
    """The document's date says which year "last year" or "in March" means."""
    scene = Scene(world, "condition-in-date")
    country, other = world.countries(2)
    product = world.product()
    measure = world.rng.choice(MEASURES)
    year = world.rng.randint(2004, 2030)
    amounts = world.amounts(world.rng.choice(measure.units), 3)
    month = world.rng.randrange(1, 12)
    times = [
        ("last year", f"in {year - 1}"),
        ("the year before last", f"in {year - 2}"),
        ("this year", f"in {year}"),
        ("two years ago", f"in {year - 2}"),
        (f"in {MONTHS[month - 1]}", f"in {MONTHS[month - 1]} {year}"),
    ]
    base = _values(country, product, Period("", year, ""))
    is_named = world.chance(0.5)
    scene.head(_NAMING_BOTH if not is_named else TITLES, base)
    scene.context.append(f"{year}-{month + 1:02d}-{world.rng.randint(1, 28):02d}")
    scene.head(HEADINGS, base, chance=0.4)
    said = world.rng.sample(times, 2 if world.chance(0.6) else 1)
    if len({asked for _, asked in said}) < len(said):
        said = said[:1]
    for (time, asked), amount in zip(said, amounts, strict=False):
        line = scene.say(measure.statements if is_named else measure.bare, {**base, "t": time, "v": amount})
        scene.ask(measure.questions, {**base, "t": asked}, [line], "v")
        scene.ask(measure.questions, {**base, **other.values(), "t": asked})
    asked_already = {asked for _, asked in said}
    for absent in (f"in {year - 1}", f"in {year - 2}", f"in {year - 3}", f"in {year + 1}", f"in {year - 6}"):
        if absent not in asked_already:
            scene.ask(measure.questions, {**base, "t": absent})
    if f"in {year}" not in asked_already:
        scene.ask(measure.questions, {**base, "t": f"in {year}"})
    return scene


PARTNER_SENTENCES = variants("""
    {d} [took|bought] {v} {t}, {e} {w} and {f} {x}. / {t}, {d}, {e} and {f} [took|bought] {v}, {w} and {x},
    respectively. / {v} went to {d}, {w} to {e} and {x} to {f} {t}. / {t} the [biggest|main]
    [buyer|customer] was {d} with {v}, [followed by|before] {e} with {w} and {f} with {x}. / {d} [led|was
    ahead] with {v} {t}; {e} [came to|had] {w} and {f} {x}. / {t} {d} [received|got] {v}, while {e} [made
    do|had to be content] with {w} and {f} with {x}. / While {d} took {v} {t}, {e} took {w} and {f} no more
    than {x}. / [By country|By destination], {t}: {d} {v}, {e} {w}, {f} {x}. / {d} [followed|came next] with
    {v} {t}, {e} with {w}, {f} [last|at the end] with {x}. / Of the total {t}, {v} were for {d}, {w} for
    {e}, and {x} for {f}. / {t} buyers in {d} took {v}, those in {e} {w}, and those in {f} {x}. / {d} ({v}),
    {e} ({w}) and {f} ({x}) were the [largest|leading] [buyers|markets] {t}.
""")
PARTNER_LEADS = variants("""
    {cs} {p} [goes|go] to [many|a dozen] [countries|markets]. / {c} [sells|ships] {p} [all over the world|to
    its neighbours]. / For {ca} {p} there are [several|three main] [buyers|markets]. / The
    [destinations|buyers] of {cs} {p} exports [change little|are well known].
""")
WHICH_PARTNER = variants("""
    Which country took {v} of {cs} {p} {t}? / Who bought {v} of {ca} {p} {t}? / Where did {v} of {cs} {p} go
    {t}? / {c} {p} {v} buyer {t}
""")


def partners_scene(world: World) -> Scene:
    """Several partners with their amounts in one sentence."""
    scene = Scene(world, "two-candidates", is_past=True)
    country, *partners = world.countries(6)
    product, other_product = world.products(2)
    measure: Measure = world.rng.choice(PARTNER_MEASURES)
    amounts = world.amounts(world.rng.choice(measure.units), 3)
    here, absent = world.periods(2)
    values = _values(country, product, here)
    names = dict(zip("def", (partner.name for partner in partners), strict=False))
    slots = dict(zip("def", "vwx", strict=True))
    is_in_title = world.chance(0.5)
    scene.head(_NAMING_BOTH if is_in_title else TITLES, values, chance=1.0 if is_in_title else 0.4)
    scene.head(HEADINGS, values, chance=0.3)
    line = scene.line(PARTNER_SENTENCES, {**values, **names, **dict(zip("vwx", amounts, strict=True))})
    if is_in_title:
        scene.add(line)
    else:
        scene.add(scene.line(PARTNER_LEADS, values), line)
    for letter, partner in zip("def", partners, strict=False):
        asked = {**values, **partner.values("d")}
        scene.ask(measure.questions, asked, [line], slots[letter])
        if world.chance(0.3):
            amount = amounts["def".index(letter)]
            scene.ask(WHICH_PARTNER, {**values, "v": amount}, [line], letter)
    scene.mention(partners[3].name, other_product, absent.phrase)
    for partner in partners[3:]:
        scene.ask(measure.questions, {**values, **partner.values("d")})
    first = partners[0]
    scene.ask(measure.questions, {**_values(country, product, absent), **first.values("d")})
    scene.ask(measure.questions, {**_values(country, other_product, here), **first.values("d")})
    scene.ask(measure.questions, {**_values(partners[4], product, here), **first.values("d")})
    scene.ask(measure.questions, {**_values(first, product, here), **country.values("d")})
    scene.ask(IN_PIECES, values)
    return scene


def _values(country: Country, product: str, period: Period) -> dict[str, str]:
    return {**country.values(), "p": product, "t": period.phrase}
