"""What an actor should know beside his receipt: a value that does not count, another hold, signatures that are not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from gates.calendar import say_day
from gates.model import Gate, Programme, Project
from gates.signoff.commands import Command, ReportValue, SetHold, Submit
from gates.signoff.model import GateLedger
from gates.signoff.reported import of_another_subject
from gates.signoff.rule import outside_the_submission


def remarks_on(
    command: Command, ledger: GateLedger, *, gate: Gate, project: Project, programme: Programme, today: date
) -> tuple[str, ...]:
    """The remarks on a command that was carried out, each a sentence; `gate` is as the files record it."""
    match command:
        case ReportValue():
            said = of_another_subject(command.subject, ledger=ledger, project=project)
            return (f"The value was recorded and {said}.",) if said else ()
        case Submit():
            found = outside_the_submission(gate, project=project, ledger=ledger, programme=programme)
            return tuple(f"{conflict.text}." for conflict in found)
        case SetHold():
            return tuple(_other_holds(ledger, programme=programme, today=today))
    return ()


def _other_holds(ledger: GateLedger, *, programme: Programme, today: date) -> Iterator[str]:
    """The holds that bind beside the newest, which is the actor's own."""
    binding = [hold for hold in ledger.holds if hold.binds(today)]
    for hold in binding[:-1]:
        until = f" until {say_day(hold.until, today)}" if hold.until else ""
        yield f"{programme.name_of(hold.by)} holds it too{until}: {hold.reason}. Each hold has to be lifted."
