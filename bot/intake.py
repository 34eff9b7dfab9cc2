"""Bringing Gatehouse up to date with its sources: documents, ledger, indexes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.catalogue import open_collection
from bot.database import Database
from bot.ledger import Records, read_records
from gates.service import TakenIn, note_problems
from gates.service import take_in as take_in_records
from rag.index.library import Indexed, KeptLibrary, update_library
from rag.intake import Collection
from rag.store.documents import all_sources
from rag.sync import SyncReport
from rag.sync import take_in as take_in_documents

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Synced:
    """What a run did to one source: its documents, and what its records said to the ledger."""

    documents: SyncReport
    ledger: TakenIn | None


def known_collections(database: Database) -> list[Collection]:
    """The collections of earlier runs, for a sync that names none."""
    with database.read() as session:
        rows = [(row.name, row.root, row.mapping) for row in all_sources(session)]
    return [open_collection(Path(root), name=name, mapping=mapping) for name, root, mapping in rows]


def sync_collection(collection: Collection, *, database: Database, now: datetime, progress: Progress) -> Synced:
    """Take in one collection's documents, then tell the ledger what its records say."""
    documents = take_in_documents(collection, write=database.write, progress=progress)
    with database.read() as session:
        records = read_records(session, collection.source.name, mapping=collection.mapping)
    return Synced(documents, _tell_ledger(collection.source.name, records, database=database, now=now))


def _tell_ledger(name: str, records: Records, *, database: Database, now: datetime) -> TakenIn | None:
    with database.write() as session:
        if records.programme is None:
            note_problems(session, name, problems=records.problems)
            return TakenIn((), (), (), records.problems) if records.problems else None
        return take_in_records(
            session,
            records.programme,
            projects=records.projects,
            evidence=records.evidence,
            problems=records.problems,
            broken=records.broken,
            now=now,
        )


def index_documents(kept: KeptLibrary, *, database: Database, progress: Progress) -> Indexed:
    """Make the vectors that are missing and replay the change log into the indexes."""
    return update_library(kept, write=database.write, progress=progress)


def unreadable_lines(synced: Sequence[Synced]) -> list[str]:
    """Every file that was not taken in and every broken record, a line each."""
    files = [f"{item.path}: {item.reason}" for run in synced for item in run.documents.unreadable]
    records = [str(problem) for run in synced if run.ledger for problem in run.ledger.problems]
    return files + records
