"""What a reader leaves out of an office file, counted and said in one line; and what stands on every page."""

import re
from collections import Counter

from qa.parsers.content_builder import clean

__all__ = ["LeftOut"]

_MAX_NOTE_CHARS = 120
_MAX_TEXTS = 5
# What a page's head or foot says besides words of its own: "Page 3 of 7".
_PAGE_WORDS = re.compile(
    r"\b(?:page|pages|seite|seiten|página|pagina|slide|folie|of|von|de|sur|di)\b|[\W\d_]", re.IGNORECASE
)


class LeftOut:
    """Collects what is left out, and gives the notes that say so."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._plain: dict[str, None] = {}
        self._texts: dict[str, dict[str, None]] = {}

    def count(self, name: str, number: int = 1) -> None:
        """So many things of this name, in the singular, were left out; those without one don't matter."""
        if name:
            self._counts[name] += number

    def mention(self, name: str) -> None:
        """Something that isn't counted was left out."""
        self._plain[name] = None

    def quote(self, place: str, text: str) -> None:
        """A text at this place ("page header") is no part of the running text; page numbers don't count."""
        text = clean(text)
        if len(_PAGE_WORDS.sub("", text)) > 1:
            self._texts.setdefault(place, {})[text] = None

    def notes(self) -> tuple[str, ...]:
        """Lines that say all of it: the quoted texts, then one with the rest."""
        lines = []
        for place, texts in self._texts.items():
            lines += [f'{place}: "{_shorten(text)}"' for text in list(texts)[:_MAX_TEXTS]]
            if len(texts) > _MAX_TEXTS:
                lines.append(f"{place}: {len(texts) - _MAX_TEXTS} more")
        things = [
            f"{number:,} {name}{'' if number == 1 else 's'}"
            for name, number in self._counts.items()
            if number
        ]
        things += self._plain
        return (*lines, *([f"left out: {', '.join(things)}"] if things else []))


def _shorten(text: str) -> str:
    return text if len(text) <= _MAX_NOTE_CHARS else f"{text[:_MAX_NOTE_CHARS].rsplit(' ', 1)[0]} ..."
