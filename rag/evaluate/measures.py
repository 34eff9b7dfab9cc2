"""Measures of a ranking against judgments, and how sure a difference between two systems is."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

RESAMPLES = 2_000
SEED = 20_261_120  # fixed, so that the same run prints the same interval


@dataclass(frozen=True)
class Interval:
    """A mean difference and the 95 % interval round it."""

    mean: float
    low: float
    high: float


def ndcg(ranking: Sequence[str], grades: Mapping[str, float], depth: int) -> float:
    """Normalised discounted cumulative gain (Järvelin and Kekäläinen 2002) with linear gain, as trec_eval has it."""
    ideal = sorted((grade for grade in grades.values() if grade > 0), reverse=True)
    best = _gain(ideal[:depth])
    return _gain([max(grades.get(document, 0.0), 0.0) for document in ranking[:depth]]) / best if best else 0.0


def recall(ranking: Sequence[str], grades: Mapping[str, float], depth: int) -> float:
    """The share of the relevant documents among the first `depth`."""
    relevant = {document for document, grade in grades.items() if grade > 0}
    return len(relevant.intersection(ranking[:depth])) / len(relevant) if relevant else 0.0


def hit(ranking: Sequence[str], grades: Mapping[str, float], depth: int) -> float:
    """1 when any relevant document is among the first `depth`."""
    return float(any(grades.get(document, 0) > 0 for document in ranking[:depth]))


def paired_bootstrap(ours: Sequence[float], theirs: Sequence[float]) -> Interval:
    """The mean of ours - theirs per question, with its 95 % percentile interval (Efron and Tibshirani 1993)."""
    import numpy as np

    differences = np.asarray(ours, dtype=np.float64) - np.asarray(theirs, dtype=np.float64)
    random = np.random.default_rng(SEED)
    means = [differences[random.integers(0, differences.size, differences.size)].mean() for _ in range(RESAMPLES)]
    low, high = np.percentile(means, [2.5, 97.5])
    return Interval(float(differences.mean()), float(low), float(high))


def _gain(grades: Sequence[float]) -> float:
    return sum(grade / math.log2(place + 2) for place, grade in enumerate(grades))
