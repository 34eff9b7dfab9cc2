"""The database door: engines for SQLite and PostgreSQL, short transactions, and the one schema history."""

from __future__ import annotations

import contextlib
import os
import random
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from sqlalchemy.exc import DatabaseError as DriverError
from sqlalchemy.orm import Session as Session  # others name an open transaction without knowing SQLAlchemy

HEAD = "0008"
"""Newest revision of bot/migrations, kept here so that a question need not import Alembic; a test compares the two."""

_KNOWN = tuple(f"{number:04d}" for number in range(1, int(HEAD) + 1))
_FIRST_TABLE = "rag_sources"

BUSY_TIMEOUT_MS = 20_000

QUEUE_SECONDS = 60
"""How long a change waits for those of its own process: each of them ends, so more patience is right than above."""

_QUEUES: dict[str, threading.Lock] = {}

MIGRATION_LOCK = 0x6761746568
"""Number of PostgreSQL's advisory lock round a migration; any that nobody else in the database uses."""

SYNC_LOCK = MIGRATION_LOCK + 1


class DatabaseError(Exception):
    """The database cannot be used; the message says which, why and what to do."""


@dataclass(frozen=True)
class Database:
    """One engine and its two kinds of transaction.

    `read` sees one consistent snapshot. `write` takes the write lock at its start (SQLite: BEGIN
    IMMEDIATE, so that concurrent writers queue instead of failing at commit) and commits when the block ends.
    """

    engine: Engine

    @contextmanager
    def read(self) -> Iterator[Session]:
        with _translated(self.engine), Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def snapshot(self) -> Iterator[Session]:
        """As `read`, however long it takes and whatever is committed meanwhile, on PostgreSQL too."""
        level = "REPEATABLE READ" if self.engine.dialect.name == "postgresql" else None
        engine = self.engine.execution_options(isolation_level=level) if level else self.engine
        with _translated(engine), Session(engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        writer = self.engine.execution_options(gatehouse_write=True)
        with (
            _one_writer(self.engine),
            _translated(self.engine),
            Session(writer, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session

    @contextmanager
    def statements(self) -> Iterator[Session]:
        """For work that is one statement: PostgreSQL commits with it, without a BEGIN and a COMMIT of its own.

        SQLite is in this process, where a transaction costs no way: there as `write`.
        """
        if self.engine.dialect.name == "sqlite":
            with self.write() as session:
                yield session
            return
        engine = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        with _translated(engine), Session(engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Held by whoever brings the installation up to date: a second one, in whatever process, waits here.

        A run that begins while another is under way would plan by rows that are being replaced. The system gives the
        turn back when the process that holds it ends, however it ends.
        """
        file = self.engine.url.database
        if self.engine.dialect.name == "sqlite":
            with _locked(Path(f"{file}.sync")) if file and file != ":memory:" else contextlib.nullcontext():
                yield
            return
        with _translated(self.engine), self.engine.connect() as connection:
            alone = connection.execution_options(isolation_level="AUTOCOMMIT")
            alone.execute(text("SELECT pg_advisory_lock(:number)"), {"number": SYNC_LOCK})
            try:
                yield
            finally:
                alone.execute(text("SELECT pg_advisory_unlock(:number)"), {"number": SYNC_LOCK})


@contextmanager
def _one_writer(engine: Engine) -> Iterator[None]:
    """This process's writers of one SQLite file queue here: SQLite has them poll, and on a busy machine some starve."""
    file = engine.url.database
    if engine.dialect.name != "sqlite" or file in (None, "", ":memory:"):
        yield
        return
    queue = _QUEUES.setdefault(str(file), threading.Lock())
    if not queue.acquire(timeout=QUEUE_SECONDS):
        raise DatabaseError(
            f"Other changes kept the database {file} busy for {QUEUE_SECONDS} s. Try again; nothing was lost."
        )
    try:
        yield
    finally:
        queue.release()


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    import fcntl

    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def open_database(url: str) -> Database:
    """Open the database of this URL; the folder of a SQLite file is made when missing.

    Raises:
        DatabaseError: The URL cannot be understood, or there is no driver for it.
    """
    try:
        return _open(make_url(url))
    except (ArgumentError, ImportError, ValueError) as error:
        raise DatabaseError(
            f"GATEHOUSE_DATABASE_URL cannot be used: {type(error).__name__}. Expected sqlite:////path/file.db or "
            "postgresql+psycopg://user@host:5432/name; empty means SQLite in the data folder."
        ) from error


def _open(parsed: URL) -> Database:
    if not parsed.drivername.startswith("sqlite"):
        return Database(create_engine(parsed, pool_pre_ping=True, hide_parameters=True))
    if parsed.database and parsed.database != ":memory:":
        file = Path(parsed.database)
        if _is_for_reading(file):
            return open_for_reading(file)
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    engine = create_engine(parsed, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000}, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return Database(engine)


def _is_for_reading(file: Path) -> bool:
    """Whether nobody here may write: a mount or a folder for reading only, or somebody else's file."""
    return file.is_file() and not (os.access(file, os.W_OK) and os.access(file.parent, os.W_OK))


def open_for_reading(file: Path) -> Database:
    """A SQLite file that nobody may write: it is read as it lies there, without the files that WAL puts beside it.

    Raises:
        DatabaseError: The last writes are still in the journal beside it, and cannot be taken over.
    """
    journal = Path(f"{file}-wal")
    if journal.is_file() and journal.stat().st_size > 0:
        raise DatabaseError(
            f"{file} cannot be written here, and its last changes are still in {journal.name}. Open it once where it "
            f"can be written (gatehouse audit verify), which takes them over; or make {str(file.parent)!r} writable."
        )
    name = f"file:{quote(str(file.absolute()))}?mode=ro&immutable=1&uri=true"
    engine = create_engine(f"sqlite:///{name}")
    event.listen(engine, "connect", _prepare_reading)
    event.listen(engine, "begin", _begin_reading)
    return Database(engine)


def _prepare_reading(connection: object, _record: object) -> None:
    connection.isolation_level = None  # type: ignore[attr-defined]  # as below


def _begin_reading(connection: Connection) -> None:
    if connection.get_execution_options().get("gatehouse_write"):
        raise DatabaseError(
            "The database is for reading only here: its folder or its file cannot be written. Questions are answered; "
            "to change anything make the data folder (GATEHOUSE_HOME) writable."
        )
    connection.exec_driver_sql("BEGIN")


def durable(database: Database) -> Database:
    """The same database on connections of its own, whose commits are on disk when they return.

    SQLite's other connections may lose their last commits with the power, never their order; what is acknowledged to a
    platform may not be lost at all. PostgreSQL commits so anyway.
    """
    if database.engine.dialect.name != "sqlite" or database.engine.url.database in (None, "", ":memory:"):
        return database
    opened = _open(database.engine.url)
    event.listen(opened.engine, "connect", _commit_to_disk)
    return opened


def _commit_to_disk(connection: object, _record: object) -> None:
    connection.execute("PRAGMA synchronous=FULL")  # type: ignore[attr-defined]


def migrate(database: Database) -> None:
    """Bring the schema to HEAD; costs one small query when it is there already."""
    found = _revision(database)
    if found == HEAD:
        return
    _refuse_unknown(database, found)
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    writer = database.engine.execution_options(gatehouse_write=True)
    with _translated(database.engine), writer.connect() as connection, connection.begin():
        if connection.dialect.name == "postgresql":  # two first starts at once: the second waits, and finds it done
            connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": MIGRATION_LOCK})
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def is_newer(schema: str) -> bool:
    """Whether a schema number is of a later version than this one."""
    return len(schema) == len(HEAD) and schema.isdecimal() and schema > HEAD


def _refuse_unknown(database: Database, found: str | None) -> None:
    where = database.engine.url.render_as_string(hide_password=True)
    if found is not None and is_newer(found):
        raise DatabaseError(
            f"The database is at schema {found!r}, newer than this Gatehouse ({HEAD!r}). "
            "Install the newer version again."
        )
    if found is not None and found not in _KNOWN:
        raise DatabaseError(
            f"{where} says schema {found!r}, which no version of Gatehouse has. Its table alembic_version was changed: "
            "put a backup in its place (gatehouse restore), or another database with GATEHOUSE_DATABASE_URL."
        )
    if found is None and _has_tables(database):
        raise DatabaseError(
            f"{where} has tables of Gatehouse but does not say of which schema: alembic_version is missing or empty. "
            "Put a backup in its place (gatehouse restore), or move it away and sync again."
        )


def _has_tables(database: Database) -> bool:
    with _translated(database.engine), database.engine.connect() as connection:
        return inspect(connection).has_table(_FIRST_TABLE)


def _revision(database: Database) -> str | None:
    with _translated(database.engine), database.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        return str(found) if found is not None else None


def _prepare_sqlite(connection: object, _record: object) -> None:
    connection.isolation_level = None  # type: ignore[attr-defined]  # we say BEGIN ourselves
    cursor = connection.cursor()  # type: ignore[attr-defined]
    for pragma in (f"busy_timeout={BUSY_TIMEOUT_MS}", "foreign_keys=ON", "synchronous=NORMAL"):
        cursor.execute(f"PRAGMA {pragma}")
    _write_ahead(cursor)
    cursor.close()


def _write_ahead(cursor: sqlite3.Cursor) -> None:
    """Turn WAL on. Two first connections that turn it on at once are told "locked" without SQLite's usual wait."""
    until = time.monotonic() + BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
        time.sleep(random.uniform(0.001, 0.02))


def _begin_sqlite(connection: Connection) -> None:
    writing = connection.get_execution_options().get("gatehouse_write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


@contextlib.contextmanager
def _translated(engine: Engine) -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        if isinstance(error, OperationalError) or type(error) is DriverError:
            raise DatabaseError(_explain(engine, error)) from error
        raise  # a broken constraint or a wrong statement is a defect of ours


def _explain(engine: Engine, error: DBAPIError) -> str:
    reason = str(error.orig)
    where = engine.url.render_as_string(hide_password=True)
    if "locked" in reason:
        waited = f"for {BUSY_TIMEOUT_MS // 1000} s by another process"
        return f"The database {where} was locked {waited}. End it or try again; nothing was lost."
    if "not a database" in reason or "malformed" in reason:
        return (
            f"{where} is damaged or no database ({reason}). Put a backup in its place, or move it away and sync again."
        )
    if "full" in reason:
        return f"The disk of {where} is full. Free some space and run the command again; what was saved is kept."
    if "readonly" in reason or "unable to open" in reason:
        return f"The database {where} cannot be written or opened ({reason}). Check GATEHOUSE_HOME and its permissions."
    return f"The database {where} answered: {reason}. Check GATEHOUSE_DATABASE_URL."
