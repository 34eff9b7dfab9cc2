"""How well a confidence tells what can be answered: AUROC, balanced accuracy, F1 and the risk-coverage curve."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from rag.evaluate.questions import Judgement


@dataclass(frozen=True)
class Point:
    """Answering only what is at least this sure: the share of all questions answered, and of those the share wrong."""

    confidence: float
    coverage: float
    risk: float


@dataclass(frozen=True)
class Abstention:
    """Figures of saying "I don't know", each 0 to 1; None where only one kind of question was asked.

    `auroc`: chance that an answerable question gets more confidence than one without an answer (ties count half).
    `balanced_accuracy`: mean of the shares of answerable ones answered and of the others abstained. `f1`: of "has no
    answer"; always abstaining reaches 2p/(1+p) for a share p without answer, so it proves nothing alone.
    `aurc`: mean risk over the points of `curve`, 0 is best; only given answers have points.
    """

    auroc: float | None
    balanced_accuracy: float | None
    f1: float | None
    aurc: float | None
    curve: tuple[Point, ...]


def measure_abstention(judged: Sequence[Judgement]) -> Abstention:
    """All figures of a run."""
    curve = risk_coverage(judged)
    yes = [one for one in judged if one.question.answerable]
    no = [one for one in judged if not one.question.answerable]
    kept = sum(one.outcome == "rightly abstained" for one in no)
    lost = sum(one.outcome == "abstained" for one in yes)
    both = bool(yes and no)
    return Abstention(
        auroc=auroc([one.confidence for one in yes], [one.confidence for one in no]) if both else None,
        balanced_accuracy=((len(yes) - lost) / len(yes) + kept / len(no)) / 2 if both else None,
        f1=2 * kept / (len(no) + kept + lost) if no else None,
        aurc=sum(point.risk for point in curve) / len(curve) if curve else None,
        curve=curve,
    )


def auroc(yes: Sequence[float], no: Sequence[float]) -> float:
    """Area under the ROC curve of a score that should be higher for `yes`; neither may be empty."""
    below = sorted(no)
    wins = sum((bisect_left(below, score) + bisect_right(below, score)) / 2 for score in yes)
    return wins / (len(yes) * len(no))


def risk_coverage(judged: Sequence[Judgement]) -> tuple[Point, ...]:
    """One point per distinct confidence among the answers given, surest first."""
    given = [one for one in judged if one.outcome in ("right", "wrong", "wrongly answered")]
    given.sort(key=lambda one: -one.confidence)
    points, answered, wrong = [], 0, 0
    for confidence, group in groupby(given, key=lambda one: one.confidence):
        batch = list(group)
        answered += len(batch)
        wrong += sum(one.outcome != "right" for one in batch)
        points.append(Point(confidence, answered / len(judged), wrong / answered))
    return tuple(points)
