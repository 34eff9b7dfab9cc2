"""Stems of fields, cells and headings, and how strongly they agree with a word of the question."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache

from rag.ground.synonyms import ALIKE, SPELT, misspelt, synonyms
from rag.ground.words import STOP_WORDS, same_stem, stem, words

NEAR = 0.85
"""Agreement of a word that continues another one ("lookup", "lookups" are equal; "predict", "prediction" are near)."""

_UNITS: Mapping[str, str] = {
    "ms": "milliseconds latency", "s": "seconds", "sec": "seconds", "min": "minutes", "h": "hours", "hrs": "hours",
    "pct": "percent", "perc": "percent", "eur": "euros cost", "usd": "dollars cost", "gbp": "pounds cost",
    "gb": "gigabytes", "tb": "terabytes", "rps": "requests", "qps": "queries", "no": "number", "nr": "number",
    "num": "number", "qty": "quantity", "avg": "average mean", "pred": "predicted", "req": "request", "cnt": "count",
}  # fmt: skip
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_THOUSANDS = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?)\s?[kK]\b")
_KEPT = frozenset("no not on off".split())


@lru_cache(maxsize=65536)
def stems_of(text: str) -> frozenset[str]:
    """The stems of a text; "1k" and "1,000" are 1000, joined words ("lookup_ms", "lookupMs") are parted."""
    plain = _CAMEL.sub(" ", text.replace("_", " ")) if len(text) < 400 else text
    if "k" in plain or "K" in plain:
        plain = _THOUSANDS.sub(lambda match: f"{float(match[1]) * 1000:g}", plain)
    return frozenset(word.stem for word in words(plain) if word.folded not in STOP_WORDS or word.folded in _KEPT)


@lru_cache(maxsize=8192)
def field_stems(name: str) -> frozenset[str]:
    """The stems of a field's name, with its units written out: "p95_ms" is also about milliseconds."""
    plain = name.replace(".", " ").replace("%", " percent ").replace("€", " euros cost ")
    own = stems_of(plain)
    long = (word for short in own for word in _UNITS.get(short, "").split())
    return own | {stem(word) for word in long}


class Agreement:
    """How the words of one question agree with the stems of a shelf; built once, asked often."""

    def __init__(
        self, terms: Iterable[str], vocabulary: Collection[str], *, joined: Mapping[str, tuple[str, ...]] | None = None
    ) -> None:
        heads: dict[str, list[str]] = {}
        for known in vocabulary:
            heads.setdefault(known[:5], []).append(known)
        self.alike = {term: _alike(term, vocabulary, heads) for term in terms}
        for whole, parts in (joined or {}).items():
            for part in parts if whole in vocabulary else ():
                self.alike[part][whole] = 1.0

    def of(self, term: str, stems: frozenset[str]) -> float:
        """Agreement of a question's stem with a set of stems, 0 to 1."""
        alike = self.alike[term]
        if term in stems:
            return 1.0
        if stems.isdisjoint(alike):
            return 0.0
        return max((power for other, power in alike.items() if other in stems), default=0.0)

    def known(self, term: str) -> bool:
        """Whether anything on the shelf agrees with it."""
        return bool(self.alike[term])


def _alike(term: str, vocabulary: Collection[str], heads: Mapping[str, list[str]]) -> dict[str, float]:
    found = {term: 1.0} if term in vocabulary else {}
    if term[0].isdigit():
        return found
    if re.fullmatch(r"v\d+", term):
        return found | {other: 1.0 for other in vocabulary if re.fullmatch(r"v[\d.]+", other) and _bare(other) == term}
    for other in heads.get(term[:5], ()):
        if other not in found and same_stem(term, other):
            found[other] = NEAR
    for other in synonyms(term):
        if other in vocabulary:
            found.setdefault(other, ALIKE)
    return found or dict.fromkeys(misspelt(term, vocabulary), SPELT)


def _bare(version: str) -> str:
    return version.replace(".", "")
