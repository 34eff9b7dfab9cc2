"""When a run of a model counts as worse than the last one."""

from __future__ import annotations

import pytest

from rag.evaluate.model_figures import FEWEST_TIMED, ModelFigures, WordedAnswer, measure_model, worse
from rag.evaluate.questions import Judgement, KnownQuestion

JUDGED = Judgement(KnownQuestion("q", "why", "why?", answerable=True), "right", True, 1, 1, 1.0, (), "It was old [1].")


def _run(milliseconds: float, questions: int) -> ModelFigures:
    answer = WordedAnswer(JUDGED, True, True, {1: "It was old."}, 0.0, {"total": milliseconds})
    return measure_model([answer] * questions, model="m", prompt="answer@1")


@pytest.mark.parametrize(
    ("questions", "found"), [(FEWEST_TIMED, ["total p95 ms rose from 100 to 900."]), (FEWEST_TIMED - 1, [])]
)
def test_time_is_compared_over_enough_questions_only(questions: int, found: list[str]) -> None:
    assert list(worse(_run(900.0, questions), _run(100.0, questions))) == found
