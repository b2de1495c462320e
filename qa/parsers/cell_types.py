"""What a table's cell looks like by itself: words, a number, a period or another label, or nothing known."""

import re
from functools import lru_cache
from typing import Literal

__all__ = ["MAX_VALUE_CHARS", "CellType", "has_letters", "type_of_cell", "whole_number"]

# A label is written with digits and names something all the same: a year, a date, a class "10-49", a code
# "0201". Which of them are values is told by what stands around them.
CellType = Literal["text", "value", "label", "missing"]

MAX_VALUE_CHARS = 40
_MAX_MARK_CHARS = 4  # of a word that says that there is no value

# ISO 4217; three other capitals before a number are a name, such as GDP or MFN.
_CODES = (
    "COD AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN"
    " BZD CAD CDF CHF CLF CLP CNH CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL"
    " GHS GIP GMD GNF GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW"
    " KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD"
    " NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RMB RON RSD RUB RWF SAR SBD SCR SDG SEK SGD"
    " SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND"
    " VUV WST XAF XCD XDR XOF XPF YER ZAR ZMW ZWL"
).split()
_CODE = rf"(?:{'|'.join(_CODES)})"
_SIGN = r"[$€£¥₹₩₽₺₫₴₦₱฿]"
_CURRENCY = rf"(?:[A-Z]{{0,3}}{_SIGN}|{_CODE}(?=[\s\d(+−-])|(?:Rs|Fr|kr|Kč)\.?)"
_VALUE = re.compile(
    rf"[(\[<>≤≥~≈±+\-−–]*\s?{_CURRENCY}?\s?[-−]?[.,]?\d[\d\s.,'’:/−–-]*(?:E[+-]?\d+)?"
    rf"\s?(?:%|‰|°|{_CODE}|[a-zA-Z]{{0,2}}{_SIGN}|[a-zA-Zµ]{{1,4}}[²³]?\.?)?[)\]*†‡]*"
    r"(?:\s?[⁰¹²³⁴⁵⁶⁷⁸⁹]+|\s?\[\w{1,2}\]|\s?\([a-z]{1,2}\))?"
)
_YEAR = r"(?:1[5-9]|20|21)\d\d"
_MARK = r"(?:\s?(?:[a-z*†‡]{1,2}|[⁰¹²³⁴⁵⁶⁷⁸⁹]+|\([a-zA-Z]{1,4}\.?\)|\[\w{1,2}\]))?"
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\.?"
# Years and their likes (FY 2023, 2022/23, 2023p), dates, dollars of a year, classes, ordinals, codes.
_LABEL = re.compile(
    rf"(?:(?:FY|CY) ?)?{_YEAR}(?:\s?[-/–]\s?(?:\d\d|{_YEAR}))?{_MARK}"
    rf"|{_YEAR}[-/.]\d\d?(?:[-/.]\d\d?)?(?:[ T]\d\d:\d\d(?::\d\d)?)?"
    rf"|\d\d?[-/.]\d\d?[-/.](?:\d\d|{_YEAR})"
    rf"|\d\d?[-/.]{_YEAR}|\d\d?[ .-]+{_MONTH}|{_MONTH}[ -]+\d\d"
    rf"|{_CODE} {_YEAR}{_MARK}"
    r"|\d{1,9}\s?[-–]\s?\d{1,9}|\d{1,9}\s?\+"
    r"|\d{1,2}(?:st|nd|rd|th)|[1-4]Q|0\d{1,11}|\(\d{1,2}\)|\[\d{1,2}\]"
)
_MISSING = re.compile(
    r"[-–—.…*?/: ()]+|n\.?/?a\.?|n\.?a\.?|n\.?s\.?|\(?[xcsuz]\)?|none|nil|null|nan|#\S+[!?A]|err:\d+",
    re.IGNORECASE,
)
_WHOLE = re.compile(r"\d{1,12}", re.ASCII)


@lru_cache(maxsize=10_000)
def type_of_cell(text: str) -> CellType:
    """What a cell looks like; a cell that holds only a mark, such as "-" or "n/a", is "missing"."""
    if len(text) > MAX_VALUE_CHARS or (text.isalpha() and len(text) > _MAX_MARK_CHARS):
        return "text"
    if _MISSING.fullmatch(text):
        return "missing"
    if _LABEL.fullmatch(text):
        return "label"
    return "value" if _VALUE.fullmatch(text) else "text"


def has_letters(text: str) -> bool:
    """Whether a value has letters in it, as units and names do."""
    return any(map(str.isalpha, text))


def whole_number(text: str) -> int | None:
    """The number that a cell of nothing but digits holds, also in brackets."""
    digits = text.strip("()[]")
    return int(digits) if _WHOLE.fullmatch(digits) else None
