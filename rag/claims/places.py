"""Where in its sources a sentence stands: the few pieces of text that together say most of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from rag.claims.model import Evidence, Source
from rag.claims.orders import is_order
from rag.ground.sentences import Unit, units
from rag.ground.synonyms import synonyms
from rag.ground.words import STOP_WORDS, Word, same_stem, words

PIECES = 3  # pieces that may stand together behind one sentence
ABOVE = 3  # pieces above an order, in the same block, that are taken to belong to it
GAIN = 0.08  # share of the sentence that a further piece must add


@dataclass(frozen=True)
class Place:
    """One unit of a source: `text` verbatim after the header row or lead-in it hangs on, with its words."""

    evidence: Evidence
    text: str
    words: tuple[Word, ...]
    about: tuple[Word, ...]
    year: int

    @property
    def stems(self) -> frozenset[str]:
        return frozenset(word.stem for word in self.words)


def places_of(source: Source) -> tuple[Place, ...]:
    """All units of a source that may be rested on, in order."""
    found = []
    cut = units(source.text, source.ending)
    ordering = [is_order(source.text[unit.start : unit.end]) for unit in cut]
    for at, unit in enumerate(cut):
        own = source.text[unit.start : unit.end]
        lead = source.text[slice(*unit.lead)] if unit.lead else ""
        if ordering[at] or _prepares_an_order(source.text, cut[at : at + ABOVE + 1], ordering[at : at + ABOVE + 1]):
            continue
        text = f"{lead}\n{own}" if lead else own
        above = tuple(words(f"{source.about} {unit.heading}"))
        found.append(Place(Evidence(source.n, unit.start, unit.end), text, tuple(words(text)), above, source.year))
    return tuple(found)


def _prepares_an_order(text: str, following: Sequence[Unit], ordering: Sequence[bool]) -> bool:
    """Whether an order stands a few lines below in the same block: "the block above replaces all earlier"."""
    if True not in ordering:
        return False
    order = following[ordering.index(True)]
    return "\n\n" not in text[following[0].end : order.start]


def content_stems(found: Sequence[Word]) -> tuple[str, ...]:
    """Stems of the words that carry meaning, each once."""
    return tuple(dict.fromkeys(word.stem for word in found if word.folded not in STOP_WORDS))


def says(wanted: str, stems: Collection[str]) -> float:
    """How well a stem is said among others: itself 1, its family .9, a word for the same .7, else 0."""
    if wanted in stems:
        return 1.0
    if any(same_stem(wanted, other) for other in stems):
        return 0.9
    return 0.7 if synonyms(wanted) & frozenset(stems) else 0.0


def coverage(wanted: Sequence[str], place: Place) -> tuple[float, ...]:
    """How well each stem is said in a place; half as well when only the heading says it."""
    above = frozenset(word.stem for word in place.about)
    return tuple(max(says(one, place.stems), 0.5 * says(one, above)) for one in wanted)


def standing(wanted: Sequence[str], among: Sequence[Place]) -> tuple[Place, ...]:
    """The pieces that say most of the stems, the one that says most first; none when nothing is said at all."""
    scored = [(coverage(wanted, place), place) for place in among]
    reached = (0.0,) * len(wanted)
    chosen: list[Place] = []
    while scored and wanted and len(chosen) < PIECES:
        gains = [(sum(max(a, b) for a, b in zip(reached, met, strict=True)), at) for at, (met, _) in enumerate(scored)]
        best, at = max(gains, key=lambda pair: (pair[0], -len(scored[pair[1]][1].words), -pair[1]))
        if best - sum(reached) < max(GAIN * len(wanted), 1e-9):
            break
        met, place = scored.pop(at)
        reached = tuple(max(a, b) for a, b in zip(reached, met, strict=True))
        chosen.append(place)
    return tuple(chosen)
