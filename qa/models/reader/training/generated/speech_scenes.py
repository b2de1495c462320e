"""Speeches: "I", "we" and "my administration" are the person whom the title names."""

from dataclasses import dataclass

from qa.models.reader.training.generated.scene import Scene
from qa.models.reader.training.generated.templates import common_slots, variants, whole
from qa.models.reader.training.generated.wording.trade_vocabulary import OFFICES
from qa.models.reader.training.generated.world import MONTHS, World

__all__ = ["speech_scene"]


@dataclass(frozen=True, slots=True)
class _Saying:
    """What the speaker says, the slot that answers, and how it is asked of {w}, the speaker."""

    said: tuple[str, ...]
    slot: str | None
    asked: tuple[str, ...]


SAYINGS = (
    _Saying(
        ("I met {y} in {t} [last week|yesterday].", "[Last month|In spring] I sat down with {y} in {t}."),
        "t",
        ("Where did {w} meet {y}?", "In which town did {w} see {y}?", "{w} {y} meeting place"),
    ),
    _Saying(
        ("We will [invest|put] {v} [in|into] {th}.", "My government has set aside {v} for {th}."),
        "v",
        ("How much will {w} invest in {th}?", "What sum has {w} set aside for {th}?", "{w} money for {th}"),
    ),
    _Saying(
        ("I have asked the {g} to look into {th}.", "The {g} will look into {th}, as I have ordered."),
        "g",
        variants("""
            Whom did {w} ask to look into {th}? / Which body is to look into {th} for {w}? / {w} inquiry
            {th} who
        """),
    ),
    _Saying(
        variants("""
            My [mother|father] [worked|was born] in {t}. / I grew up in {t}, where my family [had a
            farm|lived].
        """),
        "t",
        ("Where does {ws} family come from?", "From which town is {ws} family?", "{w} family town"),
    ),
    _Saying(
        variants("""
            I will not sign the {a} [as it stands|] because {r}. / {r}, and that is why I will not sign the
            {a}.
        """),
        "r",
        variants("""
            Why will {w} not sign the {a}? / What is {ws} reason for not signing the {a}? / why {w} refuses
            {a}
        """),
    ),
    _Saying(
        ("Since I took office we have created {n} jobs.", "{n} jobs have come since my first day."),
        "n",
        variants("""
            How many jobs does {w} claim to have created? / How many jobs came since {w} took office? / {w}
            jobs created
        """),
    ),
    _Saying(
        variants("""
            I am proud to [announce|tell you] that {k} will come to {t}. / And today I can tell you: {k} is
            coming to {t}.
        """),
        "k",
        variants("""
            Which company did {w} say is coming to {t}? / What firm does {w} announce for {t}? / {w}
            announcement {t} company
        """),
    ),
    _Saying(
        ("I signed the order on {p} on {i}.", "With my order of {i} on {p} we made a start."),
        "i",
        variants("""
            When did {w} sign the order on {p}? / On what day did {w} sign the {p} order? / {w} order {p}
            date
        """),
    ),
    _Saying(
        variants("""
            Our [administration|government] cut the tariff on {p} to {q}. / We brought the tariff on {p}
            down to {q}.
        """),
        "q",
        variants("""
            To what level did {ws} government cut the tariff on {p}? / How high is the tariff on {p} after
            {ws} cut? / {w} tariff cut {p}
        """),
    ),
    _Saying(
        ("I want to thank {y}, who led the talks on {p}.", "{y} led the talks on {p}, and I am grateful."),
        "y",
        variants("""
            Whom did {w} thank for leading the talks on {p}? / Who led the talks on {p}, according to {w}? /
            {w} thanks {p} talks
        """),
    ),
    _Saying(
        ("Let me be plain: we shall leave the {a} by {m}.", "By {m} my government will be out of the {a}."),
        "m",
        variants("""
            By when does {w} want to leave the {a}? / When will {ws} government be out of the {a}? / {w}
            exit {a} date
        """),
    ),
    _Saying(
        ("I have never owned shares in {k}.", "Shares in {k}? I never had any."),
        None,
        ("Has {w} owned shares in {k}?", "Did {w} ever have shares in {k}?", "Does {w} own part of {k}?"),
    ),
    _Saying(
        ("My [plan|budget] gives farmers {v} a year.", "Under my plan {v} a year go to the farmers."),
        "v",
        variants("""
            How much does {ws} plan give farmers? / What would farmers get a year under {ws} plan? / {w}
            farmers money
        """),
    ),
    _Saying(
        ("We stand with {d}, and we always will.", "My country stands with {d}."),
        "d",
        ("Which country does {w} stand with?", "Whom does {w} support?", "{w} stands with"),
    ),
    _Saying(
        ("I will go to {d} in {m}.", "In {m} I shall travel to {d}."),
        "m",
        ("When will {w} travel to {d}?", "In which month does {w} go to {d}?", "{w} trip {d} when"),
    ),
    _Saying(
        ("I was {n2} when I first saw {t}.", "At the age of {n2} I came to {t}."),
        "n2",
        ("How old was {w} on first coming to {t}?", "At what age did {w} come to {t}?", "{w} age {t}"),
    ),
    _Saying(
        ("I oppose {th}, because {r}.", "{r}: that is why I am against {th}."),
        "r",
        ("Why is {w} against {th}?", "For what reason does {w} oppose {th}?", "why {w} opposes {th}"),
    ),
    _Saying(
        ("We are going to open {n2} new trade offices.", "{n2} trade offices are what we are going to open."),
        "n2",
        variants("""
            How many trade offices will {w} open? / How many new trade offices does {w} promise? / {w} trade
            offices number
        """),
    ),
    _Saying(
        ("I have chosen {y} as my {o}.", "My {o} will be {y}."),
        "y",
        ("Whom did {w} choose as {o}?", "Who will be {ws} {o}?", "{w} {o} choice"),
    ),
    _Saying(
        ("The {a} was a mistake, and I said so in {yr}.", "I called the {a} a mistake in {yr}."),
        "yr",
        variants("""
            When did {w} call the {a} a mistake? / In which year did {w} speak against the {a}? / {w} {a}
            mistake year
        """),
    ),
)
_CHATTER = variants("""
    Thank you[, thank you all|]. [Please sit down|It is good to be here]. / [My friends|Ladies and
    gentlemen], [these are hard times|we have come far]. / [We know what it takes|We are not afraid], and
    [we will not give up|we never were]. / [God bless you|Thank you], and good night. / [Some|They] said it
    could not be done. / I [see|greet] many [friends|familiar faces] [here|tonight]. / That is who we are,
    and [that is|this is] how we [work|win]. / [Listen|Think about it]: [nobody|no one] will do it for us. /
    We [owe|promised] it to our [children|parents]. / It [is|was] a long road, [folks|friends]. / I believe
    in the people of this [country|nation]. / And [you know|let me tell you] what? [It worked|They came
    back].
""")
_TITLES = variants("""
    [Address|Speech] by {f} {x} [in|at] {u} / Remarks of {f} {x} to the {h} / {f} {x}: speech at {u} / {f}
    {x} [on trade|speaks in {u}] / [Statement|Remarks] by {f} {x} / {f} {x}, [address to parliament|] / What
    {f} {x} said in {u} / Transcript: {f} {x} [in {u}|before the {h}]
""")
_FUNCTIONS = variants("""
    President / Prime Minister / Minister / Governor / Chancellor / Secretary / Premier / Senator
""")
_THINGS = variants("""
    the harbour railway / the free zone / the new customs house / the farm fund / the border bridge / the
    digital toll / the seed bank / the cold chain / the export school / the fishing fleet / the grain
    terminal / the coast road
""")
_REASONS = variants("""
    it leaves our workers out / it was written behind closed doors / it costs more than it brings / nobody
    has read it to the end / it puts the farmers last / it ties our hands / it helps only the big firms /
    the courts could not check it
""")


def speech_scene(world: World) -> Scene:
    """A speaker's own words, asked about by name; others and what was not said have no answer."""
    rng = world.rng
    scene = Scene(world, "speech", has_fillers=False)
    speaker, other = world.person(), world.person()
    function = world.pick(_FUNCTIONS)
    scene.head(_TITLES, {"f": function, "x": speaker, "u": world.town(), "h": world.agency()})
    if world.chance(0.5):
        scene.context.append(world.date(rng.randint(1990, 2030)))
    count = rng.randint(2, 4)
    several = world.pick_several(SAYINGS, count + 1)
    for saying in several[:-1]:
        values = _values(world)
        line = scene.say(whole(saying.said), values)
        asked = whole(saying.asked)
        named = {**values, **_named(world, function, speaker)}
        scene.ask(asked, named, [line], saying.slot)
        stranger = _named(world, function, other)
        scene.ask(asked, {**values, **stranger}, weight=0.6)
        others = sorted(common_slots(saying.asked) - {"w", "ws"})
        if others:
            swapped = rng.choice(others)
            scene.ask(asked, {**named, swapped: _values(world)[swapped]})
    scene.ask(whole(several[-1].asked), {**_values(world), **_named(world, function, speaker)})
    for template in world.pick_several(_CHATTER, rng.randint(1, 3)):
        scene.say(whole((template,)), {})
    return scene


def _named(world: World, function: str, person: str) -> dict[str, str]:
    name = world.rng.choice(
        (person, f"{function} {person}", f"{function} {person.split()[-1]}", person.split()[-1])
    )
    return {"w": name, "ws": f"{name}'s"}


def _values(world: World) -> dict[str, str]:
    rng = world.rng
    agreement = world.agreements(1)[0]
    year = rng.randint(1990, 2030)
    return {
        "y": world.person(),
        "t": world.town(),
        "v": world.amounts("money", 1)[0],
        "th": world.pick(_THINGS),
        "g": world.agency(),
        "a": agreement.acronym if world.chance(0.5) else agreement.name,
        "r": world.pick(_REASONS),
        "n": f"{rng.randint(11, 990)},000",
        "n2": str(rng.randint(5, 60)),
        "k": world.company(),
        "p": world.product(),
        "i": world.day(year),
        "q": world.amounts("percent", 1)[0],
        "m": rng.choice(MONTHS),
        "d": world.country().name,
        "o": world.pick(OFFICES),
        "yr": str(rng.randint(1970, year)),
    }
