"""What is checked, and what comes of it."""

from dataclasses import dataclass

from qa.schema import Span, Support

__all__ = ["Claim", "ClaimVerdict"]


@dataclass(frozen=True, slots=True)
class Claim:
    """A written sentence and what it rests on.

    `quotes` are the sentences or table rows that it cites, as their documents have them. `context` is what
    else the writer was shown of them (title, heading, date).
    """

    text: str
    quotes: tuple[str, ...]
    context: str = ""


@dataclass(frozen=True, slots=True)
class ClaimVerdict:
    """How far a claim is borne out, and the words of it that nothing bears out: spans into its text.

    The spans are in reading order and do not overlap; a supported claim has none.
    """

    support: Support
    unsupported_words: tuple[Span, ...] = ()
