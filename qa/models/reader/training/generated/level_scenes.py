"""What holds and what held: changes, and old figures beside new ones."""

import re

from qa.models.reader.training.generated.figure_scenes import HEADINGS
from qa.models.reader.training.generated.scene import Scene
from qa.models.reader.training.generated.templates import fill, variants
from qa.models.reader.training.generated.world import MONTHS, World

__all__ = [
    "LEVEL_TITLES",
    "NOW_ASKED",
    "THEN_ASKED",
    "WHETHER_ASKED",
    "ask_elsewhere",
    "change_scene",
    "draw_level",
    "old_and_new_scene",
]

# What has a height that is set and changed, and in which unit.
LEVELS = (
    ("duty on {p}", "percent"),
    ("quota for {p}", "weight"),
    ("levy on exports of {p}", "percent"),
    ("tax on {p}", "percent"),
    ("lending ceiling of the {agency}", "money"),
    ("required local content for {p}", "percent"),
    ("annual limit on imports of {p}", "weight"),
    ("budget of the {agency}", "money"),
    ("safeguard duty on {p}", "percent"),
    ("licence fee for traders of {p}", "money"),
    ("anti-dumping duty on {p}", "percent"),
    ("reserve of {p} that the law asks for", "weight"),
    ("tariff on {p}", "percent"),
    ("ceiling for {p} at the low rate", "weight"),
    ("export tax on {p}", "percent"),
    ("state aid for {p}", "money"),
    ("countervailing duty on {p}", "percent"),
    ("guarantee fund of the {agency}", "money"),
    ("surcharge on {p}", "percent"),
    ("subsidy for {p}", "money"),
    ("import quota for {p}", "weight"),
    ("share of {p} that may be foreign", "percent"),
    ("deposit on shipments of {p}", "percent"),
    ("export ceiling for {p}", "weight"),
)
LEVEL_TITLES = variants("""
    {ca} rules for {p} / {c}: {p} / {p} in {c}: [what applies|the rules] / Trade policy of {c} /
    [Guide|Note] for [exporters|traders]: {c} / {c} [reviews|changes] its rules / {ca} trade policy [in
    brief|today] / How {c} [treats|handles] {p}
""")

OLD = variants("""
    In {y} the {l} [was|stood at] {was}. / The {l} [had been|was] {was} in {y}. / In {y}, {c} [set|fixed]
    the {l} at {was}. / {cs} {l} [was|amounted to] {was} in {y}. / Back in {y} the {l} had [stood at|been]
    {was}. / In the year {y} it was {was} for the {l}. / [Under the rules of|By the decree of] {y} the {l}
    was {was}. / The {l}: {was} in {y}. / Introduced in {y}, the {l} was {was} [at first|at the outset]. /
    As of {y}, {c} kept the {l} at {was}. / {c} started in {y} with {was} as the {l}. / For {y} the {ca}
    government had put the {l} at {was}.
""")
NEW = variants("""
    [Since|As of] {d} it [is|has been] {now}. / [Today|Now] it [is|stands at] {now}. / It [has been|was]
    [changed|set anew] since, and is now {now}. / [A decree|An order] of {d} put it at {now}, [where it has
    stayed|which still holds]. / At present {now} [applies|apply]. / The [figure|level] in force [today|now]
    is {now}. / It has stood at {now} since {d}. / Currently, {c} has it at {now}. / Since {d} the {l} is
    {now}. / The {l} is now {now}. / [These days|By now] the {l} stands at {now}. / With effect from {d} the
    {l} became {now}, and this is [still so|unchanged].
""")
NEXT = variants("""
    From {z} it will be {next}. / It [is to|will] [change|move] to {next} in {z}. / For {z}, {next} is
    [planned|foreseen]. / In {z} it [goes|is due to go] to {next}.
""")
NOW_ASKED = variants("""
    How high is {cs} {l}? / What is the {l} in {c} [now|today|at present]? / How large is {cs} {l} [now|at
    the moment|currently]? / {cs} current {l}? / What is {cs} {l}? / {c} {l} [today|now] / At what level
    does the {l} stand in {c} [today|now]? / What {l} [applies|is in force] in {c}? / Which {l} does {c}
    have [at present|these days]? / current {l} {c} / How much is {cs} {l} nowadays? / What does the {l} in
    {c} amount to today?
""")
THEN_ASKED = variants("""
    How high was {cs} {l} in {y}? / What was the {l} in {c} in {y}? / {c} {l} {y} / What {l} did {c} have in
    {y}? / {cs} {l} in {y}? / How large was the {l} in {c} in {y}? / In {y}, what was {cs} {l}? / What did
    {cs} {l} amount to in {y}?
""")
NEXT_ASKED = variants("""
    How high will {cs} {l} be in {y}? / What will the {l} in {c} be in {y}? / {cs} {l} [planned|foreseen]
    for {y}? / What {l} is planned in {c} for {y}?
""")
WHO_CHANGED = variants("""
    Who [proposed|asked for] the change of {cs} {l}? / Which [minister|official] signed the order on {cs}
    {l}? / Who in {c} was against the change of the {l}? / Which firms asked {c} to change the {l}?
""")
WHY_CHANGED = variants("""
    Why did {c} change the {l}? / For what reason was {cs} {l} changed? / What led {c} to set a new {l}? /
    What was behind the change of the {l} in {c}?
""")


def old_and_new_scene(world: World) -> Scene:
    """An old level beside the one in force, now and then beside one that is planned."""
    scene = Scene(world, "old-and-new")
    values, unit = draw_level(world)
    was, now, next_ = world.amounts(unit, 3)
    before, year, since, ahead, far = world.years(5, first=1996, last=2040)
    values.update(y=str(year), d=_since(world, since), z=str(ahead), was=was, now=now, next=next_)
    is_named = world.chance(0.5)
    scene.head(LEVEL_TITLES, values, chance=0.4 if is_named else 1.0)
    if world.chance(0.3):
        scene.context.append(f"{since}-12-{world.rng.randint(1, 31):02d}")
    scene.head(HEADINGS, values, chance=0.4)
    old = scene.line(OLD, values)
    if is_named and values["c"] not in old.text:
        named = {**values, "l": f"{values['l']} in {values['c']}"}
        old = fill(world.rng, "In {y} the {l} [was|stood at] {was}.", named)
        if world.is_held_out:
            old = fill(world.rng, "The year {y} saw the {l} at {was}.", named)
    new = scene.line(NEW, values)
    lines = [old, new]
    if world.chance(0.3):
        planned = scene.line(NEXT, values)
        lines.append(planned)
        scene.ask(NEXT_ASKED, {**values, "y": str(ahead)}, [planned], "next")
    else:
        scene.ask(NEXT_ASKED, {**values, "y": str(world.rng.choice((ahead, far)))})
    scene.add(*lines)
    scene.ask(NOW_ASKED, values, [new], "now")
    scene.ask(NOW_ASKED, values, [new], "now")
    scene.ask(WHETHER_ASKED, {**values, "v": world.rng.choice((was, now))}, [new], weight=0.6)
    scene.ask(THEN_ASKED, values, [old], "was")
    scene.ask(THEN_ASKED, {**values, "y": str(before)})
    scene.ask(THEN_ASKED, {**values, "y": str(before - world.rng.randint(2, 9))})
    ask_elsewhere(world, scene, values, NOW_ASKED)
    return scene


WHETHER_ASKED = variants("""
    Is {cs} {l} {v}? / Does the {l} in {c} stand at {v} [now|today]? / Is it true that {cs} {l} is {v}? / Is
    the {l} of {v} in force in {c} [today|at present]? / {cs} {l} {v}, yes or no? / Is {v} the {l} of {c}? /
    Is {cs} {l} set at {v}? / Is {cs} {l} {v} these days?
""")


CHANGES = variants("""
    {c} {up} the {l} from {was} to {now} in {y}. / In {y} the {l} [was {ups}|went] from {was} to {now}. /
    From {was} [before|until then], {cs} {l} was {ups} to {now} in {y}. / The {l} was {ups} to {now} in {y};
    [before|until then] it had [been|stood at] {was}. / {c} {up} the {l} to {now} in {y}, [after|having had
    it at] {was} until then. / In {y}, {c} {up} the {l}, which had been {was}, to {now}. / {now} instead of
    {was}: [this|that] is how {c} {up} the {l} in {y}. / {cs} {l}, {was} [for years|for a long time], was
    {ups} to {now} in {y}. / The {l} [has been|is] {now} since {y}, when it was {ups} from {was}. / When {c}
    {up} the {l} in {y}, it went from {was} to {now}. / [A new law|The reform] {up} the {l} in {y}: from
    {was} to {now}. / Instead of {was} the {l} is {now} since {c} {up} it in {y}.
""")
BEFORE_ASKED = variants("""
    How high was {cs} {l} before it was {ups}? / What was the {l} in {c} before {y}? / From what level was
    {cs} {l} {ups} in {y}? / {c} {l} before the change / What had {cs} {l} been until {y}? / What was {cs}
    old {l}, before the change of {y}? / Which {l} did {c} have before it was {ups}? / {cs} {l} up to {y}?
""")
AFTER_ASKED = variants("""
    To what level was {cs} {l} {ups} in {y}? / How high is {cs} {l} since {y}? / What is {cs} {l} after the
    change? / {c} {l} after {y} / What did {c} set the {l} to in {y}? / What is {cs} {l} [now|today]? / How
    high is the {l} in {c} since it was {ups}? / {cs} new {l}?
""")
WHEN_ASKED = variants("""
    When was {cs} {l} {ups}? / In which year was the {l} in {c} {ups}? / year {c} {up} the {l} / Since when
    has {cs} {l} been {now}?
""")
OTHER_WAY_ASKED = variants("""
    When was {cs} {l} {downs}? / In which year was the {l} in {c} {downs}? / To what level was {cs} {l}
    {downs}? / Why was {cs} {l} {downs}?
""")


def change_scene(world: World) -> Scene:
    """A level that goes from one figure to another in one sentence."""
    scene = Scene(world, "change", is_past=True)
    values, unit = draw_level(world)
    was, now = world.amounts(unit, 2)
    up = ("raised", "raised") if magnitude(now) > magnitude(was) else ("cut", "cut")
    down = ("cut", "lowered") if up[0] == "raised" else ("raised", "increased")
    year = world.rng.randint(1998, 2028)
    values.update(y=str(year), was=was, now=now, up=up[0], ups=up[1], down=down[0], downs=down[1])
    line = scene.say(CHANGES, values)
    scene.head(LEVEL_TITLES, values, chance=0.5 if values["c"] in line.text else 1.0)
    scene.head(HEADINGS, values, chance=0.4)
    scene.ask(BEFORE_ASKED, values, [line], "was")
    scene.ask(AFTER_ASKED, values, [line], "now")
    scene.ask(WHEN_ASKED, values, [line], "y")
    scene.ask(OTHER_WAY_ASKED, values)
    scene.ask(WHO_CHANGED, values)
    scene.ask(WHY_CHANGED, values)
    other, _ = draw_level(world)
    scene.ask(AFTER_ASKED, {**values, "l": other["l"]})
    scene.ask(BEFORE_ASKED, {**values, "l": other["l"]})
    ask_elsewhere(world, scene, values, AFTER_ASKED)
    ask_elsewhere(world, scene, values, BEFORE_ASKED)
    return scene


def magnitude(amount: str) -> float:
    """The number that `amount` starts with or holds; two that are written alike compare."""
    match = re.search(r"\d[\d,]*(?:\.\d+)?", amount)
    assert match is not None
    return float(match[0].replace(",", ""))


def draw_level(world: World) -> tuple[dict[str, str], str]:
    """The slots of something that has a level `l`, and the unit of its amounts."""
    template, unit = world.pick(LEVELS)
    country = world.country()
    values = {**country.values(), "p": world.product()}
    values["l"] = template.format(p=values["p"], agency=world.agency() if "{agency}" in template else "")
    return values, unit


def _since(world: World, year: int) -> str:
    style = world.rng.random()
    if style < 0.4:
        return str(year)
    return world.day(year) if style < 0.7 else f"{world.rng.choice(MONTHS)} {year}"


def ask_elsewhere(world: World, scene: Scene, values: dict[str, str], pool: tuple[str, ...]) -> None:
    """Ask for the level of a country of which nothing is said, if it is named at all."""
    other = world.country()
    scene.mention(other.name, values["p"], f"in {world.rng.randint(1990, 1995)}")
    scene.ask(pool, {**values, **other.values()})
