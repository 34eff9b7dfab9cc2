"""What happened to a gate, out of the audit log, and whether the states beside the log are what it comes to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from sqlalchemy.orm import Session

from gates.audit.disguise import Disguise
from gates.audit.entry import Entry
from gates.codec import to_plain
from gates.signoff.event_record import RecordedEvent, event_from_plain, is_event
from gates.signoff.events import CommandRefused
from gates.signoff.fold import apply
from gates.signoff.model import GateLedger
from gates.store_audit import load_entries, read_records
from gates.store_people import disguise_for
from gates.store_state import load_every_state

REFUSED = CommandRefused.__name__
"""A refusal is in the log and leaves its gate as it is."""


def load_events(
    session: Session, project: str, *, gate: str | None = None, after: int = 0, until: int | None = None
) -> tuple[RecordedEvent, ...]:
    """The events of a gate, or of all of a project's gates, oldest first; later than record `after` where named."""
    entries = load_entries(session, project=project, gate=gate, after=after, until=until)
    return tuple(event_of(entry, entry.seq) for entry in entries if is_event(entry.kind))


def event_of(entry: Entry, seq: int) -> RecordedEvent:
    """The event that an entry of the log holds. Raises ValueError for one of a newer version."""
    return RecordedEvent(seq, entry.at, entry.actor, entry.surface or "", event_from_plain(entry.kind, entry.after))


def differing_states(session: Session) -> Iterator[str]:
    """Gates whose state is not what the audit log comes to, each with a sentence; the log is read as a stream."""
    disguise = disguise_for(session)
    replayed = replay((record.entry for record in read_records(session)), disguise)
    stored = {(state.programme, *state.key): state.ledger for state in load_every_state(session, disguise=disguise)}
    for programme, project, gate in sorted({*replayed, *stored}):
        where = f"the state of {project}/{gate}"
        from_log, kept = replayed.get((programme, project, gate)), stored.get((programme, project, gate))
        if kept is None:
            yield f"{where} is missing, though the log has events of it"
        elif from_log is None:
            yield f"{where} stands beside no event in the log"
        elif to_plain(from_log) != to_plain(kept):
            yield f"{where} (record {kept.seq}) is not what its events come to (record {from_log.seq})"


def replay(entries: Iterable[Entry], disguise: Disguise) -> Mapping[tuple[str, str, str], GateLedger]:
    """The state of every gate of every programme, folded anew from the log."""
    states: dict[tuple[str, str, str], GateLedger] = {}
    for entry in entries:
        if not is_event(entry.kind) or entry.kind == REFUSED or entry.gate is None or entry.project is None:
            continue
        key = (entry.programme or "", entry.project, entry.gate)
        state = states.get(key) or GateLedger(entry.project, entry.gate)
        states[key] = apply(state, event_of(disguise.shown(entry), entry.seq))
    return states
