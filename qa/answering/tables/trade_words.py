"""What words of questions and tables have in common: senses, units, and words that carry none."""

import re
from collections.abc import Iterable
from typing import Literal

from qa.query.conditions import periods
from qa.text.terms import ASKING_WORDS, CONNECTING_WORDS, FUNCTION_WORDS, stem

__all__ = [
    "AXIS_NOUNS",
    "BESIDE_PERIODS",
    "DESTINATION_HEADS",
    "FIRM_NOUNS",
    "LIMIT",
    "MODES",
    "MONEY_WORDS",
    "NEUTRAL",
    "NEWEST",
    "ORIGIN_HEADS",
    "PARTNER_HEADS",
    "PER",
    "PRICE",
    "RATE",
    "SCALES",
    "SEASONS",
    "SHARE_UNITS",
    "SHARE_WORDS",
    "SOFT",
    "START_LETTERS",
    "STATES",
    "TOTAL",
    "UNIT_LABEL",
    "USED",
    "WANT_WORDS",
    "WEEKDAYS",
    "WEIGHT_WORDS",
    "Flow",
    "UnitClass",
    "are_alike",
    "flow_of",
    "has_sense",
    "is_empty_word",
    "measure_of",
    "unit_class",
    "unit_words",
]

Flow = Literal["in", "out"]
UnitClass = Literal["money", "weight", "volume", "percent", "time", "count"]
_EMPTY = (FUNCTION_WORDS | ASKING_WORDS | CONNECTING_WORDS) - {"year"}


def _stems(words: str) -> frozenset[str]:
    return frozenset(stem(word) for word in words.split())


def _by_stem(groups: Iterable[frozenset[str]]) -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for number, group in enumerate(groups):
        for word in group:
            found.setdefault(word, set()).add(number)
    return {word: frozenset(numbers) for word, numbers in found.items()}


# Words of one line say the same of a table.
_SENSES = _by_stem(
    map(
        _stems,
        """tariff tariffs duty duties rate rates levy levies
share shares part parts proportion percentage percent portion fraction slice
export exports exported exporting exporter sale sales buyer buyers customer customers
import imports imported importing importer purchase purchases supplier suppliers
container containers box boxes teu
free freed
farm farms agricultural agriculture agri farming
industry industrial industries manufacturing manufactured
car cars automobile automobiles auto autos
lorry lorries truck trucks
machine machines machinery
refuse refuses refused refusal refusals reject rejects rejected rejection rejections
wait waits waiting delay queue
start beginning initial initially outset
quota quotas allowed allow allowance allowances ceiling limit limits permitted
total totals altogether overall sum
goods merchandise
change changes growth increase decrease rise fall decline
average mean averages
price prices cost costs
worker workers employee employees staff people persons workforce employ employed work worked works headcount
reefer reefers refrigerated
electricity power
catch catches landing landings landed
output production
production produce produced producing output make made harvest harvests harvested crop crops
consumption consume consumed use used fill filled fills
clear cleared clearance
check checks checked inspection inspections inspect inspected examine examined examination
final definitive
provisional preliminary interim
stock stocks reserve reserves inventory inventories store stored storage
metre meter metres meters
litre liter litres liters
fertiliser fertilizer fertilisers fertilizers
aluminium aluminum
britain united kingdom
minimum least
additional extra supplementary
ordinary general standard normal regular
middle mid
air plane planes aircraft flight flights fly flies flew flown flying
sea ferry ferries boat boats sail sailed sailing
rail railway railways
passenger passengers visitor visitors traveller travellers tourist tourists arrivals
shoe shoes footwear
clothing clothes garments apparel
shipyard shipyards yard yards
rebate rebates discount discounts
load loaded loading
unload unloaded unloading discharge discharged discharging land landed
full laden loaded
revenue revenues turnover receipts proceeds income takings
surplus balance
rough raw uncut unpolished unworked crude
cut polished finished cutting polishing
vacant vacancies unfilled
refused refuse rejected reject
kilogram kilograms kilo kilos kg
fee fees charge charges
job jobs position positions""".splitlines(),
    )
)
_OUT = _stems(
    """export exports exported exporting exporter exporters sell sells sold selling sale sales ship
    ships shipped shipping shipments deliver delivers delivered deliveries supply supplies supplied
    send sends sent leave leaves left"""
)
_IN = _stems(
    """import imports imported importing importer importers buy buys bought buying purchase purchases
    purchased get gets got receive receives received obtain obtains obtained"""
)
# What a table measures, beside trade.
_MEASURES = _by_stem(
    map(
        _stems,
        """production produce produced output harvest harvested mine mined
consumption consume consumed use used
stock stocks reserve reserves inventory inventories store stored
capacity
price prices
wage wages salary salaries pay
employment employ employs employed job jobs worker workers staff
tariff tariffs duty duties levy levies
quota quotas allowance allowances allowed permitted may ceiling limit
investment invest invested fdi
debt debts borrow borrowed
population inhabitants""".splitlines(),
    )
)
PRICE, LIMIT, RATE = (_MEASURES[stem(word)] for word in ("price", "quota", "tariff"))
# A table need not say these: what is done with goods, who does it, and that a figure is asked for.
SOFT = (
    _OUT - _stems("export exports sale sales exporter")
    | _IN - _stems("import imports importer purchase purchases")
    | _stems(
        """charge charges charged levied apply applies applied impose imposed pay pays paid paying owe
        owed ask asked asks require requires required demand demanded set sets prescribed record recorded
        report reported reports show showed shown shows count counted register registered give gives
        gave given state stated have hold held go goes went gone come comes came pass passed move
        moved flow flowed arrive arrived reach reached land landed enter entered handle handled
        process processed take took taken takes bring brought brings earn earned earns spend spent
        cost costs worth stand stood amount amounted amounts run mean means meant intend intended
        allot allotted allocate allocated assign assigned grant granted account accounted contribute
        contributed see seen say says said fetch fetched yield yielded total totalled come ship
        ships vessel vessels country countries nation nations company companies firm firms buyer
        buyers exporter exporters importer importers member members partner partners foreign abroad
        overseas world supplier suppliers value values valuable figure figures number numbers
        quantity quantities volume level levels size sum good goods heavy weigh weighed weight big
        large high low great long much many away according year years total ashore abroad inside
        outside up down back totals overall altogether sum whole must ought shall need needs needed
        thousand put puts face faces faced bear bears bore carry carries carried attract attracts going
        running ran operate operated operating
        money million billion trillion thousands millions billions hundred part table tables column
        columns data statistics among amongst effect correct corrected actual actually real really exact
        exactly"""
    )
)
# Words of a label that single nothing out.
NEUTRAL = _stems(
    """total all overall goods product products item items trade value amount quantity volume figure
    figures number ordinary general standard normal regular average mean annual yearly year
    provisional preliminary estimate estimated revised actual level beans grains articles
    merchandise sum country countries partner gross thousand million billion percent dollars euros
    tonnes tons world kind type name per"""
)
# Words beside a period that say no more than it: "in force in 2031".
BESIDE_PERIODS = _stems("force valid applied actual status")
# What has come in under a quota, by the heads of such columns.
USED = _stems("used use filled fill utilised utilized taken imported")
# What is counted at a day, or is a rate: it can't be added up over months.
STATES = _stems(
    """stock stocks reserve reserves inventory inventories staff employees officers workers population
    inhabitants debt debts capacity end beginning balance average mean price prices rate rates share
    shares index percent percentage ratio"""
)
TOTAL = _stems("total totals all overall world sum altogether whole")
SEASONS = _stems("spring summer autumn winter")
WEEKDAYS = _stems(" ".join(periods.WEEKDAYS))
NEWEST = _stems("current currently now today latest newest recent present nowadays")
# What asks for money, a weight or a share in so many words.
MONEY_WORDS = _stems("worth value valuable earn earned revenue revenues turnover income money")
WEIGHT_WORDS = _stems("heavy weigh weight tonnage")
SHARE_WORDS = _stems("share shares proportion fraction percentage")
# How people and goods travel: "by air" counts no flights, though who flew came by air.
MODES = _stems("air plane planes aircraft flight flights sea ferry ferries boat boats rail railway railways")
PER, SHARE_UNITS = stem("per"), _stems("percent percentage cent")
# Labels that say what kind of figure stands under them.
WANT_WORDS = _stems(
    "value share shares weight proportion percentage revenue revenues cost costs spending earnings"
)
# What rows or columns may be asked for as ("which country"), by the heads that such rows stand under.
AXIS_NOUNS: tuple[frozenset[str], ...] = (
    _stems(
        """country countries nation partner partners market markets origin origins destination
        destinations member members economy economies supplier suppliers buyer buyers customer
        customers state states source sources seller exporter exporters importer importers reporter
        area areas region regions party parties signatory signatories"""
    ),
    _stems(
        """product products good goods commodity commodities item items article articles kind kinds
        type types category categories group crop crops sector sectors line lines merchandise
        machine export import heading species mineral minerals ore ores metal metals material
        materials"""
    ),
    _stems("year years month months quarter quarters period periods date season"),
)
# Who makes or trades things, and heads over such.
FIRM_NOUNS = _stems(
    """company companies firm firms maker makers producer producers manufacturer manufacturers exporter
    exporters importer importers supplier suppliers operator operators carrier carriers owner owners"""
)
# Heads over where goods go to, and where they come from.
DESTINATION_HEADS = _stems("destination destinations market markets buyer buyers customer customers")
ORIGIN_HEADS = _stems("origin origins supplier suppliers source sources seller sellers")
# Heads over rows that goods come from or go to.
PARTNER_HEADS = _stems(
    """partner partners market markets origin origins destination destinations supplier suppliers buyer
    buyers customer customers source"""
)

_UNITS: dict[UnitClass, frozenset[str]] = {
    "money": _stems(
        """dollar dollars euro euros pound pounds sterling yen yuan renminbi rupee rupees peso pesos
        reais franc francs crown crowns krone kronor krona mark marks lira lire liras rouble roubles
        ruble rubles rand won florin florins guilder guilders shilling shillings dinar dinars cent
        cents ducat ducats taler talers thaler thalers forint forints zloty zlotys leu lei lev leva
        hryvnia tenge dirham dirhams riyal riyals rial rials ringgit baht dong taka naira cedi cedis birr
        pula kwacha soles boliviano bolivianos quetzal quetzals
        usd eur gbp cny jpy cad mxn brl inr chf money"""
    ),
    "weight": _stems(
        """tonne tonnes ton tons kilogram kilograms kilogramme kilogrammes kilo kilos kg gram grams
        ounce ounces lb lbs kt mt quintal quintals weight"""
    ),
    "volume": _stems(
        """cubic litre litres liter liters hectolitre hectolitres gallon gallons barrel barrels bushel
        bushels bcm mcm kwh mwh gwh twh"""
    ),
    "percent": _stems("percent percentage"),
    "time": _stems("day days night nights hour hours minute minutes week weeks month months"),
    "count": _stems(
        """teu teus unit units piece pieces head item items pair pairs container containers person
        persons people vehicle vehicles number heads sack sacks bag bags bale bales box boxes"""
    ),
}
_CLASS_OF: dict[str, UnitClass] = {word: name for name, words in _UNITS.items() for word in words}
# A cell in which nothing else stands names a unit.
UNIT_LABEL = frozenset(_CLASS_OF) | _stems("thousand thousands million millions billion billions us 1000")
SCALES = _stems("thousand thousands million millions billion billions trillion trillions hundred")
_MONEY_MARK = re.compile(r"[$€£¥₹₩]")
_DEMONYMS = frozenset(("n", "an", "ian", "ean", "ese", "ish", "i", "er", "s"))
_ENDINGS = frozenset(("", "s", "e", "r", "er", "or", "al", "ial", "ion", "ation", "ment", "d", "ly", "ness"))
START_LETTERS = 3  # that words alike in form share
_MIN_PREFIX, _MIN_PLURAL = 4, START_LETTERS  # letters of what two words share


def is_empty_word(word: str) -> bool:
    """Whether a word says nothing about what is asked, in any case."""
    return word.casefold() in _EMPTY


def are_alike(asked: str, said: str, *, is_name: bool) -> bool:
    """Whether two stems mean the same: of one sense, or of one word but for its ending.

    Names are alike only with the ending of an adjective ("Canada", "Canadian").
    """
    if asked == said:
        return True
    if asked[0].isdigit() or said[0].isdigit():
        return False
    shorter, longer = sorted((asked, said), key=len)
    if len(shorter) >= _MIN_PLURAL and longer.removeprefix(shorter) in ("s", "e", "es"):
        return True
    root = shorter.rstrip("aeiouy") if is_name else shorter
    if len(shorter) >= _MIN_PREFIX and longer.startswith(root if len(root) >= _MIN_PREFIX else shorter):
        if is_name:
            rest = longer.removeprefix(shorter) if longer.startswith(shorter) else longer.removeprefix(root)
            if rest in _DEMONYMS:
                return True
        elif longer.removeprefix(shorter) in _ENDINGS:
            return True
    if not is_name and flow_of(asked) is not None and flow_of(asked) == flow_of(said):
        return True
    return not is_name and bool(_SENSES.get(asked, frozenset()) & _SENSES.get(said, frozenset()))


def has_sense(word: str) -> bool:
    """Whether a stem may be like one that begins otherwise."""
    return word in _SENSES or flow_of(word) is not None


def flow_of(word: str) -> Flow | None:
    """Whether a stem is of goods that come in (bought, imports) or go out (sold, exports)."""
    return "out" if word in _OUT else "in" if word in _IN else None


def measure_of(word: str) -> frozenset[int]:
    """What a stem says that is measured, beside trade; empty where nothing."""
    return _MEASURES.get(word, frozenset())


def unit_words(stems: Iterable[str]) -> list[str]:
    """Of some stems those that are units."""
    return [word for word in stems if word in _CLASS_OF]


def unit_class(unit: str, stems: Iterable[str]) -> UnitClass | None:
    """What a unit measures; None where that is not known."""
    if "%" in unit:
        return "percent"
    if _MONEY_MARK.search(unit):
        return "money"
    classes = [_CLASS_OF[word] for word in stems if word in _CLASS_OF]
    # "United States dollars" hold the stem of "units".
    return next((name for name in classes if name != "count"), classes[0] if classes else None)
