"""The policy of signing: the rules in order, each a small value that lets a ballot pass or refuses it."""

from __future__ import annotations

from gates.signoff.ballot import Ballot, Rule
from gates.signoff.context import Passed, Refused
from gates.signoff.diligence import (
    ConditionsHold,
    FlagsAnswered,
    KnownCriteria,
    LastsAWhile,
    NothingUnread,
    SawThisPack,
    Walked,
)
from gates.signoff.eligibility import (
    EligibleDelegate,
    GrantedByAnother,
    HoldsRole,
    NotAuthor,
    NotRequester,
    OneSeatEach,
)

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
