"""The rules on who signs: role, independence, one seat each, delegates who are eligible themselves."""

from __future__ import annotations

from dataclasses import dataclass

from gates.people import role_name
from gates.signoff.ballot import Ballot, not_counted
from gates.signoff.context import Context, Passed, Refused
from gates.signoff.quorum import standing


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
            return not_counted(ballot, f"you {bars[ballot.person]}", rule=self)
        if ballot.principal in bars:
            name = ballot.context.name(ballot.principal)
            return not_counted(ballot, f"{name}, for whom you would sign, {bars[ballot.principal]}", rule=self)
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
    """Whether somebody holds any role of the programme or the project, its owner and manager included."""
    roles = (*context.project.roles, *context.programme.roles, "owner", "manager")
    return context.first_role(person, roles) is not None
