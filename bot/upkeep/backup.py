"""Backup and restore: the database as one consistent copy, the checkpoint file and the settings beside it."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.database import HEAD, Database, is_newer, open_for_reading
from gates.audit.entry import Head
from gates.audit.verify import Verified, verify
from gates.service.history import differing_states
from gates.store_audit import load_head, read_records

DATABASE = "gatehouse.db"
MANIFEST = "backup.json"
_FORMAT = 1


class BackupError(Exception):
    """A backup cannot be made or put back; the message says why and what to do."""


@dataclass(frozen=True)
class BackedUp:
    """What a backup holds. `database` is None for PostgreSQL, which has its own way."""

    folder: Path
    files: tuple[str, ...]
    head: Head
    database: str | None


def back_up(database: Database, folder: Path, *, beside: dict[str, Path], at: datetime) -> BackedUp:
    """Copy everything that cannot be made anew into an empty folder, while others go on working.

    `beside` are files by the name they get; those that are not there are left out. The audit key is never among them.
    """
    if folder.exists() and any(folder.iterdir()):
        raise BackupError(f"{folder} is not empty. Name a new folder: a backup never writes over another one.")
    folder.mkdir(parents=True, exist_ok=True)
    copied = _copy_sqlite(database, folder / DATABASE)
    files = [name for name, path in beside.items() if path.is_file()]
    for name in files:
        shutil.copy2(beside[name], folder / name)
    head = _head_of(open_for_reading(folder / DATABASE) if copied else database)
    found = BackedUp(folder, (*((DATABASE,) if copied else ()), *files), head, DATABASE if copied else None)
    _write_manifest(found, at)
    return found


def _copy_sqlite(database: Database, target: Path) -> bool:
    """Online, page by page, as one consistent state; False for another engine."""
    file = database.engine.url.database
    if database.engine.dialect.name != "sqlite" or not file:
        return False
    try:
        with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(target)) as copy:
            source.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, without a journal beside it
    except sqlite3.Error as error:
        raise BackupError(f"{file} cannot be copied to {target}: {error}. Free some space, or try again.") from error
    return True


def _head_of(database: Database) -> Head:
    with database.read() as session:
        return load_head(session)


def _write_manifest(found: BackedUp, at: datetime) -> None:
    told = {
        "format": _FORMAT,
        "at": at.isoformat(),
        "schema": HEAD,
        "database": found.database,
        "files": found.files,
        "head": {"seq": found.head.seq, "hash": found.head.hash},
    }
    (found.folder / MANIFEST).write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")


@dataclass(frozen=True)
class Restored:
    """What was put back, and the log as verified in its new place."""

    files: tuple[str, ...]
    verified: Verified


def restore(folder: Path, *, database: Path, beside: dict[str, Path]) -> Restored:
    """Put a backup where nothing is yet, after the backup was verified.

    Raises:
        BackupError: It is no backup, it is damaged or of a newer version, or something is in its way.
    """
    manifest = _read_manifest(folder)
    targets = {DATABASE: database, **beside}
    in_the_way = [path for name in manifest for path in [targets.get(name)] if path is not None and path.exists()]
    if in_the_way:
        listed = ", ".join(map(str, in_the_way))
        raise BackupError(f"There is something already: {listed}. Stop Gatehouse and move it away.")
    verified = _verified(folder)
    for name in manifest:
        if name in targets:
            targets[name].parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(folder / name, targets[name])
    return Restored(tuple(manifest), verified)


def _read_manifest(folder: Path) -> list[str]:
    try:
        told = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        files, schema, form = [str(name) for name in told["files"]], str(told["schema"]), int(told["format"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BackupError(f"{folder} is no backup: {MANIFEST} is missing or cannot be read.") from error
    if form > _FORMAT or is_newer(schema):
        raise BackupError(f"{folder} was made by a newer Gatehouse (schema {schema}). Restore it with that version.")
    if DATABASE not in files:
        raise BackupError(f"{folder} holds no database: it was made with PostgreSQL. Restore that with pg_restore.")
    missing = [name for name in files if not (folder / name).is_file()]
    if missing:
        raise BackupError(f"{folder} is not complete: {', '.join(missing)} is missing. Take another backup.")
    return files


def _verified(folder: Path) -> Verified:
    """The chain of the backup, read from a copy opened for looking only."""
    database = open_for_reading(folder / DATABASE)
    with database.read() as session:
        found = verify(read_records(session), head=load_head(session))
        problems = (*found.problems, *differing_states(session))
    database.engine.dispose()
    if problems:
        raise BackupError(f"The backup in {folder} is damaged: {_first(problems)}. Take another one.")
    return found


def _first(problems: tuple[str, ...]) -> str:
    rest = len(problems) - 1
    return problems[0] + (f" (and {rest} more)" if rest else "")
