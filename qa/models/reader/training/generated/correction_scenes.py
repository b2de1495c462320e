"""What is set right: "not 8 percent, as some papers wrote, but 6"."""

from collections.abc import Callable

from qa.models.reader.training.generated.level_scenes import (
    LEVEL_TITLES,
    NOW_ASKED,
    THEN_ASKED,
    WHETHER_ASKED,
    ask_elsewhere,
    draw_level,
)
from qa.models.reader.training.generated.scene import Scene
from qa.models.reader.training.generated.templates import variants
from qa.models.reader.training.generated.world import World

__all__ = ["correction_scene", "entity_correction_scene"]

CORRECTIONS = variants("""
    {cs} {l} is not {wrong}, as {source} [wrote|reported], but {right}. / Contrary to [reports|rumours] of
    {wrong}, {cs} {l} is {right}. / {right}, and not {wrong}, is {cs} {l}. / {source} gave {cs} {l} as
    {wrong}; in fact it is {right}. / The {l} in {c} is {right} rather than the {wrong} that {source}
    [mentioned|spoke of]. / [An earlier version|The first version] of this note put {cs} {l} at {wrong}; it
    is {right}. / Not {wrong} but {right} is the {l} in {c}. / {cs} {l} is {right} (and not {wrong}, as
    {source} had it). / We [stated|wrote] that {cs} {l} was {wrong}: the correct figure is {right}. / It is
    not true that {cs} {l} is {wrong}, it is {right}. / {source} confused things: {cs} {l} is {right},
    {wrong} is an old proposal. / For the {l} in {c} the law says {right}, whatever {source} may have
    written about {wrong}.
""")
SOURCES = variants("""
    some papers / a news agency / one newsletter / a trade journal / several blogs / the local press / a
    broker / an industry circular
""")
WRONG_ASKED = variants("""
    Which wrong figure was given for {cs} {l}? / What figure for {cs} {l} was incorrect? / {c} {l} wrongly
    reported figure / What is {cs} {l} not, although it was said?
""")
BLAME_ASKED = variants("""
    Who at the ministry made the mistake about {cs} {l}? / Which paper first printed the wrong figure for
    {cs} {l}? / When was the wrong figure for {cs} {l} printed? / Why was {cs} {l} given wrongly?
""")


def correction_scene(world: World) -> Scene:
    """A figure that is set right: "not 8 percent, as some papers wrote, but 6"."""
    scene = Scene(world, "correction")
    values, unit = draw_level(world)
    right, wrong = world.amounts(unit, 2)
    values.update(right=right, wrong=wrong, source=world.pick(SOURCES))
    scene.head(LEVEL_TITLES, values, chance=0.5)
    line = scene.say(CORRECTIONS, values)
    scene.ask(NOW_ASKED, values, [line], "right")
    scene.ask(NOW_ASKED, values, [line], "right")
    scene.ask(WRONG_ASKED, values, [line], "wrong")
    for figure in (right, wrong):
        scene.ask(WHETHER_ASKED, {**values, "v": figure}, [line], weight=0.6)
    scene.ask(BLAME_ASKED, values)
    other, _ = draw_level(world)
    scene.ask(NOW_ASKED, {**values, "l": other["l"]})
    scene.ask(THEN_ASKED, {**values, "y": str(world.rng.randint(1980, 2001))})
    ask_elsewhere(world, scene, values, NOW_ASKED)
    return scene


# A corrected fact that is no figure: how it is said, asked, and what is not answered; x is right, w wrong.
FACTS = (
    (
        "town",
        variants("""
            {x}, not {w}, [will be|is] the [place|venue] of the {a} meeting. / The {a} meeting is in {x}
            [rather than|instead of] {w}. / The {a} meeting was moved from {w} to {x}. / {w} was named
            first, but the {a} meeting will be held in {x}.
        """),
        variants("""
            Where will the {a} meeting be held? / In which town is the {a} meeting? / {a} meeting place /
            Where does the {a} meet?
        """),
        variants("""
            When will the {a} meeting be held? / Who will chair the {a} meeting? / Who pays for the {a}
            meeting? / How many delegates come to the {a} meeting?
        """),
    ),
    (
        "person",
        variants("""
            Not {w} but {x} [heads|leads|runs] the {agency}. / The {agency} is [headed|led] by {x}, and not
            by {w}, as [was reported|we wrote]. / It is {x}, not {w}, who [runs|heads] the {agency}. / {w}
            was tipped as head of the {agency}, but {x} [got|was given] the post.
        """),
        variants("""
            Who [heads|leads] the {agency}? / Who is the head of the {agency}? / head of {agency} / Who runs
            the {agency}?
        """),
        variants("""
            Who was head of the {agency} before {x}? / Why did {w} leave the {agency}? / How many people
            work for the {agency}? / Since when has {w} worked in the {agency}?
        """),
    ),
    (
        "day",
        variants("""
            The {a} takes effect on {x}, not on {w}[, as announced| as we wrote|]. / {x}, and not {w}, is
            the day on which the {a} enters into force. / The {a} will [start|take effect] on {x} instead of
            {w}. / First planned for {w}, the {a} now enters into force on {x}.
        """),
        variants("""
            When does the {a} take effect? / On what day does the {a} enter into force? / {a} start date /
            From when will the {a} apply?
        """),
        variants("""
            When was the {a} signed? / Until when does the {a} run? / Where was the {a} signed? / Who signed
            the {a}?
        """),
    ),
    (
        "country",
        variants("""
            Not {w} but {x} [asked|applied] for the panel on {p}. / It was {x}, not {w}, that brought the
            case on {p}. / The case on {p} was brought by {x} rather than {w}. / {w} denies it: the case on
            {p} comes from {x}.
        """),
        variants("""
            Who brought the case on {p}? / Which country asked for the panel on {p}? / {p} case complainant
            / Which country started the case on {p}?
        """),
        variants("""
            Who won the case on {p}? / When was the case on {p} brought? / How long did the case on {p}
            last? / Who chairs the panel on {p}?
        """),
    ),
)


def entity_correction_scene(world: World) -> Scene:
    """A person, place, day or country that is set right."""
    scene = Scene(world, "correction")
    sort, statements, questions, unanswered = world.rng.choice(FACTS)
    agreement = world.agreements(2)
    year = world.rng.randint(2000, 2030)
    draws: dict[str, Callable[[], str]] = {
        "town": world.town,
        "person": world.person,
        "day": lambda: world.day(year),
        "country": lambda: world.country().name,
    }
    draw = draws[sort]
    x, w = draw(), draw()
    while w == x:
        w = draw()
    values = {"a": agreement[0].acronym, "agency": world.agency(), "p": world.product(), "x": x, "w": w}
    line = scene.say(statements, values)
    scene.ask(questions, values, [line], "x")
    scene.ask(questions, values, [line], "x")
    scene.ask(
        questions, {**values, "a": agreement[1].acronym, "agency": world.agency(), "p": world.product()}
    )
    scene.ask(unanswered, values)
    scene.ask(unanswered, values)
    return scene
