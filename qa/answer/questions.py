"""What kind of answer a question asks for, by its first words."""

import re
from typing import Literal

__all__ = ["Kind", "kind"]

Kind = Literal["fact", "list", "open"]

_FACT = re.compile(
    r"\b(who|whom|whose|when|where|how (many|much|long|old|far|high|large|big|often)|what (share|percentage|"
    r"percent|proportion|rate|year|date|day|month|amount|number|price|level|size|threshold|name|country|city|"
    r"law|section|article)|which (country|company|city|year|president|minister|law|article|section|agency|"
    r"party|court|month|side|chapter|province|state))\b",
    re.IGNORECASE,
)
_LIST = re.compile(
    r"\b(list|name (the|all|some|two|three)|(which|what) (other |main |major |new |key )?"
    r"(?!is\b|was\b|does\b|has\b|basis\b)\w+[^s\W]s\b|what are|what were|which are)",
    re.IGNORECASE,
)
_OPEN = re.compile(
    r"^\W*(why|how (?!many|much|long|old|far|high|large|big|often)|explain|describe|summari[sz]e|summary|"
    r"compare|discuss|overview|tell|what (happens|happened|changed|would|could|might|will|should)|"
    r"what (is|are|was|were) the (main |major |primary |key |biggest )?(risk|reason|consequence|difference|"
    r"effect|impact|argument|concern|obstacle|challenge|problem|issue|state|position|outlook))",
    re.IGNORECASE,
)


def kind(question: str) -> Kind:
    """Return "fact" for one short thing, "list" for several, "open" for all that takes sentences."""
    if _OPEN.search(question):
        return "open"
    if _FACT.search(question):
        return "fact"
    return "list" if _LIST.search(question) else "open"
