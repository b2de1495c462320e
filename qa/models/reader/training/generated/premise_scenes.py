"""Facts that are affirmed or denied: yes/no questions, and questions that take a denied fact for granted."""

import re

from qa.models.reader.training.generated.figure_scenes import HEADINGS
from qa.models.reader.training.generated.scene import Scene
from qa.models.reader.training.generated.templates import common_slots, variants, whole
from qa.models.reader.training.generated.wording.denied_premises import PREMISES
from qa.models.reader.training.generated.world import World

__all__ = ["denied_scene", "yes_no_scene"]


_FORMS = re.compile(r"\{c[sa]\}")
_THINGS = variants("""
    waiver / safeguard / moratorium / licence / exemption / suspension / truce / deadline / transition
    period / quota / price cap / permit
""")
_TITLES = variants("""
    {c}: [news|developments] / [Questions and answers|What readers ask] / {p} and {town} / [Trade|Weekly]
    letter / [Around|From] {c} / [Notes|Short news] / {agency}: [bulletin|circular] / [This week|In brief]
""")


def yes_no_scene(world: World) -> Scene:
    """Yes/no questions with the sentence that decides them, be it a yes or a no, and others not decided."""
    return _premise_scene(world, "yes-no")


def denied_scene(world: World) -> Scene:
    """Questions for a circumstance of what the passage denies, beside the same of what it affirms."""
    return _premise_scene(world, "denied")


def _premise_scene(world: World, kind: str) -> Scene:
    rng = world.rng
    scene = Scene(world, kind)
    first, second, third = world.pick_several(PREMISES, 3)
    values = _values(world)
    scene.head(_TITLES, values, chance=0.4)
    scene.head(HEADINGS, values, chance=0.3)
    for premise in (first, second)[: rng.randint(1, 2)]:
        told = {**values, "x": _draw(world, premise.x)}
        is_denied = world.chance(0.5 if kind == "yes-no" else 0.65)
        # The pools are short: both parts use all of their templates, since premises are split already.
        line = scene.say(whole(premise.denied if is_denied else premise.affirmed), told)
        if kind == "yes-no":
            scene.ask(whole(premise.whether), told, [line])
            scene.ask(whole(premise.whether), _swap_one(world, premise.whether, told))
        elif is_denied:
            scene.ask(whole(premise.takes_for_granted), told, weight=3)
            scene.ask(whole(premise.whether), told, [line], weight=0.5)
            scene.ask(whole(premise.unanswered), told)
        else:
            scene.ask(whole(premise.takes_for_granted), told, [line], "x", weight=3)
            scene.ask(whole(premise.takes_for_granted), _swap_one(world, premise.takes_for_granted, told))
            scene.ask(whole(premise.unanswered), told)
    other = {**values, "x": _draw(world, third.x)}
    scene.ask(whole(third.whether if kind == "yes-no" else third.takes_for_granted), other)
    return scene


def _values(world: World) -> dict[str, str]:
    agreement = world.agreements(1)[0]
    return {
        **world.country().values(),
        "d": world.country().name,
        "p": world.product(),
        "a": agreement.acronym if world.chance(0.6) else agreement.name,
        "town": world.town(),
        "company": world.company(),
        "person": world.person(),
        "agency": world.agency(),
        "th": world.pick(_THINGS),
    }


def _swap_one(world: World, pool: tuple[str, ...], values: dict[str, str]) -> dict[str, str]:
    """`values` with another name in one slot that all templates of `pool` have."""
    names = common_slots(tuple(_FORMS.sub("{c}", template) for template in pool))
    swapped = world.rng.choice(sorted(names))
    changed = ("c", "cs", "ca") if swapped == "c" else (swapped,)
    other = _values(world)
    return values | {name: other[name] for name in changed}


def _draw(world: World, sort: str) -> str:
    if sort in ("money", "percent"):
        return world.amounts(sort, 1)[0]
    year = world.rng.randint(2001, 2030)
    if sort == "day":
        return world.day(year)
    if sort == "country":
        return world.country().name
    if sort == "company":
        return world.company()
    if sort == "person":
        return world.person()
    if sort == "agency":
        return world.agency()
    return str(year) if sort == "year" else str(world.rng.randint(2, 90))
