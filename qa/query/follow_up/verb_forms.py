"""Common English verbs and their forms: enough to tell where the subject of a question ends."""

import re

__all__ = ["base_form", "finite_form", "is_noun_too", "is_participle"]

_VERBS = """
abolish absorb accelerate accept accompany account accuse achieve acquire act adapt add address administer
admit adopt advise affect afford agree allow amend announce answer anticipate appeal apply appoint approve
argue ask assemble assess assume assure attack attend attract authorise authorize avert avoid award back ban
base bear become begin believe belong benefit bid bind blame block borrow break bring broaden build buy call
campaign cancel cap capture carry catch cause cease certify chair challenge change charge check choose cite
claim classify clear climb close collapse collect combine come command comment commit compare compensate
compete compile complain complete comply compose comprise concede concern conclude condemn conduct confer
confirm connect conserve consider consist consult consume contain contest continue contract contribute
control convert convince cooperate correct cost count counter cover create criticise criticize cross curb
cure cut damage dare date deal debate decide declare decline decree dedicate defend define delay delete
deliver demand deny depart depend deploy describe deserve design destroy determine develop devote die differ
direct disagree disappear discover discuss dismiss dispatch display dissolve distribute divide do donate
double draft draw drive drop dry earn ease eat edit elect eliminate emerge emit employ enable encourage end
enforce engage enjoy ensure enter equip escape establish estimate evaluate examine exceed exchange exclude
execute exempt exercise exist expand expect expire explain exploit explore export express extend extract
face fail fall fear feed fight file fill finance find fine finish fire fish fit fix float flow fly fold
follow forbid force forecast form free freeze fuel fulfil fulfill fund gain gather generate get give go
grant grow guarantee guide halve hand handle happen harm harvest have head hear heat help hire hit hold
honor honour hope host house hunt hurt identify ignore implement imply import impose improve include
increase incur indicate inform inherit initiate injure insist insure intend interpret introduce invent
invest investigate invite involve issue join judge jump justify keep kill know label lack land lapse last
launch lay lead learn leave let levy lie lift limit link liquefy list live load locate lock look lose love
lower maintain make manage mark market master match mean measure meet mend mention merge mine mint miss mix
modify monitor mount move name near need negotiate nominate note notice notify number obey object oblige
observe obtain occupy occur offer omit open operate oppose order organise organize originate outlaw
outnumber overtake overturn owe own park participate pass pause pay permit pick plan plant play please point
postpone pour practise praise predict prefer prepare present press prevent price print probe proceed process
produce progress prohibit promise propose protect prove provide publish pull pump punish purchase push put
qualify question quit quote race raise rank ratify reach react realise realize reason rebuild recall receive
reckon recognise recognize recommend record recover recruit recycle redeem reduce refer refine reform refuse
regain regard register regulate reinstate reject relate relax release relieve rely remain remove renew
reopen repair repay repeal repeat replace reply report represent require reserve reside resign resist
resolve resort respect respond rest restore restrict result resume retain retaliate retire return reveal
reverse review revise revive revoke reward ride rise risk ruin rule run rush sail sample satisfy save say
schedule scrap search secure see seek select sell send sentence separate serve service set settle share
shift ship shoot shorten show shrink shut sign sink sit sleep slow smelt smuggle solve sort sound source
speak specify spend split sponsor spread stand start state stay steal stem step stick stock stop store
strengthen stress strike struggle study submit subsidise subsidize substitute succeed sue suffer suggest
suit supply support surge surrender surround survey survive suspend swap switch tackle take talk target
taste tax teach tear tell tend term terminate test thank think threaten throw tighten touch track trade
train transfer transform transmit transport travel treat trigger triple trust try turn undergo undermine
understand undertake unite update upgrade uphold urge use value vanish vary view violate visit vote wage
wait waive walk want warn warrant waste watch water weaken wear weigh welcome widen win wish withdraw
withhold witness wonder work worry write yield"""
# Words that are as often nouns, so that they are verbs only in the place of one.
_NOUNS_TOO = frozenset(
    """account act address answer appeal attack award back ban base bear benefit bid blame break call campaign
cap catch chair challenge change charge check claim command comment complete contract control cost count
counter cover cross cure cut damage date deal debate decline decree delay demand design display double
draft draw drive drop end exchange exercise export face fall fear fight file finance fine fire fish fit
fix float flow force forecast form free fuel fund gain grant guide hand harm harvest head heat help hit
hold hope host house hunt hurt import increase issue judge jump label land last launch lead levy lie
limit link list load lock look love lower mark market master match measure mention mine mint mix monitor
mount move name near need note notice number object offer open order own park pass pause pick plan plant
play point practise present press price print probe process produce progress promise pump purchase push
question quote race rank reach reason recall record reform regard register release repair reply report
respect rest result return reverse review reward ride rise risk ruin rule run rush sail sample schedule
search sentence separate service set share shift ship shoot show sign sleep slow sort sound source split
sponsor spread stand start state stay stem step stick stock stop store stress strike struggle study suit
supply support surge survey swap switch talk target taste tax term test touch track trade train transfer
transport travel treat trigger trust turn update upgrade use value view visit vote wage wait walk
warrant waste watch water wear welcome wish witness wonder work worry yield""".split()
)
# Base, past, participle; the last two where they are one.
_IRREGULAR = """
bear bore borne|become became become|begin began begun|bid bid|bind bound|break broke broken|bring brought|
build built|buy bought|catch caught|choose chose chosen|come came come|cost cost|cut cut|deal dealt|
die died|do did done|draw drew drawn|drive drove driven|eat ate eaten|fall fell fallen|feed fed|
fight fought|find found|fly flew flown|forbid forbade forbidden|freeze froze frozen|get got|
give gave given|go went gone|grow grew grown|have had|hear heard|hit hit|hold held|hurt hurt|keep kept|
know knew known|lay laid|lead led|leave left|let let|lie lay lain|lose lost|make made|mean meant|meet met|
overtake overtook overtaken|pay paid|put put|quit quit|rebuild rebuilt|repay repaid|ride rode ridden|
rise rose risen|run ran run|say said|see saw seen|seek sought|sell sold|send sent|set set|shoot shot|
show showed shown|shrink shrank shrunk|shut shut|sink sank sunk|sit sat|sleep slept|speak spoke spoken|
spend spent|split split|spread spread|stand stood|steal stole stolen|stick stuck|strike struck|
take took taken|teach taught|tear tore torn|tell told|think thought|throw threw thrown|
undergo underwent undergone|understand understood|undertake undertook undertaken|uphold upheld|
wear wore worn|win won|withdraw withdrew withdrawn|withhold withheld|write wrote written"""
_DOUBLING = frozenset(
    """ban begin bid cap commit control curb cut drop fit get hit let occur omit permit plan put quit refer
    run scrap set ship shut sit split stem step stop submit swap transfer win""".split()
)
_OVER = re.compile(r"[^aeiou]y$")


def _add_ed(base: str) -> str:
    if base.endswith("e"):
        return f"{base}d"
    if _OVER.search(base):
        return f"{base[:-1]}ied"
    return f"{base}{base[-1]}ed" if base in _DOUBLING else f"{base}ed"


def _add_s(base: str) -> str:
    if base in ("do", "go") or base.endswith(("s", "x", "z", "ch", "sh")):
        return f"{base}es"
    if base == "have":
        return "has"
    return f"{base[:-1]}ies" if _OVER.search(base) else f"{base}s"


def _add_ing(base: str) -> str:
    if base.endswith("ie"):
        return f"{base[:-2]}ying"
    if base.endswith("e") and not base.endswith("ee"):
        return f"{base[:-1]}ing"
    return f"{base}{base[-1]}ing" if base in _DOUBLING else f"{base}ing"


_BASES = frozenset(_VERBS.split())
_PAST = {base: _add_ed(base) for base in _BASES}
_PARTICIPLES = dict(_PAST)
for _base, _past, *_participle in (row.split() for row in _IRREGULAR.split("|")):
    _PAST[_base] = _past
    _PARTICIPLES[_base] = _participle[0] if _participle else _past
_BASE_OF = {form: base for base in sorted(_BASES) for form in (_add_s(base), _add_ing(base))}
_BASE_OF |= {form: base for forms in (_PARTICIPLES, _PAST) for base, form in sorted(forms.items())}
_BASE_OF |= {base: base for base in _BASES}
_PARTICIPLE_FORMS = frozenset(_PARTICIPLES.values()) | {_add_ing(base) for base in _BASES}


def base_form(word: str) -> str | None:
    """The verb of which the word is a form ("paid": "pay"); None where it is no common verb."""
    return _BASE_OF.get(word)


def is_noun_too(word: str) -> bool:
    """Whether a verb's form may as well be a noun ("exports")."""
    return word in _NOUNS_TOO or (word.endswith("s") and base_form(word) in _NOUNS_TOO)


def is_participle(word: str) -> bool:
    """Whether a word may follow a form of "be" or "have" as its verb: "paid", "rising", "exempted"."""
    return word in _PARTICIPLE_FORMS or (len(word) > 4 and word.endswith("ed"))


def finite_form(base: str, auxiliary: str) -> str:
    """The verb without its auxiliary: "pay" and "does" give "pays", "pay" and "did" give "paid"."""
    if auxiliary == "does":
        return _add_s(base)
    if auxiliary == "did":
        return _PAST.get(base) or _add_ed(base)
    return base if auxiliary == "do" else f"{auxiliary} {base}"
