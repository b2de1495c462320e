"""Fragments: "And for Britain?" is the last question with one of its parts replaced by the new one."""

import re

from qa.query.follow_up.moved_periods import is_part_of_year, keep_year, shift_part, shift_year, swap_part
from qa.query.follow_up.question_parts import QuestionParts
from qa.query.follow_up.question_words import (
    DETERMINER,
    FIGURES,
    PERIOD,
    PLAIN_PERIOD,
    PREPOSITION,
    UNITS,
    head_word,
    split_words,
)
from qa.query.follow_up.replaced_names import is_name_phrase, replace_name, swap_names
from qa.query.follow_up.replaced_nouns import (
    asks_figure,
    replace_modifier,
    replace_noun,
    replace_opposite,
    replace_shared_word,
)
from qa.query.follow_up.verb_forms import base_form, finite_form
from qa.text.terms import stem

__all__ = ["is_whole_phrase", "put_date", "substitute"]

_SWAPPED = re.compile(
    r"^(?:(?:and )?the other way (?:a?round)|vice versa|the (?:reverse|opposite))$", re.IGNORECASE
)
_CLAUSE = re.compile(
    r"^(?:even )?(?:if|unless|when|although|though|because|while|after|before|without|not|only|except)\b",
    re.IGNORECASE,
)
_POINTING = re.compile(
    r"(?:^|,? )(?:(?:in |for )?(?:that|the) same (?:day|week|month|quarter|year|period|time)|"
    r"(?:to|from|in|for|by|with|at|on) the same [a-z]{2,30}|then and now|then|"
    r"as well|too|instead|respectively)$",
    re.IGNORECASE,
)
_ORDINAL = re.compile(
    r"\b(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|last|latest|previous|next|"
    r"\d+(?:st|nd|rd|th))\b",
    re.IGNORECASE,
)
_ORDINAL_ONE = re.compile(rf"(?:the )?({_ORDINAL.pattern})(?: ones?)?$", re.IGNORECASE)
_THE_ONE = re.compile(r"^(?:the (?:ones?)|that|those) (?=\w+ )", re.IGNORECASE)
# What is counted in money.
_VALUE = re.compile(
    r"(?:(?:thousand|million|billion|trillion|U\.?S\.?) )*(?:value|money|cash|"
    r"(?:money|value) terms|terms of (?:value|"
    r"money)|dollars?|euros?|yen|yuan|pesos?|francs?|rupees?|crowns?|florins?)",
    re.IGNORECASE,
)
# "and the value?"
_MEASURE = re.compile(r"(?:the |its |their )?(value|volume|weight)", re.IGNORECASE)
_PAST = {"is": "was", "are": "were", "do": "did", "does": "did", "has": "had", "have": "had"}
_UNIT = re.compile(rf"(?:in|by|per|as) ({UNITS}|(?:a|an) share of .+)$", re.IGNORECASE)


def substitute(fragment: str, base: str, answer: str = "") -> str:
    """The base question with the fragment in the place of what is of its kind, else with it at its end.

    `fragment` is without "and" and the question mark. Of two names that may give way, that goes which the
    answer names.
    """
    parts = QuestionParts(base)
    if _SWAPPED.match(fragment):
        return swap_names(parts)
    fragment = _POINTING.sub("", fragment).strip(" ,")
    if not fragment:
        return parts.text
    if _CLAUSE.match(fragment) and not PERIOD.fullmatch(fragment):
        return f"{parts.text} {fragment}"
    text = parts.text
    for preposition, phrase in _pieces(_THE_ONE.sub("", fragment)):
        text = _replace_piece(QuestionParts(text), preposition, phrase, answer)
    return text


def _pieces(fragment: str) -> list[tuple[str, str]]:
    """The fragment cut before its periods, each piece as its preposition ("" for none) and the rest."""
    cuts = [0]
    for match in PERIOD.finditer(fragment):
        before = fragment[: match.start()].rstrip(" ,")
        if before and not is_part_of_year(before) and not before.endswith((" of", " the", " and", " to")):
            cuts.append(match.start())
        if match.end() < len(fragment) and not fragment[match.end() :].startswith(("-", "'", "’")):
            after = re.match(rf",? ?(?=(?:{'|'.join(PREPOSITION)})\b)", fragment[match.end() :])
            if after:
                cuts.append(match.end() + after.end())
    pieces = [fragment[a:b].strip(" ,") for a, b in zip(cuts, [*cuts[1:], len(fragment)], strict=True)]
    found = []
    for piece in pieces:
        first, _, rest = piece.partition(" ")
        if first.lower() in PREPOSITION and rest and not _UNIT.match(piece):
            found.append((first.lower(), rest))
        elif piece:
            found.append(("", piece))
    return found


def _replace_piece(parts: QuestionParts, preposition: str, phrase: str, answer: str = "") -> str:
    piece = f"{preposition} {phrase}".strip()
    if moved := (
        shift_year(parts.text, piece) or shift_part(parts.text, piece) or swap_part(parts.text, piece)
    ):
        return moved
    if (
        is_part_of_year(piece)
        or PERIOD.fullmatch(piece)
        or (preposition and PERIOD.match(piece) and PLAIN_PERIOD.match(phrase))
    ):
        return _replace_period(parts, preposition, keep_year(piece, parts.text))
    if unit := _UNIT.match(piece):
        return _replace_unit(parts, unit[1], piece)
    if measure := _MEASURE.fullmatch(piece):
        return _replace_unit(parts, measure[1].lower(), f"by {measure[1].lower()}")
    if (ordinal := _ORDINAL_ONE.fullmatch(phrase)) and _ORDINAL.search(parts.text):
        return _ORDINAL.sub(ordinal[1].lower(), parts.text, count=1)
    if changed := _replace_two(parts, phrase):
        return changed
    is_possessive = phrase.endswith(("'s", "’s", "s'", "s’")) and len(phrase) > 3
    bare = re.sub(r"['’]s$|(?<=s)['’]$", "", phrase) if is_possessive else phrase
    for replaced in (
        _replace_numbered(parts, phrase),
        replace_modifier(parts, phrase) if not preposition else None,
        replace_shared_word(parts, phrase),
        replace_opposite(parts, phrase),
        replace_name(parts, preposition, bare, is_possessive, answer) if is_name_phrase(bare) else None,
        replace_noun(parts, preposition, phrase, answer) if not is_name_phrase(bare) else None,
        replace_name(parts, preposition, bare, is_possessive, answer)
        if not preposition and not asks_figure(parts, phrase)
        else None,
    ):
        if replaced:
            return replaced
    return _append(parts.text, piece if preposition else f"for {phrase}")


def _replace_numbered(parts: QuestionParts, phrase: str) -> str | None:
    """The question with "lot 219" for "lot 221"."""
    numbered = re.fullmatch(r"(?:the )?([a-z]{2,30}) (\d[\w./-]{0,20})", phrase)
    if numbered is None:
        return None
    text, count = re.subn(rf"\b{numbered[1]} \d[\w./-]{{0,20}}", numbered[0], parts.text, count=1)
    return text if count else None


def _replace_two(parts: QuestionParts, phrase: str) -> str | None:
    """Two changes at once: "imports from Peru", "Peru's imports", "its imports"."""
    if own := re.match(r"(?:its|their|his|her) ([a-z].*)$", phrase):
        return _replace_owned(parts, own[1])
    behind = re.match(r"((?:the )?\w+) (to|from|of|in|for|on|with) (.+)$", phrase)
    changed = replace_opposite(parts, behind[1]) if behind else None
    if behind and changed:
        return _replace_piece(QuestionParts(changed), behind[2], behind[3])
    owned = re.match(r"([A-Z][\w.’' -]*?)['’]s? ((?:[a-z-]+ )*[a-z-]+)$", phrase)
    changed = (replace_opposite(parts, owned[2]) or replace_shared_word(parts, owned[2])) if owned else None
    if owned and changed:
        return replace_name(QuestionParts(changed), "", owned[1], is_possessive=True) or changed
    return None


def _replace_owned(parts: QuestionParts, noun: str) -> str:
    """The question with another thing of the same owner: "the staff of the office" for its budget."""
    owned = re.search(
        r"(?<=['’]s )(?:[a-z-]+ )*?[a-z-]+(?= (?:of|in|on|for|to|from|with|worth)\b|$)", parts.text
    )
    owned = owned or re.search(r"(?<=\bthe )(?:[a-z-]+ )*?[a-z-]+(?= of\b)", parts.text)
    if not owned:
        return _append(parts.text, f"for the {noun}")
    return f"{parts.text[: owned.start()]}{noun}{parts.text[owned.end() :]}"


def _append(text: str, piece: str) -> str:
    """At the end, but before a period that ends the question."""
    for period in PERIOD.finditer(text):
        if period.end() == len(text) and not PERIOD.match(piece) and re.match(r"\w+ \S", period[0]):
            return f"{text[: period.start()].rstrip()} {piece} {period[0]}"
    return f"{text} {piece}"


# Periods ----------------------------------------------------------------------------------------------


def _replace_period(parts: QuestionParts, preposition: str, piece: str) -> str:
    text = parts.text
    found = [match for match in PERIOD.finditer(text) if not text[: match.start()].endswith("-")]
    if not found:
        return _append(
            text,
            piece
            if preposition or re.match(r"(?:now|today|currently|last|this|next)\b", piece)
            else f"in {piece}",
        )
    # The period of a name ("the 2019 truce") gives way only where there is no other.
    free = [match for match in found if not re.search(r"(?:\bthe|\ban?|['’]s|\bof) $", text[: match.start()])]
    period = (free or found)[-1]
    if len(free) > 1 and re.fullmatch(r",? (?:and|to|or) ", text[free[-2].end() : period.start()]):
        return f"{text[: free[-2].start()]}{piece}{text[period.end() :]}"
    inner = PLAIN_PERIOD.search(period[0])
    has_preposition = inner is not None and inner.start() > 0
    new = piece
    if period not in free or (
        has_preposition and not preposition and not re.match(r"(?:now|today|currently)\b", piece)
    ):
        kept = period[0][: inner.start()] if inner else ""
        if re.match(r"(?:last|this|next|early|late|mid)\b", piece):
            kept = ""
        new = kept + (piece.removeprefix(preposition).strip() if period not in free else piece)
        if not re.search(r"\d", piece) or (period not in free and not re.fullmatch(r"\d{4}", new.strip())):
            new = f"{kept}{piece.removeprefix(preposition).strip()}"
    elif not has_preposition and not preposition:
        new = (
            piece
            if re.match(r"(?:now|today|currently|last|this|next)\b", piece)
            or not _is_adverbial(text, period.end(), period.start())
            else f"in {piece}"
        )
    return f"{text[: period.start()]}{new}{text[period.end() :]}"


def _is_adverbial(text: str, end: int, start: int) -> bool:
    """Whether a period without a preposition stands for itself ("now"), before no noun ("2023 exports")."""
    return end == len(text) and not text[:start].endswith(("than ", "and ", "or "))


def put_date(piece: str, base: str) -> str:
    """The base question for "before March 2024" and the like, in the past for what was before."""
    parts = QuestionParts(base)
    preposition = piece.split(" ", 1)[0]
    had_period = PERIOD.search(parts.text) is not None
    text = _replace_period(parts, preposition, piece)
    is_past = preposition == "before" or (preposition in ("until", "till") and not had_period)
    return _in_past(text) if is_past else text


def _in_past(text: str) -> str:
    """A question in the present as one of the past."""
    parts = QuestionParts(text)
    base = base_form(parts.verb)
    if changed := _PAST.get(parts.auxiliary):
        pattern = rf"(?<=\s){parts.auxiliary}\b" if parts.is_wh else rf"^{parts.auxiliary}\b"
        return re.sub(pattern, changed, text, count=1, flags=re.IGNORECASE)
    if parts.asks_for_subject and base and parts.verb in (base, finite_form(base, "does")):
        return re.sub(rf"\b{parts.verb}\b", finite_form(base, "did"), text, count=1)
    return text


def is_whole_phrase(fragment: str, base: str) -> bool:
    """Whether a noun phrase asks for a figure of its own: "Tarvel's total wool exports in 2020"."""
    parts = QuestionParts(f"What {fragment}")  # the first word may be a name
    head = head_word(fragment)
    if not re.fullmatch(FIGURES, head) or not parts.names() or not head[0].isalpha():
        return False
    asked = QuestionParts(base)
    if stem(head) in {stem(token.text) for token in split_words(base)} or replace_opposite(asked, head):
        return False
    names = " ".join(name.text for name in parts.names()).split()
    others = [
        token.text
        for token in split_words(re.sub(r"['’]s?(?= )", "", fragment))
        if token.text not in names and token.lowered not in (head, *PREPOSITION, *DETERMINER)
    ]
    return bool(others)


# Units and numbers ------------------------------------------------------------------------------------


def _replace_unit(parts: QuestionParts, unit: str, piece: str) -> str:
    if _VALUE.fullmatch(unit) and (valued := _ask_value(parts, unit)):
        return valued
    text = re.sub(r" worth(?= in\b| for\b| since\b|$)", "", parts.text, count=1)
    if value := re.match(r"what (?:is|was|are|were) the value of ", text, re.IGNORECASE):
        measure = f"amount {piece}" if re.match(r"in\b", piece) else unit
        return f"{text[: value.end() - len('value of ')]}{measure} of {text[value.end() :]}"
    counted = re.search(rf"\bhow many ({UNITS})(?= )", text, re.IGNORECASE)
    if counted and re.search(r"s$|cent$", unit):
        return f"{text[: counted.start(1)]}{unit}{text[counted.end(1) :]}"
    given = re.search(rf"\bin ({UNITS})\b", text, re.IGNORECASE)
    if given:
        return f"{text[: given.start()]}{piece}{text[given.end() :]}"
    return _append(text, piece)


def _ask_value(parts: QuestionParts, unit: str) -> str | None:
    """For "how much wool did Tarvel sell": "what was the value of the wool that Tarvel sold"; else None."""
    asked = re.fullmatch(rf"how (?:much|many) (?:{UNITS} of )?(?P<noun>.+)", parts.asked, re.IGNORECASE)
    if asked is None or re.fullmatch(UNITS, asked["noun"], re.IGNORECASE) or not parts.verb:
        return None
    base, is_past = base_form(parts.verb), parts.auxiliary == "did"
    money = "" if re.search(r"value|money|cash", unit, re.IGNORECASE) else f" in {unit}"
    if base and parts.subject and parts.auxiliary in ("do", "does", "did"):
        particle = parts.text[: parts.verb_end].rpartition(parts.verb)[2]
        clause = f"{parts.subject} {finite_form(base, parts.auxiliary)}{particle} {parts.rest}"
    elif base and parts.asks_for_subject and not parts.auxiliary:
        is_past = parts.verb == finite_form(base, "did")
        clause = parts.text[parts.text.find(parts.asked) + len(parts.asked) :]
    else:
        return None
    return f"what {'was' if is_past else 'is'} the value{money} of the {asked['noun']} that {clause.strip()}"
