"""Overrides, and holds and waivers that ran out: what an operator is told of a gate, and when no more."""

from __future__ import annotations

from dataclasses import replace

from gates.signoff import commands as c
from gates.signoff.exceptions import exceptions_of
from tests.gates.given import PROGRAMME
from tests.gates.signing import Table

COMMITTEE = replace(PROGRAMME, roles={**PROGRAMME.roles, "steering_committee": ("bob", "dan")})


def told(table: Table) -> list[str]:
    return [each.says for each in exceptions_of(table.ledger, table.programme, now=table.now)]


def test_a_hold_is_told_once_its_last_day_has_gone_by_and_not_when_somebody_lifted_it() -> None:
    table = Table()
    table.does("ann", c.SetHold("drift", until=table.today))
    assert told(table) == []
    table.later(3)
    assert len(told(table)) == 1
    assert "The hold of Ann ended on Fri 20 Nov and binds no more; nobody lifted it: drift." in told(table)[0]
    lifted = Table()
    lifted.does("ann", c.SetHold("drift", until=lifted.today))
    lifted.does("ann", c.LiftHold())
    assert told(lifted.later(3)) == []


def test_a_waiver_is_told_once_it_has_run_out() -> None:
    table = Table(programme=COMMITTEE)
    table.does("bob", c.Waive("runbook", "drilled", until=table.today))
    assert told(table) == []
    assert "The waiver of runbook by Bob ended on Fri 20 Nov: drilled." in told(table.later(1))[0]


def test_an_override_is_told_until_it_is_over_and_reviewed() -> None:
    table = Table(programme=COMMITTEE).submitted()
    table.does("bob", c.BreakGlass("customers wait"))
    assert "Overridden until" in told(table)[0]
    assert "its review is open" in told(table)[0]
    assert "An override ended on" in told(table.later(30))[0]
    [owed] = table.ledger.obligations
    table.does(owed.owner, c.ReviewOverride("justified"))
    assert told(table) == []
