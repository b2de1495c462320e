"""What a table calls something that a question names by a capital or an acronym."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from qa.query.acronyms.name_matching import MAX_ACRONYM_LETTERS, initials_spans, split_words
from qa.query.countries import country_of, names_of_country
from qa.text.terms import stem

__all__ = ["find_other_name"]


def find_other_name(name: str, vocabulary: AbstractSet[str], texts: Sequence[str]) -> str | None:
    """The stem of the last word of what a table has for a name: "korea" for "Seoul", "tonne" for "GT".

    None where it has nothing. `vocabulary` are the stems of its names, and `texts` are those names.
    """
    country = country_of((name.removesuffix("'s").removesuffix("’s"),))
    for other in names_of_country(country) if country else ():
        stems = [stem(word.text) for word in split_words(other)]
        if stems and all(word in vocabulary for word in stems):
            return stems[-1]
    if name.endswith("ish") and (land := stem(f"{name.removesuffix('ish')}land")) in vocabulary:
        return land  # what is Sarnish comes from Sarnland
    if not (name.isupper() and 2 <= len(name) <= MAX_ACRONYM_LETTERS):
        return None
    for text in texts:
        words = split_words(text)
        for _, end in initials_spans(name.casefold(), words):
            return stem(words[end - 1].text)
    return None
