"""The holds that bind a gate: those of the ledger, and the one that the files record."""

from __future__ import annotations

from datetime import date

from gates.model import Gate, Hold
from gates.ruling import Ruling


def binding_holds(gate: Gate, ruling: Ruling | None, today: date) -> tuple[Hold, ...]:
    """The holds that bind today, those of the ledger and the one of the files.

    A gate recorded as held without a hold is held for a reason nobody wrote down.
    """
    recorded = _recorded_hold(gate, ruling, today)
    held = ruling.holds if ruling else ()
    return (*held, recorded) if recorded else held


def _recorded_hold(gate: Gate, ruling: Ruling | None, today: date) -> Hold | None:
    hold = gate.hold
    if hold is None and gate.state == "held":
        hold = Hold(gate.owner or "", "no reason is recorded", today)
        lifted = ruling is not None and ruling.record_hold_lifted is not None
        return None if lifted else hold
    if hold is None or (hold.until is not None and hold.until < today):
        return None
    lifted_on = ruling.record_hold_lifted if ruling else None
    return None if lifted_on is not None and hold.since <= lifted_on else hold
