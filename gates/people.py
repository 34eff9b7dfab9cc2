"""Judging approvals: who may sign, whose signature counts, and how many seats of a quorum are filled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from gates import weights
from gates.bars import Bars, barred
from gates.criteria import Approval, Criterion, Signature
from gates.inquiry import Inquiry
from gates.report import Finding, Mover, RefusedSignature

_ABBREVIATIONS = frozenset({"ai", "gpu", "it", "llm", "ml", "qa"})


@lru_cache(maxsize=1024)
def role_name(role: str) -> str:
    """A role as people say it: "Model risk owner", "ML lead"."""
    words = [
        word.upper() if word in _ABBREVIATIONS else word for word in role.replace("_", " ").replace("-", " ").split()
    ]
    said = " ".join(words)
    return said[:1].upper() + said[1:]


@dataclass(frozen=True, slots=True)
class Seating:
    """Who fills which seat of a gate: by criterion id the signatures that count and those that do not.

    `taken` are the people who fill a seat, and those for whom they do.
    """

    counted: Mapping[str, tuple[Signature, ...]]
    refused: Mapping[str, tuple[RefusedSignature, ...]]
    bars: Bars
    taken: frozenset[str] = frozenset()

    def is_open_to(self, person: str) -> bool:
        """Whether a person may still sign: not barred, and no seat filled yet."""
        return person not in self.bars and person not in self.taken


def seat_approvals(inquiry: Inquiry) -> Seating:
    """The signatures of each approval criterion that fill a seat, and those that do not, with the reason.

    One person fills one seat per gate whatever his roles; when somebody signed in two roles, seats are given out so
    that as many as possible are filled (augmenting paths).
    """
    approvals = [(c, c.rule) for c in inquiry.gate.criteria if isinstance(c.rule, Approval)]
    bars = barred(inquiry) if approvals else {}
    if not any(rule.signed for _, rule in approvals):
        return Seating({}, {}, bars)
    valid: dict[str, list[Signature]] = {}
    refused: dict[str, list[RefusedSignature]] = {}
    for criterion, rule in approvals:
        valid[criterion.id], refused[criterion.id] = _sift(rule, inquiry, bars=bars)
    seats = {criterion.id: max(1, rule.quorum) for criterion, rule in approvals}
    seated = _assign(valid, seats)
    counted = {name: tuple(s for s in signed if seated.get(s.by) == name) for name, signed in valid.items()}
    turned_away = {name: (*refused[name], *_elsewhere(valid[name], name, seated=seated)) for name in valid}
    return Seating(counted, turned_away, bars, taken=who_sits(counted))


def who_sits(counted: Mapping[str, tuple[Signature, ...]]) -> frozenset[str]:
    return frozenset(person for signed in counted.values() for s in signed for person in (s.by, s.principal))


def _sift(rule: Approval, inquiry: Inquiry, *, bars: Bars) -> tuple[list[Signature], list[RefusedSignature]]:
    valid: list[Signature] = []
    refused: list[RefusedSignature] = []
    holders = inquiry.project.holders(rule.role, inquiry.programme)
    for signature in rule.signed:
        reason = _refusal(signature, rule, inquiry, holders=holders, bars=bars)
        if reason is None and any(signature.by == other.by for other in valid):
            reason = "signed twice"
        if reason is None:
            valid.append(signature)
        else:
            refused.append(RefusedSignature(signature, reason))
    return valid, refused


def _refusal(
    signature: Signature,
    rule: Approval,
    inquiry: Inquiry,
    *,
    holders: tuple[str, ...],
    bars: Bars,
) -> str | None:
    if signature.by not in inquiry.programme.people:
        return f"nobody of the id {signature.by!r} is recorded"
    if signature.principal not in holders:
        return f"{inquiry.name(signature.principal)} does not hold the role {role_name(rule.role)}"
    for person in (signature.by, signature.principal):
        if person in bars:
            return f"{inquiry.name(person)} {bars[person]}"
    if signature.on > inquiry.today:
        return f"dated {inquiry.day(signature.on)}, which has not come yet"
    if signature.expires and signature.expires < inquiry.today:
        return f"expired on {inquiry.day(signature.expires)}"
    return None


def _assign(valid: Mapping[str, list[Signature]], seats: Mapping[str, int]) -> dict[str, str]:
    """Person -> criterion, a largest matching with at most `seats` people per criterion."""
    seated: dict[str, str] = {}
    wishes: dict[str, list[str]] = {}
    for name, signatures in valid.items():
        for signature in signatures:
            wishes.setdefault(signature.by, []).append(name)
    for person in wishes:
        _seat(person, wishes, seats, seated=seated, tried=set())
    return seated


def _seat(
    person: str, wishes: Mapping[str, list[str]], seats: Mapping[str, int], *, seated: dict[str, str], tried: set[str]
) -> bool:
    for name in wishes[person]:
        if name in tried:
            continue
        tried.add(name)
        sitting = [other for other, place in seated.items() if place == name]
        free = len(sitting) < seats[name]
        if free or any(_seat(other, wishes, seats, seated=seated, tried=tried) for other in sitting):
            seated[person] = name
            return True
    return False


def _elsewhere(signatures: list[Signature], name: str, *, seated: Mapping[str, str]) -> tuple[RefusedSignature, ...]:
    """Valid signatures without a seat here. One beyond the quorum is no refusal and is left out."""
    return tuple(
        RefusedSignature(signature, "already fills another seat of this gate")
        for signature in signatures
        if seated.get(signature.by, name) != name
    )


def judge_approval(criterion: Criterion, rule: Approval, inquiry: Inquiry, *, seating: Seating) -> Finding:
    """`quorum` distinct eligible people have signed."""
    counted, refused = seating.counted.get(criterion.id, ()), seating.refused.get(criterion.id, ())
    quorum = max(1, rule.quorum)
    filled = min(len(counted), quorum)
    if filled >= quorum:
        signed = ", ".join(_said(s, rule, inquiry) for s in counted)
        return Finding(
            criterion,
            True,
            f"{role_name(rule.role)} signed: {signed}",
            seats=quorum,
            filled=filled,
            counted=counted,
            refused=refused,
        )
    holders = inquiry.project.holders(rule.role, inquiry.programme)
    open_to = tuple(person for person in holders if seating.is_open_to(person))
    return Finding(
        criterion,
        False,
        _unsigned(rule, filled, quorum, inquiry=inquiry, refused=refused),
        mover=Mover(open_to, rule.role),
        next_action=criterion.next or _who_can(rule, open_to, quorum - filled),
        since=criterion.since,
        weight=weights.PRESS,
        severe=len(open_to) < quorum - filled,
        seats=quorum,
        filled=filled,
        counted=counted,
        refused=refused,
    )


def _said(signature: Signature, rule: Approval, inquiry: Inquiry) -> str:
    """Who signed and when; a role lost since is shown."""
    said = inquiry.name(signature.by)
    if signature.on_behalf_of:
        said += f" for {inquiry.name(signature.on_behalf_of)}"
    lost = signature.principal not in inquiry.project.holders(rule.role, inquiry.programme)
    return f"{said}, {inquiry.day(signature.on)}" + (" (no longer in this role)" if lost else "")


def _unsigned(
    rule: Approval, filled: int, quorum: int, *, inquiry: Inquiry, refused: tuple[RefusedSignature, ...]
) -> str:
    role = role_name(rule.role)
    count = f" ({filled} of {quorum})" if quorum > 1 else ""
    said = f"{role} has not signed{count}"
    if refused:
        first = refused[0]
        said += f"; the signature of {inquiry.name(first.signature.by)} does not count: {first.reason}"
    return said


def _who_can(rule: Approval, open_to: tuple[str, ...], missing: int) -> str:
    if len(open_to) < missing:
        return f"name somebody else as {role_name(rule.role)}: nobody left may sign"
    return ""
