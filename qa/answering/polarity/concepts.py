"""What words mean as far as yes and no go: one name for words of a like sense, and which are opposites."""

import re
from functools import cache
from typing import NamedTuple

from qa.text.terms import NUMBER_WORDS, stem

__all__ = ["PHRASES", "are_opposite", "concept", "is_predicate", "root"]

# Forms that no ending explains, each behind what it is a form of.
_IRREGULAR = """
begin began begun|bear bore borne|become became|bind bound|break broke broken|bring brought|build built|
buy bought|choose chose chosen|come came|do did done does|draw drew drawn|drive drove driven|
fall fell fallen|find found|forbid forbade forbidden|freeze froze frozen|get got gotten|give gave given|
go went gone goes|grow grew grown|have has had having|hold held|keep kept|know knew known|lead led|
leave left|lend lent|let|lose lost|make made|mean meant|meet met|pay paid|put|rise rose risen|run ran|
say said|see saw seen|seek sought|sell sold|send sent|set|shrink shrank shrunk|sink sank sunk|
speak spoke spoken|spend spent|stand stood|take took taken|teach taught|tell told|think thought|win won|
withdraw withdrew withdrawn withdrawal|write wrote written|extend extension|suspend suspension|
expand expansion|decide decision|exclude exclusion exclusive|include inclusion inclusive|
abolish abolition|member membership|lose loss|sale sales|sell sale|dependent depend|
permit permission permissive|own owner|approve approval|refuse refusal|renew renewal|propose proposal|
free freedom|die died dead death|high higher highest|use used uses using|
large larger largest|succeed success successful successfully successor|receive receipt|
marry married marriage|country countries|company companies|duty duties|levy levies|ratify ratification|
apply applies applied application
"""
# Words of a like sense; the first names them all.
_ALIKE = """
raise rise increase grow climb jump hike lift expand widen soar enlarge growth boost surge
cut lower reduce decrease fall drop decline shrink slash trim sink diminish reduction
buy purchase acquire acquisition
sell
join accede enter belong admit accession member
leave quit withdraw exit depart secede
end expire lapse terminate cease stop abolish scrap repeal dissolve discontinue halt finish cancel revoke
begin start launch introduce
remain continue stay persist keep survive
resume restart reopen reinstate
ban prohibit forbid bar outlaw block illegal unlawful embargo
allow permit authorise authorize let entitle legal lawful
accept approve ratify adopt pass endorse agree consent
reject refuse veto dismiss deny
support back favour favor
oppose object resist
win victory
lose defeat
import
export
lease rent hire
cover apply include subject bind liable dutiable taxable affect pay charge require
exempt exclude spare waive omit excuse immune except
private privately
state-owned
sign signature
announce declare proclaim
publish
retaliate retaliatory countermeasure
replace succeed supersede
repair mend fix
build construct erect
marry wed
meet satisfy fulfil fulfill comply qualify
create make produce manufacture establish found
merge merger amalgamate absorb unite
postpone delay defer
use utilize
open
close shut
guilty convict
innocent acquit
strengthen
weaken
adjust index
"""
_ALIKE_THINGS = """
duty tariff tax levy toll
company firm enterprise corporation
country nation
movie film
real actual true
same identical
rich wealthy
sufficient enough adequate
negotiation talk
dispute case
strike walkout stoppage
"""
_OPPOSITE = """
raise cut|join leave|join nonmember|begin end|remain end|ban allow|accept reject|support oppose|
cover exempt|private state-owned|win lose|open close|resume end|strengthen weaken|lease buy|
guilty innocent|remain leave|remain replace|allow reject|accept oppose|support reject
"""
# Words joined for their sense before words are looked at singly: pattern and the concept it stands for.
PHRASES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE), name)
    for name, pattern in (
        (
            "exempt",
            r"free (?:(?:of|from) )?(?:(?:all|any|the|customs|import|export) )*(?:duty|duties|charge|tax|"
            r"tariffs?|it|them)|duty[- ]free|tax[- ]free|tariff[- ]free|zero[- ]rated|(?:left|leaves?|"
            r"leaving|get|gets|got|opt|opts|opted|carved?) out(?: of)?|outside(?: of)?|exception (?:to|"
            r"from)|not part of|free of charge|for free|at no charge|"
            r"without (?:paying|(?:any )?(?:duty|tariff|tax|charge))|"
            r"pa(?:y|ys|id|ying) no (?:duty|duties|tariffs?|tax|charges?)",
        ),
        (
            "cover",
            r"subject(?:ed)? to|part of|within the scope of|falls? under|fell under|extend(?:s|ed)? to|"
            r"covered by|bound by",
        ),
        (
            "resume",
            r"(?:go|goes|went|gone|going|get|gets|got) back (?:to|into)|(?:put|brought|bring|"
            r"taken) back (?:in|into)\b(?: \w+)?",
        ),
        ("retaliate", r"(?:hit|hits|hitting|strike|strikes|struck|striking|fight|fought) back"),
        (
            "replace",
            r"(?:take|takes|took|taken|taking) (?:over|the place of)|stepped into the shoes of",
        ),
        (
            "reject",
            r"(?:rule|rules|ruled|ruling) out|(?:turn|turns|turned) down|(?:throw|threw|thrown|throws) out",
        ),
        (
            "end",
            r"(?:give|gives|gave) up|(?:call|calls|called) off|wound up|(?:phase|phased) out|runs? out|"
            r"running out|ran out|struck down|strikes? down|set aside|(?:do|did|done) away with|"
            r"shut(?:s|ting)? down",
        ),
        (
            "begin",
            r"(?:enter|enters|entered|come|comes|came|coming) into force|(?:take|takes|took|taken) effect|"
            r"(?:roll|rolls|rolled|kick|kicks|kicked) (?:out|off)|(?:go|goes|went|gone) live",
        ),
        (
            "remain",
            r"in (?:force|effect|place|operation|service)|still (?:stands?|holds?|valid)|(?:goes|went|"
            r"carries) on|under way",
        ),
        ("state-owned", r"state[- ](?:owned|run)|government[- ]owned|owned by (?:the )?(?:state|government)"),
        ("private", r"privately owned|in private hands|private(?:ly)?[- ]held"),
        ("raise", r"(?:go|goes|went|gone) up"),
        ("cut", r"(?:go|goes|went|gone|bring|brought) down"),
        (
            "accept",
            r"(?:give|gives|gave|given|get|gets|got) (?:(?:the|its|his|her|their|a) )?"
            r"(?:go-ahead|green light|blessing|nod)|(?:sign|signs|signed) off(?: on)?|"
            r"(?:wave|waves|waved) through",
        ),
        ("merge", r"(?:fold|folds|folded|folding|roll|rolled) into"),
        ("create", r"(?:set|sets|setting) up"),
        ("join", r"(?:sign|signs|signed) up (?:to|for)"),
        ("postpone", r"(?:put|puts) off|(?:push|pushes|pushed) back"),
        ("support", r"in favou?r of"),
        ("oppose", r"(?:is|are|was|were) against"),
        ("head", r"at the head of|in charge of"),
        ("nonmember", r"observers?|non-?members?|candidates?|applicants?|(?:is|are|still) waiting"),
    )
)
_ENDINGS = (
    """isations izations isation ization ifications ification ations ation itions ition ements ement ments
    ment ances ance ences ence ated ates ating ate ised ized ises izes ising izing ise ize ified ifies ify
    ions ion ings ing ers er ors or ies ied ed es s e y al ly"""
).split()
_DOER = re.compile(r"[eo]rs?$")
_THINGS = frozenset("terminal terminals".split())  # nouns that do not do what their verb does
_MIN_LETTERS = 4
_OF_A_PLACE = re.compile(r"(?<=\w{4})(?:ians?|eans?|ans?|ia|a|o)$")  # "Canada" and "Canadian"


class _Lexicon(NamedTuple):
    irregular: dict[str, str]  # forms to their base
    alike: dict[str, str]  # roots to the concept of their group
    opposite: frozenset[frozenset[str]]
    predicates: frozenset[str]
    listed: frozenset[str]  # the words of the groups as they are written


@cache
def _lexicon() -> _Lexicon:
    irregular = {}
    for line in _IRREGULAR.replace("\n", "").split("|"):
        base, *forms = line.split()
        irregular.update(dict.fromkeys(forms, base))
    alike: dict[str, str] = {}
    for line in (_ALIKE + _ALIKE_THINGS).split("\n"):
        if not line:
            continue
        head, *others = line.split()
        for word in (head, *others):
            alike.setdefault(_root(irregular.get(word, word)), head)
    opposite = frozenset(frozenset(pair.split()) for pair in _OPPOSITE.replace("\n", "").split("|"))
    listed = frozenset((_ALIKE + _ALIKE_THINGS).split())
    predicates = frozenset(line.split()[0] for line in _ALIKE.split("\n") if line)
    return _Lexicon(irregular, alike, opposite, predicates | {name for _, name in PHRASES}, listed)


def concept(word: str) -> str:
    """The name of what a word means: that of its group, or else its root; a number as a plain number."""
    lowered = word.casefold().replace("’", "'").removesuffix("'s").removesuffix("'")
    if lowered[:1].isdigit() or lowered in NUMBER_WORDS:
        return stem(lowered)
    if word[0].isupper() and len(word) > _MIN_LETTERS:
        lowered = _OF_A_PLACE.sub("", lowered)
    lexicon = _lexicon()
    plain = _root(lexicon.irregular.get(lowered, lowered))
    is_doer = _DOER.search(lowered) and lowered.removesuffix("s") not in lexicon.listed
    if is_doer or lowered in _THINGS:
        return plain  # a grower grows nothing here, and a terminal terminates nothing
    return lexicon.alike.get(plain, plain)


def root(word: str) -> str:
    """A word without its endings, whatever it means."""
    return _root(word.casefold())


def is_predicate(name: str) -> bool:
    """Whether a concept is one of those that say something of a thing, such as "join" or "exempt"."""
    return name in _lexicon().predicates


def are_opposite(first: str, second: str) -> bool:
    """Whether two concepts exclude each other: those named so, and a word with and without "un-", "non-"."""
    if frozenset((first, second)) in _lexicon().opposite:
        return True
    longer, shorter = (first, second) if len(first) > len(second) else (second, first)
    return len(shorter) >= _MIN_LETTERS and longer in {
        f"{prefix}{shorter}" for prefix in ("un", "non", "in", "im", "dis", "ir")
    }


@cache
def _root(word: str) -> str:
    """The word without its endings, two of them at most: "exemptions" and "exempted" are "exempt"."""
    return _without_ending(_without_ending(word, _MIN_LETTERS), _MIN_LETTERS + 2)


def _without_ending(word: str, min_letters: int) -> str:
    for ending in _ENDINGS:
        if ending == "s" and word.endswith("ss"):
            continue
        least = min_letters - 1 if ending in ("ing", "ed", "es", "e") else min_letters
        if word.endswith(ending) and len(word) - len(ending) >= least:
            root = word.removesuffix(ending)
            return root[:-1] if root[-1] == root[-2] and root[-1] not in "lsfd" else root
    if word.endswith("s") and len(word) >= min_letters and not word.endswith("ss"):
        return word[:-1]
    return word
