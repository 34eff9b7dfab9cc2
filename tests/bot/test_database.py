"""The database door on SQLite and PostgreSQL: one schema history, writers that queue, errors that say what to do."""

from __future__ import annotations

import os
import sqlite3
import threading
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, inspect, text
from sqlalchemy.exc import OperationalError

import bot.database
from bot.database import HEAD, Database, DatabaseError, migrate, open_database, open_for_reading
from bot.schema import METADATA
from rag.store.documents import all_sources, ensure_source
from tests.bot.front_door import ROOT, House

POSTGRES = os.environ.get("GATEHOUSE_TEST_POSTGRES_URL", "postgresql+psycopg://127.0.0.1:5432/test")


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database: a file, or a schema of its own on the test server."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'gatehouse.db'}"
        return
    schema = f"gatehouse_{uuid.uuid4().hex[:12]}"
    server = _server()
    _run(server, f"CREATE SCHEMA {schema}")
    yield f"{POSTGRES}{'&' if '?' in POSTGRES else '?'}options=-csearch_path%3D{schema}"
    _run(server, f"DROP SCHEMA {schema} CASCADE")
    server.dispose()


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    opened = open_database(url)
    yield opened
    opened.engine.dispose()


def test_an_empty_database_is_brought_to_the_present_schema(database: Database) -> None:
    migrate(database)
    with database.read() as session:
        assert session.scalar(text("SELECT version_num FROM alembic_version")) == HEAD


def test_migrating_twice_changes_nothing(database: Database) -> None:
    migrate(database)
    with database.write() as session:
        ensure_source(session, name="docs", kind="folder", root="/docs", mapping=None)
    migrate(database)
    with database.read() as session:
        assert [row.name for row in all_sources(session)] == ["docs"]


def test_the_migrations_build_exactly_the_tables_the_code_uses(database: Database) -> None:
    migrate(database)
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, METADATA) == []  # type: ignore[arg-type]  # a list does as well


def test_downgrading_takes_every_table_away(database: Database) -> None:
    migrate(database)
    with database.engine.begin() as connection:
        command.downgrade(_alembic(connection), "base")
    assert set(inspect(database.engine).get_table_names()) <= {"alembic_version"}


def test_the_known_head_is_the_newest_migration() -> None:
    assert ScriptDirectory.from_config(_alembic()).get_current_head() == HEAD


def test_a_database_newer_than_this_gatehouse_is_left_alone(database: Database) -> None:
    migrate(database)
    with database.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseError, match="newer than this Gatehouse"):
        migrate(database)


@pytest.mark.parametrize("number", ["0000", "zzz", "", "12345"])
def test_a_schema_number_that_no_version_has_is_told_with_what_to_do(database: Database, number: str) -> None:
    migrate(database)
    with database.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = :number"), {"number": number})
    with pytest.raises(DatabaseError, match=r"no version of Gatehouse has.*gatehouse restore"):
        migrate(database)


@pytest.mark.parametrize("statement", ["DROP TABLE alembic_version", "DELETE FROM alembic_version"])
def test_tables_without_a_schema_number_are_told_with_what_to_do(database: Database, statement: str) -> None:
    migrate(database)
    with database.write() as session:
        session.execute(text(statement))
    with pytest.raises(DatabaseError, match="alembic_version is missing or empty"):
        migrate(database)


def test_a_file_that_nobody_may_write_is_read_as_it_lies_there(tmp_path: Path) -> None:
    file = tmp_path / "a folder" / "gatehouse.db"
    _filled(file).engine.dispose()
    reader = open_for_reading(file)
    with reader.read() as session:
        assert [row.name for row in all_sources(session)] == ["docs"]
    with pytest.raises(DatabaseError, match=r"reading only here.*GATEHOUSE_HOME"), reader.write() as session:
        ensure_source(session, name="more", kind="folder", root="/docs", mapping=None)
    reader.engine.dispose()
    assert sorted(path.name for path in file.parent.iterdir()) == ["gatehouse.db"]


def test_a_file_whose_last_changes_are_in_the_journal_says_where_to_open_it(tmp_path: Path) -> None:
    file = tmp_path / "gatehouse.db"
    writer = _filled(file)
    with writer.read() as session:
        assert all_sources(session)
        with pytest.raises(DatabaseError, match=r"still in gatehouse\.db-wal"):
            open_for_reading(file)
    writer.engine.dispose()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_data_folder_for_reading_only_still_answers(house: House) -> None:
    house.write({"mooring.md": "# Fees\n\nThe mooring fee is 312 EUR a month.\n"})
    house.sync()
    house.home.chmod(0o555)
    try:
        assert house.ask("how much is the mooring fee?")["values"] == ["312 EUR"]
    finally:
        house.home.chmod(0o755)


def _filled(file: Path) -> Database:
    database = open_database(f"sqlite:///{file}")
    migrate(database)
    with database.write() as session:
        ensure_source(session, name="docs", kind="folder", root="/docs", mapping=None)
    return database


def test_a_snapshot_does_not_see_what_is_committed_meanwhile(database: Database) -> None:
    migrate(database)
    with database.snapshot() as session:
        assert all_sources(session) == []
        with database.write() as other:
            ensure_source(other, name="docs", kind="folder", root="/docs", mapping=None)
        session.expire_all()
        assert all_sources(session) == []


def test_concurrent_writers_all_get_through(database: Database) -> None:
    migrate(database)
    failures: list[Exception] = []

    def write(worker: int) -> None:
        try:
            for number in range(15):
                with database.write() as session:
                    ensure_source(session, name=f"{worker}-{number}", kind="folder", root="/", mapping=None)
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=write, args=(worker,)) for worker in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with database.read() as session:
        assert len(all_sources(session)) == 6 * 15


def test_first_starts_at_the_same_moment_do_not_collide(url: str) -> None:
    failures: list[Exception] = []
    together = threading.Barrier(4)

    def start() -> None:
        database = open_database(url)
        together.wait()
        try:
            migrate(database)
        except Exception as error:
            failures.append(error)
        database.engine.dispose()

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_first_connections_at_the_same_moment_wait_for_each_other(tmp_path: Path) -> None:
    """Turning WAL on has no wait of its own in SQLite; one round in fifteen met it before ours."""

    def connect(url: str, together: threading.Barrier) -> None:
        database = open_database(url)
        together.wait()
        with database.read() as session:
            session.connection()
        database.engine.dispose()

    with ThreadPoolExecutor(4) as pool:
        for number in range(30):
            together = threading.Barrier(4)
            url = f"sqlite:///{tmp_path / f'{number}.db'}"
            for future in [pool.submit(connect, url, together) for _ in range(4)]:
                future.result()


def test_writers_of_one_process_queue_for_a_sqlite_file_before_they_ask_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.database, "QUEUE_SECONDS", 0.05)
    first, second = (open_database(f"sqlite:///{tmp_path / 'gatehouse.db'}") for _ in range(2))
    other = open_database(f"sqlite:///{tmp_path / 'other.db'}")
    with first.write(), other.write(), pytest.raises(DatabaseError, match=r"busy for 0\.05 s"), second.write():
        raise AssertionError("two writers at once")
    with second.write() as session:
        assert session.execute(text("SELECT 1")).scalar() == 1


def test_what_a_failing_block_wrote_is_not_kept(database: Database) -> None:
    migrate(database)

    def fail() -> None:
        with database.write() as session:
            ensure_source(session, name="docs", kind="folder", root="/", mapping=None)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with database.read() as session:
        assert all_sources(session) == []


def test_a_reader_sees_one_snapshot_while_others_write(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'gatehouse.db'}")
    migrate(database)
    with database.read() as reader:
        assert all_sources(reader) == []
        with database.write() as writer:
            ensure_source(writer, name="docs", kind="folder", root="/", mapping=None)
        reader.expire_all()
        assert all_sources(reader) == []


def test_a_locked_database_is_named_and_nothing_is_lost(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.write({"fees.md": "# Fees\n\nThe mooring fee is 312 EUR a night.\n"})
    house.sync()
    monkeypatch.setattr(bot.database, "BUSY_TIMEOUT_MS", 50)
    holder = sqlite3.connect(house.home / "gatehouse.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    ran = house.run("sync", str(house.docs))
    holder.execute("ROLLBACK")
    holder.close()
    assert ran.code == 2
    assert "locked" in ran.err
    assert "Traceback" not in ran.err
    assert house.ask("how much is the mooring fee?")["values"] == ["312 EUR"]


def test_a_file_that_is_no_database_is_named(house: House) -> None:
    (house.home / "gatehouse.db").write_bytes(b"this is no database at all, but long enough to be read " * 40)
    ran = house.run("sync", str(house.docs))
    assert ran.code == 2
    assert "gatehouse.db" in ran.err
    assert "Traceback" not in ran.err


def test_a_data_folder_that_cannot_be_made_is_named(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    (house.docs / "file").write_text("x")
    for home in (house.docs / "file", house.docs / "file" / "below"):
        monkeypatch.setenv("GATEHOUSE_HOME", str(home))
        ran = house.run("ask", "x")
        assert ran.code == 2
        assert "file" in ran.err
        assert "Traceback" not in ran.err


@pytest.mark.parametrize(("reason", "told"), [
    ("database or disk is full", "disk"), ("attempt to write a readonly database", "permissions"),
    ("unable to open database file", "permissions"), ("no such host", "GATEHOUSE_DATABASE_URL"),
])  # fmt: skip
def test_what_the_engine_says_is_told_with_what_to_do(tmp_path: Path, reason: str, told: str) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'gatehouse.db'}")
    with pytest.raises(DatabaseError, match=told), database.write():
        raise OperationalError("INSERT", {}, sqlite3.OperationalError(reason))


def test_a_password_never_stands_in_an_error() -> None:
    database = open_database("postgresql+psycopg://me:s3cret@127.0.0.1:1/none?connect_timeout=2")
    with pytest.raises(DatabaseError) as caught:
        migrate(database)
    assert "s3cret" not in str(caught.value)
    assert "127.0.0.1" in str(caught.value)


@pytest.mark.parametrize("url", ["nonsense", "mysql+nodriver://x/y", "postgresql+psycopg://h:port/x"])
def test_a_url_that_cannot_be_used_names_its_setting(house: House, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("GATEHOUSE_DATABASE_URL", url)
    ran = house.run("sync", str(house.docs))
    assert ran.code == 2
    assert "GATEHOUSE_DATABASE_URL" in ran.err


def _alembic(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "bot" / "migrations"))
    config.attributes["connection"] = connection
    return config


def _server() -> Engine:
    engine = create_engine(POSTGRES, connect_args={"connect_timeout": 2})
    try:
        engine.connect().close()
    except OperationalError as error:
        if "GATEHOUSE_TEST_POSTGRES_URL" in os.environ:
            raise
        pytest.skip(f"no PostgreSQL to test on: {str(error.orig).splitlines()[0]}")
    return engine


def _run(engine: Engine, statement: str) -> None:
    with engine.begin() as connection:
        connection.execute(text(statement))


def test_a_second_sync_waits_until_the_first_gives_its_turn_back(url: str) -> None:
    first, second = open_database(url), open_database(url)
    order: list[str] = []

    def wait() -> None:
        with second.turn():
            order.append("second")

    waiting = threading.Thread(target=wait)
    with first.turn():
        waiting.start()
        waiting.join(timeout=0.3)  # without the lock it is through by now
        order.append("first")
    waiting.join()
    for database in (first, second):
        database.engine.dispose()
    assert order == ["first", "second"]
