"""What a question came to: the answer or the refusal, with everything a script or a card needs of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Literal

from bot.chat import Part
from rag.model import Answer, Citation, CitedFact, NoAnswer, Route

Tier = Literal["model", "extractive"]
"""Who put an answer into words: a model, each sentence checked against its source, or the records and documents."""


@dataclass(frozen=True)
class Told:
    """An answered or refused question.

    `as_of` is when the records or documents it rests on were last brought up to date. `timings_ms` holds the total
    and its parts. `parts` is how it is shown where that says more than its text (a status, a list of blockers).
    `quoted` is what the sources answer word for word, where a model put it into other words, `by_second` whether that
    was the second endpoint's. `lead` is a sentence of a model above what the records say; `understood` the question it
    took the one that was asked for, "" for none.
    """

    id: str
    question: str
    outcome: Answer | NoAnswer
    audience: str
    as_of: datetime
    timings_ms: dict[str, float] = field(default_factory=dict)
    parts: tuple[Part, ...] = ()
    tier: Tier = "extractive"
    by_second: bool = False
    cost_usd: float = 0.0
    quoted: Answer | None = None
    lead: str = ""
    understood: str = ""

    @property
    def by_model(self) -> bool:
        """Whether any of it is in a model's words."""
        return self.tier == "model" or bool(self.lead)

    @property
    def unworded(self) -> str:
        """The text as it is without a model."""
        return self.quoted.text if self.quoted else self.text

    @property
    def abstained(self) -> bool:
        return isinstance(self.outcome, NoAnswer)

    @property
    def text(self) -> str:
        outcome = self.outcome
        if isinstance(outcome, Answer):
            return outcome.text
        return f"{outcome.why} Closest owner: {outcome.ask}." if outcome.ask else outcome.why

    @property
    def citations(self) -> tuple[Citation, ...]:
        return self.outcome.citations if isinstance(self.outcome, Answer) else ()

    @property
    def facts(self) -> tuple[CitedFact, ...]:
        return self.outcome.facts if isinstance(self.outcome, Answer) else self.outcome.related

    @property
    def route(self) -> Route:
        return self.outcome.route


def to_json(told: Told) -> dict[str, object]:
    """The stable JSON of `gatehouse ask --json`; keys may be added, never changed."""
    outcome = told.outcome
    return {
        "id": told.id,
        "question": told.question,
        "answer": told.text,
        "values": list(outcome.values) if isinstance(outcome, Answer) else [],
        "facts": [asdict(fact) for fact in told.facts],
        "citations": [asdict(citation) for citation in told.citations],
        "abstained": told.abstained,
        "why": outcome.why if isinstance(outcome, NoAnswer) else "",
        "route": told.route,
        "tier": told.tier,
        "lead": told.lead,
        "understood_as": told.understood,
        "as_of": told.as_of.isoformat(),
        "audience": told.audience,
        "cost_usd": told.cost_usd,
        "confidence": round(outcome.confidence, 4),
        "timings_ms": {name: round(value, 1) for name, value in told.timings_ms.items()},
    }
