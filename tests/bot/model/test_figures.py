"""The figures of a model over known questions, held against the last run."""

from __future__ import annotations

import json

import pytest

from rag.evaluate.model_figures import ModelFigures, WordedAnswer, measure_model, worse
from rag.evaluate.questions import Judgement, KnownQuestion
from tests.bot.model.given import SAID, WHY, Asking, saying
from tests.stand_ins.model_thread import model_on_a_thread


def test_a_run_that_is_worse_than_the_last_one_says_in_what() -> None:
    question = KnownQuestion("q", "why", "why?", answerable=True)
    quotes = {1: "The pump was replaced because its seal leaked 4 litres a day."}

    def run(answer: str, cost: float) -> ModelFigures:
        judged = Judgement(question, "right", True, 1, 1, 1.0, (), answer)
        answers = [WordedAnswer(judged, True, True, quotes, cost, {"total": 900.0, "first_sentence": 400.0})]
        return measure_model(answers, model="m", prompt="answer@1")

    good = run("The pump was replaced because its seal leaked 4 litres a day [1].", 0.001)
    bad = run("The pump was replaced because its seal leaked 5 litres a day [1].", 0.002)
    assert (good.faithfulness, good.completeness, good.first_sentence_p95_ms) == (1.0, 1.0, 400.0)
    assert worse(good, good) == ()
    assert [one.split()[0] for one in worse(bad, good)] == ["faithfulness", "cost"]


def test_eval_of_the_model_keeps_its_runs_and_ends_with_one_when_the_last_was_better(
    asking: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    questions = asking.house.home / "known.jsonl"
    known = {"id": "q1", "text": WHY, "answerable": True, "must_quote": ["only 12 passengers a day"]}
    questions.write_text(json.dumps(known) + "\n", encoding="utf-8")
    words = ("eval", "--model", "--corpus", str(asking.house.docs), "--queries", str(questions), "--json")
    codes, runs = [], []
    for said in (SAID, SAID, "Nobody took the paper schedule [1]."):
        with model_on_a_thread(say=saying(said)) as server:
            monkeypatch.setenv("GATEHOUSE_MODEL_URL", server.url)
            monkeypatch.setenv("GATEHOUSE_MODEL", "plain")
            ran = asking.house.run(*words)
        codes.append(ran.code)
        runs.append(json.loads(ran.out))
    assert codes == [0, 0, 1]
    assert runs[0]["figures"]["faithfulness"] == 1.0
    assert runs[0]["before"] is None
    assert any("worded" in one for one in runs[2]["worse"])
