"""Understands a question to the ledger: which project, which gate, what is asked. Deterministic.

A question is the ledger's only when every word of it is accounted for: names of projects, gates, criteria and
people, words of the intent, and small words. One word left over ("status of the vendor quote") and the records or the
documents answer instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bot.conversation.lexicon import ALL_INTENT_WORDS, INTENT_WORDS, SMALL_WORDS
from bot.conversation.names import Found, Name, find_names, is_near, tokens

Intent = Literal[
    "status",
    "blockers",
    "signers",
    "signed",
    "waiting",
    "due",
    "passed",
    "ready",
    "owner",
    "list",
    "what_if",
    "criterion",
]

Horizon = Literal["this week", "next week", "this month"]

GateFilter = Literal["blocked", "held", "passed", "open", "slipping", "due"]


@dataclass(frozen=True)
class LedgerQuestion:
    """A question the ledger can answer. What was not said is None: the caller fills in from the thread or the place."""

    intent: Intent
    projects: tuple[str, ...] = ()
    gates: tuple[str, ...] = ()
    criteria: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    about_asker: bool = False
    keep: GateFilter | None = None
    horizon: Horizon | None = None


def understand(text: str, names: Sequence[Name]) -> LedgerQuestion | None:
    """What the ledger is asked, or None when the question is for the records or the documents."""
    found = find_names(text, names)
    rest = tuple(_repair(word) for word in found.rest)
    if any(word not in SMALL_WORDS and word not in ALL_INTENT_WORDS for word in rest):
        return None
    said = frozenset(rest)
    intent = _intent(said, tokens(text), found)
    if intent is None or not _has_object(intent, said, found):
        return None
    return LedgerQuestion(
        intent=intent,
        projects=found.refs("project"),
        gates=found.refs("gate"),
        criteria=found.refs("criterion"),
        people=found.refs("person"),
        about_asker=bool({"me", "my", "i"} & said),
        keep=_filter(said),
        horizon=_horizon(text.lower()),
    )


def _repair(word: str) -> str:
    """A misspelt word of the lexicon, set right; "teh" too, a swap being the one slip made in short words."""
    if word in SMALL_WORDS or word in ALL_INTENT_WORDS:
        return word
    near = next((known for known in sorted(ALL_INTENT_WORDS) if is_near(word, known)), None)
    if near is None and sorted(word) in [sorted(small) for small in SMALL_WORDS if len(small) > 2]:
        return next(small for small in sorted(SMALL_WORDS) if sorted(small) == sorted(word))
    return near or word


def _says(said: frozenset[str], group: str) -> bool:
    return bool(said & INTENT_WORDS[group])


def _intent(said: frozenset[str], words: tuple[str, ...], found: Found) -> Intent | None:
    who = bool({"who", "whos", "whom", "whose"} & set(words))
    if _says(said, "if") and (found.refs("person") or found.refs("criterion")):
        return "what_if"
    if "gates" in said and {"which", "what", "list", "show", "how"} & said and _filter(said):
        return "list"
    if _says(said, "waiting") or ("for" in said and "sign" in said and said & {"me", "i"}):
        return "waiting" if said & {"me", "my", "i"} or found.refs("person") else "signers" if who else "blockers"
    if who and _says(said, "sign"):
        return _signing_intent(said)
    if who and _says(said, "owner"):
        return "owner"
    if found.refs("criterion"):
        return "criterion"
    if "when" in said or said & {"due", "deadline"}:
        return "passed" if _says(said, "pass") and "did" in said else "due"
    if said & {
        "block",
        "blocks",
        "blocked",
        "blocking",
        "blocker",
        "blockers",
        "stuck",
        "unmet",
        "missing",
        "outstanding",
    }:
        return "blockers"
    if _says(said, "ready"):
        return "ready"
    if _says(said, "sign") or (_says(said, "pass") and {"has", "is", "did", "was", "have"} & said):
        return "passed"
    if _says(said, "block"):
        return "blockers"
    return "status" if _says(said, "status") or _says(said, "slip") else None


def _signing_intent(said: frozenset[str]) -> Intent:
    pending = {
        "still",
        "need",
        "needs",
        "must",
        "should",
        "missing",
        "outstanding",
        "yet",
        "not",
        "hasnt",
        "to",
        "left",
    }
    return "signed" if said & {"signed", "approved"} and not said & pending else "signers"


def _has_object(intent: Intent, said: frozenset[str], found: Found) -> bool:
    """Whether it is clear that a project, a gate or the asker is meant, not anything else that has a status."""
    if found.refs("project") or found.refs("gate") or found.refs("criterion"):
        return True
    if intent == "waiting":
        return True
    return bool(said & {"gate", "gates", "project", "projects", "it", "we", "programme"})


def _filter(said: frozenset[str]) -> GateFilter | None:
    if _says(said, "slip"):
        return "slipping"
    if said & {"blocked", "stuck", "blocking"}:
        return "blocked"
    if said & {"held", "hold"}:
        return "held"
    if said & {"passed", "approved", "complete", "completed", "done", "cleared"}:
        return "passed"
    if said & {"due", "deadline", "scheduled"}:
        return "due"
    return "open" if said & {"open", "left", "remaining", "outstanding"} else None


def _horizon(text: str) -> Horizon | None:
    phrases: tuple[Horizon, ...] = ("this week", "next week", "this month")
    return next((phrase for phrase in phrases if phrase in text), None)
