"""The letters of the symbol fonts that office programs write signs with ("≤", "±", a ticked box)."""

__all__ = ["decode_private_letters", "decode_symbol"]

_PRIVATE = range(0xF000, 0xF100)  # where programs put the bytes of such fonts
_GREEK_CAPITALS = (
    "\u0391\u0392\u03a7\u0394\u0395\u03a6\u0393\u0397\u0399\u03d1\u039a\u039b\u039c"
    "\u039d\u039f\u03a0\u0398\u03a1\u03a3\u03a4\u03a5\u03c2\u03a9\u039e\u03a8\u0396"
)
_GREEK_LETTERS = (
    "\u03b1\u03b2\u03c7\u03b4\u03b5\u03c6\u03b3\u03b7\u03b9\u03d5\u03ba\u03bb\u03bc"
    "\u03bd\u03bf\u03c0\u03b8\u03c1\u03c3\u03c4\u03c5\u03d6\u03c9\u03be\u03c8\u03b6"
)
_SIGNS = {
    0xA2: "\u2032",
    0xA3: "≤",
    0xA5: "∞",
    0xAC: "←",
    0xAD: "↑",
    0xAE: "→",
    0xAF: "↓",
    0xB0: "°",
    0xB1: "±",
    0xB2: "\u2033",
    0xB3: "≥",
    0xB4: "\u00d7",
    0xB7: "•",
    0xB8: "÷",
    0xB9: "≠",
    0xBA: "≡",
    0xBB: "≈",
    0xD6: "√",
    0xD7: "·",
    0xDE: "⇒",
    0xE5: "\u2211",
    0xF2: "∫",
}
_SYMBOL = (
    {ord("A") + index: letter for index, letter in enumerate(_GREEK_CAPITALS)}
    | {ord("a") + index: letter for index, letter in enumerate(_GREEK_LETTERS)}
    | _SIGNS
)
_WINGDINGS = {
    0x6C: "•",
    0x6E: "•",
    0x9F: "•",
    0xA7: "•",
    0xA8: "☐",
    0xD8: "•",
    0xE0: "→",
    0xFB: "✗",
    0xFC: "✓",
    0xFD: "☒",
    0xFE: "☑",
    0x6F: "☐",
    0x78: "☒",
}


def decode_symbol(code: int, font: str | None) -> str:
    """A letter of a symbol font, by its number there or in the private range."""
    number = code - _PRIVATE.start if code in _PRIVATE else code
    if (font or "").strip().casefold().startswith("wingdings"):
        return " " if number == ord(" ") else _WINGDINGS.get(number, "•")
    return _SYMBOL.get(number) or (chr(number) if 0x20 <= number < 0x7F else "")


def decode_private_letters(text: str, font: str | None) -> str:
    """A text in which letters of the private range are those of a symbol font."""
    if all(ord(letter) not in _PRIVATE for letter in text):
        return text
    return "".join(decode_symbol(ord(letter), font) if ord(letter) in _PRIVATE else letter for letter in text)
