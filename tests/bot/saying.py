"""What the surface tests let the programme say: one answer with every kind of part, and a refusal."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.chat import Ask, Heading, Item, Items, Line, Suggestion
from bot.conversation.told import Told
from rag.model import Answer, Citation, NoAnswer

AS_OF = datetime(2026, 11, 19, 9, 12, tzinfo=UTC)
QUOTE = '"p95_ms": 164, <b onmouseover=alert(1)>'


def told(ask: Ask) -> Told:
    """A status, with a source whose words are markup."""
    cited = Citation(1, "loadtest.json", "Load test", "run 3", QUOTE, "17 Nov 2026")
    parts = (
        Heading("churn-uplift · at risk"),
        Line("8 of 9 criteria met <img src=x> [1]"),
        Items((Item("p95 latency 164 ms", "Tomas Weber · 3 days"), Item("Model risk owner has not signed"))),
        Items((Item("Bias review passed"),), title="Met: 8 of 9", folded=True),
        Suggestion("and who owns it?"),
    )
    outcome = Answer("At risk [1].", ("at risk",), (cited,), route="ledger")
    return Told("q1", ask.text, outcome, ask.place or ask.person or "public", AS_OF, {"total": 1.0}, parts)


def refused(ask: Ask) -> Told:
    """Nothing is known."""
    outcome = NoAnswer("Nothing you can read says how long it took.", "Tomas Weber (ML lead)")
    return Told("q2", ask.text, outcome, "public", AS_OF)
