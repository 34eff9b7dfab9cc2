"""Values that stand in a text, by kind: numbers with unit, money, dates, durations, people, names, identifiers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from rag.ground.words import NUMBER_WORDS, STOP_WORDS

ValueKind = Literal["number", "money", "percent", "date", "duration", "person", "name", "role", "identifier"]

_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    r"|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
_ANY_MONTH = rf"(?i:{_MONTH})"  # beside a day: notes are written in lower case
_DAY = r"(?:Mon|Tue|Tues|Wed|Wednes|Thu|Thurs|Fri|Sat|Satur|Sun)(?:day)?,?"
_CLOCK = r"(?:[T ,]+\d{1,2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:\d{2})?)?"
_NUMBER = r"(?<![\w.,/-])[-+]?\d+(?:,\d{3})*(?:\.\d+)?"
_COUNTS = "|".join(list(NUMBER_WORDS)[1:])
_ONE_TO_NINE = "|".join(list(NUMBER_WORDS)[1:10])
_NUMBER_WORD = (
    rf"\b(?:(?:a )?(?i:{_COUNTS}|thousand|million|dozen)(?:[- ](?i:{_ONE_TO_NINE})(?![\w-]))?"
    r"|half|third|quarter|twice|once(?= (?:an?|per|every|each)\b))\b"
)
_SIGN = r"(?:(?:[<>≤≥~]=?|±)\s?)?"
_SCALE = r"(?:\s?(?:thousand|million|billion|trillion|[kKMG]\b))?"
CURRENCIES = "EUR|USD|GBP|CHF|NOK|SEK|DKK|PLN|CZK|HUF|RON|JPY|CNY|INR|AUD|CAD|NZD|SGD|HKD|BRL|MXN|ZAR|TRY|AED|KRW|ILS"
"""The codes of ISO 4217 that programmes are paid in, as alternatives of a pattern."""

_COINS = "euros?|dollars?|pounds?(?! of)|francs?|kron(?:er|or|a|e)|z[lł]oty|yen|rupees?|yuan|pence|cents?"
_SPAN = (
    r"(?:seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?|quarters?|decades?|centuries|ms|s|h|d)\b"
)
_UNIT = r"(?:ms|s|min|h|rps|qps|requests?/s|tokens?/s|[kKMGT]i?B|GPUs?|vCPUs?|cores|points?|pp|bn|m|km|kg|t)\b"
_THINGS = r"\s(?!(?:was|is|has|his|its|this|as|does|plus|versus|across|always|thus)\b)[a-z]{2,}s\b"  # "1850 visits"
_PATTERNS: tuple[tuple[ValueKind, re.Pattern[str]], ...] = (
    ("date", re.compile(rf"\b\d{{4}}-\d{{2}}-\d{{2}}{_CLOCK}")),
    (
        "date",
        re.compile(rf"\b(?:{_DAY}\s+)?\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{_ANY_MONTH}(?:,?\s+\d{{4}})?\b{_CLOCK}"),
    ),
    ("date", re.compile(rf"\b(?:{_DAY}\s+)?{_ANY_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s+\d{{4}})?\b(?!\s?%)")),
    ("date", re.compile(r"(?<=\bthe )\d{1,2}(?:st|nd|rd|th)\b(?!\s+[a-z])")),
    (
        "date",
        re.compile(
            rf"\b{_MONTH}\s+\d{{4}}\b|\bQ[1-4](?:\s+\d{{4}})?\b|\b\d{{1,2}}th(?:\s+(?:and|to)\s+\d+th)?\s+centur(?:y|ies)"
        ),
    ),
    (
        "money",
        re.compile(
            rf"(?:\b(?:{CURRENCIES})|[€$£¥])\s?\d+(?:,\d{{3}})*(?:\.\d+)?{_SCALE}"
            rf"|{_NUMBER}{_SCALE}\s?(?:{CURRENCIES}|{_COINS}|€|£)(?!\w)"
        ),
    ),
    ("percent", re.compile(rf"{_SIGN}{_NUMBER}\s?(?:%|per ?cent\b|percentage points?\b|points?\b)")),
    (
        "duration",
        re.compile(rf"(?:{_SIGN}{_NUMBER}|{_NUMBER_WORD})(?:\s(?:working|business|calendar|full))?[\s-]?{_SPAN}"),
    ),
    (
        "identifier",
        re.compile(
            r"\bsha256:[0-9a-f]{4,64}|\bv\d+(?:\.\d+)*\b|\b[A-Z]{1,8}-\d[\w-]*|\bPEP \d+|`[^`\n]{2,60}`|#[a-z][\w-]+"
            r"|\b[\w-]+(?:\.[\w-]+)*\.(?:md|rst|yaml|yml|json|csv|ipynb|py|txt|pdf|docx|html)\b|\b\d+\.\d+\.\d+\b"
            r"|\b[a-z]+(?:[-_][a-z0-9.]+)+\b"
        ),
    ),
    ("date", re.compile(rf"(?<![\w.,/€$£-])(?:1\d{{3}}|20\d{{2}})(?:s\b|(?![\w%/]|,\d|\.\d|\s?{_UNIT}|{_THINGS}))")),
    ("date", re.compile(r"\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?\b|\bweek \d+\b")),
    ("number", re.compile(rf"{_SIGN}{_NUMBER}{_SCALE}(?:\s?{_UNIT})?|{_NUMBER_WORD}{_SCALE}")),
)
_BY_ID = re.compile(r"\b(?:by|from|owner|assignee|author|contact|reviewer)\W{1,4}([a-z]{2,}\.[a-z]{2,})\b(?!\.)")
_PERSON_ID = re.compile(r"\b[a-z]+\.[a-z]+\b(?!\.)")
_NAMES = re.compile(
    r"\b[A-ZÀ-Þ][\w'’-]*(?:\s(?:(?:de|da|di|del|der|van|von|of|the|bin|al|la|le)\s){0,2}[A-ZÀ-Þ](?:\.|[\w'’-]*))*"
)
_ROLE = re.compile(
    r"(?:(?P<opens>^\W*|[,;:.]\s+|\b(?:and|but|then|that|if)\s+)|\b(?:by|to|from|with|tell|ask|inform|call)\s+)"
    r"(?:(?:the|an?)\s+(?=\w)|(?=every\s|each\s|any\s|operations\b|management\b|anyone\b|everyone\b))"
    r"(?P<role>(?:(?!(?:the|and|or|of)\b)[a-z][\w-]*\s+){0,3}"
    r"(?:committee|board|council|team|crew|group|lead|manager|owner|officer|director|engineer|desk|department|supplier"
    r"|vendor|insurer|clerk|sponsor|chair|auditor|union|regulator|authority|office|operations|management|anyone"
    r"|everyone)\b)(?(opens)(?=\s+[a-z]|,))",
    re.I,
)
_OPENERS = frozenset(
    "only tell ask call ring inform notify contact mail both either dear hello hi when since after before although "
    "because while today yesterday tomorrow now then later also however".split()
) | (STOP_WORDS - {"may", "will"})
_HONORIFIC = re.compile(r"(?:(?:Dr|Mr|Mrs|Ms|Prof)\.?|Professor|Doctor)\s+$")
_PEOPLES = re.compile(r"(?:ish|ese|ian|ians|ch|tch)$")
_TITLES = re.compile(r"\b(?:Dr|Mr|Mrs|Ms|Prof|President|General|King|Queen|Sir|Lord|Captain)\.?\s", re.I)


class Candidate(NamedTuple):
    """A value of a kind at [start, end) of the text it was found in; `text` is verbatim."""

    kind: ValueKind
    start: int
    end: int
    text: str


def candidates(text: str, *, people: Sequence[str] = ()) -> tuple[Candidate, ...]:
    """Every value in the text, not overlapping within numbers; `people` are names known to be persons."""
    found = list(_values(text))
    taken = [(value.start, value.end) for value in found]
    found += _known_people(text, people)
    known = found[len(taken) :]
    found += (Candidate("person", *match.span(1), match[1]) for match in _BY_ID.finditer(text))
    found += (name for name in _capitalised(text, taken) if not any(_says_more(text, name, one) for one in known))
    found += (Candidate("role", *match.span("role"), match["role"]) for match in _ROLE.finditer(text))
    return tuple(sorted(found, key=lambda value: value.start))


def _says_more(text: str, name: Candidate, known: Candidate) -> bool:
    """Whether a capitalised word only stands before a known person: "Ring Ada Moss", but not "Dr Ada Moss"."""
    before = text[name.start : known.start]
    return name.end == known.end and bool(before) and not _HONORIFIC.fullmatch(before)


def _values(text: str) -> Iterator[Candidate]:
    taken: list[tuple[int, int]] = []
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            start, end = match.span()
            if end > start and not any(left < end and start < right for left, right in taken):
                taken.append((start, end))
                yield Candidate(kind, start, end, match.group())


def _known_people(text: str, people: Sequence[str]) -> Iterator[Candidate]:
    folded = text.casefold()
    for name in people:
        at = folded.find(name.casefold())
        while at >= 0:
            end = at + len(name)
            if not folded[at - 1 : at].isalnum() and not folded[end : end + 1].isalnum():
                yield Candidate("person", at, end, text[at:end])
            at = folded.find(name.casefold(), end)


def _capitalised(text: str, taken: Sequence[tuple[int, int]]) -> Iterator[Candidate]:
    for match in _NAMES.finditer(text):
        start, end = match.span()
        while " " in text[start:end] and _first_word(text[start:end]) in _OPENERS:
            start += len(_first_word(text[start:end])) + 1
        name = text[start:end]
        if any(left < end and start < right for left, right in taken):
            continue
        opens = text[:start].rstrip()[-1:] in (".", "!", "?", ":", "|", "")
        if " " not in name and (opens or name.lower() in STOP_WORDS):
            continue
        yield Candidate("name", start, end, name)
        if _may_be_person(text, start, name):
            yield Candidate("person", start, end, name)


def _first_word(text: str) -> str:
    return text.partition(" ")[0].lower()


def _may_be_person(text: str, start: int, name: str) -> bool:
    """Two capitalised words or a title before one; a word such as French alone is a people, not a person."""
    if " " in name:
        return not name.isupper()
    return bool(_TITLES.search(text[max(0, start - 10) : start])) and not _PEOPLES.search(name)


def person_ids(text: str) -> tuple[str, ...]:
    """Words such as `ines.duarte` that look like a person's id."""
    return tuple(match.group() for match in _PERSON_ID.finditer(text))
