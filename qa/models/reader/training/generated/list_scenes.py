"""Lists beside lists that look alike."""

from qa.models.reader.training.generated.figure_scenes import HEADINGS
from qa.models.reader.training.generated.scene import Scene
from qa.models.reader.training.generated.templates import Line, variants
from qa.models.reader.training.generated.wording.list_families import FAMILIES
from qa.models.reader.training.generated.world import World, join_names

__all__ = ["list_scene"]

_LEADS = (
    "{lead}:",
    "[The|List of|Overview of] {lead}:",
    "These are the {lead}:",
    "{lead}, in alphabetical order:",
)
_BULLETS = ("- {x}", "{x}", "* {x}", "{n}. {x}", "• {x}", "({n}) {x}", "{x};", "{n}) {x}")
_TITLES = ("About the {s}", "The {s}", "{s}: [state of play|overview]", "[News|Facts] on the {s}")
_MEASURES = variants("""
    export ban / safeguard measure / import levy / licence rule / anti-dumping duty / retaliation tariff /
    price control / luxury tax
""")
_LISTS = variants("""
    positive list / negative list / exemption list / priority list / watch list / reserve list / green list
    / control list
""")
_PLANS = variants("""
    border plan / customs plan / transit plan / corridor plan / reform plan / crossings plan / gateway plan
    / frontier plan
""")
_TENDERS = variants("""
    quota tender / port tender / licence auction / road tender / terminal auction / rail tender / storage
    tender / berth auction
""")


def list_scene(world: World) -> Scene:
    """Two lists of a family, as sentences or with bullets; a third role and a second subject are absent."""
    rng = world.rng
    scene = Scene(world, "list", is_past=True)
    family = rng.choice(FAMILIES)
    subject, other = _subjects(world, family.subject)
    present = rng.sample(family.roles, 2)
    absent = [role for role in family.roles if role not in present]
    is_bulleted = world.chance(0.4)
    bullet = world.pick(_BULLETS)
    scene.head(_TITLES, {"s": subject}, chance=0.5)
    scene.head(HEADINGS, {}, chance=0.3)
    for role in present:
        members = _members(world, family.members, rng.randint(2, 3 if is_bulleted else 5))
        values = {"s": subject, "m": join_names(members)}
        if is_bulleted:
            lead = {"lead": role.lead.format(s=subject)}
            block = [scene.line(_LEADS, lead)]
            block += [
                Line(bullet.format(x=member, n=number), {}) for number, member in enumerate(members, start=1)
            ]
        else:
            block = [scene.line(role.sentences, values)]
        scene.add(*block)
        scene.ask(role.questions, values, block, None if is_bulleted else "m")
        scene.ask(role.questions, {"s": other})
    if world.chance(0.35) and not is_bulleted:
        members = _members(world, family.members, 3)
        values = {"s": other, "m": join_names(members)}
        rival = rng.choice(present)
        line = scene.say(rival.sentences, values)
        scene.ask(rival.questions, values, [line], "m")
        # What was asked of the other subject above has an answer now.
        scene.withdraw(rival.questions, {"s": other})
    for role in absent:
        scene.ask(role.questions, {"s": subject}, weight=2)
    return scene


def _subjects(world: World, sort: str) -> tuple[str, str]:
    if sort == "agreement":
        first, second = world.agreements(2)
        return (first.acronym, second.acronym) if world.chance(0.6) else (first.name, second.name)
    pool = {"measure": _MEASURES, "tariff list": _LISTS, "plan": _PLANS, "tender": _TENDERS}[sort]
    names = world.pick_several(pool, 2)
    country, other = world.countries(2)
    if world.chance(0.5):
        return f"{country.adjective} {names[0]}", f"{other.adjective} {names[0]}"
    year = world.rng.randint(2001, 2028)
    if world.chance(0.4):
        return f"{country.adjective} {names[0]} of {year}", f"{country.adjective} {names[0]} of {year + 3}"
    return f"{country.adjective} {names[0]}", f"{country.adjective} {names[1]}"


def _members(world: World, sort: str, count: int) -> list[str]:
    if sort == "country":
        return [country.name for country in world.countries(count)]
    if sort == "product":
        return world.products(count)
    if sort == "town":
        return [world.town() for _ in range(count)]
    if sort == "company":
        return [world.company() for _ in range(count)]
    digits = world.rng.choice((4, 6, 8))
    codes = [f"{world.rng.randint(10 ** (digits - 1), 10**digits - 1)}" for _ in range(count)]
    return [f"{code[:4]}.{code[4:]}" if digits == 6 else code for code in codes]
