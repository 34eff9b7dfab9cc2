"""Values that stand in a text, by kind: numbers with unit, money, dates, durations, people, names, identifiers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from rag.ground.words import STOP_WORDS

ValueKind = Literal["number", "money", "percent", "date", "duration", "person", "name", "identifier"]

_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    r"|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
_DAY = r"(?:Mon|Tue|Tues|Wed|Wednes|Thu|Thurs|Fri|Sat|Satur|Sun)(?:day)?,?"
_CLOCK = r"(?:[T ,]+\d{1,2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:\d{2})?)?"
_NUMBER = r"(?<![\w.,/-])[-+]?\d+(?:,\d{3})*(?:\.\d+)?"
_NUMBER_WORD = (
    r"\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|ninety"
    r"|hundred|thousand|million|dozen|half|third|quarter|twice|once)\b"
)
_SIGN = r"(?:(?:[<>≤≥~]=?|±)\s?)?"
_SCALE = r"(?:\s?(?:thousand|million|billion|trillion|[kKMG]\b))?"
_SPAN = (
    r"(?:seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?|quarters?|decades?|centuries|ms|s|h|d)\b"
)
_UNIT = r"(?:ms|s|min|h|rps|qps|requests?/s|tokens?/s|[kKMGT]i?B|GPUs?|vCPUs?|cores|points?|pp|bn|m|km|kg|t)\b"
_PATTERNS: tuple[tuple[ValueKind, re.Pattern[str]], ...] = (
    ("date", re.compile(rf"\b\d{{4}}-\d{{2}}-\d{{2}}{_CLOCK}")),
    ("date", re.compile(rf"\b(?:{_DAY}\s+)?\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}(?:,?\s+\d{{4}})?\b{_CLOCK}")),
    ("date", re.compile(rf"\b(?:{_DAY}\s+)?{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s+\d{{4}})?\b(?!\s?%)")),
    (
        "date",
        re.compile(
            rf"\b{_MONTH}\s+\d{{4}}\b|\bQ[1-4](?:\s+\d{{4}})?\b|\b\d{{1,2}}th(?:\s+(?:and|to)\s+\d+th)?\s+centur(?:y|ies)"
        ),
    ),
    (
        "money",
        re.compile(
            rf"(?:\b(?:EUR|USD|GBP|CHF)|[€$£])\s?\d+(?:,\d{{3}})*(?:\.\d+)?{_SCALE}"
            rf"|{_NUMBER}{_SCALE}\s?(?:EUR|USD|GBP|CHF|euros?|dollars?|pounds?|€|£)(?!\w)"
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
    ("date", re.compile(r"(?<![\w.,/€$£-])(?:1\d{3}|20\d{2})(?:s\b|(?![\w%/]|,\d|\.\d|\s?(?:ms|rps|EUR)\b))")),
    ("date", re.compile(r"\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?\b|\bweek \d+\b")),
    ("number", re.compile(rf"{_SIGN}{_NUMBER}{_SCALE}(?:\s?{_UNIT})?|{_NUMBER_WORD}{_SCALE}")),
)
_BY_ID = re.compile(r"\b(?:by|from|owner|assignee|author|contact|reviewer)\W{1,4}([a-z]{2,}\.[a-z]{2,})\b(?!\.)")
_PERSON_ID = re.compile(r"\b[a-z]+\.[a-z]+\b(?!\.)")
_NAMES = re.compile(
    r"\b[A-ZÀ-Þ][\w'’-]*(?:\s(?:(?:de|da|di|del|der|van|von|of|the|bin|al|la|le)\s){0,2}[A-ZÀ-Þ](?:\.|[\w'’-]*))*"
)
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
    found += (Candidate("person", *match.span(1), match[1]) for match in _BY_ID.finditer(text))
    found += _capitalised(text, taken)
    return tuple(sorted(found, key=lambda value: value.start))


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
        name = match.group()
        if any(left < end and start < right for left, right in taken):
            continue
        opens = text[:start].rstrip()[-1:] in (".", "!", "?", ":", "|", "")
        if " " not in name and (opens or name.lower() in STOP_WORDS):
            continue
        yield Candidate("name", start, end, name)
        if _may_be_person(text, start, name):
            yield Candidate("person", start, end, name)


def _may_be_person(text: str, start: int, name: str) -> bool:
    """Two capitalised words or a title before one; a word such as French alone is a people, not a person."""
    if " " in name:
        return not name.isupper()
    return bool(_TITLES.search(text[max(0, start - 10) : start])) and not _PEOPLES.search(name)


def person_ids(text: str) -> tuple[str, ...]:
    """Words such as `ines.duarte` that look like a person's id."""
    return tuple(match.group() for match in _PERSON_ID.finditer(text))
