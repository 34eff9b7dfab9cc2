"""The walk-through of an open sign-off: its steps as they are now, and the draft as it was left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from gates.service.look import Ledger, the_programme
from gates.service.moment import decision_time
from gates.signoff.context import Context, Refused
from gates.signoff.model import GateLedger, PolicyRevision
from gates.signoff.walkthrough import Steps, Walkthrough, begin, walkthrough
from gates.store_review import load_walkthrough, save_walkthrough


@dataclass(frozen=True, slots=True)
class Review:
    """A person before an open sign-off. `version` is that of the saved draft, 0 where he has not begun."""

    programme: str
    steps: Steps
    draft: Walkthrough
    version: int


def open_review(
    session: Session, person: str, *, surface: str, project: str, gate: str, now: datetime | None = None
) -> Review | Refused:
    """The review of a gate by a person; why not, where nothing is asked for."""
    ledger = the_programme(session, slugs=[project])
    if ledger is None:
        return Refused("No programme has been taken in.", how="gatehouse sync FOLDER (with a programme.yaml)")
    context = _context(session, ledger, person, surface=surface, project=project, gate=gate, now=now)
    if isinstance(context, Refused):
        return context
    name, submission = ledger.programme.name, context.ledger.submission
    number = submission.number if submission else 0
    found = load_walkthrough(session, name, person=person, project=project, gate=gate, submission=number)
    draft, version = found or (begin(context, person), 0)
    return Review(name, walkthrough(context, person, draft), draft, version)


def _context(
    session: Session, ledger: Ledger, person: str, *, surface: str, project: str, gate: str, now: datetime | None
) -> Context | Refused:
    owner = ledger.project(project)
    asked = owner.gate(gate) if owner else None
    if owner is None or asked is None:
        return Refused(f"There is no gate {gate!r} of {project!r}.", how="See what there is: gatehouse gate list")
    stored = ledger.states.get((project, gate))
    state = stored.ledger if stored else GateLedger(project, gate)
    if not state.is_open:
        return Refused(
            f"No sign-off of {asked.name} ({project}) is asked for just now.", how="It has to be submitted first."
        )
    return Context(
        actor=person,
        surface=surface,
        programme=ledger.programme,
        project=owner,
        gate=asked,
        ledger=state,
        facts=ledger.facts,
        now=decision_time(session, ledger.programme, now=now),
        revision=ledger.revision or PolicyRevision(),
        terms=ledger.programme.terms,
        ledgers=ledger.ledgers,
    )


def keep_review(session: Session, review: Review, draft: Walkthrough, *, now: datetime) -> Review:
    """Save how far the person is. Raises StaleVersionError when he went on elsewhere in between."""
    save_walkthrough(session, review.programme, draft, version=review.version, now=now)
    return Review(review.programme, review.steps, draft, review.version + 1)
