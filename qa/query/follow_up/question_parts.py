"""The parts of a question: what it asks for, its auxiliary, subject and verb, and its names and phrases."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from qa.query.countries import country_of_adjective, is_name_of_country
from qa.query.follow_up.question_words import (
    ADVERB,
    AUXILIARY,
    DETERMINER,
    PLAIN_PERIOD,
    PREPOSITION,
    QUESTION_WORD,
    SUBORDINATING,
    Token,
    is_predicate,
    split_words,
    whole_phrase,
    without_period,
)
from qa.query.follow_up.verb_forms import base_form, is_noun_too, is_participle

__all__ = ["Name", "QuestionParts"]

_LEAD = re.compile(
    r"^(?:under|in|on|after|before|since|according to|during|at|by|with|for|of|within|as of) [^,?]*, (?=\w+)",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"[\dIVX]+(?:\.\d+)?$|[A-Z]-?\d+$")


@dataclass(frozen=True, slots=True)
class Name:
    """A run of capitalised words: without the possessive ending, which `is_possessive` tells.

    `preposition` stands before it ("" if none does), `is_modifier` tells that a common noun follows
    ("Japanese cars", "GOFTA members").
    """

    text: str
    start: int
    end: int
    preposition: str
    is_possessive: bool
    is_modifier: bool

    @property
    def is_adjective(self) -> bool:
        """Whether it is an adjective of a country, known or by its ending."""
        return self.is_modifier and (
            country_of_adjective(self.text) is not None
            or (
                " " not in self.text
                and self.text.endswith(("an", "ese", "ish"))
                and not is_name_of_country(self.text)
            )
        )


class QuestionParts:
    """A question without its mark, cut into its parts; a part that it lacks is "" or None.

    `lead` stands before the question proper ("Under the truce,"), `asked` is the question phrase with its
    preposition ("What tariff", "Since when"), `auxiliary` follows it. A question for its own subject has an
    `auxiliary` only where that is a form of "be" or "have".
    """

    def __init__(self, question: str) -> None:
        self.text = (
            " ".join(question.split()).rstrip("?!. ")
            if not question.rstrip().endswith(("U.S.", "U.K."))
            else question.strip()
        )
        found = _LEAD.match(self.text)
        self._tokens = split_words(self.text)
        first = 0
        if found:
            after = next((place for place, token in enumerate(self._tokens) if token.start >= found.end()), 0)
            word = self._tokens[after].text if after < len(self._tokens) else ""
            if AUXILIARY.match(word) or QUESTION_WORD.match(word):
                first = after
        self.lead = self.text[: self._tokens[first].start] if first else ""
        self._first = first
        self._auxiliary_at, self._verb_at = self._find_auxiliary(), None
        self._verb_at = self._find_verb()

    def _slice(self, first: int, last: int | None) -> str:
        """The text of the tokens from one to before the other."""
        tokens = self._tokens[first:last]
        return self.text[tokens[0].start : tokens[-1].end] if tokens else ""

    @cached_property
    def is_wh(self) -> bool:
        """Whether it begins with a question word, maybe after a preposition."""
        words = [token.text for token in self._tokens[self._first : self._first + 2]]
        return bool(words) and bool(
            QUESTION_WORD.match(words[0])
            or (len(words) == 2 and words[0].lower() in PREPOSITION and QUESTION_WORD.match(words[1]))
        )

    @cached_property
    def is_polar(self) -> bool:
        """Whether it can be answered with yes or no."""
        return self._auxiliary_at == self._first and len(self._tokens) > self._first + 1

    def _find_auxiliary(self) -> int | None:
        tokens, first = self._tokens, self._first
        if not tokens[first:]:
            return None
        if not self.is_wh:
            return first if AUXILIARY.match(tokens[first].text) else None
        # "Who pays what Canada has to pay": the auxiliary stands before any other verb.
        for place in range(first + 1, min(len(tokens), first + 12)):
            word = tokens[place].text
            if AUXILIARY.match(word):
                return place
            if place == first + 1 and QUESTION_WORD.match(word):
                continue
            if tokens[first].lowered == "who" or word.lower() in SUBORDINATING:
                return None
            is_noun = is_noun_too(word) or tokens[place - 1].lowered in (*DETERMINER, *PREPOSITION)
            if base_form(word) and not is_noun and not is_participle(word):
                return None
        return None

    def _find_verb(self) -> int | None:
        """The verb after the subject, or in a question for the subject after that."""
        tokens, auxiliary = self._tokens, self.auxiliary
        if self._auxiliary_at is None:
            start = self._first + (1 if self.is_wh else len(tokens))
            for is_wanted in (lambda word: not is_noun_too(word), is_noun_too):
                for place in range(start, len(tokens)):
                    word, before = tokens[place].text, tokens[place - 1].lowered
                    is_verb = base_form(word) or is_participle(word)
                    is_after_noun = place - 1 > self._first or before in ("who", "what")
                    if (
                        is_verb
                        and is_wanted(word)
                        and is_after_noun
                        and before not in (*DETERMINER, *PREPOSITION)
                    ):
                        return place
            return None
        places = range(self._auxiliary_at + 1, len(tokens))
        if auxiliary in ("is", "are", "was", "were", "has", "have", "had"):
            for place in places:
                word, before = tokens[place].text, tokens[place - 1].lowered
                if word in ("been", "being") or (
                    is_participle(word)
                    and before not in DETERMINER
                    and before not in PREPOSITION
                    and not before.endswith(("'s", "’s"))
                ):
                    return place
            return None
        candidates = [
            place
            for place in places
            if base_form(tokens[place].text) == tokens[place].text
            and place > places[0]
            and tokens[place - 1].lowered not in (*DETERMINER, *PREPOSITION)
            and not tokens[place - 1].lowered.endswith(("'s", "’s"))
            and not (
                place + 1 < len(tokens) and tokens[place + 1].text == "of" and is_noun_too(tokens[place].text)
            )
        ]
        sure = [place for place in candidates if not is_noun_too(tokens[place].text)]
        before_phrase = [
            place
            for place in candidates
            if place + 1 == len(tokens) or tokens[place + 1].lowered in (*PREPOSITION, *DETERMINER)
        ]
        pronoun = [
            place
            for place in candidates[:1]
            if place == places[0] + 1 and _is_short_subject(tokens[place - 1])
        ]
        return next(iter([*pronoun, *sure[:1], *before_phrase[:1], *candidates]), None)

    # The parts as text -------------------------------------------------------------------------------

    @property
    def auxiliary(self) -> str:
        """In lower case."""
        return "" if self._auxiliary_at is None else self._tokens[self._auxiliary_at].lowered

    @property
    def asked(self) -> str:
        """The question phrase: "What tariff", "By how much"; "" in a question for yes or no."""
        if not self.is_wh:
            return ""
        stop = self._auxiliary_at if self._auxiliary_at is not None else self._verb_at
        return self._slice(self._first, stop)

    @property
    def asked_noun(self) -> str:
        """What is asked for: "tariff" of "What tariff", "new countries" of "How many new countries"."""
        found = re.match(
            r"(?:\w+ )?(?:what|which|how (?:many|much)) (?:of )?(?:other )?(.+)", self.asked, re.IGNORECASE
        )
        return found[1] if found else ""

    @property
    def asks_for_subject(self) -> bool:
        """Whether the question phrase is the subject: "Who pays it?", "What duties were added?"."""
        if self._auxiliary_at is None:
            return self.is_wh
        after = self._auxiliary_at + 1
        is_verb = self._verb_at == after or (
            after < len(self._tokens) and self._tokens[after].lowered in ("to", "been", "there")
        )
        return self.is_wh and is_verb

    @property
    def subject(self) -> str:
        """Without adverbs around it; where there is no verb after "is", all but the period."""
        if self._auxiliary_at is None or self.asks_for_subject:
            return ""
        start = self._auxiliary_at + 1
        stop = self._verb_at if self._verb_at is not None else len(self._tokens)
        while start < stop and self._tokens[start].lowered in (*ADVERB, "there"):
            start += 1
        while stop > start and self._tokens[stop - 1].lowered in ADVERB:
            stop -= 1
        subject = re.sub(r" worth$", "", without_period(self._slice(start, stop)))
        # "Who was right according to the panel": no noun phrase.
        is_value = self._verb_at is not None or not self.is_wh or bool(self.asked_noun)
        return subject if is_value or not is_predicate(subject) else ""

    @property
    def verb(self) -> str:
        """As it stands in the question."""
        return "" if self._verb_at is None else self._tokens[self._verb_at].text

    @property
    def verb_end(self) -> int:
        """The offset behind the verb and what belongs to it: "expect to gain", "bring in"."""
        if self._verb_at is None:
            return len(self.text)
        place = self._verb_at + 1
        while place < len(self._tokens):
            word = self._tokens[place].lowered
            after = self._tokens[place + 1].text if place + 1 < len(self._tokens) else ""
            if word == "to" and base_form(after) == after:
                place += 2
            elif (
                word in ("been", "being", "be")
                or (self._tokens[place - 1].lowered in ("been", "being", "be") and is_participle(word))
                or (word in PREPOSITION and (not after or after.lower() in PREPOSITION))
            ):
                place += 1
            else:
                break
        return self._tokens[place - 1].end

    @property
    def rest(self) -> str:
        """What follows the verb; without a verb ""."""
        return self.text[self.verb_end :].strip()

    @property
    def object(self) -> str:
        """The noun phrase behind the verb, with the phrases that belong to it; "" if there is none."""
        rest = split_words(self.rest)
        if (
            not rest
            or rest[0].lowered in (*PREPOSITION, *SUBORDINATING, *ADVERB)
            or PLAIN_PERIOD.match(self.rest)
        ):
            return ""
        return whole_phrase(self.rest)

    def phrases(self) -> Iterator[tuple[str, str]]:
        """Preposition and noun phrase of each prepositional phrase, periods aside, in order."""
        start = self._auxiliary_at if self._auxiliary_at is not None else self._first
        for place in range(start, len(self._tokens) - 1):
            word, after = self._tokens[place].lowered, self._tokens[place + 1].text
            if word in PREPOSITION and not (word == "to" and base_form(after) == after):
                stop = self._verb_at if self._verb_at is not None and place < self._verb_at else None
                phrase = whole_phrase(self._slice(place + 1, stop))
                if phrase and not PLAIN_PERIOD.match(phrase):
                    yield self._tokens[place].lowered, phrase

    def names(self) -> list[Name]:
        """The names, in order; neither periods nor the question word are any."""
        periods = [match.span() for match in PLAIN_PERIOD.finditer(self.text)]
        names: list[Name] = []
        place = 0
        while place < len(self._tokens):
            stop = self._end_of_name(place, periods)
            if stop == place:
                place += 1
                continue
            first, last = self._tokens[place], self._tokens[stop - 1]
            text = self.text[first.start : last.end]
            bare = re.sub(r"['’]s$|(?<=s)['’]$", "", text)
            after = self._tokens[stop].text if stop < len(self._tokens) else ""
            before = place - 1
            while before >= 0 and self._tokens[before].lowered in ("the", "a", "an"):
                before -= 1
            preposition = self._tokens[before].lowered if before >= 0 else ""
            names.append(
                Name(
                    text=bare,
                    start=first.start,
                    end=first.start + len(bare),
                    preposition=preposition if preposition in PREPOSITION else "",
                    is_possessive=bare != text,
                    is_modifier=bare == text and self._is_noun(stop, after),
                )
            )
            place = stop
        return names

    def _is_noun(self, place: int, word: str) -> bool:
        """Whether the word at a place can be the noun of a modifier before it."""
        if not word or not word[0].islower() or place == self._verb_at or word in (*PREPOSITION, *ADVERB):
            return False
        is_other = word in ("and", "or", "but", "worth", *SUBORDINATING, *DETERMINER) or AUXILIARY.match(word)
        return not is_other and self.text[: self._tokens[place].start].endswith(" ")

    def _end_of_name(self, place: int, periods: list[tuple[int, int]]) -> int:
        """After the last token of the name that begins at a place; the place itself if none does."""
        stop = place
        for number in range(place, len(self._tokens)):
            token = self._tokens[number]
            is_first = number == self._first
            is_name = token.is_capitalised or is_name_of_country(token.text)
            if number > place and not is_name:
                is_name = bool(_NUMBER.match(token.text))
            if is_first and (self.is_wh or self.is_polar or not is_name_of_country(token.text)):
                is_name = False
            if number == place and token.lowered in (*PREPOSITION, *DETERMINER):
                is_name = False
            gap = self.text[self._tokens[number - 1].end : token.start] if number > place else ""
            if not is_name or gap not in ("", " ") or any(a <= token.start < b for a, b in periods):
                break
            stop = number + 1
            if token.text.endswith(("'s", "’s", "s'", "s’")):
                break
        return stop


def _is_short_subject(token: Token) -> bool:
    """Whether a word is a whole subject: a name or a pronoun."""
    return token.is_capitalised or token.lowered in ("it", "they", "he", "she", "that", "this", "we", "you")
