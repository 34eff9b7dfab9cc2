"""A second opinion on a sentence that passed a check: a cross-encoder of choice says whether its source entails it.

For any model that sentence-transformers' CrossEncoder loads and that has a label called "entailment". It only ever
takes sentences away: what the first check dropped stays dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from rag.claims.check import MARK
from rag.claims.model import Judge, Source, Unsupported, Verdict

ENTAILED = 0.5
"""Probability from which a sentence counts as entailed."""

Entails = Callable[[str, str], float]
"""The probability, 0 to 1, that the first text entails the second."""


class EntailmentError(Exception):
    """The model that was chosen cannot be had, or says nothing of entailment; the message says what to do."""


def with_second_opinion(judge: Judge, entails: Entails) -> Judge:
    """The same judge, who shows what it would show only where the places it rests on entail it."""

    def judged(sentence: str, sources: Mapping[int, Source]) -> Verdict:
        verdict = judge(sentence, sources)
        if isinstance(verdict, Unsupported):
            return verdict
        rests_on = [sources[place.n].text[place.start : place.end] for place in verdict.evidence]
        sure = entails(" ".join(rests_on), MARK.sub("", sentence).strip())
        if sure >= ENTAILED:
            return verdict
        return Unsupported("not entailed", f"The second opinion finds it entailed with {sure:.2f} only.")

    return judged


def open_entailment(name: str) -> Entails:
    """The cross-encoder of this name, from the local cache, a folder or the hub.

    Raises:
        EntailmentError: Its library is not installed, it cannot be loaded, or it has no label called "entailment".
    """
    try:
        from sentence_transformers import CrossEncoder
    except ImportError as missing:
        raise EntailmentError(
            f"The entailment model {name!r} needs sentence-transformers: pip install 'gatehouse[models]'"
        ) from missing
    try:
        network = CrossEncoder(name)
    except (OSError, ValueError) as problem:
        raise EntailmentError(f"The entailment model {name!r} cannot be loaded: {problem}") from problem
    return _entails(network, _column(name, network))


def _column(name: str, network: Any) -> int:
    labels = {str(label).casefold(): int(at) for at, label in network.config.id2label.items()}
    if "entailment" not in labels:
        raise EntailmentError(
            f"The model {name!r} says nothing of entailment: its labels are {', '.join(sorted(labels))}. Choose one"
            " that was trained for natural language inference, or leave GATEHOUSE_ENTAILMENT_MODEL empty."
        )
    return labels["entailment"]


def _entails(network: Any, column: int) -> Entails:
    def probability(premise: str, hypothesis: str) -> float:
        scores = network.predict([(premise, hypothesis)], apply_softmax=True, show_progress_bar=False)
        return float(scores[0][column])

    return probability
