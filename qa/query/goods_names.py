"""Goods by the name that the documents have for them: who asks for corn means their maize.

Which names are one good's is the trade's own knowledge (they are one line of the Harmonized System); which of
them a question should have, the documents tell.
"""

import re
from collections.abc import Callable, Sequence
from functools import cache

from qa.text.terms import plural_of

__all__ = ["name_goods", "same_goods"]

# Names of one good, in the singular. Spellings that the word index tells apart are names of their own.
_GOODS = """
maize, corn
groundnut, peanut, arachis
rapeseed, colza, canola
soya, soy
soya bean, soybean, soyabean
cassava, manioc
chickpea, garbanzo
broad bean, fava bean
brown rice, husked rice, cargo rice, unpolished rice
milled rice, white rice, polished rice
paddy rice, rough rice
durum, hard wheat
oilcake, oilseed cake, oilseed meal
beet sugar, sugar from beet, sugar from beets
cane sugar, sugar from cane
raw sugar, unrefined sugar
refined sugar, white sugar
capsicum, sweet pepper, bell pepper
aubergine, eggplant
courgette, zucchini
mandarin, tangerine
grapefruit, pomelo
kiwifruit, kiwi
cashew, caju
hazelnut, filbert
prawn, shrimp
squid, calamari
crayfish, crawfish
beef, bovine meat, meat of cattle
pork, pigmeat, swine meat
mutton, sheepmeat
poultry, chicken meat
whey, milk serum
skimmed milk powder, skim milk powder, nonfat dry milk
spirits, liquor, distilled spirits
urea, carbamide
potassium chloride, muriate of potash
potassium sulphate, potassium sulfate, sulphate of potash, sulfate of potash
ammonium sulphate, ammonium sulfate, sulphate of ammonia, sulfate of ammonia
ammonium nitrate, nitrate of ammonia
diammonium phosphate, diammonium hydrogenorthophosphate
caustic soda, sodium hydroxide
soda ash, sodium carbonate
quicklime, calcium oxide
sulphur, sulfur
aluminium, aluminum
tungsten, wolfram
petrol, gasoline, motor spirit
diesel, gas oil
kerosene, paraffin oil, jet fuel
liquefied natural gas, LNG
liquefied petroleum gas, LPG
coking coal, metallurgical coal
thermal coal, steam coal
natural rubber, caoutchouc
tyre, tire
lorry, truck
motor car, passenger car, automobile
motorcycle, motorbike
semiconductor, microchip
refrigerator, fridge
mobile phone, cellphone, cell phone
footwear, shoe
apparel, garment, clothing
timber, lumber
wood pulp, woodpulp
newsprint, newspaper stock
fertiliser, fertilizer
fibre, fiber
jewellery, jewelry
medicine, pharmaceutical, medicament
"""


@cache
def _others() -> dict[str, tuple[str, ...]]:
    """The other names of each good's name, in the singular."""
    lines = [[name.strip() for name in line.split(",")] for line in _GOODS.strip().splitlines()]
    return {
        name.casefold(): tuple(other for other in names if other != name) for names in lines for name in names
    }


@cache
def _forms() -> tuple[re.Pattern[str], dict[str, str]]:
    """What finds a good's name in a question, the longest first, and the singular of each form."""
    forms = {plural_of(name): name for name in _others()} | {name: name for name in _others()}
    longest_first = sorted(forms, key=len, reverse=True)
    pattern = rf"(?<![\w-])(?:{'|'.join(map(re.escape, longest_first))})(?![\w-])"
    return re.compile(pattern, re.IGNORECASE), forms


def same_goods(name: str) -> tuple[str, ...]:
    """The names of one good: that which is given and the others, in lower case."""
    name = name.casefold()
    return name, *map(str.casefold, _others().get(name, ()))


def name_goods(question: str, present: Callable[[Sequence[str]], set[str]]) -> str:
    """The question with each good that no document names so by the name that they have for it.

    It stays as it is where they have none of the names, or the one that is asked for, and as part of a body's
    name ("Timber Board"). `present` says which of some phrases are in a document, whatever the endings.

    Raises:
        StoreError: What `present` raises.
    """
    pattern, forms = _forms()
    others = _others()
    asked = {forms[match[0].casefold()] for match in pattern.finditer(question)}
    if not asked:
        return question
    phrases = asked.union(*(others[name] for name in asked))
    held = present(sorted(phrases))

    def rename(match: re.Match[str]) -> str:
        name = forms[match[0].casefold()]
        known = [other for other in others[name] if other in held]
        is_in_name = match.start() > 0 and match[0][:1].isupper() and not match[0].isupper()
        if name in held or not known or is_in_name:
            return match[0]
        renamed = known[0] if match[0].casefold() == name else plural_of(known[0])
        return renamed[0].upper() + renamed[1:] if match[0][0].isupper() else renamed

    return pattern.sub(rename, question)
