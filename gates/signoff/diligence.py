"""The rules on what is signed: what was seen, confirmed and flagged, and the conditions that answer a flag."""

from __future__ import annotations

from dataclasses import dataclass

from gates.report import Mover
from gates.signoff.ballot import Ballot
from gates.signoff.context import Passed, Refused
from gates.signoff.quorum import standing
from gates.signoff.walkthrough import criteria_to_judge


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
