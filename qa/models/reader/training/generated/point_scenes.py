"""Points that several sentences make together."""

from qa.models.reader.training.generated.scene import Scene
from qa.models.reader.training.generated.templates import Line, fill, phrase
from qa.models.reader.training.generated.wording import points as wording
from qa.models.reader.training.generated.world import World

__all__ = ["points_scene"]


def points_scene(world: World) -> Scene:
    """Points of one sort about a subject, sometimes beside those of another sort; a third sort is absent."""
    rng = world.rng
    scene = Scene(world, "several-sentences")
    subject, other = (
        phrase(rng, template, _subject_values(world)).text
        for template in world.pick_several(wording.SUBJECTS, 2)
    )
    sort, rival, absent = rng.sample(wording.POINT_SORTS, 3)
    lines = _say_points(world, scene, sort, subject)
    scene.ask(sort.questions, {"s": subject}, lines)
    scene.ask(sort.questions, {"s": subject}, lines)
    rivals = _say_points(world, scene, rival, subject) if world.chance(0.3) else ()
    scene.ask(rival.questions, {"s": subject}, rivals)
    scene.ask(absent.questions, {"s": subject})
    scene.ask(sort.questions, {"s": other})
    scene.ask(wording.NOT_SAID, {"s": subject})
    return scene


def _say_points(world: World, scene: Scene, sort: wording.PointSort, subject: str) -> list[Line]:
    """Two or three points under a lead or, where it is the first sort, a heading."""
    rng = world.rng
    count = rng.choice((2, 3, 3))
    values = {
        "g": world.agency(),
        "number": ("two", "three")[count - 2],
        "sort": world.pick(sort.names),
        "s": subject,
    }
    points = [
        phrase(rng, point, _point_values(world)).text for point in world.pick_several(sort.points, count)
    ]
    ordinals = world.pick(wording.ORDINALS)
    lines = [fill(rng, ordinal, {"x": point}) for ordinal, point in zip(ordinals, points, strict=False)]
    if scene.context or world.chance(0.6):
        scene.add(scene.line(wording.LEADS, values), *lines)
    else:
        scene.head(wording.TITLES, values)
        scene.add(*lines)
    return lines


def _subject_values(world: World) -> dict[str, str]:
    agreement = world.agreements(1)[0]
    return {
        **world.country().values(),
        "town": world.town(),
        "p": world.product(),
        "a": agreement.acronym if world.chance(0.6) else agreement.name,
        "company": world.company(),
    }


def _point_values(world: World) -> dict[str, str]:
    return {
        "v": world.town(),
        "g": world.agency(),
        "p": world.product(),
        "c": world.country().name,
        "company": world.company(),
    }
