"""The state of each gate's sign-off beside its events: locked before deciding, saved against the version it had."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from gates.audit.disguise import Disguise
from gates.codec import from_plain, to_plain
from gates.order import GateKey
from gates.signoff.model import GateLedger
from gates.store import StaleVersionError
from gates.store_insert import insert_missing
from gates.store_people import disguise_for
from gates.tables import AnswerRow, StateRow


@dataclass(frozen=True, slots=True)
class StoredState:
    """A gate's folded events, and the version of the row they stand in."""

    programme: str
    ledger: GateLedger
    version: int

    @property
    def key(self) -> GateKey:
        return self.ledger.project, self.ledger.gate


def lock_states(session: Session, programme: str, *, gates: Iterable[GateKey]) -> None:
    """Put everybody who wants to decide about these gates in line, until this transaction ends.

    Locks are taken in the order of the keys, and before that of the audit log's head: so nobody waits in a circle.
    """
    for project, gate in sorted(set(gates)):
        where = (StateRow.programme == programme, StateRow.project == project, StateRow.gate == gate)
        # writing the number it has takes the lock on every engine, and shows what was committed while waiting
        if _touch(session, where) != 1:
            row = {"programme": programme, "project": project, "gate": gate, "seq": 0, "version": 0}
            insert_missing(session, StateRow, [row])
            _touch(session, where)


def _touch(session: Session, where: Iterable[object]) -> int:
    touched = session.execute(
        update(StateRow).where(*where).values(version=StateRow.version),  # type: ignore[arg-type]
        execution_options={"synchronize_session": False},
    )
    return int(touched.rowcount)  # type: ignore[attr-defined]


def load_states(
    session: Session, programme: str, *, projects: Collection[str] | None = None, disguise: Disguise | None = None
) -> dict[GateKey, StoredState]:
    """The states of a programme's gates that have any events, of these projects only where named."""
    columns = (StateRow.project, StateRow.gate, StateRow.version, StateRow.state)
    query = select(*columns).where(StateRow.programme == programme, StateRow.seq > 0)
    rows = session.execute(query if projects is None else query.where(StateRow.project.in_(projects))).all()
    if not rows:
        return {}
    known = disguise or disguise_for(session)
    return {
        (row.project, row.gate): StoredState(programme, from_plain(GateLedger, known.show(row.state)), row.version)
        for row in rows
    }


def load_every_state(session: Session, *, disguise: Disguise) -> Iterator[StoredState]:
    """The states of all programmes' gates, those of removed projects too."""
    columns = (StateRow.programme, StateRow.version, StateRow.state)
    for row in session.execute(select(*columns).where(StateRow.seq > 0)):
        yield StoredState(row.programme, from_plain(GateLedger, disguise.show(row.state)), row.version)


def save_state(session: Session, programme: str, ledger: GateLedger, *, version: int, disguise: Disguise) -> None:
    """Write a gate's state in place of that of `version`. Raises StaleVersionError when the row moved on."""
    saved = session.execute(
        update(StateRow)
        .where(
            StateRow.programme == programme,
            StateRow.project == ledger.project,
            StateRow.gate == ledger.gate,
            StateRow.version == version,
        )
        .values(state=disguise.hide(to_plain(ledger)), seq=ledger.seq, version=version + 1),
        execution_options={"synchronize_session": False},
    )
    if saved.rowcount != 1:  # type: ignore[attr-defined]
        raise StaleVersionError(f"{ledger.project}/{ledger.gate} is not at version {version} any more")


def load_answer(session: Session, key: str, *, disguise: Disguise) -> object | None:
    """What the event of this key was answered before; None when it is new."""
    found = session.scalar(select(AnswerRow.answer).where(AnswerRow.key == key))
    return disguise.show(found) if found is not None else None


def save_answer(session: Session, key: str, *, answer: object, at: datetime, disguise: Disguise) -> None:
    """Keep what an event is answered."""
    session.execute(insert(AnswerRow).values(key=key, answer=disguise.hide(answer), at=at))
