"""Whether an event that is asked of as past is still to come where the document was written."""

import re

from qa.answering.condition_check.evidence import Evidence, contradicted
from qa.query.conditions.periods import find_periods
from qa.schema import CheckedCondition, Condition
from qa.text.overlap import stems
from qa.text.terms import FUNCTION_WORDS

__all__ = ["check_event"]

# "What did the ministers decide at the review of the pact?"
_OUTCOME = re.compile(
    r"\bdid\b.{2,80}\b(?:decide|agree|conclude|announce|adopt|achieve|vote|settle|promise|offer|say|sign|win|"
    r"demand|get|bring)\b.{0,60}?\b(?:at|in|during) (?:the|its|their) (?P<event>[^?.,;]{3,60})",
    re.IGNORECASE,
)


def check_event(question: str, evidence: Evidence) -> CheckedCondition | None:
    """The event whose outcome a question asks for, where it is after the document's date; else None.

    By its name in the title, with a year: "The 2032 review of the pact" of 2031 tells no outcome of it.
    """
    asked = _OUTCOME.search(question)
    today = evidence.today
    if asked is None or today is None or find_periods(question):
        return None
    words = [word for word in re.findall(r"[\w’'-]+", asked["event"]) if word not in FUNCTION_WORDS]
    event = stems(" ".join(words))
    for reading in evidence.titles:
        years = [period.years for period in reading.periods if period.years and not period.is_relative]
        is_later = bool(years) and all(first > today.year for first, _ in years)
        if is_later and event and event <= stems(reading.part.text):
            assert evidence.dated is not None
            dated, day = evidence.dated
            condition = Condition(text=f"the {years[0][0]} {asked['event']}", kind="period")
            return contradicted(condition, [dated.part.text[day.start : day.end]])
    return None
