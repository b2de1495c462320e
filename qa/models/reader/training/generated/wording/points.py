"""Points of several sorts about a subject {s}: what is said, how it is announced and asked for."""

from dataclasses import dataclass

from qa.models.reader.training.generated.templates import variants

__all__ = ["LEADS", "NOT_SAID", "ORDINALS", "POINT_SORTS", "SUBJECTS", "TITLES", "PointSort"]


@dataclass(frozen=True, slots=True)
class PointSort:
    """Points that go by one of `names` in the lead; each is a clause that can stand by itself."""

    names: tuple[str, ...]
    points: tuple[str, ...]
    questions: tuple[str, ...]


_DANGERS = PointSort(
    ("risks", "problems", "dangers", "worries"),
    variants("""
        {p} could become [scarce|dear] if the harvest fails / the port of {v} has a single crane, so one
        accident would stop everything / {c} might answer with duties on {p} / the lenders could lose
        patience with {company} / a panel might find the measure unlawful / the {g} has too few inspectors /
        buyers may switch to {p} / rates for freight via {v} could double / the dam above {v} is not safe /
        small firms cannot pay the deposit / the permits for {v} run out soon / workers at {company} may
        walk out / the crown could lose value against the dollar / rust is spreading in the fields round {v}
        / thieves have learned to forge the seals of the {g} / half of the trade in {p} hangs on one
        customer / the cold stores at {v} are full / a new law in {c} could shut out {p} / nobody keeps
        spare parts for the scanners at {v} / the budget of the {g} ends in the autumn
    """),
    variants("""
        What are the [main|] risks for {s}? / Which dangers threaten {s}? / risks of {s} / What could go
        wrong with {s}? / Which risks does the [note|text] see for {s}? / What endangers {s}? / main dangers
        {s} / What threatens {s}? / What problems does {s} have? / What are the difficulties of {s}? / What
        stands in the way of {s}? / Which obstacles does {s} face? / What are the worries about {s}? / What
        do critics of {s} fear? / Which concerns are there about {s}? / What do people worry about in {s}? /
        What do experts warn of in {s}? / Summarize the risks of {s}. / List the dangers for {s}. / {s}
        concerns
    """),
)
_STEPS = PointSort(
    ("steps", "measures", "remedies", "efforts"),
    variants("""
        two scanners will be installed at {v} / the {g} hires thirty inspectors / {company} lends four
        cranes / night work has begun at {v} / a second gate is being built at {v} / the {g} has halved its
        fees / lorries now have to book a time at {v} / {c} sends engineers / stocks of {p} are being laid
        in / the {g} pays a part of the insurance / the pier at {v} is being made longer / papers for {p}
        can be handed in by mail / a fund for {p} has been set up / {company} has taken over the warehouses
        / the {g} checks every tenth load only / a hotline for growers of {p} was opened
    """),
    variants("""
        What is being done about {s}? / Which measures are taken for {s}? / steps taken {s} / How is {s}
        being helped? / What does the government do about {s}? / Which steps are under way for {s}? / What
        has been done for {s} so far? / remedies {s} / Summarize the measures for {s}. / What is done to
        improve {s}? / What helps {s}? / Which efforts are made for {s}?
    """),
)
_ADVICE = PointSort(
    ("recommendations", "proposals", "suggestions", "demands"),
    variants("""
        exporters should certify the origin themselves / the border post at {v} should stay open at night /
        the {g} should publish its reports / {c} should be let in / laboratories for {p} should recognise
        each other / the fee at {v} should go / the {g} and its rival should be merged / {company} should
        give up its monopoly / the deposit on {p} should be paid back sooner / lists of {p} should be kept
        in one place / judges should be named for six years / the railway to {v} should get a second track /
        the {g} should ask the growers first / small loads of {p} should be free of charge / {c} should
        lower its tax on {p} / the forms should be in two languages
    """),
    variants("""
        What does the report recommend for {s}? / Which proposals are there for {s}? / recommendations {s} /
        What should be done about {s}? / What is proposed for {s}? / Which changes to {s} are demanded? /
        What do the authors advise on {s}? / {s} proposals / How should {s} be changed? / Which reforms of
        {s} are suggested? / Summarize the recommendations on {s}. / What advice is given on {s}?
    """),
)
_GAINS = PointSort(
    ("advantages", "benefits", "gains", "merits"),
    variants("""
        {p} becomes cheaper / the way to {v} is a day shorter / the {g} saves a third of its staff / growers
        of {p} get paid sooner / {company} has opened a second line / young people stay in {v} / {c} buys
        more {p} than before / the harbour of {v} no longer silts up / small firms find credit more easily /
        smuggling of {p} has died down / the {g} knows at last what comes in / tourists come to {v}
    """),
    variants("""
        What are the advantages of {s}? / Which benefits does {s} bring? / benefits of {s} / Who gains from
        {s}, and how? / What speaks for {s}? / What good does {s} do? / What are the merits of {s}? / {s}
        advantages
    """),
)
POINT_SORTS = (_DANGERS, _STEPS, _ADVICE, _GAINS)

LEADS = variants("""
    The {g} sees {number} {sort} for {s}. / There are {number} {sort} with {s}. / [As to|Concerning] {s},
    {number} {sort} are named. / {number} {sort} [accompany|go with] {s}. / The {g} names {number} {sort} of
    {s}. / [Observers|Traders] name {number} {sort} when they are asked about {s}. / For {s} the {sort} are
    [these|the following]. / In the matter of {s}, {number} {sort} stand out.
""")
TITLES = ("{sort} [of|for] {s}", "{s}: {sort}", "{s} and its {sort}", "The {sort} of {s}")
ORDINALS = (
    ("First, {x}.", "Second, {x}.", "Third, {x}."),
    ("{x}.", "{x}.", "And {x}."),
    ("For one thing, {x}.", "For another, {x}.", "Finally, {x}."),
    ("One is that {x}.", "Another is that {x}.", "The last is that {x}."),
    ("The first is that {x}.", "The second is that {x}.", "The third is that {x}."),
    ("{x}.", "Besides, {x}.", "Lastly, {x}."),
    ("(1) {x}.", "(2) {x}.", "(3) {x}."),
    ("To begin with, {x}.", "What is more, {x}.", "Last of all, {x}."),
    ("- {x}", "- {x}", "- {x}"),
    ("1. {x}.", "2. {x}.", "3. {x}."),
    ("{x}.", "{x}.", "{x}."),
    ("* {x}", "* {x}", "* {x}"),
)
SUBJECTS = variants("""
    the {ca} ban on {p} / the port of {town} / {cs} exports of {p} / the merger of {company} / the railway
    to {town} / the {a} / {cs} supply of {p} / the plan of {company} / the new customs law of {c} / the free
    zone at {town} / the {ca} {p} trade / the bridge at {town}
""")
NOT_SAID = variants("""
    Who pays for {s}? / When was {s} decided? / What does {s} cost? / Who opposes {s}? / Who is in charge of
    {s}? / Since when has there been talk of {s}? / cost of {s} / How many people work on {s}?
""")
