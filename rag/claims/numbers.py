"""Numbers of a text with what they count: value, unit and the direction of a comparison."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Literal, NamedTuple

from rag.ground.words import NUMBER_WORDS

Direction = Literal["", "up", "down"]
"""Of a bound: "up" is at least or above, "down" at most or below, nothing is the value itself."""


class Quantity(NamedTuple):
    """A number at [start, end) of its text; `unit` is canonical, "" when none is written at it."""

    start: int
    end: int
    value: Decimal
    unit: str
    direction: Direction

    def same(self, other: Quantity) -> bool:
        return self.value == other.value and (self.unit == other.unit or not (self.unit and other.unit))


_UNITS = {
    "%": "% percent|per cent|pct",
    "pp": "percentage points?|pp|points?",
    "ms": "ms|msec|milliseconds?",
    "s": "s|secs?|seconds?",
    "min": "min|mins|minutes?",
    "h": "h|hrs?|hours?",
    "working day": "(?:working|business)[ -]days?",
    "day": "(?:calendar )?days?|d",
    "week": "weeks?",
    "month": "months?",
    "quarter": "quarters?",
    "year": "years?|yrs?",
    "eur": "eur|euros?|€",
    "usd": "usd|dollars?|us\\$|\\$",
    "gbp": "gbp|pounds?|£",
    "chf": "chf|francs?",
    "rps": "rps|qps|requests? (?:per|a) second|requests?/s|req/s",
    "kb": "kb|kib",
    "mb": "mb|mib",
    "gb": "gb|gib",
    "tb": "tb|tib",
    "gpu": "gpus?",
    "fte": "ftes?",
}
_UNITS["%"] = "%|percent|per cent|pct"
_SCALES = {"k": 3, "thousand": 3, "m": 6, "mn": 6, "million": 6, "bn": 9, "billion": 9, "hundred": 2, "dozen": 0}
_TENS = {"thirty": "30", "forty": "40", "fifty": "50", "sixty": "60", "seventy": "70", "eighty": "80", "ninety": "90"}
_SPOKEN = {**NUMBER_WORDS, **_TENS, "hundred": "100", "dozen": "12"}
_SPOKEN |= {"half": "0.5", "twice": "2"}

_UNIT = "|".join(f"(?P<u{at}>(?:{pattern})(?![A-Za-z]))" for at, pattern in enumerate(_UNITS.values()))
_UNIT_NAMES = tuple(_UNITS)
_NUMBER = re.compile(
    r"(?P<money>[€$£]|\b(?:EUR|USD|GBP|CHF)\s?)?"
    r"(?:(?<!\S)(?P<sign>[-+−]))?(?:(?<![\w.,/:#])(?<![A-Za-z]-))"
    r"(?:(?P<digits>\d+(?:[,\u202f ]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    rf"|\b(?P<spoken>{'|'.join(_SPOKEN)})\b)"
    r"(?![\d:]|\.\d|-\d{2}-)"
    r"(?:[\s-]?(?P<scale>thousand|million|billion|hundred|dozen|bn|mn|[kKmM](?![A-Za-z])))?"
    rf"(?:[\s-]?(?:{_UNIT}))?",
    re.IGNORECASE,
)
_UP = re.compile(
    r"(?:at least|no (?:less|fewer) than|not (?:less|fewer) than|minimum(?: of)?|more than|above|over"
    r"|exceed(?:s|ed|ing)?|greater than|higher than|≥|>=?|from)\s*$",
    re.IGNORECASE,
)
_DOWN = re.compile(
    r"(?:at most|no more than|not more than|not (?:to )?exceed(?:ing)?|cannot exceed|up to|maximum(?: of)?|less than"
    r"|fewer than|below|under|lower than|within|≤|<=?|not above|not over|never exceeds?)\s*$",
    re.IGNORECASE,
)
_AFTER_UP = re.compile(r"\s*(?:or (?:more|above|better|higher)|at least|minimum)\b", re.IGNORECASE)
_AFTER_DOWN = re.compile(r"\s*(?:or (?:less|fewer|below|lower)|at most|maximum)\b", re.IGNORECASE)
_UNIT_WORD = {name: re.compile(rf"(?<![A-Za-z])(?:{pattern})(?![A-Za-z])", re.I) for name, pattern in _UNITS.items()}


def quantities(text: str, taken: Sequence[tuple[int, int]] = ()) -> tuple[Quantity, ...]:
    """Every number outside the spans `taken` (dates, identifiers), in order."""
    found = [one for one in _quantities(text) if not any(left < one.end and one.start < right for left, right in taken)]
    return tuple(_with_units_of_ranges(text, found))


def is_unit_of(unit: str, text: str) -> bool:
    """Whether the unit stands anywhere in the text, as in a column's heading ("p95_ms")."""
    return unit in _UNIT_WORD and bool(_UNIT_WORD[unit].search(text.replace("_", " ")))


def _quantities(text: str) -> Iterator[Quantity]:
    for match in _NUMBER.finditer(text):
        digits, spoken = match["digits"], (match["spoken"] or "").lower()
        if spoken == "one" and not match["scale"] and not _unit(match):
            continue  # a pronoun or an article as often as a number
        value = Decimal(re.sub(r"[,\u202f ]", "", digits)) if digits else Decimal(_SPOKEN[spoken])
        if match["scale"] and (match["scale"].lower() not in ("m",) or match["money"]):
            value *= Decimal(10) ** _SCALES[match["scale"].lower()]
            value *= 12 if match["scale"].lower() == "dozen" else 1
        if match["sign"] in ("-", "−"):
            value = -value
        start = match.start() + (len(match[0]) - len(match[0].lstrip()))
        yield Quantity(start, match.end(), value.normalize(), _unit(match), _direction(text, start, match.end()))


def _unit(match: re.Match[str]) -> str:
    if match["money"]:
        sign = match["money"].strip().lower()
        return {"€": "eur", "$": "usd", "£": "gbp"}.get(sign, sign)
    return next((name for at, name in enumerate(_UNIT_NAMES) if match[f"u{at}"]), "")


def _direction(text: str, start: int, end: int) -> Direction:
    before, after = text[max(0, start - 24) : start], text[end : end + 20]
    if _DOWN.search(before) or _AFTER_DOWN.match(after):
        return "down"
    return "up" if _UP.search(before) or _AFTER_UP.match(after) else ""


_TO = re.compile(r"\s*(?:-|–|to|and|or)\s*")


def _with_units_of_ranges(text: str, found: Sequence[Quantity]) -> Iterator[Quantity]:
    """ "2 to 4 weeks": the first number has the unit of the second."""
    for at, one in enumerate(found):
        following = found[at + 1] if at + 1 < len(found) else None
        if following and not one.unit and following.unit and _TO.fullmatch(text[one.end : following.start]):
            yield one._replace(unit=following.unit)
        else:
            yield one
