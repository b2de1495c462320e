"""Names in a question that give way to another: country for country, agreement for agreement."""

import re

from qa.query.countries import adjective_of, country_of_adjective, is_name_of_country
from qa.query.follow_up.question_parts import Name, QuestionParts
from qa.query.follow_up.question_words import split_words
from qa.query.follow_up.replaced_nouns import agree
from qa.query.spelling import load_english_words

__all__ = ["is_name_phrase", "replace_name", "swap_names"]

_EVERYBODY = re.compile(
    r"(?:every(?:body|one|thing) else|(?:all )?(?:the )?others?|(?:all )?other (?:countries|partners|"
    r"members|states)|"
    r"(?:all )?the (?:rest|other \w+)(?: of .+)?|the whole world)$",
    re.IGNORECASE,
)
# What stands behind these is never what a country does something as.
_DIRECTIONS = ("to", "into", "against", "between", "via", "from")


def is_name_phrase(phrase: str) -> bool:
    """Whether a phrase is a name or stands for others, in capitals or not."""
    if _EVERYBODY.fullmatch(phrase):
        return True
    words = [token.text for token in split_words(re.sub(r"^the ", "", phrase, flags=re.IGNORECASE))]
    if not words:
        return False
    if all(
        word[0].isupper() or word.lower() in ("of", "the", "and", "for") or word[0].isdigit()
        for word in words
    ):
        return words[0][0].isupper()
    if words[0][0].isupper() and re.match(r"\S+?['’]s? ", phrase):
        return True  # "Japan's neighbours"
    if len(words) == 1:
        return is_name_of_country(words[0]) or (
            words[0].lower() not in load_english_words().words and not words[0].endswith("s")
        )
    return False


def replace_name(
    parts: QuestionParts, preposition: str, phrase: str, is_possessive: bool, answer: str = ""
) -> str | None:
    """The question with the name for the one that is most like it in form and place; None without one.

    Where the answer names one of several alone, that is the one that gives way.
    """
    same = [name for name in parts.names() if name.text.casefold() == phrase.casefold()]
    if preposition and any(name.preposition == preposition for name in same):
        return parts.text
    names = [name for name in parts.names() if name not in same]
    if preposition == "for" and not any(name.preposition == "for" for name in names):
        preposition = ""  # "and for Japan" is no more than "and Japan"
    if preposition in _DIRECTIONS:
        names = [name for name in names if name.preposition == preposition]
    if not names:
        return None
    subject = parts.subject
    told = [] if preposition or is_possessive else [name for name in names if name.text in answer]

    def fit(name: Name) -> tuple[int, int]:
        is_subject = bool(subject) and name.text in subject and not name.preposition
        likeness = 0
        likeness += 8 if preposition and name.preposition == preposition else 0
        likeness += 6 if name.is_possessive == is_possessive else 0
        likeness += 3 if phrase.isupper() == name.text.isupper() else 0
        likeness += 4 if is_name_of_country(phrase) == is_name_of_country(name.text) else 0
        likeness += 1 if bool(preposition) == bool(name.preposition) else 0
        likeness += 1 if is_subject and not preposition else 0
        likeness -= 3 if name.is_modifier and not name.is_adjective else 0
        likeness -= 2 if name.is_adjective and country_of_adjective(phrase) is None else 0
        likeness -= 9 if re.search(r"\d", name.text) and not re.search(r"\d", phrase) else 0
        likeness += 6 if name in told and len(told) == 1 else 0
        return likeness, -name.start

    name = max(names, key=fit)
    if same and not (name.is_modifier or same[0].is_modifier):
        return _exchange(parts.text, name, same[0])
    if re.search(r"\d", name.text) and not re.search(r"\d", phrase):
        return None
    return _put_name(parts, name, phrase)


def _put_name(parts: QuestionParts, name: Name, phrase: str) -> str:
    text, rest = parts.text, parts.text[name.end :]
    before = text[: name.start]
    if phrase.islower() and not _EVERYBODY.fullmatch(phrase):
        phrase = " ".join(word[0].upper() + word[1:] for word in phrase.split())
    if name.is_adjective or (name.is_modifier and adjective_of(name.text) == name.text):
        adjective = phrase if country_of_adjective(phrase) else adjective_of(phrase)
        if adjective:
            return f"{before}{adjective}{rest}"
        # "Quillan" for "Kestorian steel": its adjective is not known.
        noun = re.match(r" [^\W\d_]+", rest)
        if noun:
            return f"{before.rstrip()}{noun[0]} from {phrase}{rest[noun.end() :]}"
    elif country_of_adjective(phrase) and not phrase.endswith("s") and country_of_adjective(phrase) != phrase:
        phrase = country_of_adjective(phrase) or phrase
    # "the U.S." for "Japan", and the other way round.
    before = (
        re.sub(r"\b(?:the|The) $", "", before)
        if is_name_of_country(phrase) or phrase.lower().startswith("the ")
        else before
    )
    replaced = f"{before}{phrase}{rest}"
    return agree(parts, replaced, phrase) if name.text == parts.subject else replaced


def swap_names(parts: QuestionParts) -> str:
    """The question with its two names in each other's place; unchanged where it has not two."""
    names = parts.names()
    if len(names) != 2:
        return parts.text
    return _exchange(parts.text, *names)


def _exchange(text: str, one: Name, other: Name) -> str:
    first, second = sorted((one, other), key=lambda name: name.start)
    return (
        f"{text[: first.start]}{second.text}{text[first.end : second.start]}{first.text}{text[second.end :]}"
    )
