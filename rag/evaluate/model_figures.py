"""Figures of answers in a model's words over a question file, and whether they are worse than those of the last run."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from rag.claims.check import MARK, check_against
from rag.claims.model import Source, Supported
from rag.evaluate.questions import Judgement

LOSSES: Mapping[str, float] = {"faithfulness": 0.005, "completeness": 0.02, "right_abstention": 0.02, "worded": 0.1}
"""How much each share may fall before the run counts as worse."""

RISES: Mapping[str, float] = {"cost_per_answer_usd": 1.25, "total_p95_ms": 2.0}
"""How many times as much each may become; time is judged loosely, for machines differ from one hour to the next."""

FEWEST_TIMED = 20
"""Questions a run must have asked before its 95th percentile is compared: of fewer it is the slowest one alone."""

_SENTENCE = re.compile(r"(?<=[\]])\.\s+")


@dataclass(frozen=True)
class WordedAnswer:
    """One question as the model road answered it.

    `asked` is whether the model was asked, `worded` whether its words were shown. `quotes` are the cited texts
    by number.
    """

    judgement: Judgement
    asked: bool
    worded: bool
    quotes: Mapping[int, str]
    cost_usd: float
    timings_ms: Mapping[str, float]


@dataclass(frozen=True)
class ModelFigures:
    """A run. Shares are 0 to 1, None where nothing was counted; `model` and `prompt` say what was measured.

    `faithfulness`: sentences shown that stand in their own quotes alone. `completeness`: answerable questions whose
    expected values and quotes are all in the answer. `right_abstention`: unanswerable ones that were not answered;
    `needless_abstention`: answerable ones that were not. `worded`: of the answers the model was asked for, those in its
    words.
    """

    model: str
    prompt: str
    questions: int
    asked: int
    worded: float | None
    faithfulness: float | None
    completeness: float | None
    right_abstention: float | None
    needless_abstention: float | None
    cost_per_answer_usd: float
    first_sentence_p50_ms: float | None
    first_sentence_p95_ms: float | None
    total_p50_ms: float | None
    total_p95_ms: float | None

    def to_json(self) -> dict[str, object]:
        return asdict(self)


def measure_model(answers: Sequence[WordedAnswer], *, model: str, prompt: str) -> ModelFigures:
    """The figures of a run."""
    asked = [one for one in answers if one.asked]
    worded = [one for one in asked if one.worded]
    answerable = [one for one in answers if one.judgement.question.answerable]
    others = [one for one in answers if not one.judgement.question.answerable]
    stands = [stood for one in worded for stood in sentences_that_stand(one)]
    firsts = [one.timings_ms["first_sentence"] for one in worded if "first_sentence" in one.timings_ms]
    totals = [one.timings_ms["total"] for one in asked if "total" in one.timings_ms]
    return ModelFigures(
        model=model,
        prompt=prompt,
        questions=len(answers),
        asked=len(asked),
        worded=_share([one.worded for one in asked]),
        faithfulness=_share(stands),
        completeness=_share([one.judgement.outcome == "right" for one in answerable]),
        right_abstention=_share([one.judgement.outcome == "rightly abstained" for one in others]),
        needless_abstention=_share([one.judgement.outcome == "abstained" for one in answerable]),
        cost_per_answer_usd=sum(one.cost_usd for one in asked) / len(asked) if asked else 0.0,
        first_sentence_p50_ms=_quantile(firsts, 0.5),
        first_sentence_p95_ms=_quantile(firsts, 0.95),
        total_p50_ms=_quantile(totals, 0.5),
        total_p95_ms=_quantile(totals, 0.95),
    )


def sentences_that_stand(answer: WordedAnswer) -> list[bool]:
    """For each sentence of an answer, whether it stands in the quotes shown with it and in nothing else."""
    return [_stands(sentence, answer.quotes) for sentence in _SENTENCE.split(answer.judgement.answer)]


def _stands(sentence: str, quotes: Mapping[int, str]) -> bool:
    cited = [int(n) for match in MARK.finditer(sentence) for n in re.findall(r"\d+", match[1])]
    sources = [Source(n, quotes[n]) for n in cited if n in quotes]
    return bool(sources) and isinstance(check_against(MARK.sub("", sentence).strip(), sources), Supported)


def worse(now: ModelFigures, before: ModelFigures) -> tuple[str, ...]:
    """What is worse than in the run before, one sentence each; none when nothing is."""
    found = []
    for name, loss in LOSSES.items():
        was, is_now = getattr(before, name), getattr(now, name)
        if was is not None and (is_now is None or is_now < was - loss):
            found.append(f"{name.replace('_', ' ')} fell from {was:.3f} to {_shown(is_now)}.")
    timed = min(now.asked, before.asked) >= FEWEST_TIMED
    for name, times in RISES.items():
        if name == "total_p95_ms" and not timed:
            continue
        was, is_now = getattr(before, name), getattr(now, name)
        if was and is_now and is_now > was * times:
            found.append(f"{name.replace('_', ' ')} rose from {was:.4g} to {is_now:.4g}.")
    return tuple(found)


def _shown(value: float | None) -> str:
    return "nothing counted" if value is None else f"{value:.3f}"


def _share(found: Sequence[bool]) -> float | None:
    return sum(found) / len(found) if found else None


def _quantile(found: Sequence[float], share: float) -> float | None:
    """The nearest-rank quantile."""
    return sorted(found)[max(0, math.ceil(share * len(found)) - 1)] if found else None
