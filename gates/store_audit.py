"""The audit log in SQL: records are added under the lock of the head, and read as a stream in their order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import Row, Select, insert, select, update
from sqlalchemy.orm import Session

from gates.audit.chain import FIELDS, chained
from gates.audit.disguise import Disguise
from gates.audit.entry import GENESIS, Entry, Head, Record
from gates.store_people import disguise_for
from gates.tables import EventRow, HeadRow

BATCH = 2_000
"""Rows held in memory at a time while the log is read."""

_COLUMNS = EventRow.__table__.c


def append_entries(session: Session, entries: Sequence[Entry], *, disguise: Disguise | None = None) -> list[Record]:
    """Add entries at the end of the log; everybody else who wants to add waits until this transaction ends.

    So this is the last thing a transaction does. Answers the records as they are kept, people by pseudonym.
    """
    if not entries:
        return []
    actors = {person for entry in entries for person in (entry.actor, entry.impersonated_by) if person is not None}
    known = disguise or disguise_for(session, actors)
    head = lock_head(session, adding=len(entries))
    records = list(chained((known.hidden(_cleaned(entry)) for entry in entries), head))
    session.execute(insert(EventRow), [_values(record) for record in records])
    session.execute(update(HeadRow).where(HeadRow.id == 1).values(hash=records[-1].hash))
    return records


def append_entry(session: Session, entry: Entry) -> int:
    """Add one entry and answer its number."""
    return append_entries(session, [entry])[0].seq


def lock_head(session: Session, *, adding: int) -> Head:
    """Take the lock of the head, moved on by `adding` records; answers where the chain ended before.

    It is an update rather than a read with a lock, so that it is the same on every engine.
    """
    moved = update(HeadRow).where(HeadRow.id == 1).values(seq=HeadRow.seq + adding).returning(HeadRow.seq, HeadRow.hash)
    found = session.execute(moved, execution_options={"synchronize_session": False}).first()
    if found is not None:
        return Head(found.seq - adding, found.hash)
    session.execute(insert(HeadRow).values(id=1, seq=adding, hash=GENESIS.hash))
    return GENESIS


def load_head(session: Session) -> Head:
    """Where the log ends."""
    found = session.execute(select(HeadRow.seq, HeadRow.hash).where(HeadRow.id == 1)).first()
    return Head(found.seq, found.hash) if found else GENESIS


def changed_projects(session: Session, *, after: int) -> set[str] | None:
    """The projects that records later than `after` are about; None when one of them is about no project (policy)."""
    found = set(session.scalars(select(_COLUMNS.project).where(_COLUMNS.seq > after).distinct()))
    return None if None in found else {slug for slug in found if slug is not None}


def read_records(session: Session, *, after: int = 0) -> Iterator[Record]:
    """The log as it is kept, in order, a batch at a time: memory does not grow with it."""
    while rows := session.execute(_later(after)).all():
        yield from map(_record, rows)
        after = rows[-1].seq


def _later(after: int) -> Select[tuple[object, ...]]:
    return select(*_COLUMNS).where(_COLUMNS.seq > after).order_by(_COLUMNS.seq).limit(BATCH)


def load_entries(
    session: Session,
    *,
    project: str | None = None,
    gate: str | None = None,
    kind: str | None = None,
    after: int = 0,
    until: int | None = None,
) -> tuple[Entry, ...]:
    """Entries later than the number `after` up to `until`, people by their ids; of one project, gate or kind only."""
    query = select(*_COLUMNS).where(_COLUMNS.seq > after).order_by(_COLUMNS.seq)
    for column, wanted in ((_COLUMNS.project, project), (_COLUMNS.gate, gate), (_COLUMNS.kind, kind)):
        if wanted is not None:
            query = query.where(column == wanted)
    if until is not None:
        query = query.where(_COLUMNS.seq <= until)
    disguise = disguise_for(session)
    return tuple(disguise.shown(_record(row).entry) for row in session.execute(query))


def _record(row: Row[tuple[object, ...]]) -> Record:
    values = dict(row._mapping)
    previous, hash_ = values.pop("previous_hash"), values.pop("hash")
    entry = Entry(**{**values, "at": _utc(values["at"])})
    return Record(entry.seq, entry, previous or "", hash_ or "")


def _values(record: Record) -> dict[str, object]:
    entry = {name: getattr(record.entry, name) for name in FIELDS}
    return {**entry, "seq": record.seq, "previous_hash": record.previous, "hash": record.hash}


def _utc(at: datetime) -> datetime:
    # SQLite gives the UTC time without its zone, PostgreSQL in the zone of the connection
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def _cleaned(entry: Entry) -> Entry:
    """Without what a database cannot keep (NUL, halves of a surrogate pair): what is hashed is what comes back."""
    texts = ("surface", "project", "gate", "criterion", "reason", "programme", "key")
    changed = {name: _text(value) for name in texts if (value := getattr(entry, name)) is not None}
    data = {name: _data(value) for name in ("before", "after") if (value := getattr(entry, name)) is not None}
    return replace(entry, at=_utc(entry.at), **changed, **data)  # type: ignore[arg-type]


def _text(value: str) -> str:
    if value.isascii() and "\0" not in value:
        return value
    return value.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode("utf-8")


def _data(value: object) -> object:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, dict):
        return {_text(str(key)): _data(inner) for key, inner in value.items()}
    return [_data(inner) for inner in value] if isinstance(value, list | tuple) else value
