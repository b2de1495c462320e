"""Common nouns in a question that give way to another: products, kinds, and exports for imports."""

import re

from qa.query.countries import is_name_of_country
from qa.query.follow_up.question_parts import QuestionParts
from qa.query.follow_up.question_words import (
    AUXILIARY,
    DETERMINER,
    FIGURES,
    PREPOSITION,
    UNITS,
    head_word,
    is_plural,
    split_words,
)
from qa.text.terms import stem

__all__ = [
    "agree",
    "asks_figure",
    "replace_modifier",
    "replace_noun",
    "replace_opposite",
    "replace_shared_word",
]

_OPPOSITES = """exports imports|export import|exported imported|exporters importers|exporter importer|
exporting importing|sales purchases|buyers sellers|buyer seller|supply demand|revenue spending|
income expenditure|production consumption|highest lowest|largest smallest|minimum maximum|least most|
surplus deficit|arrivals departures|inflows outflows|winners losers|profits losses|births deaths|
advantages disadvantages|benefits costs|opening closing"""
# "a tonne of butter": the butter gives way to other goods.
_MEASURE_OF = re.compile(rf"^(?:an? |the )?{UNITS} of (?=\w)", re.IGNORECASE)
_FIGURE_HEAD = re.compile(rf"\b{FIGURES}$", re.IGNORECASE)
_MODIFIED = re.compile(
    r"(?<= )(?P<noun>(?!(?:the|an?|its|their|total|average|mean|"
    r"basic|new|old|annual|export|import)\b)[\w-]{3,30}) "
    r"(?:exports|imports|duty|tariff|price|tax|levy|quota|production|output|harvest)$"
)
_AGREEMENT = {"does": "do", "is": "are", "was": "were", "has": "have"}


def replace_shared_word(parts: QuestionParts, phrase: str) -> str | None:
    """The question with "instant coffee" for "green coffee"; None where it lacks the noun."""
    head = head_word(phrase)
    if head not in phrase:  # it is a name
        return None
    tokens = split_words(parts.text)
    place = next(
        (
            number
            for number in range(len(tokens) - 1, 0, -1)
            if stem(tokens[number].text) == stem(head) and len(head) > 2
        ),
        None,
    )
    if place is None:
        return None
    first = place
    while (
        first > 1
        and _is_modifier(tokens[first - 1].text)
        and tokens[first - 1].end + 1 == tokens[first].start
    ):
        first -= 1
    has_determiner = tokens[first - 1].lowered in DETERMINER
    begins_with_determiner = phrase.split()[0].lower() in DETERMINER
    start = tokens[first - 1].start if has_determiner and begins_with_determiner else tokens[first].start
    end = tokens[place].end
    # "the review of August 2023" takes the place of the other review with what belongs to that.
    if len(split_words(phrase)) > 1 and (own := re.search(r" (of|from|in|with|between) ", phrase)):
        words = own[1] if own[1] in ("with", "between") else "of|from|in"
        behind = re.match(rf" (?:{words}) (?:the )?[\w.’'-]+(?: \d{{4}})?", parts.text[end:])
        end += behind.end() if behind else 0
    return f"{parts.text[:start]}{phrase}{parts.text[end:]}"


def _is_modifier(word: str) -> bool:
    """Whether a word before a noun tells which: no determiner, preposition, possessor or question word."""
    is_small = word.lower() in (*PREPOSITION, *DETERMINER, "and", "or", "what", "which", "many", "much")
    return not is_small and not AUXILIARY.match(word) and not word.endswith(("'s", "’s", "s'", "s’"))


def replace_opposite(parts: QuestionParts, phrase: str) -> str | None:
    """The question with "imports" for "exports" and the like; None where it has no opposite of the phrase."""
    word = phrase.removeprefix("the ").lower()
    for pair in (row.split() for row in _OPPOSITES.split("|")):
        if word in pair:
            return _put_opposite(parts.text, word, pair[1 - pair.index(word)])
    return None


def _put_opposite(text: str, word: str, other: str) -> str | None:
    changed, count = re.subn(rf"\b{other}\b", word, text, count=1, flags=re.IGNORECASE)
    # "How much wheat did Canada export?": the noun's verb.
    if not count and word.endswith("s"):
        verb = rf"(\bhow (?:much|many) .*\b){other[:-1]}\b"
        changed, count = re.subn(verb, rf"\g<1>{word[:-1]}", text, count=1, flags=re.IGNORECASE)
    return _turn_direction(changed, word) if count else None


def _turn_direction(text: str, word: str) -> str:
    """The question with "imports from" where it had "exports to"."""
    if re.match("import|purchase|arriv|inflow", word):
        return re.sub(
            rf"\b({word.removesuffix('s')}s?(?: of \w+)?(?: [A-Z][\w-]*)?) to (?=[A-Z])",
            r"\1 from ",
            text,
            count=1,
        )
    if re.match("export|sale|departure|outflow", word):
        return re.sub(
            rf"\b({word.removesuffix('s')}s?(?: of \w+)?(?: [A-Z][\w-]*)?) from (?=[A-Z])",
            r"\1 to ",
            text,
            count=1,
        )
    return text


def replace_noun(parts: QuestionParts, preposition: str, phrase: str, answer: str = "") -> str | None:
    """The question with another product or the like, told by its preposition or its place; None without.

    Without a preposition, what the answer names gives way first.
    """
    text = parts.text
    phrases = [(before, inner) for before, inner in parts.phrases() if _is_common(inner)]
    same = [inner for before, inner in phrases if preposition and before == preposition]
    products = [inner for before, inner in phrases if before in ("on", "of", "for", "with")]
    counted = re.search(
        r"\bhow (?:much|many) (?:of )?((?:[a-z-]+ ){0,20}?[a-z-]+)$", parts.asked, re.IGNORECASE
    )
    amount = [counted[1]] if counted and not re.fullmatch(UNITS, counted[1], re.IGNORECASE) else []
    amount = [_MEASURE_OF.sub("", noun) for noun in amount]
    subject = [parts.subject] if _is_common(parts.subject) else []
    wanted = [parts.object] if _is_common(parts.object) else []
    if ones := re.match(r"(?:the )?(.+) ones?$", phrase):
        nouns = [*products, *amount, *subject, *wanted]
        phrase = f"{ones[1]} {head_word(nouns[0])}" if nouns else phrase
    if preposition:
        candidates = [*same, *products, *subject, *wanted, *amount]
    else:
        candidates = [*amount, *products, *subject, *wanted]
        told = [noun for noun in candidates if _without_phrases(noun).lower() in answer.lower()]
        candidates = [*told, *candidates] if len(set(told)) == 1 else candidates
        if phrase.startswith("the ") and not told:
            candidates.sort(key=lambda candidate: not candidate.startswith("the "))
    for candidate in [_MEASURE_OF.sub("", noun) for noun in candidates]:
        place = text.find(candidate)
        narrow = _without_phrases(candidate)
        # A possessor stays: "Kestoria's steel" becomes "Kestoria's rice".
        own = re.match(r".*['’]s? (?=\w)", narrow)
        start, end = place + (own.end() if own else 0), place + len(narrow)
        # "robusta from Peru" for "arabica from Kenya"
        if of_new := re.search(r" (from|of|in|to|with) (?:the )?[A-Z]", phrase):
            of_old = re.match(rf" {of_new[1]} (?:the )?[A-Z][\w.’'-]*(?: [A-Z][\w.’'-]*)*", text[end:])
            end += of_old.end() if of_old else 0
        if candidate == parts.subject and asks_figure(parts, phrase):
            continue
        replaced = f"{text[:start]}{phrase}{text[end:]}"
        if candidate == parts.subject and parts.auxiliary:
            return agree(parts, replaced, phrase)
        return replaced
    return None


def asks_figure(parts: QuestionParts, phrase: str) -> bool:
    """Whether a figure is asked for, and the common noun is none: "vans" are no other "duty on cars"."""
    is_figure = _FIGURE_HEAD.search(_without_phrases(parts.subject)) is not None
    return is_figure and phrase == phrase.lower() and not _FIGURE_HEAD.search(_without_phrases(phrase))


def replace_modifier(parts: QuestionParts, phrase: str) -> str | None:
    """The question with "van duty" for "car duty" after "and vans?"; None where no noun stands so."""
    narrow = _without_phrases(parts.subject)
    found = _MODIFIED.search(narrow)
    if any(before in ("on", "of", "for") for before, _ in parts.phrases()):
        return None  # "the duty on cars": those give way
    if found is None or not re.fullmatch(r"[a-z-]{2,30}", phrase) or not asks_figure(parts, phrase):
        return None
    noun, place = found["noun"], parts.text.find(narrow)
    is_one = not noun.endswith("s") and re.search(r"[^es]s$", phrase)
    new = phrase[:-1] if is_one else phrase
    return f"{parts.text[: place + found.start('noun')]}{new}{parts.text[place + found.end('noun') :]}"


def _without_phrases(phrase: str) -> str:
    tokens = split_words(phrase)
    end = next((token.start for token in tokens[1:] if token.lowered in PREPOSITION), len(phrase))
    return phrase[:end].rstrip()


def _is_common(phrase: str) -> bool:
    """Whether a phrase has a common noun for its noun."""
    head = head_word(phrase)
    return bool(head) and head in phrase and not head[0].isdigit() and not is_name_of_country(head)


def agree(parts: QuestionParts, text: str, subject: str) -> str:
    """The auxiliary in the number of its new subject."""
    auxiliary = parts.auxiliary
    plural, singular = _AGREEMENT, {many: one for one, many in _AGREEMENT.items()}
    changed = plural.get(auxiliary) if is_plural(subject) else singular.get(auxiliary)
    if changed is None:
        return text
    place = re.search(rf"\b{auxiliary}\b", text, re.IGNORECASE)
    return f"{text[: place.start()]}{changed}{text[place.end() :]}" if place else text
