"""Who, when and where, with roles that are easily swapped and names that look alike."""

from qa.models.reader.training.generated.figure_scenes import HEADINGS
from qa.models.reader.training.generated.scene import Scene
from qa.models.reader.training.generated.templates import variants
from qa.models.reader.training.generated.wording.deals import DEALS
from qa.models.reader.training.generated.wording.stories import PUBLIC_STORIES
from qa.models.reader.training.generated.wording.trade_vocabulary import OFFICES
from qa.models.reader.training.generated.world import World

__all__ = ["roles_scene"]


_BODIES = (
    ("Board", "Institute"),
    ("Fund", "Bank"),
    ("Council", "Office"),
    ("Agency", "Academy"),
    ("Commission", "Committee"),
    ("Centre", "Chamber"),
    ("Authority", "Association"),
    ("Service", "Society"),
)
_TITLES = variants("""
    [People|Names] / {c} and {d} / [Chronicle|Short news] / [Diary|Notes] from {c} / {c}: [people and
    posts|news] / [Who is who|Background] / Trade letter / [Events|This month]
""")


def roles_scene(world: World) -> Scene:
    """One story with its roles, and questions that swap them."""
    rng = world.rng
    scene = Scene(world, "roles", is_past=True)
    values = _values(world)
    story = rng.choice(PUBLIC_STORIES + DEALS)
    scene.head(_TITLES, values, chance=0.4)
    scene.head(HEADINGS, values, chance=0.3)
    lines = [scene.line(pool, values) for pool in story.sentences]
    scene.add(*lines)
    for questions, number, slot in story.answered:
        if slot in lines[number].slots:
            scene.ask(questions, values, [lines[number]], slot)
    for questions in story.unanswered:
        scene.ask(questions, values)
    other = _values(world)
    questions, _, _ = rng.choice(story.answered)
    scene.ask(questions, other, weight=0.5)
    return scene


def _values(world: World) -> dict[str, str]:
    rng = world.rng
    country, second, third = world.countries(3)
    first, look_alike = world.agreements(2)
    is_short = world.chance(0.5)
    years = world.years(2, first=1990, last=2028)
    field = world.product()
    board, institute = world.pick(_BODIES)
    offices = world.pick_several(OFFICES, 3)
    company = world.company()
    return {
        **country.values("c"),
        **second.values("d"),
        **third.values("e"),
        "o": offices[0],
        "o2": offices[1],
        "o3": offices[2],
        "x": world.person(),
        "y": world.person(),
        "a": first.acronym if is_short else first.name,
        "b": look_alike.acronym if is_short else look_alike.name,
        "t": world.town(),
        "u": world.town(),
        "i": world.day(years[0]),
        "j": world.day(years[1]),
        "k": company,
        "ks": f"{company}'s",
        "l": world.company(),
        "m": world.company(),
        "v": world.amounts("money", 1)[0],
        "n": str(rng.randint(12, 900)),
        "r": str(rng.randint(1950, 2025)),
        "gb": f"{country.adjective} {field.capitalize()} {board}",
        "gi": f"{country.adjective} {field.capitalize()} {institute}",
    }
