"""Reasons, and what is told without one."""

from qa.models.reader.training.generated.figure_scenes import HEADINGS, TITLES
from qa.models.reader.training.generated.scene import Scene
from qa.models.reader.training.generated.templates import phrase, variants
from qa.models.reader.training.generated.world import World

__all__ = ["reason_scene"]

# What a country did: past, infinitive.
EVENTS = (
    ("closed the border post at {town}", "close the border post at {town}"),
    ("stopped exports of {p}", "stop exports of {p}"),
    ("lowered the duty on {p}", "lower the duty on {p}"),
    ("left the {a}", "leave the {a}"),
    ("asked for a panel on {p}", "ask for a panel on {p}"),
    ("put off the tender at {town}", "put off the tender at {town}"),
    ("raised the fee for {p}", "raise the fee for {p}"),
    ("broke off the talks in {town}", "break off the talks in {town}"),
    ("bought more {p} abroad", "buy more {p} abroad"),
    ("sold its stake in the port of {town}", "sell its stake in the port of {town}"),
    ("brought in licences for {p}", "bring in licences for {p}"),
    ("gave up its quota for {p}", "give up its quota for {p}"),
    ("changed its law on {p}", "change its law on {p}"),
    ("recalled its envoy from {town}", "recall its envoy from {town}"),
    ("ended the subsidy for {p}", "end the subsidy for {p}"),
    ("joined the {a}", "join the {a}"),
    ("withheld the certificates for {p}", "withhold the certificates for {p}"),
    ("moved its customs office to {town}", "move its customs office to {town}"),
    ("blocked the merger of {company} and its rival", "block the merger of {company} and its rival"),
    ("built a store for {p} at {town}", "build a store for {p} at {town}"),
    ("took {p} off the list", "take {p} off the list"),
    ("turned down the offer of {company}", "turn down the offer of {company}"),
    ("cut the reserve of {p}", "cut the reserve of {p}"),
    ("put {p} under price control", "put {p} under price control"),
)
# What may be behind it: a clause that can stand by itself.
REASONS = variants("""
    prices in the towns had gone up by a third / the mills were running out of work / a storm had wrecked
    the quay at {v} / the fund for replanting was full / smuggling had got out of hand / the {g} had warned
    of a shortage / the treasury needed money / half of the crop had been lost to drought / inspectors had
    found a pest in {q} / the neighbours had done the same / the warehouses at {v} were overflowing / a
    court had declared the old rule void / the insurers would no longer cover the risk / its own farmers
    could not keep up with cheap {q} / the lender had made this a condition / nobody had used the old scheme
    for years / wages at {v} had fallen behind / the {g} had found traces of lead / the election was drawing
    near / the pipeline through {v} leaked / buyers wanted another grade / the exchange rate had made {q}
    too dear / a survey showed that households saved on {q} / the computers of the {g} had broken down / too
    few drivers could be found / the contract with {v} ran out / freight via {v} took three weeks longer /
    the old plant at {v} had become unsafe
""")
NOUN_REASONS = variants("""
    a lack of {q} / pressure from the {g} / the collapse of prices for {q} / a strike at {v} / fears for the
    supply of {q} / complaints from the {g} / the high cost of storage at {v} / poor harvests of {q} / an
    outbreak of disease at {v} / a finding of the {g} / heavy losses in {q} / new rules of the {g} / unrest
    in {v} / a surplus of {q} / the flood at {v} / doubts of the {g}
""")
WITH_REASON = variants("""
    {c} {past} because {r}. / Because {r}, {c} {past}. / {c} {past}, since {r}. / {c} {past}, as {r}. / {r},
    which is why {c} {past}. / {c} {past}: {r}. / [After|Once] {r}, {c} {past}. / The reason why {c} {past}
    was that {r}. / {r}, so {c} {past}. / {c} {past}; the [minister|government] explained that {r}. / That
    {c} {past} had to do with the fact that {r}. / Seeing that {r}, {c} {past}.
""")
WITH_NOUN_REASON = variants("""
    {c} {past} because of {n}. / {n} led {c} to {base}. / {c} {past}, owing to {n}. / It was {n} that made
    {c} {base}. / {c} {past} on account of {n}. / Behind the decision of {c} to {base} stood {n}. / [Faced
    with|In view of] {n}, {c} {past}. / {n} [left {c} no choice but to|moved {c} to] {base}.
""")
WITHOUT_REASON = variants("""
    {c} {past} [in spring|last year|in {y}]. / In {y} {c} {past}. / {c} {past} [without a word of
    explanation|overnight]. / [As is known|As reported], {c} {past}. / {c} {past}[, and no more was heard of
    it|; that was in {y}|]. / It was in {y} that {c} {past}. / {c} {past}, to the surprise of the {g}. /
    When {c} {past}, the {g} said nothing.
""")
# The reason in the sentence after.
FOLLOWING_REASONS = variants("""
    The reason [was that|given was that] {r}. / {r}. / [For|After all], {r}. / It [said|explained] that {r}.
    / The cause was simple: {r}. / According to the {g}, this was because {r}. / Behind it was the fact that
    {r}. / What had happened? {r}.
""")
SECOND_REASONS = variants("""
    Besides, {r}. / [Moreover|In addition], {r}. / On top of that, {r}. / Another reason was that {r}. /
    Also, {r}. / And {r}. / [Secondly|Second], {r}. / A further cause: {r}.
""")
WHY = variants("""
    Why did {c} {base}? / For what reason did {c} {base}? / What made {c} {base}? / Why is it that {c}
    {past}? / What led {c} to {base}? / How did {c} explain that it {past}? / why {c} {past} / What was the
    reason that {c} {past}? / What moved {c} to {base}? / reason {c} {past} / What was behind it when {c}
    {past}? / What caused {c} to {base}?
""")


def reason_scene(world: World) -> Scene:
    """What somebody did with its reason, in one sentence or several, and what has none beside it."""
    rng = world.rng
    scene = Scene(world, "reason", is_past=True)
    country, other = world.countries(2)
    values = _event_values(world) | country.values()
    first, second, third = world.pick_several(EVENTS, 3)
    reasons = [phrase(rng, reason, _reason_values(world)).text for reason in world.pick_several(REASONS, 2)]
    noun = phrase(rng, world.pick(NOUN_REASONS), _reason_values(world)).text
    values.update(y=str(rng.randint(1999, 2028)), g=world.agency(), n=noun)
    scene.head(TITLES, values, chance=0.4)
    scene.head(HEADINGS, values, chance=0.3)
    told = {**values, **_event(first, values), "r": reasons[0]}
    form = rng.random()
    if form < 0.35:
        block = [scene.line(WITH_REASON, told)]
        evidence, slot = list(block), "r"
    elif form < 0.55:
        block = [scene.line(WITH_NOUN_REASON, told)]
        evidence, slot = list(block), "n"
    else:
        block = [scene.line(WITHOUT_REASON, told), scene.line(FOLLOWING_REASONS, told)]
        evidence, slot = block[1:], "r"
    if form > 0.7 or 0.2 < form < 0.35:
        block.append(scene.line(SECOND_REASONS, {**told, "r": reasons[1]}))
        evidence = [*evidence, block[-1]]
    scene.add(*block)
    scene.ask(WHY, told, evidence, slot)
    scene.ask(WHY, told, evidence, slot)
    bare = {**values, **_event(second, values)}
    scene.say(WITHOUT_REASON, bare)
    scene.ask(WHY, bare, weight=2)
    scene.ask(WHY, {**values, **_event(third, values)})
    scene.ask(WHY, {**told, **other.values()})
    changed = _event_values(world)
    if "{p}" in first[0] or "{town}" in first[0]:
        scene.ask(WHY, {**told, **_event(first, changed)})
    return scene


def _event_values(world: World) -> dict[str, str]:
    agreement = world.agreements(1)[0]
    return {
        "town": world.town(),
        "p": world.product(),
        "a": agreement.acronym if world.chance(0.6) else agreement.name,
        "company": world.company(),
    }


def _reason_values(world: World) -> dict[str, str]:
    return {"v": world.town(), "q": world.product(), "g": world.agency()}


def _event(event: tuple[str, str], values: dict[str, str]) -> dict[str, str]:
    past, base = event
    return {"past": past.format(**values), "base": base.format(**values)}
