"""Faithful and distorted sentences made from the small texts by chance, always the same for the same seed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from tests.rag.claim_texts import TEXTS

PEOPLE = (
    "Ines Duarte", "Tomas Weber", "Aiko Sato", "Maya Lindqvist", "Omar Haddad", "Ruth Adeyemi", "Piotr Nowak",
    "Lena Brandt", "Samir Patel", "Chloe Martin",
)  # fmt: skip


@dataclass(frozen=True)
class Sample:
    """A sentence about a source; `kind` is "faithful" or how it was distorted."""

    kind: str
    sentence: str
    source: str


@dataclass(frozen=True)
class _Filled:
    source: str
    sentence: str
    people: tuple[str, ...]
    numbers: tuple[str, ...]
    days: tuple[date, ...]


def faithful(seed: int, half: int, count: int) -> tuple[Sample, ...]:
    """Paraphrases of the texts of one half (0 or 1)."""
    draw = Random(seed)
    return tuple(Sample("faithful", one.sentence, one.source) for one in _fill(draw, half, count))


def distorted(seed: int, half: int, count: int) -> tuple[Sample, ...]:
    """The same with one number, name or day changed, two values exchanged, or a denial put in or taken out."""
    draw = Random(seed)
    found: list[Sample] = []
    filled = _fill(draw, half, count * 8)
    kinds = list(_DISTORTIONS.items())
    while len(found) < count:
        kind, change = kinds[len(found) % len(kinds)]
        for one in filled:
            sentence = change(one, draw)
            if sentence is not None and sentence != one.sentence:
                found.append(Sample(kind, sentence, one.source))
                break
    return tuple(found)


def _fill(draw: Random, half: int, count: int) -> Iterator[_Filled]:
    pairs = [(source, said) for source, told in TEXTS[half::2] for said in told]
    order: list[tuple[str, str]] = []
    for _ in range(count):
        if not order:
            order = draw.sample(pairs, len(pairs))
        source, said = order.pop()
        people = tuple(draw.sample(PEOPLE, 3))
        numbers = tuple(str(n) for n in draw.sample(range(11, 99), 3))
        first = date(2026, 1, 5) + timedelta(days=draw.randrange(300))
        days = tuple(first + timedelta(days=n) for n in draw.sample(range(0, 40), 3))
        fields = _Fields(people, numbers, days, draw)
        yield _Filled(fields.into(source), fields.into(said), people, numbers, days)


@dataclass(frozen=True)
class _Fields:
    people: tuple[str, ...]
    numbers: tuple[str, ...]
    days: tuple[date, ...]
    draw: Random

    def into(self, text: str) -> str:
        return re.sub(r"\{([pnd])([123])\}", self._value, text)

    def _value(self, match: re.Match[str]) -> str:
        at = int(match[2]) - 1
        match match[1]:
            case "p":
                return self.people[at]
            case "n":
                return self.numbers[at]
            case _:
                return written(self.days[at], self.draw)


def written(day: date, draw: Random) -> str:
    """A day in one of the ways people write it."""
    ways = (f"{day:%Y-%m-%d}", f"{day.day} {day:%B %Y}", f"{day:%B} {day.day}, {day:%Y}", f"{day.day} {day:%b %Y}")
    return draw.choice(ways)


# --- distortions ----------------------------------------------------------------------

_NUMBER = re.compile(
    r"(?<![\w.,/-])\d{1,3}(?:,000)?(?![\w,]|-\d|\s(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec))"
)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}|\d{1,2} [A-Z][a-z]+ \d{4}|[A-Z][a-z]+ \d{1,2}, \d{4}")
_AUXILIARY = re.compile(r"\b(is|was|are|were|will|must|may|can|has|have|had)\b(?! not| no)")
_NOT = re.compile(r"\s+not\b|\bNo (?=\w)|\bNone of\b|\bNobody\b")


def _number(one: _Filled, draw: Random) -> str | None:
    """A number becomes another one: of the source where there is one, else one made up."""
    mine = _numbers(one.sentence)
    if not mine:
        return None
    target = draw.choice(mine)
    value = one.sentence[slice(*target)]
    tail = ",000" if value.endswith(",000") else ""
    others = [n for n in one.numbers if n in one.source and n != value.removesuffix(",000")]
    other = draw.choice(others) if others and draw.random() < 0.5 else str(draw.randrange(100, 900))
    return _replaced(one.sentence, target, f"{other}{tail}")


def _swap(one: _Filled, draw: Random) -> str | None:
    """Two numbers or two people of the sentence exchanged."""
    for spans in (_numbers(one.sentence), _people(one.sentence)):
        if len(spans) >= 2:
            (a, b), (c, d) = spans[:2]
            text = one.sentence
            if _exchangeable(text[a:b], text[c:d], text):
                return text[:a] + text[c:d] + text[b:c] + text[a:b] + text[d:]
    return None


def _exchangeable(left: str, right: str, text: str) -> bool:
    """Of "A and B signed" nothing becomes false."""
    return f"{left} and {right}" not in text


def _negation(one: _Filled, draw: Random) -> str | None:
    if found := _NOT.search(one.sentence):
        inside = {"No ": "Some ", "None of": "One of", "Nobody": "Somebody"}
        return one.sentence[: found.start()] + inside.get(found[0], "") + one.sentence[found.end() :]
    if found := _AUXILIARY.search(one.sentence):
        return one.sentence[: found.end()] + " not" + one.sentence[found.end() :]
    return None


def _entity(one: _Filled, draw: Random) -> str | None:
    """Somebody else: of the source where there is another, else a stranger."""
    mine = _people(one.sentence)
    if not mine:
        return None
    name = one.sentence[slice(*mine[0])]
    there = [person for person in one.people if person in one.source and person not in one.sentence]
    strangers = [person for person in PEOPLE if person not in one.people]
    other = draw.choice(there) if there and draw.random() < 0.6 else draw.choice(strangers)
    return one.sentence.replace(name, other)


def _day(one: _Filled, draw: Random) -> str | None:
    found = _DATE.search(one.sentence)
    if not found:
        return None
    shifted = draw.choice(one.days) + timedelta(days=draw.choice((1, 7, 30, 365)))
    if shifted in one.days:
        shifted += timedelta(days=500)
    return one.sentence[: found.start()] + written(shifted, draw) + one.sentence[found.end() :]


_DISTORTIONS: dict[str, Callable[[_Filled, Random], str | None]] = {
    "number": _number,
    "swap": _swap,
    "negation": _negation,
    "entity": _entity,
    "date": _day,
}


def _numbers(text: str) -> list[tuple[int, int]]:
    dates = [found.span() for found in _DATE.finditer(text)]
    spans = [found.span() for found in _NUMBER.finditer(text)]
    return [(a, b) for a, b in spans if not any(left < b and a < right for left, right in dates)]


def _people(text: str) -> list[tuple[int, int]]:
    return sorted((found.start(), found.end()) for person in PEOPLE for found in re.finditer(person, text))


def _replaced(text: str, span: tuple[int, int], value: str) -> str:
    return text[: span[0]] + value + text[span[1] :]
