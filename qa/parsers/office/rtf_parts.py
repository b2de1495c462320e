"""Parts of an RTF file that are collected apart from its running text."""

import re
from dataclasses import dataclass, field

from qa.parsers.content_builder import clean
from qa.parsers.office.office_metadata import office_metadata
from qa.parsers.office.rtf_tokens import CHARSETS, codec_of_page
from qa.schema import Metadata

__all__ = ["BODY_TEXT", "FONT_WORDS", "INFO_TEXTS", "INFO_TIMES", "Fonts", "Info", "StyleSheet"]

BODY_TEXT = 9  # the outline level that is none
INFO_TEXTS = frozenset({"title", "author", "company", "keywords"})
INFO_TIMES = ("creatim", "revtim")
_CODE_PAGES = {"ansi": 1252, "mac": 10000, "pc": 437, "pca": 850, "ansicpg": 1252}
FONT_WORDS = frozenset({"f", "deff", *_CODE_PAGES})  # what chooses a font or a code page
_HEADING = re.compile(r"heading ?([1-9])", re.IGNORECASE)
_CONTENTS = re.compile(r"(?:toc|contents|table of contents) ?(?:\d|heading)?", re.IGNORECASE)


@dataclass(slots=True)
class Fonts:
    """The code page of each font's letters."""

    page: str = "cp1252"  # the document's own
    default: int = 0
    number: int = 0  # of the font that is being described
    names: dict[int, str] = field(default_factory=dict)
    _codecs: dict[int, str] = field(default_factory=dict)

    def name(self, text: str) -> None:
        """Note the name of the font that is being described, or a part of it."""
        name = self.names[self.number] = self.names.get(self.number, "") + text
        if name.strip().casefold().startswith(("symbol", "wingdings")):
            self._codecs[self.number] = f"font:{name.strip()}"

    def describe(self, word: str, number: int) -> None:
        """Note what a control word says of the font that is being described."""
        if word == "f":
            self.number = number
        elif word == "fcharset" and (code_page := CHARSETS.get(number)):
            # Western fonts hold the document's own page, whatever that is.
            self._codecs[self.number] = codec_of_page(code_page) if number else self.page
        elif word == "cpg":
            self._codecs[self.number] = codec_of_page(number)

    def choose(self, word: str, number: int | None) -> str | None:
        """The codec of the letters after a control word that chooses a font or a page; else None."""
        if word in _CODE_PAGES:
            self.page = codec_of_page(number or _CODE_PAGES[word])
            return self.page
        if word == "deff":
            self.default = number or 0
        return self.codec(number or 0) if word == "f" else None

    def codec(self, number: int | None = None) -> str:
        """The codec of a font, of the default one without a number; "font:" and its name for symbol fonts."""
        return self._codecs.get(self.default if number is None else number, self.page)


@dataclass(slots=True)
class StyleSheet:
    """Which paragraph styles are headings, and which make the table of contents."""

    number: int = 0  # of the style that is being described, with its outline level and name
    outline: int | None = None
    name: list[str] = field(default_factory=list)
    _levels: dict[int, int] = field(default_factory=dict)
    _contents: set[int] = field(default_factory=set)

    def describe(self, word: str, number: int | None) -> None:
        """Note what a control word says of the style that is being described."""
        if word == "s":
            self.number = number or 0
        elif word in ("cs", "ts", "ds"):
            # Styles of letters, tables and sections have numbers of their own, which paragraphs don't name.
            self.number = -1
        elif word == "outlinelevel":
            self.outline = number or 0

    def end_style(self) -> None:
        """Note the style that was described."""
        name = clean("".join(self.name)).partition(";")[0]
        heading = _HEADING.fullmatch(name)
        if self.outline is not None and 0 <= self.outline < BODY_TEXT:
            self._levels[self.number] = self.outline + 1
        elif heading or name.casefold() == "title":
            self._levels[self.number] = int(heading[1]) if heading else 1
        elif _CONTENTS.fullmatch(name):
            self._contents.add(self.number)
        self.number, self.outline, self.name = 0, None, []

    def level(self, number: int) -> int:
        """The level of a style's headings, 0 if it makes none."""
        return self._levels.get(number, 0)

    def is_contents(self, number: int) -> bool:
        """Whether a style is that of the table of contents."""
        return number in self._contents


@dataclass(slots=True)
class Info:
    """What the file says about itself."""

    texts: dict[str, list[str]] = field(default_factory=dict)
    times: dict[str, dict[str, int]] = field(default_factory=dict)

    def metadata(self) -> Metadata:
        """The fields as metadata."""
        texts = {name: clean("".join(self.texts.get(name, []))) for name in INFO_TEXTS}
        times = (self.times.get(name, {}) for name in INFO_TIMES)
        return office_metadata(
            title=texts["title"],
            dates=tuple(
                f"{time.get('yr', 0):04}-{time.get('mo', 0):02}-{time.get('dy', 0):02}" for time in times
            ),
            company=texts["company"],
            author=texts["author"],
            keywords=texts["keywords"],
        )
