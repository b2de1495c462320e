"""A question put again with other words before it: "Since when" and "What tariff does Japan pay on cars?"."""

import re

from qa.query.follow_up.question_parts import QuestionParts
from qa.query.follow_up.question_words import AUXILIARY, DETERMINER, PREPOSITION, is_plural, split_words
from qa.query.follow_up.verb_forms import base_form

__all__ = ["invert", "lower_first", "negate"]


def lower_first(text: str) -> str:
    """With a small first letter, but for names."""
    first = text.split(" ", 1)[0]
    is_name = first[1:] != first[1:].lower() or not (
        AUXILIARY.match(first)
        or first.lower()
        in (*PREPOSITION, *DETERMINER, "what", "which", "who", "how", "when", "where", "why", "there")
    )
    return text if is_name else text[0].lower() + text[1:]


def invert(parts: QuestionParts, prefix: str, instead: str | None = None) -> str | None:
    """The last question as one that the prefix begins: "Since when" and "What tariff does Japan pay on cars".

    What was asked for stands after the verb, as "a tariff" or as `instead`. None where no verb is known.
    """
    text = parts.text
    if parts.is_polar:
        body = re.sub(r" ever\b", "", text[len(parts.lead) :], count=1)
        base = base_form(parts.verb) if parts.auxiliary in ("has", "have") and parts.subject else None
        if base and prefix.lower().startswith(("when", "where")) and parts.verb in body:
            behind = text[text.rfind(parts.verb, 0, parts.verb_end) + len(parts.verb) :]
            body = f"did {parts.subject} {base}{behind}"
        return f"{parts.lead}{prefix} {lower_first(body)}"
    auxiliary, noun = parts.auxiliary, parts.asked_noun
    if not parts.is_wh or not auxiliary:
        return None
    asked_at = text.find(parts.asked, len(parts.lead)) + len(parts.asked)
    body = text[asked_at:].strip()
    if parts.asks_for_subject:
        subject = noun or ""
        return (
            f"{parts.lead}{prefix} {auxiliary} {subject} {body[len(auxiliary) :].strip()}"
            if subject
            else None
        )
    if re.match(
        r"(?:when|where|why|how|in what|on what|at what|by what)\b(?! (?:much|many))",
        parts.asked,
        re.IGNORECASE,
    ) and not re.match(r"how (?:high|big|large|long|often|far|old)", parts.asked, re.IGNORECASE):
        return f"{parts.lead}{prefix} {body}"
    if not parts.verb:
        return None
    is_bare = re.fullmatch(r"(?:\w+ )?what", parts.asked, re.IGNORECASE) is not None
    inserted = instead or ("that" if is_bare else _indefinite(noun))
    if not inserted:
        return None
    preposition = parts.asked.split()[0].lower()
    inserted = f"{preposition} {inserted}" if preposition in PREPOSITION else inserted
    rest = f" {parts.rest}" if parts.rest else ""
    return f"{parts.lead}{prefix} {text[asked_at : parts.verb_end].strip()} {inserted}{rest}"


def _indefinite(noun: str) -> str:
    if not noun:
        return ""
    first = split_words(noun)[0].text
    if (
        is_plural(noun)
        or first in DETERMINER
        or first in ("money", "of")
        or noun.split()[-1] in ("money", "aid", "wheat", "oil", "gas", "steel")
    ):
        return noun
    if first.endswith(("'s", "’s")):
        return noun
    return f"{'an' if first[0].lower() in 'aeio' else 'a'} {noun}"


def negate(polar: str) -> str:
    """A question for yes or no turned: "isn't the pipeline repaired"."""
    auxiliary, _, rest = polar.partition(" ")
    auxiliary, rest = auxiliary.lower().replace("’", "'"), re.sub(r"\bever ", "", rest, count=1)
    if not auxiliary.endswith("n't"):
        auxiliary = {"can": "can't", "will": "won't"}.get(auxiliary, f"{auxiliary}n't")
    return f"{auxiliary} {rest}"
