"""What the words of a follow-up can stand for: persons, things and topics of the last question and answer."""

import re

from qa.query.countries import is_name_of_country
from qa.query.follow_up.question_parts import QuestionParts
from qa.query.follow_up.question_words import (
    AUXILIARY,
    DETERMINER,
    PERIOD,
    PLAIN_PERIOD,
    PREPOSITION,
    head_word,
    is_plural,
    split_words,
)
from qa.query.follow_up.verb_forms import base_form, finite_form, is_noun_too, is_participle

__all__ = ["Antecedents", "find_persons", "possessive"]

_ORGANISATION = re.compile(
    r"\b(?:agency|agreement|act|association|authority|bank|board|bureau|cabinet|chamber|commission|"
    r"committee|company|"
    r"congress|corporation|council|court|department|federation|foundation|fund|government|group|inc|"
    r"institute|ltd|"
    r"ministry|office|organi[sz]ation|parliament|party|port|secretariat|senate|treasury|tribunal|union|"
    r"university|"
    r"states|kingdom|republic|island|islands|sea|bay|gulf|river|street|road|point|harbou?r|canal|pipeline|"
    r"bill|"
    r"section|chapter|article|plan|protocol|treaty|convention|zone|region|county|province)\b",
    re.IGNORECASE,
)
_TITLE = (
    r"(?:(?:President|Prime Minister|Minister|Premier|Chancellor|Commissioner|Secretary(?:-General)?|"
    r"Governor|Senator|"
    r"Ambassador|Director(?:-General)?|Judge|Justice|Chairman|Chairwoman|Chair|King|Queen|Mr\.|Mrs\.|Ms\.|"
    r"Dr\.|Sir) )"
)
_PERSON = re.compile(
    rf"(?<![\w-])(?:{_TITLE}+[^\W\d_a-z][\w’'-]*[^\W\d_](?:(?: [^\W\d_a-z]\.)? [^\W\d_a-z][\w’'-]*[^\W\d_])*|"
    r"[^\W\d_a-z][^\W\d_]+(?:-[^\W\d_a-z][^\W\d_]+)?(?: (?:[^\W\d_a-z]\.|al|bin|da|de|del|der|di|dos|la|"
    r"van|von|le))*"
    r"(?: [^\W\d_a-z][^\W\d_]+(?:[-’'][^\W\d_]+)?)+)"
)
_SMALL = {*PREPOSITION, *DETERMINER, "it", "they", "he", "she", "i", "we", "there", "then", "yes", "no"} - {
    "the"
}
_HAVE = re.compile(r"^(?:have|own|keep|run) ((?:an?|any|its|their) .+)$")
_SEVERAL_NAMES = re.compile(
    r"(?:the )?[A-Z][\w.’'-]+(?: [A-Z][\w.’'-]+)*(?:, (?:the )?[A-Z][\w.’'-]+(?: [A-Z][\w.’'-]+)*)*"
    r",? and (?:the )?"
    r"[A-Z][\w.’'-]+(?: [A-Z][\w.’'-]+)*"
)
# "the budget of the office": what acts is the office.
_ATTRIBUTE = re.compile(
    r"^(?:the )?(?:budget|head|director|president|chair\w*|secretary[\w-]*|staff|capital|members?|number|"
    r"size|value|price|"
    r"cost|share|population|revenue|turnover|profit|seat|name|aim|purpose|leader|minister|owner|"
    r"founder) of (?P<holder>.+)$",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"(?:minister|president|premier|chancellor|head|director|secretary[\w-]{0,40}|chair\w{0,40}|commissioner|"
    r"governor|spokes\w{1,40}|"
    r"judge|king|queen|leader|chief|ambassador|negotiator|founder|owner|mayor|manager|author)$"
)
_PAIR = re.compile(r"\b([A-Z][a-z]+)[-–]([A-Z][a-z]+)\b")
_THERE_IS = re.compile(r"\bthere (?:is|are|was|were) ((?:an?|the|some|\w+) [^.,;]+)")


class Antecedents:
    """What pronouns may stand for after a question and its answer ("" where it has none, or was refused)."""

    def __init__(self, base: str, answer: str) -> None:
        self._parts, self._answer = QuestionParts(base), answer

    @property
    def answer(self) -> str:
        """The first sentence of the answer."""
        return self._answer

    # Persons -----------------------------------------------------------------------------------------

    def person(self) -> str | None:
        """Whom "he" or "she" means: a new name of the answer where one was asked for, else the question's."""
        parts = self._parts
        asked = find_persons(parts.text)
        told = [
            name
            for name in find_persons(self._answer)
            if not any(name in known or known in name for known in asked)
        ]
        is_asked_for = re.match(r"(?:\w+ )?(?:who|whom|whose|which|what)\b", parts.asked, re.IGNORECASE)
        roles = [phrase for phrase in (self._subject(), self._object()) if _ROLE.search(head_word(phrase))]
        found = [*told, *asked] if is_asked_for or not asked else [*asked, *told]
        return next(iter([*found, *roles]), None)

    # Several things ----------------------------------------------------------------------------------

    def several(self, *, acts: bool) -> str | None:
        """What "they" means, or "them" where they do not act."""
        parts, subject = self._parts, self._subject()
        holders = [name for name in (subject, self._object()) if name and _is_actor(name)]
        # "When did Arden's king meet Belmar's queen?"
        holders = [" and ".join(holders)] if parts.verb in ("meet", "met") else holders[: bool(subject)]
        plural = [
            phrase
            for phrase in (subject, self._object(), *self._complements())
            if phrase and is_plural(phrase)
        ]
        asked = [self._asked_thing()] if is_plural(parts.asked_noun) else []
        told = [phrase for phrase in (self._told_subject(),) if phrase and is_plural(phrase)]
        if acts:
            wanted = [phrase for phrase in plural if phrase == self._object()]
            holders = [] if _PAIR.search(parts.text) else holders
            order = [*plural[:1], *holders] if subject in plural else [*holders, *told, *asked, *wanted]
            several = _SEVERAL_NAMES.match(self._answer)
            told_name = several[0] if several else self._told_name()
            if parts.asks_for_subject and told_name:
                order.insert(0, told_name)
            # "the Arden-Belmar talks"
            if not order and (pair := _PAIR.search(parts.text)):
                order.append(f"{pair[1]} and {pair[2]}")
        else:
            order = [*[phrase for phrase in plural if phrase != subject], *asked, *plural, *told]
        if order or not acts:
            return next(iter(order), None) or self.thing(acts=False)
        return subject if _is_actor(subject) else None

    # One thing ---------------------------------------------------------------------------------------

    def thing(self, *, acts: bool) -> str | None:
        """What "it" means: where it acts, a country or company first; else what the question is about."""
        parts, subject = self._parts, self._subject()
        wanted, asked = self._object(), self._asked_thing()
        complements = [phrase for phrase in self._complements() if not is_name_of_country(phrase)]
        order: list[str | None]
        if acts and not parts.is_wh and not parts.is_polar:  # asked in keywords: the owner of what was asked
            owners = [name.text for name in parts.names() if name.is_possessive]
            if owners:
                return owners[-1]
        if parts.verb in ("called", "named") and (told := self.named_in_answer()):
            return told
        if parts.asked.lower() == "what" and parts.verb and _THERE_IS.search(self._answer):
            return self._told_subject()
        if parts.asks_for_subject:
            told = self._told_name() if not re.match("who", parts.asked, re.IGNORECASE) else None
            if parts.verb and is_participle(parts.verb) and parts.auxiliary and asked:
                order = [asked, wanted, *complements]
            else:
                order = [told if acts or not wanted else None, wanted, told, *complements, asked]
        elif subject and not (_is_actor(subject) or find_persons(subject)):
            attribute = _ATTRIBUTE.match(subject) if acts else None
            order = [attribute["holder"] if attribute else subject]
            if asked and not acts and parts.verb:
                order = [asked, subject]
        elif acts:
            order = [subject, wanted, asked, *complements]
        else:
            order = [asked, wanted, *complements, subject]
        one = [phrase for phrase in order if phrase and not is_plural(phrase)]
        found = next(iter(one), None) or self._told_name() or self._told_subject()
        return found or next((phrase for phrase in order if phrase), None) or self.topic()

    def named_in_answer(self, noun: str = "") -> str | None:
        """The first name that only the answer has, with its "the"; of a noun, the one that ends with it."""
        for name in QuestionParts(f"What {self._answer}").names():
            is_asked = not noun or name.text.lower().endswith(f" {noun.lower()}")
            is_asked = is_asked and name.text.lower() not in _SMALL
            if is_asked and name.text not in self._parts.text:
                before = f"What {self._answer}"[: name.start]
                return f"the {name.text}" if before.lower().endswith(" the ") else name.text
        return None

    def topic(self) -> str | None:
        """What the question is about, for "say about it" and the like: its most specific phrase."""
        parts = self._parts
        first = list(parts.phrases())[:1]
        about = [phrase for before, phrase in first if before in ("on", "about", "over", "against")]
        wanted, asked, subject = self._object(), self._asked_thing(), self._subject()
        thing = subject if subject and not _is_actor(subject) else ""
        order = [asked if parts.verb else "", *about[:1], wanted, thing, *self._complements(), subject, asked]
        return next((phrase for phrase in order if phrase), None)

    def _subject(self) -> str:
        parts = self._parts
        subject = parts.subject
        if not parts.verb and parts.is_polar and not subject.startswith("there"):
            # "Is the agreement in force in Canada": what is said of it begins with "in".
            subject = re.split(r" (?:in force|in effect|in place|likely|subject|part|exempt)\b", subject)[0]
        found = re.match(r"(?:no|any|some|an?) (.+)", subject, re.IGNORECASE)
        return f"the {found[1]}" if found else subject

    def _object(self) -> str:
        """With "the" for "a"; "Canada's strategy" for what "Canada has a strategy" speaks of."""
        parts = self._parts
        if not parts.object:
            return ""
        if re.match(r"(?:any|some|every|no)(?:thing|one|body)\b", parts.object):
            return ""
        is_infinitive = parts.text[: parts.verb_end].endswith(parts.verb)
        has = _HAVE.match(f"{parts.verb} {parts.object}") if is_infinitive else None
        if has and parts.subject and _is_actor(parts.subject):
            owned = re.sub(r"^(?:an?|any|its|their) ", "", has[1])
            return f"{possessive(parts.subject)} {owned}"
        if parts.subject and (own := re.match(r"(?:its|their|his|her) (?=\w)", parts.object)):
            return f"{possessive(parts.subject)} {parts.object[own.end() :]}"
        return re.sub(r"^(?:an?|any|some) ", "the ", parts.object)

    def _complements(self) -> list[str]:
        found = [phrase for _, phrase in self._parts.phrases() if not PLAIN_PERIOD.fullmatch(phrase)]
        return [re.sub(r"^(?:an?|any|some) ", "the ", phrase) for phrase in found]

    def _asked_thing(self) -> str:
        """What the question phrase asks for, as "the tariff that Japan pays on cars"."""
        parts, noun = self._parts, self._parts.asked_noun
        if not noun or re.match(r"(?:year|date|day|month|share|percent\w*|country|city|people)\b", noun):
            return ""
        noun = re.sub(r"^(?:the )", "", noun)
        if parts.asks_for_subject:
            is_clause = parts.verb and not parts.auxiliary and parts.rest
            return f"the {noun} that {parts.verb} {parts.rest}" if is_clause else f"the {noun}"
        if parts.subject and parts.auxiliary in ("is", "are", "was", "were"):
            return f"the {noun} of {parts.subject}"
        if parts.subject and parts.verb and parts.auxiliary in ("do", "does", "did"):
            verb = finite_form(base_form(parts.verb) or parts.verb, parts.auxiliary)
            particle = parts.text[: parts.verb_end].rpartition(parts.verb)[2]
            rest = re.split(r"(?:^| )(?:even |now\b|if\b|when\b|because\b|that\b)", parts.rest)[0]
            rest = f" {rest}" if rest and not PERIOD.match(rest) else ""
            return f"the {noun} that {parts.subject} {verb}{particle}{rest}"
        return f"the {noun}"

    def _told_name(self) -> str | None:
        """The name with which the answer begins, as in "Section 122 of the Trade Act answers ...": ...Act."""
        parts = QuestionParts(f"What {self._answer}")
        name = next(iter(parts.names()), None)
        first = split_words(self._answer)[:1]
        if name is None or name.start > len("What The ") or (first and first[0].lowered in _SMALL):
            return None
        if name.is_possessive:
            phrase = re.match(r"[^.,;:]*?['’]s? [^\W\d_]+", self._answer)
            return phrase[0] if phrase else None
        return name.text

    def _told_subject(self) -> str | None:
        """What the answer speaks of: the phrase before its verb, or after "there is"."""
        if there := _THERE_IS.search(self._answer):
            told = re.sub(r"^(?:an?|some) ", "the ", there[1])
            subject = self._subject()
            return f"{told} of {subject}" if subject and not _is_actor(subject) else told
        tokens = split_words(self._answer)[:14]
        for place, token in enumerate(tokens):
            before = tokens[place - 1]
            is_clear = before.text.endswith("s") or "," in self._answer[before.end : token.start]
            is_verb = base_form(token.text) and (
                is_clear or token.text.endswith("s") or not is_noun_too(token.text)
            )
            if (
                place
                and (AUXILIARY.match(token.text) or is_verb)
                and tokens[place - 1].lowered not in DETERMINER
            ):
                subject = self._answer[: token.start].strip(" ,")
                first, _, rest = subject.partition(" ")
                if first.lower() in PREPOSITION or first.lower() in (
                    "it",
                    "they",
                    "he",
                    "she",
                    "its",
                    "their",
                    "his",
                    "her",
                ):
                    return None
                return f"{first.lower()} {rest}" if first.lower() in DETERMINER else subject
        return None


def find_persons(text: str) -> list[str]:
    """The names of people in a text: two words or more with capitals, or a title and a name."""
    found = []
    for match in _PERSON.finditer(text):
        name = re.sub(r"['’]s?$", "", match[0])
        first = name.split()[0]
        if base_form(first.lower()) or first.lower() in (
            *PREPOSITION,
            *DETERMINER,
            "her",
            "who",
            "which",
            "what",
        ):
            name = name.partition(" ")[2]
        is_other = (
            _ORGANISATION.search(name)
            or PLAIN_PERIOD.search(name)
            or any(map(is_name_of_country, name.split()))
        )
        if not is_other and (" " in name):
            found.append(name)
    return found


def _is_actor(phrase: str) -> bool:
    """Whether a phrase names a country, an organisation or a person rather than a thing."""
    bare = re.sub(r"^the ", "", phrase, flags=re.IGNORECASE)
    words = [token.text for token in split_words(bare)]
    if re.search(
        r"\b(?:government|ministry|company|companies|firms?|court|parliament|congress|bank|producers|"
        r"farmers|office)$",
        bare,
    ):
        return True
    is_thing = re.search(
        r"\b(?:agreement|act|bill|treaty|deal|section|chapter|article|plan|mine|port|pipeline|refinery|"
        r"protocol)\b|\d",
        bare,
        re.IGNORECASE,
    )
    is_name = all(word[0].isupper() or word in ("of", "the", "and", "for") for word in words)
    return bool(words) and is_name and not is_thing


def possessive(phrase: str) -> str:
    """The phrase as the owner of what follows: "Japan's", "the farmers'"."""
    return (
        f"{phrase}'"
        if phrase.endswith("s") and is_plural(phrase) and not phrase[0].isupper()
        else f"{phrase}'s"
    )
