"""Bringing Gatehouse up to date with its sources: documents, ledger, indexes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from bot.database import Database
from bot.intake.catalogue import access_rules
from bot.intake.ledger import Records, home_of, read_records, recorded_programme
from bot.intake.records import PROGRAMME_FILE, ProgrammeError
from bot.intake.trusted import Rewritten, TrustedFiles, read_trusted, trusted_programme
from gates.evidence import absent_evidence
from gates.model import Programme
from gates.record_problems import RecordProblem
from gates.report import Evidence, EvidenceKey
from gates.service.take_in import TakenIn, note_distrust, note_problems
from gates.service.take_in import take_in as take_in_records
from gates.store_drop import drop_programme
from gates.store_read import StoredProgramme, load_programmes
from rag.access import AccessRules
from rag.index.library import Indexed, KeptLibrary, update_library
from rag.index.replay import applied_seq
from rag.intake import Collection
from rag.store.derived import drop_unused_vectors
from rag.store.documents import access_id_of, all_sources, drop_source, is_told, note_told
from rag.store.session import Session
from rag.sync import SyncReport
from rag.sync import take_in as take_in_documents

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Synced:
    """What a run did to one source: its documents, and what its records said to the ledger."""

    documents: SyncReport
    ledger: TakenIn | None


@dataclass(frozen=True)
class KnownSource:
    """A collection of an earlier run: its name, its folder, and the mapping it was read with."""

    name: str
    root: Path
    mapping: str | None


def known_sources(database: Database) -> list[KnownSource]:
    """The collections of earlier runs, for a sync that names none."""
    with database.read() as session:
        return [KnownSource(row.name, Path(row.root), row.mapping) for row in all_sources(session)]


def forget_collection(name: str, *, database: Database, now: datetime) -> bool:
    """Drop a collection with its documents, records and gates; False when there is none of that name."""
    with database.write() as session:
        own = _own_programme(session, name)
        if not drop_source(session, name):
            return False
        note_problems(session, name, problems=())
        if own is not None:
            drop_programme(session, own.name, now=now)
        return True


def _own_programme(session: Session, source: str) -> Programme | None:
    """The programme a source speaks for; None too when another source had one of that name before."""
    programme = recorded_programme(session, source)
    home = home_of(session, programme.name) if programme else None
    return programme if home == source else None


def sync_collection(
    collection: Collection, *, database: Database, now: datetime, progress: Progress, trusted_ref: str = ""
) -> Synced:
    """Take in one collection's documents, then tell the ledger what its records say.

    With `trusted_ref` a Git working tree's policy and projects are those of that ref, and so are its folder rules: the
    working tree can close a folder, and never open one.

    Raises:
        ProgrammeError: The collection had a programme.yaml with folder rules, and it is gone; or that of the trusted
            ref cannot be used.
        TrustError: The trusted ref cannot be read.
    """
    with database.read() as session:
        before = recorded_programme(session, collection.source.name)
        own = _own_programme(session, collection.source.name)
    _refuse_lost_rules(collection, before)
    trusted = _trusted(collection, trusted_ref, database=database)
    if trusted is not None:
        collection = replace(collection, access=_closed_by_both(collection, trusted, database=database))
    documents = take_in_documents(collection, write=database.write, progress=progress)
    if isinstance(trusted, Rewritten):
        return Synced(documents, _refuse_rewritten(collection, trusted, database=database, now=now))
    with database.read() as session:
        if collection.mapping and is_told(session, collection.source.name):
            return Synced(documents, None)
        records = read_records(
            session, collection.source.name, mapping=collection.mapping, access=collection.access, trusted=trusted
        )
    with database.write() as session:
        if own is not None and _is_renamed(own, records):
            drop_programme(session, own.name, now=now)
        told = _tell_ledger(session, collection.source.name, records, now=now)
        note_told(session, collection.source.name)
        return Synced(documents, told)


def _trusted(collection: Collection, ref: str, *, database: Database) -> TrustedFiles | Rewritten | None:
    """The trusted revision of a working tree that has a programme; None where there is no such thing to ask."""
    root = collection.source.root
    if not ref or collection.source.kind != "git" or not (root / PROGRAMME_FILE).is_file():
        return None
    known = _trusted_before(collection, database)
    return read_trusted(root, ref, before=known.revision.commit if known and known.revision else "")


def _trusted_before(collection: Collection, database: Database) -> StoredProgramme | None:
    """The programme of this collection as it was last trusted."""
    with database.read() as session:
        programme = recorded_programme(session, collection.source.name)
        known = {stored.programme.name: stored for stored in load_programmes(session)}
    return known.get(programme.name) if programme else None


def _closed_by_both(collection: Collection, trusted: TrustedFiles | Rewritten, *, database: Database) -> AccessRules:
    """The folder rules of the trusted revision and of the working tree at once: the most narrow reading wins.

    A new folder comes with its rule on one branch, so a rule counts before it is merged; that one is gone does not.
    After a rewrite the rules are those that were trusted before it.
    """
    if isinstance(trusted, Rewritten):
        known = _trusted_before(collection, database)
        rules = access_rules(known.programme if known else None)
    else:
        rules = access_rules(trusted_programme(trusted))
    own = collection.access
    return replace(own, folders=tuple(dict.fromkeys((*rules.folders, *own.folders))))


def _refuse_rewritten(collection: Collection, found: Rewritten, *, database: Database, now: datetime) -> TakenIn:
    """Policy moves forward only: what was trusted stays, and the alarm is a problem and a record, once."""
    how = f"a commit that follows from it; or forget the collection: gatehouse sync --forget {collection.source.name}"
    problems = (RecordProblem(PROGRAMME_FILE, 1, "(revision)", how, found.reason),)
    with database.write() as session:
        note_problems(session, collection.source.name, problems=problems)
        note_distrust(session, before=found.before, refused=found.now, reason=found.reason, now=now)
    return TakenIn((), (), (), problems)


def _is_renamed(before: Programme, records: Records) -> bool:
    """Whether a programme is gone or has another name; one that cannot be read just now stays as it was."""
    if records.programme is None:
        return not records.problems
    return records.programme.name != before.name


def _refuse_lost_rules(collection: Collection, before: Programme | None) -> None:
    """Without the folder rules it had, a collection's restricted documents would all become public."""
    source = collection.source
    if before is not None and before.access and not (source.root / PROGRAMME_FILE).is_file():
        raise ProgrammeError(
            f"{source.root / PROGRAMME_FILE} is gone, and with it the rules of who may read what. "
            f"Put it back, or forget the collection first: gatehouse sync --forget {source.name}"
        )


def _tell_ledger(session: Session, name: str, records: Records, *, now: datetime) -> TakenIn | None:
    if records.programme is None:
        note_problems(session, name, problems=records.problems)
        return TakenIn((), (), (), records.problems) if records.problems else None
    home = home_of(session, records.programme.name)
    if home not in (None, name):
        problems = (*records.problems, _not_at_home(records.programme, str(home)))
        note_problems(session, name, problems=problems)
        return TakenIn((), (), (), problems)
    taken = take_in_records(
        session,
        records.programme,
        projects=records.projects,
        evidence={**records.evidence, **_absent(session, records)},
        problems=(*records.problems, *_second(session, records.programme)),
        broken=records.broken,
        revision=records.revision,
        templates=records.templates,
        now=now,
    )
    if (
        name != records.programme.name
    ):  # problems are kept by collection: what was told of it before is mended or told anew
        note_problems(session, records.programme.name, problems=())
        note_problems(session, name, problems=taken.problems)
    return taken


def _absent(session: Session, records: Records) -> dict[EvidenceKey, Evidence]:
    """What is not there, under the label of whoever may know that."""
    return {
        key: absent_evidence(gap.ref, access_id=access_id_of(session, gap.label)) for key, gap in records.absent.items()
    }


def _not_at_home(programme: Programme, home: str) -> RecordProblem:
    """Its people would be admitted to what the first one's readers may read, and its projects would replace theirs."""
    expected = f"a name of its own, the collection {home!r} has a programme of this name (--forget it, or rename)"
    line = programme.source.line("programme")
    return RecordProblem(PROGRAMME_FILE, line, "programme", expected, repr(programme.name))


def _second(session: Session, programme: Programme) -> Iterator[RecordProblem]:
    """Gates are answered from one programme, the first that was taken in: a second must not be ignored silently."""
    first = next((stored.programme for stored in load_programmes(session) if stored.programme.people), programme)
    if first.name != programme.name and programme.people:
        found = f"a second: gates are answered from {first.name!r} until its collection is forgotten (--forget)"
        yield RecordProblem(PROGRAMME_FILE, 1, "programme", "the only programme of this installation", found)


def index_documents(kept: KeptLibrary, *, database: Database, progress: Progress) -> Indexed:
    """Make the vectors that are missing, replay the change log, and forget the vectors of texts that are gone."""
    before = applied_seq(kept.folder)
    indexed = update_library(kept, write=database.write, progress=progress)
    if indexed.applied > before:
        with database.write() as session:
            drop_unused_vectors(session)
    return indexed
