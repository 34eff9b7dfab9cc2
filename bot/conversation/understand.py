"""Understands a question to the ledger: which project, which gate, what is asked. Deterministic.

A question is the ledger's only when every word of it is accounted for: names of projects, gates, criteria and
people, words of the intent, and small words. One word left over ("status of the vendor quote") and the records or the
documents answer instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bot.conversation.names import Found, Name, find_names, tokens

Intent = Literal[
    "status", "blockers", "signers", "signed", "waiting", "due", "passed", "ready", "owner", "list", "what_if", "criterion"
]  # fmt: skip

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
    horizon: Literal["this week", "next week", "this month"] | None = None


_SMALL = frozenset(
    """a an the this that these those is are was were be been being am do does did has have had will would can could should may
    of for on in at to from by with about into up as and or but so it its we us our i me my you your they them their he she
    what whats which who whos whom when where why how hows there here just now currently today still yet already right please
    tell show give list let know hi hello hey gatehouse project projects programme gate gates criterion criteria team everything
    anything all any each every one ones more much many not no s re m t going get got any next upcoming current latest""".split()
)

_WORDS: dict[str, frozenset[str]] = {
    "waiting": frozenset("waiting awaiting pending queue plate inbox todo".split()),
    "block": frozenset(
        "block blocks blocked blocking blocker blockers stuck hold holding holds held stopping stops stop prevent prevents"
        " preventing unmet missing outstanding remaining remains left open need needed needs obstacle obstacles way fail failing".split()
    ),
    "sign": frozenset(
        "sign signs signed signing signature signatures signoff signoffs off approve approves approved approving approval"
        " approvals approver approvers signer signers signatory quorum".split()
    ),
    "due": frozenset("due deadline date dates when scheduled planned by".split()),
    "slip": frozenset("slip slips slipping slipped late delayed delay behind overdue miss missing risk risks".split()),
    "pass": frozenset(
        "pass passed passes passing through cleared complete completed done closed met fulfilled ok".split()
    ),
    "ready": frozenset("ready ship ships shipping launch release go live deploy".split()),
    "owner": frozenset("own owns owner owners owned responsible accountable charge runs lead leads".split()),
    "status": frozenset(
        "status state health progress update doing standing stand stands look looking looks track shape situation overview"
        " summary happening healthy going".split()
    ),
    "if": frozenset("if suppose assuming once".split()),
    "time": frozenset("week month monday tuesday wednesday thursday friday today tomorrow soon".split()),
}
_ALL_WORDS = frozenset(word for group in _WORDS.values() for word in group)


def understand(text: str, names: Sequence[Name]) -> LedgerQuestion | None:
    """What the ledger is asked, or None when the question is for the records or the documents."""
    found = find_names(text, names)
    rest = tuple(_repair(word) for word in found.rest)
    if any(word not in _SMALL and word not in _ALL_WORDS for word in rest):
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
    """A misspelt intent word of five letters or more, set right."""
    if len(word) < 5 or word in _SMALL or word in _ALL_WORDS:
        return word
    from rapidfuzz import process

    near = process.extractOne(word, _ALL_WORDS, score_cutoff=83)
    return str(near[0]) if near else word


def _says(said: frozenset[str], group: str) -> bool:
    return bool(said & _WORDS[group])


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


def _horizon(text: str) -> Literal["this week", "next week", "this month"] | None:
    for phrase in ("this week", "next week", "this month"):
        if phrase in text:
            return phrase  # type: ignore[return-value]
    return None
