"""A question in the words of the passage that is read for it: when a pact came into force, or took effect.

The reader is surer of what is asked in a text's own words. Here stand those that say the same of a thing, and
no more: "ratify" is not "sign", and a tax no duty.
"""

import re
from functools import cache
from typing import NamedTuple

from qa.query.acronyms.name_matching import SPELLED_OUT
from qa.text.terms import plural_of

__all__ = ["in_words_of"]

# Each line says the same, of verbs with what goes with them. The forms of a verb follow from the first word.
_VERBS = """
take effect, enter into force, come into force, become effective
join, accede to, become a member of
leave, withdraw from, pull out of, quit
expire, run out, lapse
buy, purchase, acquire
raise, increase
lower, cut, reduce
ban, prohibit, forbid, outlaw
allow, permit
abolish, scrap, repeal, do away with
retaliate, strike back, hit back
begin, start
"""
_NOUNS = """
tariff, duty
company, firm
worker, employee
retaliation, countermeasure
negotiation, talk
inquiry, investigation, probe
harbour, harbor, port
lorry, truck
car, automobile
"""
_IRREGULAR = {
    words[0]: words
    for words in (
        line.split()
        for line in (
            "take takes took taken taking|come comes came come coming|become becomes became become becoming|"
            "leave leaves left left leaving|withdraw withdraws withdrew withdrawn withdrawing|"
            "run runs ran run running|buy buys bought bought buying|cut cuts cut cut cutting|"
            "forbid forbids forbade forbidden forbidding|begin begins began begun beginning|"
            "quit quits quit quit quitting|strike strikes struck struck striking|hit hits hit hit hitting|"
            "do does did done doing|ban bans banned banned banning|"
            "permit permits permitted permitted permitting|scrap scraps scrapped scrapped scrapping"
        ).split("|")
    )
}
_PAST, _PARTICIPLE = 2, 3
# "Has the pact entered", "was repealed"; "did" takes the base.
_AUXILIARY = re.compile(
    r"\b(?:has|have|had|having|be|been|being|is|are|was|were)\b[^.;:]{0,60} \Z", re.IGNORECASE
)


class _Form(NamedTuple):
    group: int
    member: int
    number: int  # of the form


def in_words_of(question: str, text: str) -> str:
    """The question with the text's words for what it says in others; what the text has too stays."""
    pattern, forms, written = _phrases()
    asked = [(match, forms[match[0].casefold()]) for match in pattern.finditer(question)]
    if not asked:
        return question
    said: dict[int, list[int]] = {}
    for match in pattern.finditer(text):
        form = forms[match[0].casefold()]
        said.setdefault(form.group, []).append(form.member)
    for match, form in reversed(asked):
        members = said.get(form.group)
        is_short = match[0].removesuffix("s").isupper()
        is_in_name = match.start() > 0 and match[0][0].isupper() and not is_short  # "Port Talbot"
        if not members or form.member in members or is_in_name:
            continue
        number = form.number
        if number == _PAST and _AUXILIARY.search(question[: match.start()]):
            number = _PARTICIPLE
        phrase = written[form.group][members[0]][number]
        if match[0][0].isupper() and not is_short:
            phrase = phrase[0].upper() + phrase[1:]
        question = question[: match.start()] + phrase + question[match.end() :]
    return question


@cache
def _phrases() -> tuple[re.Pattern[str], dict[str, _Form], list[list[tuple[str, ...]]]]:
    """What finds them all, what each is, and the forms of each member of each group."""
    groups = [[_forms_of_verb(phrase) for phrase in line.split(", ")] for line in _VERBS.split("\n") if line]
    nouns = [line.split(", ") for line in _NOUNS.split("\n") if line]
    nouns += [[short.casefold(), written] for short, written in SPELLED_OUT.items()]
    groups += [[_forms_of_noun(noun) for noun in line] for line in nouns]
    forms: dict[str, _Form] = {}
    for group, members in enumerate(groups):
        for member, written in enumerate(members):
            for number, phrase in enumerate(written):
                forms.setdefault(phrase, _Form(group, member, number))
    longest_first = sorted(forms, key=len, reverse=True)
    pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b", re.IGNORECASE)
    return pattern, forms, groups


def _forms_of_verb(phrase: str) -> tuple[str, ...]:
    """The base, "-s", the past, the participle, "-ing"."""
    verb, space, rest = phrase.partition(" ")
    short = verb.removesuffix("e")
    forms = _IRREGULAR.get(verb, [verb, f"{verb}s", f"{short}ed", f"{short}ed", f"{short}ing"])
    if verb.endswith(("sh", "ss")):
        forms = [forms[0], f"{verb}es", *forms[2:]]
    return tuple(f"{form}{space}{rest}" for form in forms)


def _forms_of_noun(noun: str) -> tuple[str, ...]:
    return noun, plural_of(noun)
