"""Plain reasons to say "I don't know", each with its sentence: what the question needs is not in what was found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rag.ground.cells import Row, row_of
from rag.ground.reading import Reading
from rag.ground.scoring import Scored, is_of_month, measures, strength_around, weights_for
from rag.ground.verbs import GENERIC
from rag.ground.words import words

HALF_SAID = 0.45  # share of the question (by weight) the sentence and its surroundings must have
REASON_SAID = 0.15  # the same for "why", whose answer rarely repeats the question
_MONTH_NAMES = {
    name[:3].lower(): name
    for name in ("January February March April May June July August September October November December".split())
}
SHORT = 4  # words of a cell that is a value with what it measures, not a remark


def why_not(reading: Reading, ranked: Sequence[Scored]) -> str | None:
    """The first reason the best sentence cannot answer, or None."""
    if not ranked:
        return "Nothing was found in the documents you can read."
    best = ranked[0].sentence
    wanted = reading.question.named
    for term in reading.question.terms:
        if term.stem in wanted and reading.strength(term.stem, best.whole) == 0:
            return f"Nothing in the documents you can read speaks of {term.text!r} here."
    if off := [month for month in reading.question.months if month in reading.weights and not is_of_month(best, month)]:
        return f"Nothing in the documents you can read says this of {_MONTH_NAMES[off[0]]}."
    if reading.question.fits and not ranked[0].fitting and best.unit.kind != "row":
        return f"No {reading.question.kind} is given where the documents speak of this."
    if _counts_something_else(reading, ranked[0]):
        return f"No number of {reading.question.focus[-1]!r} is given where the documents speak of this."
    weights = weights_for(reading, best)
    total = sum(weights.values()) or 1.0
    met = sum(weight * strength_around(reading, best, term) for term, weight in weights.items())
    if met / total < (REASON_SAID if reading.question.kind == "reason" else HALF_SAID):
        return "The documents you can read come near the question but do not answer it."
    return None


def _counts_something_else(reading: Reading, best: Scored) -> bool:
    """Whether "how many X" is asked and no number measures X; a row says X in its header, its label or the cell."""
    question = reading.question
    if not (question.counts and question.focus) or question.counted in GENERIC:
        return False
    alike = reading.alike.get(question.focus[-1], {})
    if best.sentence.unit.kind == "row":
        return not _row_counts(reading, row_of(best.sentence), alike)
    if best.sentence.unit.kind not in ("sentence", "item"):
        return False
    if any(word.stem in alike for word in words(best.sentence.after)):  # "Of these 31 led to a visit"
        return False
    return not any(measures(best.sentence, value, alike) for value in best.fitting)


def _row_counts(reading: Reading, row: Row, noun: Mapping[str, float]) -> bool:
    """Whether label, header or a short cell says that the row counts the noun, or a column is what is asked of it."""
    labels = (*row.header, row.cells[0], *(cell for cell in row.cells if len(cell.split()) <= SHORT))
    if any(word.stem in noun for label in labels for word in words(label.replace("_", " "))):
        return True
    asked = {stem for alike in reading.alike.values() for stem in alike} - reading.question.named
    return any(word.stem in asked for name in row.header for word in words(name.replace("_", " ")))
