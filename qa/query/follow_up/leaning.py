"""Which questions lean on what was said before them."""

import re

from qa.query.follow_up.comparisons import is_comparison
from qa.query.follow_up.moved_periods import is_moved_period, names_period_before
from qa.query.follow_up.openings import drop_remarks, find_correction, find_return
from qa.query.follow_up.question_parts import QuestionParts
from qa.query.follow_up.question_words import DETERMINER, PREPOSITION, split_words
from qa.query.follow_up.verb_forms import is_noun_too, is_participle

__all__ = [
    "BARE_SUBJECT",
    "LEAVES_TOPIC_OPEN",
    "drop_opening",
    "is_follow_up",
    "is_fragment",
    "is_question_phrase",
    "match_predicate",
    "match_still",
    "points_back",
]

_CONJUNCTION = re.compile(
    r"^\W*(?:(?:and|but|so(?! far\b|-called)|also|or|then|okay|ok|well)\b[\s,]*(?=\w))+", re.IGNORECASE
)
# What else stands before a fragment: "what about dairy", "same for aluminum".
_ABOUT = re.compile(
    r"^\W*(?:(?:what|how) about|(?:and )?(?:the )?same (?=for|with|in|to|on|from)|is it the same (?=for|"
    r"with|in|to|on|from)|"
    r"compared (?:with|to) (?=(?:in )?(?:19|20)\d\d\b)|compared (?=to|with)|(?:and )?what of)\b[\s,]*(?=\w)",
    re.IGNORECASE,
)
# Questions of few words that say only what they ask for.
_SHORT = re.compile(
    r"^\W*(?:(?:why|how come|how so)(?: not| is that| so| that| is it|,? so \w+)?\W*$|how come\b|"
    r"what for\W*$|what else\W*$|what else\b(?! (?:is|are) there (?:in|on|about))|"
    r"(?:who|where|when|how) else\b|since when\W*$|until when\W*$|by how much\b|for how (?:long|much|"
    r"many)\W*$|which ones?\b|"
    r"(?:by|on|in|of|for|with|to|from|at|under|against|since|until) (?:what|which|whom|when|how (?:much|"
    r"many))\b(?! \w+ \w+ \w+)|"
    r"how (?:much|many|high|big|large) (?:in|to|from|at|for|on|before|after) \w+(?: \w+){0,2}\W*$|"
    r"like what\W*$|for (?:example|instance)\b|such as\b|any(?:thing| others?| more)\b(?! \w+ \w+ \w+)|"
    r"examples?\b|"
    r"why (?:is|are|was|were|do|does|did|has|have|had|will|would|ca|wo|could|should)n['’]t \w+\W*$|"
    r"(?:(?:can|could|would|will) you |please )*(?:tell me more|more details?|go on|continue|elaborate|"
    r"list them|name them|explain)\W*$|"
    r"[a-z]+(?:ed|ght|t|n) by (?:whom|who|what)\W*$)",
    re.IGNORECASE,
)
_POINTING = re.compile(
    r"\b(it|its|they|them|their|theirs|he|him|his|she|her|hers|this|these|those|the latter|"
    r"the former\W*$|there\W*$|then\W*$|instead\W*$|more details?|which other [a-z]+|"
    r"(first|second|third|last|other|same|that) (one|ones|two)|"
    r"(is|was|were) the (first|second|third|last|next|other) time\W*$|"
    r"the (idea|plan|proposal|notion|suggestion)\W*$)\b",
    re.IGNORECASE,
)
# "that" points back after these and at the end; elsewhere it opens a clause ("the tariffs that apply").
_POINTING_THAT = re.compile(
    r"\b(is|are|was|were|do|does|did|will|would|can|could|should|has|had|of|to|for|in|on|at|by|with|from|"
    r"about|"
    r"after|before|since|until|than|like|why|explain) that\b|\bthat\W*$",
    re.IGNORECASE,
)
# Words that look as if they pointed back: "this year", "is it true", "does it take to", "those who".
_NOT_POINTING = re.compile(
    r"\bthis (year|month|week|quarter|decade|century)\b|\bthese days\b|"
    r"\b(?<=\w )(?<!\bis )(?<!\bwas )(?<!\bare )(?<!\bwere )(that|those) (of|in|from|for|on|under|with|"
    r"who|that|which)\b(?= \w)|"
    r"\b(its|their|his|her) own\b|\bit (true|possible|likely|legal|right|correct|known|expected)\b|"
    r"\bit (takes?|costs?) to\b|\b(say|says|said|think|thinks|know|believe) that(?= \w+ \w+)",
    re.IGNORECASE,
)
# "did Canada lower its tariffs", "does Mexico say it will": the word points to a name in the question itself.
_POSSESSIVES = r"its|their|his|her"
_NAME = r"(?<!^)\b[A-Z][\w.’'-]{1,60}+"
_HOLDER_BEFORE = re.compile(
    rf"({_NAME}.{{0,200}}?\b)(?:(?:{_POSSESSIVES})(?= [\w-])|"
    r"(?:(?<=says )|(?<=say )|(?<=said )|(?<=if )|(?<=whether )|(?<=because )|(?<=when ))"
    r"(?:it|they|he|she)\b)"
)
# "What did Mexico do after it lost", "How long does a cat carry its young": so it does in a clause.
_OWN_SUBJECT = (
    r"\b(?:do|does|did|has|have|had|will|would|can) "
    r"(?!(?:it|they|he|she|that|this|its|their|his|her)\b)\w.{0,200}?"
)
_HOLDER_IN_CLAUSE = re.compile(
    rf"({_OWN_SUBJECT}\b(?:if|when|after|before|because|unless|although|while)\b.{{0,200}}?)\b(?:it|they|he|she)\b|"
    rf"({_OWN_SUBJECT} )(?:{_POSSESSIVES})\b(?= \w)",
    re.IGNORECASE,
)
_HOLDER_AFTER = re.compile(
    rf"\b(?:{_POSSESSIVES})\b(?= .{{0,200}}\b(?:do|does|did|has|have|had|will|would|can) (?:the )?{_NAME})"
)
# "the farmers sell their milk": a common noun in the plural owns as well.
_PLURAL_HOLDER = re.compile(
    r"(\b(?:the|do|did|are|were|have|how many|which) (?:[a-z]{1,40} ){0,6}?[a-z]{3,40}s .{0,200}?\b)"
    r"(?:their|they|them)\b",
    re.IGNORECASE,
)
# "How did Mexico react?": to what, was said before.
LEAVES_TOPIC_OPEN = re.compile(
    r"^\W*(?:(?:what|how(?: much)?|who|why) (?:(?:else )?(?:do|does|did|will|would|has|have|"
    r"had) (?:the )?[\w.’' -]+? )?"
    r"(?P<verb>say|said|think|thought|do|done|did|complain|complained|object|objected|react|reacted|"
    r"respond|responded|"
    r"reply|replied|comply|complied|retaliate|retaliated|argue|argued|answer|answered|decide|decided|"
    r"agree|agreed|pay|paid|want|wanted|demand|demanded)|"
    r"(?:do|does|did|will|would|has|have|had) (?!.*\b(?:it|they|say|that|if) )(?:the )?[\w.’' -]+? "
    r"(?P<verb2>say|said|do|change|changed|decide|react|respond|retaliate|complain|object|"
    r"agree)(?: (?:any|some)thing)?)"
    r"(?: then| next| after that| in response)?\W*$",
    re.IGNORECASE,
)
_OCCUPATION = re.compile(r"what (?:do|does) .* do$", re.IGNORECASE)  # "What does the fund do?"
# "In force since when?", "Signed where?", "Payable to whom?"
_PREDICATE_FIRST = re.compile(
    r"^(?P<predicate>in (?:force|effect|use|place|office)|valid|due|open|closed|shut|payable|available|"
    r"(?P<verb>[a-z]{2,30})(?: (?:off|out|up|down|into force))?) "
    r"(?P<wh>since when|until when|till when|from when|for how long|how long|when|where|how often|how|why|"
    r"(?:by|for|with|in|on|at|to|from|under) (?:whom|who|(?:what|which)(?: [a-z]{1,30})?))$",
    re.IGNORECASE,
)
# "Until when could it?", "How much did they?"
BARE_SUBJECT = re.compile(
    r"^(?P<wh>(?:(?:by|for|with|in|on|at|to|from|since|until|till) )?(?:when|where|why|how|"
    r"how (?:much|many|long|often|soon)|what)) "
    r"(?P<auxiliary>do|does|did|will|would|can|could|may|might|must|should) (?P<subject>it|they|he|she)$",
    re.IGNORECASE,
)
# "Still in force?", "Signed yet?"
_STILL = re.compile(
    r"^(?:(?P<adverb>still|already|no longer|not) )?(?P<predicate>in (?:force|effect|use|place|office)|"
    r"valid|due|open|closed|shut|payable|available|"
    r"(?P<verb>[a-z]{2,30}))(?P<behind> (?:yet|already|any ?more|now))?$",
    re.IGNORECASE,
)
_BARE_WORDS = 3  # of a question that may have no verb
_MAX_WORDS = 14  # longer ones rarely lean on what was said before
_MAX_FRAGMENT_WORDS = 12


def drop_opening(question: str) -> tuple[str, bool]:
    """The question without its mark and without "and", "what about" and the like; and whether it had them."""
    bare = (
        question.strip().strip('“”"').rstrip("?!. ")
        if not question.rstrip().endswith(("U.S.", "U.K."))
        else question.strip()
    )
    core = _CONJUNCTION.sub("", bare)
    core = _ABOUT.sub("", core) or core
    return core.strip(" ,"), core != bare


def is_fragment(core: str, *, has_opening: bool) -> bool:
    """Whether a question without its opening is no clause of its own: "for Mexico", "the second one"."""
    tokens = split_words(core)
    if not tokens or len(tokens) > _MAX_FRAGMENT_WORDS:
        return False
    parts = QuestionParts(core)
    if parts.is_wh or parts.is_polar or _is_request(core):
        return False
    if re.match(r"(?:even )?(?:if|unless|though|although|because|when|while)\b", core, re.IGNORECASE):
        return True
    # "usmca copyright term" is asked in keywords.
    is_moved = is_moved_period(core)
    return bool(has_opening or len(tokens) == 1 or tokens[0].lowered in PREPOSITION or is_moved)


def _is_request(core: str) -> bool:
    return bool(
        re.match(
            r"(?:please |can you |could you )*(?:tell|list|name|define|explain|describe|show|give|compare|"
            r"summari[sz]e|back to)\b",
            core,
            re.IGNORECASE,
        )
    )


def points_back(core: str) -> bool:
    """Whether a clause has a word that points to something said before it, not to a name in itself."""
    count = len(core.split())
    if count > _MAX_WORDS:
        return False
    rest = _HOLDER_IN_CLAUSE.sub(r"\1\2", _HOLDER_AFTER.sub("", _NOT_POINTING.sub("", core)))
    # Once for each word: one name may hold several ("Did Canada say it lowered its tariffs?").
    for _ in range(count):
        rest = _HOLDER_BEFORE.sub(r"\1", rest)
    return bool(_POINTING.search(rest) or _POINTING_THAT.search(rest))


def is_follow_up(question: str) -> bool:
    """Does the question need what was said before it?"""
    question = drop_remarks(question)
    if find_correction(question) or find_return(question):
        return True
    core, has_opening = drop_opening(question)
    return bool(
        _SHORT.search(core)
        or is_fragment(core, has_opening=has_opening)
        or (LEAVES_TOPIC_OPEN.search(core) and not _OCCUPATION.match(core))
        or points_back(core)
        or names_period_before(core)
        or is_comparison(core)
        or match_predicate(core)
        or match_still(core)
        or BARE_SUBJECT.match(core)
        or _is_bare(core)
    )


def match_predicate(core: str) -> re.Match[str] | None:
    """A question of a predicate and what is asked of it: "in force since when", "signed by whom"."""
    found = _PREDICATE_FIRST.match(core)
    return found if found and (found["verb"] is None or is_participle(found["verb"].lower())) else None


def match_still(core: str) -> re.Match[str] | None:
    """A predicate alone: "still in force", "signed yet"; without such an adverb only "in force"."""
    found = _STILL.match(core)
    if found is None or (found["verb"] and not is_participle(found["verb"].lower())):
        return None
    is_sure = found["adverb"] or found["behind"] or found["predicate"].lower().startswith("in ")
    return found if is_sure else None


def is_question_phrase(core: str) -> bool:
    """Whether a question is no more than what it asks for: "since when", "by how many votes on appeal"."""
    parts = QuestionParts(core)
    tokens = split_words(core)
    if not parts.is_wh or parts.auxiliary:
        return False
    if not parts.verb:
        # A verb that is not known may stand in a longer one.
        return tokens[0].lowered in PREPOSITION or (len(tokens) <= _BARE_WORDS and not parts.names())
    after = split_words(core[parts.verb_end :])[:1]
    is_object = bool(after) and (
        after[0].is_capitalised or after[0].lowered in (*DETERMINER, "it", "them", "him")
    )
    return is_noun_too(parts.verb) and not parts.asked_noun and " " in parts.asked and not is_object


def _is_bare(core: str) -> bool:
    """Whether it is a question word with a verb at most: "How much?", "Who complained?"."""
    tokens = split_words(core)
    parts = QuestionParts(core)
    return is_question_phrase(core) or (
        parts.is_wh
        and len(tokens) <= 3
        and not (parts.auxiliary and len(tokens) == 3)
        and not parts.object
        and not parts.subject
        and not parts.names()
    )
