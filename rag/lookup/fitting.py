"""Whether a value is of the kind asked for, the short value inside a long cell, and when two values are the same."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date

from rag.ground.candidates import ValueKind, candidates
from rag.ground.question import AnswerKind
from rag.lookup.dates import days_in
from rag.lookup.stems import stems_of
from rag.model import Entity

SHORT = 6
"""Words up to which a cell is shown whole."""

_NUMBERS = re.compile(r"^[<>=≤≥~±\s]*(?:EUR|USD|GBP|[€$£])?\s*[-+]?\d[\d,]*(?:\.\d+)?\s*(?:[a-zA-Z%€$£/ ]{0,24})$")
_ANY_NUMBER = re.compile(r"\d")
_ID_LIKE = re.compile(r"^(?:[A-Za-z]+[-_]?\d[\w.-]*|sha256:.*|v\d[\d.]*)$")
_CLOCK = re.compile(r"^\d{1,2}:\d{2}")
_KINDS: Mapping[AnswerKind, tuple[ValueKind, ...]] = {
    "number": ("number", "percent", "duration", "money"),
    "money": ("money", "number"),
    "percent": ("percent", "number"),
    "duration": ("duration", "number"),
    "date": ("date",),
    "person": ("person", "name"),
}
_AND = re.compile(r",\s*(?:and\s+)?|\s+(?:and|&)\s+|;\s*")
_FULL_NAME = re.compile(r"[A-ZÀ-Þ][\w'’-]+(?: [\w'’.-]+){0,2} [A-ZÀ-Þ][\w'’-]+")
_NOT_SAID = frozenset("- – — n/a na none tbd tba unknown ? open".split())


class People:
    """The people of the programme by every form of their names."""

    def __init__(self, people: Sequence[Entity]) -> None:
        self.full: dict[str, str] = {}
        firsts: dict[str, set[str]] = {}
        for person in people:
            written = max(person.names, key=lambda name: (" " in name, len(name)))
            for name in person.names:
                self.full[name.casefold()] = written
            firsts.setdefault(written.split()[0].casefold(), set()).add(written)
        self.full |= {first: next(iter(found)) for first, found in firsts.items() if len(found) == 1}
        names = sorted(self.full, key=len, reverse=True)
        either = "|".join(map(re.escape, names))
        self._any = re.compile(rf"(?<![\w.])({either})(?![\w]|\.\w)", re.I) if names else None

    def within(self, text: str) -> list[str]:
        """The people that a text names, by full name, in order."""
        found = self._any.findall(text) if self._any else []
        return list(dict.fromkeys(self.full[name.casefold()] for name in found))


def fit(value: str, kind: AnswerKind, *, people: People) -> float:
    """How well a value answers a question of this kind, 0 to 1."""
    if value.strip().casefold() in _NOT_SAID and kind not in ("thing", "list", "yes_no"):
        return 0.0
    match kind:
        case "person":
            return _fit_person(value, people)
        case "date":
            return 1.0 if days_in(value) and len(value.split()) <= 8 else 0.7 if days_in(value) else 0.0
        case "number" | "money" | "percent" | "duration":
            return _fit_number(value, kind)
        case "list" | "yes_no":
            return 1.0
        case _:
            return 1.0 if len(value.split()) <= 2 * SHORT else 0.6


def _fit_person(value: str, people: People) -> float:
    if named := people.within(value):
        return 1.0 if len(value.split()) <= 3 * len(named) + 1 else 0.75
    if any(found.kind == "person" for found in candidates(value)) and len(value.split()) <= 4:
        return 0.7
    return 0.0


def _fit_number(value: str, kind: AnswerKind) -> float:
    if not _ANY_NUMBER.search(value) or _ID_LIKE.match(value):
        return 0.0
    if days_in(value) and not _NUMBERS.match(value):
        return 0.0
    if kind == "money" and _NUMBERS.match(value) and re.match(r"\s*[<>=≤≥~%]|.*%", value):
        return 0.6
    if _NUMBERS.match(value) or _CLOCK.match(value):
        return 1.0
    inside = any(found.kind in _KINDS[kind] for found in candidates(value))
    return 0.0 if not inside else 0.75 if len(value.split()) <= 2 * SHORT else 0.5


def shown(value: str, kind: AnswerKind, *, people: People) -> str:
    """The value as an answer gives it: verbatim, of a long cell the part that is of the kind asked for."""
    plain = value.strip()
    if kind == "person":
        named = people.within(plain)
        return ", ".join(named) if named else plain
    if len(plain.split()) <= SHORT or kind not in _KINDS:
        return plain
    wanted = _KINDS[kind]
    inside = [found for found in candidates(plain) if found.kind in wanted]
    inside.sort(key=lambda found: (wanted.index(found.kind), found.start))
    return inside[0].text if inside else plain


def persons(value: str, *, people: People) -> tuple[str, ...]:
    """Each person of a value, or the value itself."""
    if named := people.within(value):
        return tuple(named)
    parts = [part.strip() for part in _AND.split(value.strip())]
    return tuple(parts) if all(_FULL_NAME.fullmatch(part) for part in parts) else (value.strip(),)


def canonical(value: str, *, people: People, today: date) -> str:
    """One spelling for values that mean the same: people, days and numbers."""
    if named := people.within(value):
        return "|".join(sorted(named))
    if days := days_in(value):
        near = days[0].near(today)
        return near.isoformat() if near else value
    bare = value.strip().casefold()
    if _NUMBERS.match(value):
        return re.sub(r"[^\d.]", "", bare.replace(",", "")).rstrip(".")
    return " ".join(sorted(stems_of(bare))) or bare
