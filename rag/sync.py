"""Take a source in: compare, read, store. Each batch is one commit, so a killed run is completed by the next."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

from rag.intake import Collection, Intake, refused, take_in_file
from rag.model import FileStamp, Unreadable
from rag.sources import Skipped, list_files, read_file
from rag.store import documents as store
from rag.store.documents import KnownDocument
from rag.store.facts import put_facts
from rag.store.session import Session

BATCH_FILES = 100
"""Files written per commit: enough that commits do not dominate, few enough that a crash repeats little."""

Progress = Callable[[str, int, int], None]
"""Called with (phase, done, total)."""

Write = Callable[[], AbstractContextManager[Session]]


@dataclass(frozen=True)
class SyncReport:
    """What one run did to one source. Counts are files, but for `chunks`: passages written."""

    source: str
    seen: int
    added: int
    changed: int
    moved: int
    removed: int
    unchanged: int
    chunks: int
    unreadable: tuple[Unreadable, ...]
    skipped: tuple[Skipped, ...]


@dataclass(frozen=True)
class _Change:
    """One file that is new, changed or moved; `document_id` is the row it takes over."""

    outcome: str
    document_id: int | None
    intake: Intake


@dataclass(frozen=True)
class _Restamped:
    """One file whose content is the same under a new stamp."""

    document_id: int
    version: str
    outcome: str = "unchanged"


class _Planned:
    """What is known of a source before a run: its rows by path, and the rows whose files are gone."""

    def __init__(self, known: Mapping[str, KnownDocument], *, present: Iterable[str], stale: bool) -> None:
        here = set(present)
        self.known = known
        self.stale = stale
        self.gone = {document.path: document for document in known.values() if document.path not in here}
        self._gone_by_content = {document.content_hash: document.path for document in self.gone.values()}

    def must_read(self, stamp: FileStamp) -> bool:
        known = self.known.get(stamp.path)
        return self.stale or known is None or known.version != stamp.version

    def moved_from(self, content_hash: str) -> KnownDocument | None:
        """The vanished file with the same bytes; its row goes with the move and is not deleted."""
        path = self._gone_by_content.pop(content_hash, None)
        return self.gone.pop(path) if path is not None else None


def take_in(collection: Collection, *, write: Write, progress: Progress) -> SyncReport:
    """Bring the stored documents of one source up to date with its files.

    Unchanged files are recognised by their stamp and not opened. Facts answer at once; passages become
    searchable when their vectors are made (`encode_missing`) and the indexes have replayed the change log.
    """
    listed = list(list_files(collection.source))
    stamps = [entry for entry in listed if isinstance(entry, FileStamp)]
    with write() as session:
        source_id, stale = _open_source(session, collection)
        known = store.known_documents(session, source_id)
    plan = _Planned(known, present=(stamp.path for stamp in stamps), stale=stale)
    todo = [stamp for stamp in stamps if plan.must_read(stamp)]
    outcomes: Counter[str] = Counter(unchanged=len(stamps) - len(todo))
    chunks = 0
    for batch in _batches(todo):
        changes = [_read(collection, stamp, plan) for stamp in batch]
        _save(changes, source_id=source_id, write=write)
        outcomes.update(change.outcome for change in changes)
        chunks += sum(len(change.intake.chunks) for change in changes if isinstance(change, _Change))
        progress("reading", outcomes.total() - (len(stamps) - len(todo)), len(todo))
    unreadable = _finish(collection, source_id=source_id, gone=plan.gone.values(), write=write)
    return SyncReport(
        source=collection.source.name,
        seen=len(listed),
        added=outcomes["added"],
        changed=outcomes["changed"],
        moved=outcomes["moved"],
        removed=len(plan.gone),
        unchanged=outcomes["unchanged"],
        chunks=chunks,
        unreadable=(*(entry for entry in listed if isinstance(entry, Unreadable)), *unreadable),
        skipped=tuple(entry for entry in listed if isinstance(entry, Skipped)),
    )


def _open_source(session: Session, collection: Collection) -> tuple[int, bool]:
    source, mapping = collection.source, collection.mapping
    row = store.ensure_source(
        session, name=source.name, kind=source.kind, root=str(source.root), mapping=mapping.path if mapping else None
    )
    return row.id, row.policy_hash != collection.policy_hash


def _batches(stamps: Sequence[FileStamp]) -> Iterator[Sequence[FileStamp]]:
    for start in range(0, len(stamps), BATCH_FILES):
        yield stamps[start : start + BATCH_FILES]


def _read(collection: Collection, stamp: FileStamp, plan: _Planned) -> _Change | _Restamped:
    known = plan.known.get(stamp.path)
    raw = read_file(collection.source, stamp)
    if isinstance(raw, Unreadable):
        row = refused(stamp, raw.reason, access=collection.access)
        return _Change("changed" if known else "added", known.id if known else None, row)
    content_hash = hashlib.sha256(raw.content).hexdigest()
    if known and known.content_hash == content_hash and not plan.stale:
        return _Restamped(known.id, stamp.version)
    intake = take_in_file(collection, raw, content_hash=content_hash)
    if known:
        return _Change("changed", known.id, intake)
    origin = plan.moved_from(content_hash)
    return _Change("moved", origin.id, intake) if origin else _Change("added", None, intake)


def _save(changes: Sequence[_Change | _Restamped], *, source_id: int, write: Write) -> None:
    with write() as session:
        for change in changes:
            if isinstance(change, _Restamped):
                store.touch_document(session, change.document_id, version=change.version)
            else:
                _save_intake(session, change.intake, source_id=source_id, document_id=change.document_id)


def _save_intake(session: Session, intake: Intake, *, source_id: int, document_id: int | None) -> None:
    access_id = store.access_id_of(session, intake.label)
    saved = store.put_document(
        session, intake.row, source_id=source_id, document_id=document_id, access_id=access_id, chunks=intake.chunks
    )
    put_facts(session, document_id=saved, access_id=access_id, entities=intake.entities, facts=intake.facts)


def _finish(
    collection: Collection, *, source_id: int, gone: Iterable[KnownDocument], write: Write
) -> tuple[Unreadable, ...]:
    with write() as session:
        for document in gone:
            store.drop_document(session, document.id)
        store.settle_supersedence(session, source_id)
        store.finish_sync(session, source_id, policy_hash=collection.policy_hash)
        return tuple(Unreadable(path, reason) for path, reason in store.unreadable_documents(session, source_id))
