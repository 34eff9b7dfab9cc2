"""Understands a question to the ledger: which project, which gate, what is asked. Deterministic.

A question is the ledger's only when every word of it is accounted for: names of projects, gates, criteria and
people, words of the intent, and small words. One word left over ("status of the vendor quote") and the records or the
documents answer instead.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from bot.conversation.horizon import Horizon, find_horizon
from bot.conversation.lexicon import ALL_INTENT_WORDS, INTENT_WORDS, SMALL_WORDS
from bot.conversation.names import Found, Name, find_names, is_near, tokens

Intent = Literal[
    "status",
    "blockers",
    "signers",
    "signed",
    "has_signed",
    "waiting",
    "due",
    "was_due",
    "passed",
    "ready",
    "owner",
    "list",
    "what_if",
    "criterion",
    "limit",
    "person",
    "projects",
]

GateFilter = Literal["blocked", "held", "passed", "open", "slipping", "due"]


@dataclass(frozen=True)
class LedgerQuestion:
    """A question the ledger can answer. What was not said is empty: the caller fills in from thread or place."""

    intent: Intent
    projects: tuple[str, ...] = ()
    gates: tuple[str, ...] = ()
    criteria: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    about_asker: bool = False
    roles: tuple[str, ...] = ()
    colours: tuple[str, ...] = ()
    keep: GateFilter | None = None
    horizon: Horizon | None = None


@dataclass(frozen=True)
class Heard:
    """A message as the rules see it: its words outside of names, and the kinds of names in it."""

    said: frozenset[str]
    found: Found
    opening: str

    def says(self, *groups: str) -> bool:
        return any(self.said & INTENT_WORDS[group] for group in groups)

    def names(self, *kinds: str) -> bool:
        return any(name.kind in kinds for name in self.found.names)

    @property
    def who(self) -> bool:
        return bool(self.said & {"who", "whos", "whom"})

    @property
    def asks_back(self) -> bool:
        """Whether it is put as a yes-or-no question."""
        return self.opening in {"has", "have", "is", "are", "was", "were", "did", "does", "do", "can", "could", "will"}


def understand(text: str, names: Sequence[Name]) -> LedgerQuestion | None:
    """What the ledger is asked, or None when the question is for the records or the documents."""
    text = re.sub(r"\bat risk\b", "atrisk", text, flags=re.IGNORECASE)
    horizon, timeless = find_horizon(text)
    found = find_names(timeless, names)
    rest = tuple(_repair(word) for word in found.rest)
    if any(word not in SMALL_WORDS and word not in ALL_INTENT_WORDS for word in rest):
        return None
    heard = Heard(frozenset(rest), found, next(iter(tokens(text)), ""))
    intent = next((intent for intent, rule in _RULES if rule(heard)), None)
    if intent is None or not _has_object(intent, heard):
        return None
    return LedgerQuestion(
        intent=intent,
        projects=found.refs("project"),
        gates=found.refs("gate") or _unknown_gate(text, found),
        criteria=found.refs("criterion"),
        people=found.refs("person"),
        about_asker=bool({"me", "my", "i"} & heard.said),
        roles=found.refs("role"),
        colours=tuple(colour for colour in _COLOURS if colour in heard.said),
        keep=_filter(heard),
        horizon=horizon,
    )


def _unknown_gate(text: str, found: Found) -> tuple[str, ...]:
    """A word put before "gate" that names none ("the launch gate"): kept, so that it can be refused by name."""
    said = tokens(text)
    before = [word for word, after in pairwise(said) if after == "gate"]
    named = {word for entry in found.names for word in entry.words}
    return tuple(f"?/{word}" for word in before if word not in SMALL_WORDS and word not in named)


def _repair(word: str) -> str:
    """A misspelt word of the lexicon, set right: one slip, in words of three letters a swap or a missing letter."""
    if word in SMALL_WORDS or word in ALL_INTENT_WORDS:
        return word
    near = next((known for known in sorted(ALL_INTENT_WORDS) if is_near(word, known)), None)
    if near or len(word) < 3:
        return near or word
    return next((small for small in _QUESTION_WORDS if _is_slip(word, small)), word)


_QUESTION_WORDS = (
    "when",
    "what",
    "which",
    "where",
    "who",
    "how",
    "the",
    "for",
    "are",
    "has",
    "does",
    "still",
    "please",
)


def _is_slip(word: str, meant: str) -> bool:
    swapped = sorted(word) == sorted(meant)
    dropped = len(meant) - len(word) == 1 and any(meant[:i] + meant[i + 1 :] == word for i in range(len(meant)))
    return swapped or (dropped and len(meant) > 3)


def _waits(heard: Heard) -> bool:
    somebody = bool(heard.said & {"me", "my", "i"}) or heard.names("person")
    has_to_do = {"to", "do"} <= heard.said and bool(heard.said & {"have", "has", "what"})
    return somebody and (heard.says("waiting") or has_to_do)


def _is_person(heard: Heard) -> bool:
    only = heard.names("person") and not heard.names("project", "gate", "criterion")
    return only and heard.opening in ("who", "whos") and heard.said <= {"who", "whos", "is", "s"}


def _is_list(heard: Heard) -> bool:
    plural = "gates" in heard.said and bool({"which", "what", "list", "show", "how", "any"} & heard.said)
    return plural and not heard.names("gate") and _filter(heard) is not None


def _is_projects(heard: Heard) -> bool:
    asks = bool({"which", "what", "list", "show", "how", "any"} & heard.said)
    return asks and "projects" in heard.said and bool(heard.said & set(_COLOURS))


_COLOURS = ("red", "amber", "yellow", "green", "blocked", "atrisk")

_RULES: tuple[tuple[Intent, Callable[[Heard], bool]], ...] = (
    ("what_if", lambda heard: heard.says("if") and heard.names("person", "criterion")),
    ("list", _is_list),
    ("projects", _is_projects),
    ("person", _is_person),
    ("waiting", _waits),
    ("has_signed", lambda heard: heard.asks_back and heard.says("sign") and heard.names("person", "role")),
    ("signed", lambda heard: heard.who and bool(heard.said & {"signed", "approved"}) and not _pends(heard)),
    ("signers", lambda heard: heard.says("sign") and (heard.who or heard.says("waiting", "unmet"))),
    ("owner", lambda heard: heard.who and heard.says("owner")),
    ("was_due", lambda heard: heard.says("earlier") and (heard.says("due") or "when" in heard.said)),
    ("was_due", lambda heard: "before" in heard.said and "was" in heard.said and heard.says("due")),
    ("limit", lambda heard: heard.says("limit") and not heard.asks_back and not heard.says("block", "status")),
    ("criterion", lambda heard: heard.names("criterion") and (heard.asks_back or heard.says("status"))),
    (
        "due",
        lambda heard: (
            (heard.opening == "when" or (("when" in heard.said or heard.says("due")) and not heard.says("block")))
            and (heard.names("gate") or not heard.names("criterion"))
        ),
    ),
    ("blockers", lambda heard: heard.says("block", "unmet") or (heard.says("way") and not heard.asks_back)),
    ("blockers", lambda heard: bool(heard.said & {"not", "isn", "aren", "hasn"}) and heard.says("pass")),
    ("status", lambda heard: heard.says("status") or (heard.opening == "where" and not heard.says("ready"))),
    ("ready", lambda heard: heard.says("ready")),
    ("passed", lambda heard: heard.asks_back and heard.says("sign", "pass")),
    ("blockers", lambda heard: heard.says("waiting")),
    ("status", lambda heard: heard.says("slip") or "where" in heard.said or heard.opening in ("how", "hows")),
)
"""First match wins. A rule looks at words and kinds of names only; who and what is meant is settled by the caller."""


def _pends(heard: Heard) -> bool:
    return bool(
        heard.said & {"still", "need", "needs", "should", "missing", "outstanding", "yet", "not", "hasn", "to", "left"}
    )


def _has_object(intent: Intent, heard: Heard) -> bool:
    """Whether it is clear that a project, a gate or the asker is meant, not anything else that has a status."""
    if intent == "limit":
        return heard.names("criterion") or bool(heard.said & {"that", "it", "this"})
    if heard.names("project", "gate", "criterion", "role") or intent in ("waiting", "person", "projects"):
        return True
    return bool(heard.said & {"gate", "gates", "project", "projects", "it", "we", "programme"})


def _filter(heard: Heard) -> GateFilter | None:
    if heard.says("slip"):
        return "slipping"
    if heard.says("block"):
        return "blocked"
    if heard.said & {"held", "hold"}:
        return "held"
    if heard.says("pass") or "approved" in heard.said:
        return "passed"
    if heard.says("due"):
        return "due"
    return "open" if heard.says("unmet") else None
