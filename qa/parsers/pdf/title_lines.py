"""What stands at the head of a document and is no title of it: who issues it, in which series, and when."""

import re

from qa.errors import LoadError
from qa.parsers.dates import parse_date

__all__ = [
    "is_date",
    "is_issue_line",
    "is_journal",
    "is_masthead",
    "is_no_title",
    "is_part",
    "is_section_name",
]

_UNITS = """
    department departments ministry office bureau board boards commission agency council committee institute
    administration secretariat directorate authority organization organisation association federation
    university chamber foundation bank fund centre center service court parliament senate congress assembly
    government embassy delegation inspectorate treasury cabinet mission college society corporation company
    group house division ministerium ministère ministerio ministero bundesamt
""".split()
_UNIT = re.compile(rf"(?:{'|'.join(_UNITS)})(?:-general)?,?", re.I)
_PREPOSITIONS = frozenset("of for on de des du della del di da für".split())
_SMALL_WORDS = _PREPOSITIONS | frozenset("the and in & la le el et y und der die das - – | / to".split())
# Words of what somebody has written or done.
_WORK = re.compile(
    r"(?:report|update|review|survey|outlook|rule|statement|minute|note|guide|guidance|handbook|plan|strategy"
    r"|budget|decision|decree|act|regulation|bill|agreement|proposal|finding|result|meeting|speech|announce"
    r"|agree|decide|raise|cut|set|say|call|publish|propose|impose)(?:e?s|d|ed)?",
    re.I,
)
_MAX_PLAIN_WORDS = 6  # of a name that is not written with capitals
_NUMBER = (
    r"(?:\s{0,2}[,:|–—-])?\s{0,2}(?:series\b)?\s{0,2}(?:no|nr|n°|nº|number|#)?\.?\s{0,2}"
    r"(?=[\w./()–-]{0,40}\d)[\w./()–-]{1,80}+"
)
_DAY = r"(?: of \w+ \d{1,2}, \d{4}| of \d{1,2} \w+ \d{4})?"
_SERIES_NAMES = (
    r"(?:for )?(?:immediate|press|news|media|public) (?:release|statement|notice|announcement)s?",
    r"memorandum(?: for\b.{0,200})?|memo|note(?: to\b.{0,200})?",
    r"letter|report|paper|brief|briefing|layout|cover|test",
    r"(?:research|staff|working|discussion|policy|occasional|conference|white|green|technical|briefing"
    r"|issues?|information|background|position|country|statistical|market|internal|analytical)"
    r" (?:papers?|reports?|notes?|briefs?|memos?|memorandum|bulletin|release|circular)(?: series)?",
    r"(?:fact|data|information) ?sheet|newsletter|notices?|circular|bulletin|gazette",
    r"communiqu[ée](?: de presse)?|pressemitteilung|medienmitteilung|arbeitspapier|diskussionspapier",
    r"document de travail|nota de prensa|comunicado(?: de prensa)?|comunicato stampa|documento de trabajo",
    r"(?:first |final |revised )?draft|(?:strictly )?confidential|restricted|unclassified|internal",
    r"embargo(?:ed)?\b.{0,200}|final(?: version)?|original: \w+|(?:general|limited|restricted) distribution",
    r"presidential documents|proposed rules?|rules and regulations",
    r"federal register\b.{0,200}|title \d{1,9}\b.{0,200}",
)
_NUMBERED_NAMES = (
    r"executive order|proclamation|public law|order|decree|resolution|directive|regulation|bill|document"
    r"|statutory instrument|circular|notice|press release"
)
_SERIES = re.compile(
    rf"(?:{'|'.join(_SERIES_NAMES)})(?:{_NUMBER})?{_DAY}|(?:{_NUMBERED_NAMES}){_NUMBER}{_DAY}", re.I
)
_JOURNAL = re.compile(
    r"(?:the )?(?:official |monthly |quarterly |weekly |annual )*(?:journal|gazette|bulletin|annals"
    r"|proceedings|transactions|archives|newsletter)(?: (?:of|for) .*)?"
    r"|(?:[\w&’'-]+ ){1,5}(?:journal|gazette|bulletin|newsletter|quarterly|herald|times|magazine|digest"
    r"|monitor|letters|weekly|papers|series)",
    re.I,
)
_SECTION = re.compile(
    r"(?:\d+(?:\.\d+)*\.?\s+|[ivx]+\.\s+|[a-d]\.\s+)?(?:introduction|(?:executive |in )?summary|abstract"
    r"|overview|background|(?:table of )?contents|foreword|preface|acknowledge?ments?|purpose|scope"
    r"|discussion|key (?:points|findings|messages|figures|facts)|highlights|headlines|notes?|references"
    r"|conclusions?|contacts?|media contacts?|enquiries|disclaimer|copyright\b.*|recommendations?)\W*"
    r"|(?:annex|appendix|figure|table|chart|box|graph|exhibit|part|section|chapter|article|page)\s+"
    r"(?:[\divx]+|[a-h])\W*|\d{1,2}(?:\.\d+)*\.\s++\D.*|\d+\.\d+\s++\D.*",
    re.I,
)
_PART = re.compile(
    r"(?:annex|appendix|figure|table|chart|box|graph|exhibit|part|section|chapter|article)\s+"
    r"(?:[\divx]+|[a-h])\b.*",
    re.I,
)
_CODE = re.compile(
    r"[\[(].{0,300}[\])]|(?:x?rin|docket|fr doc|doc(?:ument)?|ref(?:erence)?|case|file|issn|isbn|doi|issue"
    r"|billing code|release|catalogue|job|contract|agenda item)\s{0,9}(?:no|nr|number|id|code)?[\s.:#]{0,9}"
    r"(?=[\w./–-]{0,40}\d)[\w./–-]{1,80}+\W{0,40}|.{0,200}\b\d{1,6} cfr\b.*|\S{1,100}@\S+|(?:https?://|www\.)\S+|[\d\W]+"
    r"|(?-i:[A-Z]{1,6})(?:[/-][\w.()]+)+",
    re.I,
)
_ISSUE = re.compile(
    r"(?:vol(?:ume)?\b\.?|no\b\.?|nr\b\.?|issue\b|issn\b|n°|year\b)\W*(?:\d|[ivxlc]+\b).*", re.I
)
_LABEL = re.compile(
    r"(?:to|from|date|dated|cc|by|authors?|prepared (?:by|for)|contacts?|tel(?:ephone)?|fax|e-?mail|attn"
    r"|attention|subject|re|agency|action|dates|address(?:es)?|written by|published|issued|released|updated"
    r"|via)\s*(?::.*)?|dear\b.{0,200}[,:]|to whom it may concern\W*"
    r"|(?:written |prepared )?by (?:(?-i:[A-Z])[\w.’'-]*+,? ?(?:and )?){1,6}",
    re.I,
)
_DATE_LINE = re.compile(
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s++)?(?:(?:as of|published:?|issued:?|updated:?) )?"
    r"(.*?)(?:,?(?<!\s)\s+\d{1,2}[:.]\d{2}.{0,100})?",
    re.I,
)
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_PERIOD = re.compile(
    rf"(?:{_MONTH}|[qh][1-4]|[1-4][qh]|spring|summer|autumn|fall|winter|(?:first|second|third|fourth)"
    rf"(?: quarter| half)?(?: of)?)?(?:\s*[/–-]\s*{_MONTH})?[\s,]*(?:19|20)\d\d(?:\s*[/–-]\s*\d{{2,4}})?",
    re.I,
)


def is_masthead(text: str) -> bool:
    """Whether a line is but the name of who issues the document, such as "DEPARTMENT OF COMMERCE"."""
    words = text.split()
    if not 1 < len(words) <= 12 or any(map(str.isdigit, text)) or any(map(_WORK.fullmatch, words)):
        return False
    first = next((index for index, word in enumerate(words) if word.casefold() in _PREPOSITIONS), len(words))
    is_name = all(word.casefold() in _SMALL_WORDS or not word[0].islower() for word in words)
    if not is_name and (len(words) > _MAX_PLAIN_WORDS or first > 2):
        return False
    # "Reform of the Central Bank" is about one, and "Bank Lending" about none.
    return any(
        _UNIT.fullmatch(word) and (index + 1 == first or word.endswith(","))
        for index, word in enumerate(words[:first])
    )


def is_issue_line(text: str) -> bool:
    """Whether a line counts the issues of what is named above it."""
    return _ISSUE.fullmatch(text) is not None


def is_part(text: str) -> bool:
    """Whether a line names a part by its number: an exhibit may be a document by itself."""
    return _PART.fullmatch(text) is not None


def is_section_name(text: str) -> bool:
    """Whether a line names a part, as any document may have it."""
    return _SECTION.fullmatch(text) is not None


def is_journal(text: str) -> bool:
    """Whether a line may be but the name of a journal; a document may have such a title too."""
    return _JOURNAL.fullmatch(text) is not None


def is_no_title(text: str) -> bool:
    """Whether a line names a series, a number, a date, a person or an address."""
    text = " ".join(text.split()).strip(" *|–—-")
    return (
        sum(map(str.isalpha, text)) < 3
        or any(pattern.fullmatch(text) for pattern in (_SERIES, _CODE, _ISSUE, _LABEL))
        or is_date(text)
    )


def is_date(text: str) -> bool:
    """Whether a line is but a day, a month or a year."""
    match = _DATE_LINE.fullmatch(text)
    if match is None:
        return False
    if _PERIOD.fullmatch(text):
        return True
    try:
        parse_date(match[1].strip(" .,"))
    except LoadError:
        return False
    return True
