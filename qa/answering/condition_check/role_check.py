"""Who stands in the answer where the question has a name: as the doer of what is asked, or as its place."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from qa.answering.condition_check.evidence import Evidence, PartReading, contradicted
from qa.answering.polarity.concepts import concept
from qa.query.conditions.name_comparison import find_name
from qa.query.conditions.names import Name, is_name_word, split_name
from qa.schema import CheckedCondition, Condition
from qa.text.terms import ASKING_WORDS, FUNCTION_WORDS, NUMBER_WORDS, stem

__all__ = ["check_office", "find_doers_elsewhere", "find_others_in_role", "is_post_of_another"]

_PREPOSITIONS = "in|at|near|inside|from|to|of|for|on|against"
# "the cold store in Ebrin": a thing, and where it is or whose.
_PLACED = re.compile(rf"\b(?P<noun>[a-z][\w-]{{2,40}}) (?P<preposition>{_PREPOSITIONS}) (?:the )?\Z")
_THING_BEHIND = re.compile(r" (?:[a-z]{3,20} )?(?P<noun>[a-z][\w-]{2,40})\b")
_AUXILIARIES = "do|does|did|will|would|can|could|has|have|had|may|might|must|should|shall"
_ASKED_DOER = re.compile(rf"\b(?:{_AUXILIARIES}) (?:the )?\Z", re.IGNORECASE)
_ADVERBS = (
    r"(?:also |still |now |already |actually |really |ever |first |then |currently |finally |just |both )*"
)
_VERB_BEHIND = re.compile(rf" {_ADVERBS}(?P<verb>[a-z]{{3,}})\b")
# What may stand between who does it and the verb.
_ON_THE_WAY = (
    rf" (?:(?:{_AUXILIARIES}|is|are|was|were|be|been|also|still|now|then|not|never|alone|already|later|"
    r"itself|recently|currently|soon|only|again|first) )*\Z"
)
_TO_VERB = re.compile(_ON_THE_WAY)
# "the Lorvan, at Kit, shipped", and whose something is: "Thessian mills go on paying".
_TO_VERB_BY_THE_WAY = re.compile(rf", [^,;:.]{{2,60}},{_ON_THE_WAY}")
_TO_VERB_OF_OWN = re.compile(rf" [a-z]{{3,}}s(?: (?:go|keep) on)?{_ON_THE_WAY}")
# "Altamar, which sent", but "the port of Altamar, which sent".
_TO_VERB_OF_ITS_CLAUSE = re.compile(rf", (?:which|who){_ON_THE_WAY}")
_BELONGS = re.compile(r"\b(?:in|at|near|on|of|from|to|by|for|with|into)(?: the)? \Z")
# "by seven votes"
_COUNTED = re.compile(rf"\b(?:\d[\d,]{{0,11}}|{'|'.join(sorted(NUMBER_WORDS))}) \Z", re.IGNORECASE)
_APART = re.compile(r"[,;] (?:and|but|while|whereas) |; ")
_GOES_ON = re.compile(rf"\band (?:(?:{_AUXILIARIES}) )?\Z")
_BEHIND_FIRST = re.compile(r" [a-z]+\b")
_LIGHT_VERBS = frozenset("have be do get make take go come need use mean the for not like".split())
_SAYING = frozenset(
    """say think want believe expect call demand argue warn claim hope fear wish ask propose suggest estimate
    reckon criticise criticize praise blame doubt predict forecast complain insist urge""".split()
)
_PLACE_WORDS = frozenset("islands island republic kingdom emirates states".split())
_SAID = {concept(word) for word in _SAYING}
# "finance minister", "minister for trade": an office is told from its likes by what it is in charge of.
_CHARGE = (
    r"(?:agriculture|commerce|culture|customs|defen[cs]e|economy|economics|education|energy|environment|"
    r"farm(?:ing)?|finance|fisheries|foreign|health|home|housing|industry|interior|justice|labou?r|mining|"
    r"prime|tourism|trade|transport|treasury)"
)
_OFFICE = r"(?:minist(?:er|ry)|secretary)"
_OFFICES = re.compile(
    rf"\b(?P<charge>{_CHARGE}) {_OFFICE}\b|\b{_OFFICE} (?:of|for) (?:the )?(?P<charge_behind>{_CHARGE})\b",
    re.IGNORECASE,
)
# "Who is Ostia's trade minister?", and a country that somebody goes to or deals with.
_ASKS_HOLDER = re.compile(r"\W*who(?:['’]s| is| was)(?: now| currently)? (?:the )?\Z", re.IGNORECASE)
_POST = re.compile(
    r"(?:['’]s?)? (?:[\w-]{1,20} ){0,3}?(?:minister|secretary|president|premier|chancellor|ambassador|envoy|"
    r"governor)\b",
    re.IGNORECASE,
)
_DEALT_WITH = re.compile(r"\b(?:to|with|from|into|against)(?: the)? \Z")


def find_others_in_role(
    name: Name, question: str, evidence: Evidence, asked: Sequence[Name]
) -> Iterator[str]:
    """The names that have, in the answer itself, the place or the deed that the question has of a name.

    None where the answer has the name, too: "Which fruit does Ostia sell?" - "Calder sells pears" is about
    another, "Calder sells pears to Ostia" may be.
    """
    place = find_name(name, question, split_name(question))
    if place is None:
        return
    for reading in evidence.own:
        if find_name(name, reading.part.text, reading.words):
            return
    before, behind = question[: place[0]], question[place[1] :]
    placed = _PLACED.search(before)
    verb = _VERB_BEHIND.match(behind) if _ASKED_DOER.search(before) else None
    if placed and placed["noun"] in FUNCTION_WORDS | ASKING_WORDS:
        placed = None
    if verb and concept(verb["verb"]) in _LIGHT_VERBS:
        verb = None
    if evidence.is_row or not (placed or verb):
        return
    for reading in evidence.own:
        others = [
            other
            for other in _subjects(reading, evidence)
            if _may_be_confused(name, other)
            and not any(find_name(said, reading.part.text, other.words) for said in asked)
        ]
        if placed:
            yield from _placed_alike(placed, others, reading.part.text)
        if verb:
            yield from _doers(concept(verb["verb"]), others, reading.part.text)


def _placed_alike(placed: re.Match[str], others: Sequence[Name], text: str) -> Iterator[str]:
    """The names that say where such a thing is: "in Yurga", or "the Yurga laboratory"."""
    noun = stem(placed["noun"])
    for other in others:
        said, thing = _PLACED.search(text[: other.start]), _THING_BEHIND.match(text, other.end)
        is_placed = said and said["preposition"] == placed["preposition"] and stem(said["noun"]) == noun
        if is_placed or (thing and stem(thing["noun"]) == noun):
            yield text[other.start : other.end]


def _doers(verb: str, others: Sequence[Name], text: str) -> Iterator[str]:
    """The names in front of a verb in a sentence: those that do it there."""
    for match in re.finditer(r"\b[a-z]{3,}\b", text) if others else ():
        said = concept(match[0])
        if said != verb and not (verb in _SAID and said in _SAID):
            continue
        before = text[: match.start()]
        for other in others:
            is_direct = other.end <= match.start() and (
                _TO_VERB.fullmatch(before[other.end :])
                or _TO_VERB_BY_THE_WAY.fullmatch(before[other.end :])
                or (other.is_country and _TO_VERB_OF_OWN.fullmatch(before[other.end :]))
            )
            is_subject = not before[: other.start].strip("“\"' ") and _BEHIND_FIRST.match(text, other.end)
            if is_direct or (is_subject and _GOES_ON.search(before)):
                yield text[other.start : other.end]


def check_office(question: str, evidence: Evidence) -> CheckedCondition | None:
    """The office that is asked of, where the answer tells of another one and not of that; else None."""
    asked = _OFFICES.search(question)
    told = [match for reading in evidence.own for match in _OFFICES.finditer(reading.part.text)]
    if asked is None or not told or _charge(asked) in map(_charge, told):
        return None
    return contradicted(Condition(text=f"the {asked[0]}", kind="name"), [f"the {match[0]}" for match in told])


def _charge(match: re.Match[str]) -> str:
    """What an office is in charge of, its spellings as one."""
    charge = (match["charge"] or match["charge_behind"]).casefold()
    return charge.replace("labour", "labor").replace("defence", "defense")


def find_doers_elsewhere(
    name: Name, question: str, evidence: Evidence, asked: Sequence[Name]
) -> Iterator[str]:
    """The names that do, in a later clause of the answer than the name's, what the question asks of it.

    "What did Peru want?" - "Peru had offered help, and Chile wanted a loan".
    """
    place = find_name(name, question, split_name(question))
    verb = _VERB_BEHIND.match(question[place[1] :]) if place else None
    if not (place and verb and _ASKED_DOER.search(question[: place[0]])) or evidence.is_row:
        return
    if concept(verb["verb"]) in _LIGHT_VERBS:
        return
    for reading in evidence.own:
        if said := find_name(name, reading.part.text, reading.words):
            others = [
                other
                for other in reading.names
                if not any(find_name(one, reading.part.text, other.words) for one in asked)
            ]
            yield from _doers_elsewhere(concept(verb["verb"]), others, reading.part.text, said[1])


def _doers_elsewhere(verb: str, others: Sequence[Name], text: str, end: int) -> list[str]:
    """The names that do it in another clause than the asked name's, which ends at `end`.

    Right in front of the verb in a later clause ("and Chile wanted"), in a clause of their own ("Chile, which
    wanted"), or at the start of a later one in which it is counted ("and Chile passed it by 7 votes"). None
    where the verb stands elsewhere, too.
    """
    found = []
    for match in re.finditer(r"\b[a-z]{3,}\b", text):
        if concept(match[0]) == verb:
            doer = next((other for other in others if _does_elsewhere(other, match, text, end)), None)
            if doer is None:
                return []
            found.append(text[doer.start : doer.end])
    return found


def _does_elsewhere(other: Name, match: re.Match[str], text: str, end: int) -> bool:
    """Whether a name does what a word says, in another clause than a name that ends at `end`."""
    between = text[other.end : match.start()]
    if other.end > match.start():
        return False
    if _TO_VERB_OF_ITS_CLAUSE.fullmatch(between):
        return not _BELONGS.search(text[: other.start])
    if other.start < end or not (apart := _APART.search(text, end, other.start)):
        return False
    begins = text[apart.end() : other.start] in ("", "the ") and not _APART.search(between)
    return bool(_TO_VERB.fullmatch(between) or (begins and _COUNTED.search(between)))


def _subjects(reading: PartReading, evidence: Evidence) -> list[Name]:
    """The names of a sentence, with a word in capitals that begins it where others have it as a name.

    Of two side by side, both together too: "LNG Canada" is neither.
    """
    first = reading.words[:1]
    begins = (
        first and is_name_word(first[0]) and not any(one.start == first[0].start for one in reading.names)
    )
    joined = [
        Name((*one.words, *other.words))
        for one, other in pairwise(reading.names)
        if reading.part.text[one.end : other.start] == " "
    ]
    if begins and first[0].key in evidence.single_names:
        return [Name(tuple(first)), *joined, *reading.names]
    return [*joined, *reading.names]


def _may_be_confused(first: Name, second: Name) -> bool:
    """Whether both may be of one sort: two countries, two single names, two of several words."""
    if _is_place(first) and _is_place(second):
        return True
    if first.is_country or second.is_country:
        return False
    return (len(first.words) > 1) == (len(second.words) > 1)


def _is_place(name: Name) -> bool:
    return name.is_country or name.words[-1].key in _PLACE_WORDS


def is_post_of_another(name: Name, question: str, evidence: Evidence) -> bool:
    """Whether it is asked who holds a country's post, and the answer has it only as one that is dealt with.

    "Who is Ostia's trade minister?" - "He sent a mission to Ostia under Ada Brink, the minister for trade".
    """
    place = find_name(name, question, split_name(question)) if name.is_country else None
    if not (place and _ASKS_HOLDER.fullmatch(question[: place[0]]) and _POST.match(question[place[1] :])):
        return False
    told = [
        reading.part.text[: said[0]]
        for reading in evidence.own
        if (said := find_name(name, reading.part.text, reading.words))
    ]
    return bool(told) and all(_DEALT_WITH.search(before) for before in told)
