"""The rules of signing: each a small value that lets a ballot pass or refuses it with who could sign and how."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from gates.people import role_name
from gates.report import Mover
from gates.signoff.commands import Sign
from gates.signoff.context import Context, Passed, Refused
from gates.signoff.model import Seats, SignedSeat
from gates.signoff.walkthrough import criteria_to_judge


@dataclass(frozen=True, slots=True)
class Ballot:
    """Somebody about to sign: the command, the seat he would fill, and for whom where he is a delegate."""

    context: Context
    command: Sign
    person: str
    seat: Seats
    on_behalf_of: str | None = None

    @property
    def principal(self) -> str:
        return self.on_behalf_of or self.person


class Rule(Protocol):
    def check(self, ballot: Ballot) -> Passed | Refused: ...


def may_still_sign(context: Context, seat: Seats) -> tuple[str, ...]:
    """Who can fill this seat now: held the role at submission, holds it still, is not barred and has not signed."""
    taken = {person for given in standing(context) for person in (given.by, given.principal)}
    now = context.holders(seat.role)
    return tuple(p for p in seat.holders if p in now and p not in context.bars and p not in taken)


def standing(context: Context) -> tuple[SignedSeat, ...]:
    """The signatures that fill a seat today."""
    return tuple(s for s in context.ledger.given if s.expires is None or s.expires >= context.today)


def not_counted(ballot: Ballot, reason: str, *, rule: object) -> Refused:
    """A refusal that names those who can sign instead."""
    return refuse_seat(ballot.context, ballot.seat, f"Not counted: {reason}.", rule=type(rule).__name__)


def refuse_seat(context: Context, seat: Seats, reason: str, *, rule: str) -> Refused:
    able = may_still_sign(context, seat)
    role = role_name(seat.role)
    if able:
        how = f"{context.names(able)} can sign as {role}."
    elif is_full(context, seat):
        how = _open_seats(context)
    else:
        how = f"Nobody left may sign as {role}: name somebody else for the role and submit again."
    return Refused(reason, Mover(able, seat.role), how, rule)


def is_full(context: Context, seat: Seats) -> bool:
    return sum(given.criterion == seat.criterion for given in standing(context)) >= seat.quorum


def _open_seats(context: Context) -> str:
    submission = context.ledger.submission
    empty = [seat for seat in submission.seats if not is_full(context, seat)] if submission else []
    waiting = [f"{role_name(seat.role)} ({context.names(may_still_sign(context, seat))})" for seat in empty]
    return f"Still to sign: {', '.join(waiting)}." if waiting else "Nothing is left to sign."


@dataclass(frozen=True, slots=True)
class HoldsRole:
    """The person, or the delegator he signs for, held the role when the gate was submitted and holds it now."""

    def check(self, ballot: Ballot) -> Passed | Refused:
        context, role = ballot.context, role_name(ballot.seat.role)
        who = "you" if ballot.on_behalf_of is None else context.name(ballot.on_behalf_of)
        if ballot.principal not in context.holders(ballot.seat.role):
            verb = "do not" if ballot.on_behalf_of is None else "does not"
            return not_counted(ballot, f"{who} {verb} hold the role {role}", rule=self)
        if ballot.principal not in ballot.seat.holders:
            said = f"{who} became {role} after this submission, which keeps the roles it was made under"
            return not_counted(ballot, said, rule=self)
        return Passed()


@dataclass(frozen=True, slots=True)
class GrantedByAnother:
    """Nobody signs through a role that his own commit granted. Outside Git nothing is known, and receipts say so."""

    def check(self, ballot: Ballot) -> Passed | Refused:
        granted = ballot.context.revision.granted_by.get(ballot.seat.role, {})
        if granted.get(ballot.principal) in (ballot.principal, ballot.person):
            said = f"the role {role_name(ballot.seat.role)} was granted by a commit of your own"
            return not_counted(ballot, said, rule=self)
        return Passed()


@dataclass(frozen=True, slots=True)
class NotRequester:
    """Whoever asked for the sign-off does not give it, for himself or for somebody else."""

    def check(self, ballot: Ballot) -> Passed | Refused:
        submission = ballot.context.ledger.submission
        if submission is None or ballot.context.gate.self_approval:
            return Passed()
        if submission.by == ballot.person:
            return not_counted(ballot, "you requested this sign-off", rule=self)
        if submission.by == ballot.principal:
            name = ballot.context.name(ballot.principal)
            return not_counted(ballot, f"{name}, for whom you would sign, requested this sign-off", rule=self)
        return Passed()


@dataclass(frozen=True, slots=True)
class NotAuthor:
    """Whoever produced evidence that the gate rests on does not approve it."""

    def check(self, ballot: Ballot) -> Passed | Refused:
        bars = ballot.context.bars
        if ballot.person in bars:
            return not_counted(ballot, f"you {bars[ballot.person][0]}", rule=self)
        if ballot.principal in bars:
            name = ballot.context.name(ballot.principal)
            return not_counted(ballot, f"{name}, for whom you would sign, {bars[ballot.principal][0]}", rule=self)
        return Passed()


@dataclass(frozen=True, slots=True)
class OneSeatEach:
    """One person fills one seat per gate whatever his roles, and a delegate never counts beside the delegator."""

    def check(self, ballot: Ballot) -> Passed | Refused:
        context = ballot.context
        for given in standing(context):
            role = role_name(given.role)
            if ballot.person == given.by:
                whose = f" for {context.name(given.on_behalf_of)}" if given.on_behalf_of else ""
                said = f"you signed as {role}{whose} on {context.day_of(given.at)}, and one person fills one seat"
                return not_counted(ballot, said, rule=self)
            if ballot.person == given.principal:
                said = f"{context.name(given.by)} signed as {role} for you on {context.day_of(given.at)}"
                return not_counted(ballot, said, rule=self)
            if ballot.principal in (given.by, given.principal):
                said = f"{context.name(ballot.principal)}, for whom you would sign, fills a seat already"
                return not_counted(ballot, said, rule=self)
        return Passed()


@dataclass(frozen=True, slots=True)
class EligibleDelegate:
    """A delegate holds some role of the programme or project himself."""

    def check(self, ballot: Ballot) -> Passed | Refused:
        if ballot.on_behalf_of is None or holds_some_role(ballot.context, ballot.person):
            return Passed()
        return not_counted(ballot, "you hold no role here yourself, so nobody can delegate to you", rule=self)


def holds_some_role(context: Context, person: str) -> bool:
    roles = (*context.project.roles, *context.programme.roles, "owner", "manager")
    return context.first_role(person, roles) is not None


@dataclass(frozen=True, slots=True)
class SawThisPack:
    """What was on the screen is what is signed: evidence that changed since is looked at first."""

    def check(self, ballot: Ballot) -> Passed | Refused:
        submission, seen = ballot.context.ledger.submission, ballot.command.pack
        if submission is None or seen is None or submission.pack.id.startswith(seen):
            return Passed()
        return Refused(
            "Not counted: the evidence has changed since you opened this.",
            Mover((ballot.person,), ballot.seat.role),
            "Open the review again, it shows what changed, and sign what is there now.",
            type(self).__name__,
        )


@dataclass(frozen=True, slots=True)
class Walked:
    """At high risk every criterion that changed, was waived or needs judgement is confirmed or flagged one by one."""

    def check(self, ballot: Ballot) -> Passed | Refused:
        context, command = ballot.context, ballot.command
        if context.project.risk_tier != "high":
            return Passed()
        seen = {*command.confirmed, *(criterion for criterion, _ in command.flags)}
        skipped = [c for c in criteria_to_judge(context, ballot.person) if c.id not in seen]
        if not skipped:
            return Passed()
        return Refused(
            f"Not counted: at high risk these are confirmed one by one: {', '.join(c.title for c in skipped)}.",
            Mover((ballot.person,), ballot.seat.role),
            "Walk through the review, it takes you to each of them.",
            type(self).__name__,
        )


@dataclass(frozen=True, slots=True)
class KnownCriteria:
    """What is confirmed or flagged is evidence of this gate."""

    def check(self, ballot: Ballot) -> Passed | Refused:
        submission, command = ballot.context.ledger.submission, ballot.command
        known = [item.criterion for item in submission.pack.items] if submission else []
        named = [*command.confirmed, *(criterion for criterion, _ in command.flags)]
        strange = [criterion for criterion in named if criterion not in known]
        if not strange:
            return Passed()
        return Refused(
            f"Not counted: {', '.join(map(repr, strange))} is no evidence criterion of this gate.",
            Mover((ballot.person,), ballot.seat.role),
            f"Its criteria are {', '.join(known)}.",
            type(self).__name__,
        )


@dataclass(frozen=True, slots=True)
class FlagsAnswered:
    """A flag is answered: by a condition, or by rejecting."""

    def check(self, ballot: Ballot) -> Passed | Refused:
        if not ballot.command.flags or ballot.command.conditions:
            return Passed()
        return Refused(
            "Not counted: you flagged something and approve without a condition.",
            Mover((ballot.person,), ballot.seat.role),
            "Approve with a dated condition, reject with a comment, or take the flag away.",
            type(self).__name__,
        )


@dataclass(frozen=True, slots=True)
class ConditionsHold:
    """A condition is due in the future and owed by somebody who is known."""

    def check(self, ballot: Ballot) -> Passed | Refused:
        context = ballot.context
        for condition in ballot.command.conditions:
            wrong = None
            if not condition.text.strip():
                wrong = "a condition says what has to be done"
            elif condition.due <= context.now:
                wrong = f"the condition {condition.text!r} would be due in the past"
            elif condition.owner not in context.programme.people:
                wrong = f"nobody of the id {condition.owner!r} is recorded, who would owe {condition.text!r}"
            if wrong:
                how = "Name what, by a day to come, and who does it."
                return Refused(f"Not counted: {wrong}.", Mover((ballot.person,)), how, type(self).__name__)
        return Passed()


@dataclass(frozen=True, slots=True)
class LastsAWhile:
    """A signature does not expire before it is given."""

    def check(self, ballot: Ballot) -> Passed | Refused:
        expires = ballot.command.expires
        if expires is None or expires >= ballot.context.today:
            return Passed()
        return Refused(
            f"Not counted: the signature would have expired on {ballot.context.day(expires)}.",
            Mover((ballot.person,)),
            "Name a day to come, or none.",
            type(self).__name__,
        )


@dataclass(frozen=True, slots=True)
class NothingUnread:
    """The signature that fills the last seat covers what nobody who signed has confirmed."""

    def check(self, ballot: Ballot) -> Passed | Refused:
        context, command, submission = ballot.context, ballot.command, ballot.context.ledger.submission
        if submission is None or not command.confirmed or not _fills_last_seat(ballot):
            return Passed()
        read = {criterion for given in standing(context) for criterion, _ in given.confirmed}
        read |= {*command.confirmed, *(criterion for criterion, _ in command.flags)}
        unread = [item.criterion for item in submission.pack.items if item.criterion not in read]
        if not unread:
            return Passed()
        titles = {criterion.id: criterion.title for criterion in context.asked.criteria}
        return Refused(
            f"Not counted: nobody who signed has confirmed {', '.join(titles.get(c, c) for c in unread)}.",
            Mover((ballot.person,), ballot.seat.role),
            "Yours would be the last signature: confirm these as well.",
            type(self).__name__,
        )


def _fills_last_seat(ballot: Ballot) -> bool:
    submission = ballot.context.ledger.submission
    filled = [given.criterion for given in standing(ballot.context)] + [ballot.seat.criterion]
    return submission is not None and all(filled.count(seat.criterion) >= seat.quorum for seat in submission.seats)


SIGNING: tuple[Rule, ...] = (
    HoldsRole(),
    EligibleDelegate(),
    GrantedByAnother(),
    NotRequester(),
    NotAuthor(),
    OneSeatEach(),
    SawThisPack(),
    KnownCriteria(),
    Walked(),
    FlagsAnswered(),
    ConditionsHold(),
    LastsAWhile(),
    NothingUnread(),
)


def judge_ballot(ballot: Ballot) -> Passed | Refused:
    """The first refusal, in the order of the rules above."""
    for rule in SIGNING:
        outcome = rule.check(ballot)
        if isinstance(outcome, Refused):
            return outcome
    return Passed()
