"""What a figure of a country, a product and a time can be, how it is said and how it is asked for."""

from dataclasses import dataclass

from qa.models.reader.training.generated.templates import variants

__all__ = ["MEASURES", "PARTNER_MEASURES", "Measure"]


@dataclass(frozen=True, slots=True)
class Measure:
    """Templates with the slots c/cs/ca (country), p (product), t (time with preposition), v (amount).

    Those of `bare` do not name the country. `sort` ("trade", "duty") tells which measures a question could
    confuse, `units` are what `World.amounts` knows.
    """

    sort: str
    units: tuple[str, ...]
    statements: tuple[str, ...]
    bare: tuple[str, ...]
    questions: tuple[str, ...]


_EXPORTS_VALUE = Measure(
    "export value",
    ("money",),
    variants("""
        {cs} exports of {p} [were worth|came to|reached|stood at|amounted to] {v} {t}. / {t}, {c}
        [sold|exported|shipped] {p} [worth|valued at|for] {v}. / [Sales abroad|Foreign sales|Shipments
        abroad] of {p} [brought|earned] {c} {v} {t}. / {c} [earned|took in|made] {v} [with|from] {p} {t}. /
        {ca} {p} [found buyers abroad|went abroad] for {v} {t}. / {t} {p} [brought in|earned] {v} for {c},
        [customs says|the statisticians report]. / With {v} {t}, {p} [were|was] among [the main|the leading]
        exports of {c}. / {t}, {cs} sales of {p} to [other countries|foreign buyers] [reached|made] {v}. /
        The value of {p} [leaving|shipped from] {c} [was put at|was|is given as] {v} {t}. / Exporters in {c}
        [received|were paid] {v} for {p} {t}. / {cs} {p} exports {t}: {v}. / For {c}, {p} meant export
        [earnings|revenue] of {v} {t}.
    """),
    variants("""
        Exports of {p} [came to|reached|were worth|stood at] {v} {t}. / {t}, {p} [brought in|earned] {v}. /
        {t} [buyers abroad|foreign buyers] spent {v} on {p}. / [Foreign sales|Export earnings] from {p}
        [amounted to|made] {v} {t}. / {p} went abroad for {v} {t}. / {t}, exporters sold {p} for {v}. / The
        [country|nation] [earned|took in] {v} with {p} {t}. / The export value of {p} was {v} {t}.
    """),
    variants("""
        What were {cs} exports of {p} worth {t}? / How much did {c} earn [with|from] {p} {t}? / {cs} {p}
        exports {t}? / What did {c} [make|take in] by selling {p} abroad {t}? / What was the value of {ca}
        {p} exports {t}? / How much did {c} get for the {p} it [sold abroad|exported|shipped] {t}? / value
        of {p} exports {c} {t} / How much money did {p} [bring in|earn] for {c} {t}? / {t}, how much {p} did
        {c} sell abroad by value? / What did {cs} sales of {p} to foreign buyers amount to {t}? / [export
        earnings|export revenue] {p} {c} {t} / What did {p} bring {c} in export revenue {t}?
    """),
)
_EXPORTS_WEIGHT = Measure(
    "export weight",
    ("weight",),
    variants("""
        {c} [exported|shipped|sold abroad] {v} of {p} {t}. / {t}, {v} of {p} [left|were shipped from] {c}. /
        {cs} exports of {p} [came to|reached|amounted to] {v} {t}. / Ships [carried|took] {v} of {p} out of
        {c} {t}. / {v} of {ca} {p} [went abroad|were exported] {t}. / {t} {c} [delivered|sent] {v} of {p} to
        [other countries|buyers abroad]. / Foreign buyers took {v} of {ca} {p} {t}. / The volume of {cs} {p}
        exports [was|stood at] {v} {t}.
    """),
    variants("""
        {v} of {p} were [exported|shipped] {t}. / Exports of {p} [came to|reached] {v} {t}. / {t}, the
        country [exported|shipped] {v} of {p}. / Exporters [shipped|loaded] {v} of {p} {t}.
    """),
    variants("""
        How many tonnes of {p} did {c} [export|ship|sell abroad] {t}? / How many tons of {p} left {c} {t}? /
        What quantity of {p} did {c} [export|send abroad] {t}? / tonnes of {p} exported by {c} {t} / How
        much {p} did {c} ship {t}, in tonnes? / What was the volume of {cs} {p} exports {t}? / By weight,
        how much {p} did {c} [export|sell to other countries] {t}? / {c} {p} export volume {t}
    """),
)
_IMPORTS_VALUE = Measure(
    "import value",
    ("money",),
    variants("""
        {cs} imports of {p} [were worth|cost|came to|reached] {v} {t}. / {t}, {c} [bought|imported] {p}
        [worth|for] {v}. / {c} [spent|paid] {v} on [imported|foreign] {p} {t}. / [Foreign|Imported] {p} cost
        {c} {v} {t}. / {t} {p} [worth|valued at] {v} [entered|came into] {c}. / Importers in {c}
        [paid|spent] {v} for {p} {t}. / {cs} import bill for {p} [was|rose to|fell to] {v} {t}. / {p} from
        abroad [came to|made up] {v} of {cs} imports {t}.
    """),
    variants("""
        Imports of {p} [came to|cost|were worth] {v} {t}. / {t}, importers paid {v} for {p}. / The import
        bill for {p} [was|reached] {v} {t}. / {p} [worth|valued at] {v} came into the country {t}.
    """),
    variants("""
        What were {cs} imports of {p} worth {t}? / How much did {c} [spend on|pay for] imported {p} {t}? /
        {cs} {p} imports {t}? / What did {c} pay for {p} from abroad {t}? / What was the value of the {p}
        that {c} [imported|bought abroad] {t}? / How large was {cs} import bill for {p} {t}? / value of {p}
        imports {c} {t} / How much money went out of {c} for {p} {t}?
    """),
)
_OUTPUT = Measure(
    "output",
    ("weight",),
    variants("""
        {c} [produced|turned out|made] {v} of {p} {t}. / {cs} [output|production] of {p} [was|came
        to|reached] {v} {t}. / {t}, [producers|firms] in {c} [made|turned out] {v} of {p}. / {v} of {p}
        [were produced|came onto the market] in {c} {t}. / {ca} production of {p} [stood at|amounted to] {v}
        {t}. / With {v} of {p} {t}, {c} [produced more|produced less] than planned. / {t} {cs}
        [works|farms|plants] [yielded|supplied] {v} of {p}. / The {ca} industry put its output of {p} at {v}
        {t}.
    """),
    variants("""
        Output of {p} [was|came to|reached] {v} {t}. / {t}, {v} of {p} were produced. / Producers
        [made|turned out] {v} of {p} {t}. / Production of {p} stood at {v} {t}.
    """),
    variants("""
        How much {p} did {c} [produce|make|turn out] {t}? / What was {cs} [output|production] of {p} {t}? /
        {p} production {c} {t} / How many tonnes of {p} were produced in {c} {t}? / How large was {ca} {p}
        output {t}? / What quantity of {p} did {cs} producers make {t}? / {cs} {p} output {t} / How many
        tonnes of {p} did {c} manufacture or grow {t}?
    """),
)
_SUBSIDY = Measure(
    "subsidy",
    ("money",),
    variants("""
        {c} [subsidised|supported] {p} with {v} {t}. / Subsidies for {p} cost {c} {v} {t}. / {t}, {cs}
        [treasury|government] paid {v} to [makers|producers] of {p}. / {t} {c} [spent|set aside] {v} to
        [support|prop up] its {p} industry. / {cs} support for {p} [amounted to|ran to] {v} {t}. / Producers
        of {p} in {c} [received|got] {v} in state aid {t}. / State aid for {p} in {c} [came to|was] {v} {t}.
        / {cs} budget for {t} [gave|held] {v} for {p} subsidies.
    """),
    variants("""
        Subsidies for {p} [cost|came to] {v} {t}. / {t}, the treasury paid {v} to producers of {p}. / State
        aid for {p} was {v} {t}. / The [state|government] [spent|paid] {v} on {p} support {t}.
    """),
    variants("""
        How much did {c} spend on subsidies for {p} {t}? / What did state aid for {p} cost {c} {t}? / {c}
        {p} subsidies {t} / How much money did {cs} producers of {p} get from the state {t}? / What did {cs}
        government pay to support {p} {t}? / How large were {cs} {p} subsidies {t}? / How much public
        support went to {p} in {c} {t}? / {cs} state aid for {p} {t}
    """),
)
_STOCKS = Measure(
    "stocks",
    ("weight",),
    variants("""
        {cs} stocks of {p} [were|stood at] {v} {t}. / {t}, {c} [held|had] {v} of {p} in store. / {c} kept
        {v} of {p} in [reserve|its warehouses] {t}. / Warehouses in {c} [held|contained] {v} of {p} {t}.
    """),
    variants("""
        Stocks of {p} [were|stood at] {v} {t}. / {t}, {v} of {p} lay in store. / The warehouses held {v} of
        {p} {t}. / The reserve of {p} [amounted to|was] {v} {t}.
    """),
    variants("""
        How large were {cs} stocks of {p} {t}? / How much {p} did {c} [have in store|hold in reserve] {t}? /
        {c} {p} stocks {t} / What quantity of {p} lay in {cs} warehouses {t}?
    """),
)
_DUTY = Measure(
    "duty",
    ("percent",),
    variants("""
        {c} [charged|levied|imposed] a [duty|tariff] of {v} on {p} {t}. / {cs} [duty|tariff] on {p}
        [was|stood at] {v} {t}. / {t}, {p} [paid|were subject to|was subject to] {v} [duty|customs duty] in
        {c}. / {t} imports of {p} into {c} [attracted|bore|carried] a duty of {v}. / Importers of {p}
        [paid|had to pay] {v} to {ca} customs {t}. / The {ca} tariff on {p} [was|had been] {v} {t}. / {ca}
        customs [took|collected] {v} on {p} {t}. / {c} taxed {p} from abroad at {v} {t}.
    """),
    variants("""
        The [duty|tariff] on {p} [was|stood at] {v} {t}. / {t}, {p} [paid|bore] a duty of {v}. / Customs
        [took|charged] {v} on {p} {t}. / Importers of {p} had to pay {v} {t}.
    """),
    variants("""
        What [duty|tariff] did {c} charge on {p} {t}? / How high was {cs} [duty|tariff] on {p} {t}? / {c}
        {p} [tariff|duty] {t} / What was the [tariff|duty] rate for {p} in {c} {t}? / How much customs duty
        did importers of {p} pay in {c} {t}? / At what rate did {c} tax imports of {p} {t}? / {cs} import
        duty on {p} {t} / How many percent did {c} levy on {p} {t}?
    """),
)
MEASURES = (_EXPORTS_VALUE, _EXPORTS_WEIGHT, _IMPORTS_VALUE, _OUTPUT, _SUBSIDY, _STOCKS, _DUTY)

_SOLD_TO = Measure(
    "export value",
    ("money", "weight"),
    variants("""
        {c} [sold|exported|shipped] {v} of {p} to {d} {t}. / {t}, {cs} exports of {p} to {d} [came
        to|reached] {v}. / {d} [bought|took] {v} of {ca} {p} {t}. / {t} {v} of {ca} {p} went to {d}. / {cs}
        deliveries of {p} to {d} [amounted to|were] {v} {t}. / {d} was sent {v} of {p} by {c} {t}. / {cs}
        {p} sales to {d} [stood at|made] {v} {t}. / Buyers in {d} took {v} of {p} from {c} {t}.
    """),
    variants("""
        Exports of {p} to {d} [came to|reached] {v} {t}. / {d} [bought|took] {v} of {p} {t}. / {v} of {p}
        went to {d} {t}. / {t}, deliveries of {p} to {d} were {v}.
    """),
    variants("""
        How much {p} did {c} [sell|export|ship] to {d} {t}? / What were {cs} {p} exports to {d} {t}? / {p}
        exports {c} to {d} {t} / How much {p} did {d} [buy|get|take] from {c} {t}? / What did {cs}
        deliveries of {p} to {d} amount to {t}? / How much {p} from {c} went to {d} {t}? / {c} {p} {d} {t} /
        How large were the sales of {ca} {p} to {d} {t}?
    """),
)
_SHARE = Measure(
    "share",
    ("percent",),
    variants("""
        {d} [took|bought|received] {v} of {cs} {p} {t}. / {t}, {v} of {cs} exports of {p} went to {d}. /
        {ds} share of {cs} {p} exports [was|came to] {v} {t}. / {t} {d} [accounted for|stood for] {v} of
        {cs} sales of {p}.
    """),
    variants("""
        {d} [took|bought] {v} of the {p} {t}. / {t}, {v} of the {p} went to {d}. / The share of {d} in {p}
        [was|came to] {v} {t}. / {d} [accounted for|had a share of] {v} in {p} {t}.
    """),
    variants("""
        What share of {cs} {p} exports went to {d} {t}? / What part of {cs} {p} did {d} [buy|take] {t}? /
        {d} share of {c} {p} exports {t} / How many percent of {cs} {p} did {d} account for {t}? / Which
        part of the {p} from {c} was sold to {d} {t}? / How large was {ds} share in {cs} sales of {p} {t}? /
        {cs} {p}: share of {d} {t}? / What percentage of {ca} {p} ended up in {d} {t}?
    """),
)
PARTNER_MEASURES = (_SOLD_TO, _SHARE)
