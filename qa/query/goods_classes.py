"""Goods that are told apart: wheat is no rice, and both are grain.

The classes follow the sections of the Harmonized System; names of one good stand in `goods_names`.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from qa.query.goods_names import same_goods

__all__ = ["Good", "are_akin", "are_siblings", "find_goods"]

# Of each class: the words for all of it, and its goods, in the singular.
_CLASSES = """
grain, cereal: wheat, rice, maize, corn, barley, oat, rye, sorghum, millet, buckwheat, quinoa;
dairy: milk, butter, cheese, cheddar, cream, ice cream, yogurt, yoghurt, whey, milk powder, casein, egg;
meat, livestock, cattle: beef, pork, poultry, chicken, lamb, mutton, veal, bacon, ham;
fish, seafood, shellfish: salmon, cod, tuna, herring, mackerel, haddock, trout, sardine, lobster, crab,
    shrimp, prawn, squid, oyster, mussel, snow crab;
fruit: apple, pear, peach, plum, cherry, grape, orange, lemon, lime, mandarin, grapefruit, banana, mango,
    pineapple, avocado, strawberry, blueberry, raspberry, cranberry, melon, kiwi,
    pomegranate, olive, papaya;
vegetable: tomato, potato, onion, garlic, cucumber, bell pepper, carrot, cabbage, lettuce, spinach, bean,
    pea, lentil, chickpea, mushroom, asparagus, aubergine, courgette, pumpkin;
nut: almond, walnut, hazelnut, cashew, pistachio, pecan, peanut, groundnut;
oilseed, seed: soybean, soya bean, canola, rapeseed, sunflower, sesame, linseed;
vegetable oil: palm oil, olive oil, sunflower oil, soybean oil, canola oil, coconut oil;
spice: pepper, cinnamon, clove, nutmeg, vanilla, ginger, saffron, cardamom;
: sugar, honey, syrup, molasses, chocolate;
: coffee, tea, cocoa;
alcohol, beverage: wine, beer, whisky, whiskey, vodka, rum, cider, bourbon, tequila;
: cotton, wool, silk, flax, jute, hemp, polyester;
: leather, fur;
wood: timber, lumber, plywood, pulp, cardboard, newsprint;
metal, mineral, ore: steel, aluminium, copper, zinc, nickel, tin, gold, silver, platinum, palladium,
    lithium, cobalt, graphite, uranium, titanium, tungsten, gallium, germanium, antimony, manganese,
    chromium, bauxite, magnesium, vanadium, potash, phosphate, rare earth;
fuel, energy: crude, oil, petroleum, natural gas, gas, lng, coal, coke, electricity, diesel, petrol,
    gasoline, kerosene, ethanol, biodiesel, hydrogen, wood pellet;
building material: cement, brick, tile, glass, marble, granite, sand, gravel, slate;
fertiliser, fertilizer, chemical: urea, ammonia, ammonium nitrate, potassium chloride, caustic soda,
    chlorine, sulphur;
vehicle: car, truck, lorry, bus, motorcycle, bicycle, tractor, locomotive, aircraft, airplane,
    helicopter;
machine, appliance: refrigerator, washing machine, dishwasher, dryer, oven, turbine, battery,
    solar panel, transformer, computer, laptop, phone, television, semiconductor;
textile: clothing, garment, shoe, footwear, carpet, glove;
: medicine, vaccine, pharmaceutical;
: tobacco, cigarette, cigar;
"""
# Goods of one class that are made of one another, or sold as one.
_AKIN = (
    {"crude", "oil", "petroleum", "diesel", "petrol", "gasoline", "kerosene"},
    {"natural gas", "gas", "lng"},
    {"gas", "gasoline", "petrol"},
    {"vaccine", "medicine", "pharmaceutical", "medicament"},
    {"coal", "coke"},
    {"wheat", "flour"},
    {"milk", "milk powder", "whey", "casein"},
    {"cheese", "cheddar"},
    {"poultry", "chicken"},
    {"lamb", "mutton"},
    {"pork", "bacon", "ham"},
    {"beef", "veal"},
    {"crab", "snow crab"},
    {"pulp", "cardboard", "newsprint"},
    {"timber", "lumber", "plywood"},
    {"aircraft", "airplane", "helicopter"},
    {"computer", "laptop"},
    {"clothing", "garment"},
    {"whisky", "whiskey", "bourbon"},
    {"yogurt", "yoghurt"},
)
_NO_KINDS = frozenset({"ice cream"})  # that end as another good does, and are none of its kind

_ACRONYMS = frozenset({"lng"})
_BEGINNINGS = ".!?:;|()•–—-*"  # what a sentence, an item or a cell begins behind


class Good(NamedTuple):
    """A good that a text names, or a class of them, and where; its name is the singular in lower case."""

    name: str
    start: int
    end: int

    @property
    def is_class(self) -> bool:
        """Whether it is a word for all of a class: "grain"."""
        return self.name in _classes().wholes

    @property
    def number(self) -> int:
        """The number of its class."""
        known = _classes()
        return known.wholes[self.name] if self.is_class else known.goods[self.name]


class _Known(NamedTuple):
    """The numbers of the classes by their goods, and by the words for all of them; what finds either."""

    goods: dict[str, int]
    wholes: dict[str, int]
    pattern: re.Pattern[str]


@cache
def _classes() -> _Known:
    goods: dict[str, int] = {}
    wholes: dict[str, int] = {}
    for number, told in enumerate(" ".join(_CLASSES.split()).strip("; ").split(";")):
        whole, _, named = told.partition(":")
        wholes |= dict.fromkeys((word.strip() for word in whole.split(",") if word.strip()), number)
        goods |= {same: number for name in named.split(",") for same in same_goods(name.strip())}
    longest_first = sorted({*goods, *wholes}, key=lambda name: (-len(name), name))
    names = "|".join(re.sub(r"y\Z", "(?:y|ie)", re.escape(name)) for name in longest_first)
    return _Known(goods, wholes, re.compile(rf"(?<![\w-])(?:{names})(?=(?:e?s)?(?![\w-]))", re.IGNORECASE))


def find_goods(text: str) -> Iterator[Good]:
    """The goods that a text names, and the words for all of a class, in order.

    None with a capital inside a sentence, which may be part of a name ("the Cheese Board"), nor acronyms.
    """
    for match in _classes().pattern.finditer(text):
        before = text[: match.start()].rstrip(" \n\t\"“‘'")
        begins = not before or before[-1] in _BEGINNINGS
        is_acronym = match[0].isupper() and not (text.isupper() or match[0].casefold() in _ACRONYMS)
        if not is_acronym and (begins or match[0].isupper() or not match[0][0].isupper()):
            name = re.sub(r"ie\Z", "y", match[0].casefold())
            yield Good(name, match.start(), match.end())


def are_akin(first: Good, second: Good) -> bool:
    """Whether one may stand for the other, or is a kind of it: corn for maize, grain for wheat."""
    if first.number == second.number and (first.is_class or second.is_class):
        return True
    names = {first.name, second.name}
    if second.name in same_goods(first.name) or any(names <= akin for akin in _AKIN):
        return True
    longer, shorter = sorted(names, key=len, reverse=True)
    return longer.endswith(f" {shorter}") and longer not in _NO_KINDS


def are_siblings(first: Good, second: Good) -> bool:
    """Whether both are goods of one class, and neither may stand for the other."""
    return first.number == second.number and not are_akin(first, second)
