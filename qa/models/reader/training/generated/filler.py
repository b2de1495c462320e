"""Sentences that stand around: trade prose about other countries, goods and people than the questions'."""

from collections.abc import Iterator

from qa.models.reader.training.generated.templates import Line, fill, split, variants
from qa.models.reader.training.generated.world import World

__all__ = ["fillers", "mention"]

_FILLERS = variants("""
    [Analysts|Observers|Traders] [expect|foresee] [little|no great] change before the end of the season. /
    The talks with {c} [continue|drag on|will go on] [in {town}|behind closed doors|next month]. / {person},
    who [runs|heads|owns] a [mill|warehouse|haulage firm] near {town}, [sees it differently|is not worried].
    / The {agency} [was founded|opened its doors] in {year} and [sits|has its seat] in {town}. / Freight
    rates [have eased|have gone up] since the [canal|strait] [reopened|was closed]. / Shipments of {p} from
    {c} [were held up|arrived late] because of [a strike|fog|missing papers]. / Most of the [trade|freight]
    goes [by sea|by rail|by road] [through|via] {town}. / A [spokesman|spokeswoman] for the {agency}
    [declined to comment|did not want to comment]. / The [figures|numbers] [are|remain] provisional and
    [may|will] be revised. / [Small|Family-run] [firms|farms] [complain|say] that the forms are [too
    long|hard to understand]. / The weather in {c} [was|has been] [unusually dry|wet|mild] [this
    spring|since autumn]. / {company} [employs|has] {number} people [in|around] {town}. /
    [Prices|Quotations] for {p} [moved sideways|hardly moved|fell back] [last week|on Tuesday]. / The
    [union|works council] of {company} [wants|demands] [a say in|to be heard on] [such|these] decisions. /
    [Neither side|Nobody] [wished|wanted] to say [when|whether] a new round would [begin|be held]. / The
    port of {town} [has|got] a new [crane|quay|cold store]. / [Consumers|Households] [notice|feel]
    [none|little] of this [so far|for the time being]. / In {year} {c} [opened|set up] a trade office in
    {town}. / {person} of {company} [calls|called] the [plan|step] [sensible|a beginning|half-hearted]. /
    [Customs officers|Inspectors] [look at|check] [one in ten|every fifth] [lorry|container] at {town}. /
    The [subject|matter] [will come|comes] up again when the [ministers|committees] meet in {town}. /
    [A|One] [seminar|conference] on {p} [drew|attracted] {number} [visitors|participants] to {town}. /
    [Lawyers|Specialists] [point out|recall] that the [rules|texts] [leave|give] [some room|room] for
    interpretation. / {c} and {other} [have|share] [a long border|close ties|an old quarrel over fishing
    grounds]. / The [harvest|yield] of {p} in {c} was [good|poor|average]. / [Banks|Insurers] [have
    become|are] [more cautious|choosier] [about|in] such deals. / [New|Modern] [scales|scanners|computers]
    [were|have been] installed at the [border post|gate] of {town}. / {c} [publishes|releases] its [trade
    figures|customs data] [every quarter|once a month]. / [Two|Three] [ships|vessels] of {company}
    [lay|were] at anchor off {town}. / According to {company}, [orders|inquiries] for {p} [picked
    up|slackened] [in the summer|at the end of the year]. / The [report|paper] was [written|drawn up] by
    {person} [and two colleagues|of the {agency}]. / [Schools|Canteens] in {town} [cook|buy] [more|less] {p}
    than [they used to|before]. / Since {year} {company} has [rented|leased] [a shed|two berths] at {town}.
    / [The opposition|A minority] in {c} [would prefer|wants] [another|a different] [course|approach]. /
    [Wages|Energy costs] [weigh|press] on [makers|producers] of {p} [everywhere|in {c}]. /
    [Experts|Officials] [warn|warned] against [hasty|early] conclusions. / {person} [studied|taught]
    economics in {town} before [joining|entering] the {agency}. / [Producers|Makers] of {p} in {c} [and
    {other} |][hope|are hoping] for better [times|prices]. / The exchange rate [played|has played] [no|a
    minor] part in this. / [A|The] [railway|road] from {town} to the coast is [being widened|under repair].
""")


def fillers(world: World, count: int) -> Iterator[Line]:
    """`count` different lines about what the world has not named yet."""
    part = split(_FILLERS, world.is_held_out)
    for template in world.rng.sample(part, min(count, len(part))):
        country, other = world.countries(2)
        values = {
            "c": country.name,
            "other": other.name,
            "town": world.town(),
            "person": world.person(),
            "agency": world.agency(),
            "company": world.company(),
            "p": world.product(),
            "year": str(world.rng.randint(1950, 2020)),
            "number": str(world.rng.randint(12, 990)),
        }
        yield fill(world.rng, template, values)


# What says nothing, in words that a question could have.
_MENTIONS = variants("""
    Talks with {c} about {p} [drag on|have stalled]. / {c} [complains|is worried] about the price of {p}. /
    This [note| text] does not deal with {c}. / {t}, storms [hit|damaged] several ports. / The figures for
    {p} from {c} [are not out yet|have not been checked]. / [A|One] delegation from {c} [looked at|asked
    about] the handling of {p}. / {t}, the {agency} [moved|changed its name]. / As for {c}, [nothing is
    known|the report has no figures]. / [Rules|Papers] on {p} are [being revised|under review]. / {c}, too,
    [grows|makes|sells] {p}. / {t} there were elections in {c}. / {p} will be the subject of [another|a
    later] [note|report].
""")


def mention(world: World, country: str, product: str, time: str) -> Line:
    """A line that names one or two of the three and tells no fact about them that is asked for."""
    template = world.pick(_MENTIONS)
    return fill(world.rng, template, {"c": country, "p": product, "t": time, "agency": world.agency()})
