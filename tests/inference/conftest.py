"""A database with the meter's tables on each engine it runs on; PostgreSQL in a schema of its own per test run."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from bot.database import Database, open_database
from inference.tables import InferenceTable

POSTGRES = "postgresql+psycopg://127.0.0.1:5432/test"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session", params=["sqlite", "postgres"])
def opened(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    if request.param == "sqlite":
        database = open_database(f"sqlite:///{tmp_path_factory.mktemp('meter') / 'meter.db'}")
        yield database
        database.engine.dispose()
        return
    yield from _postgres()


@pytest.fixture
def database(opened: Database) -> Database:
    """The database with empty tables."""
    InferenceTable.metadata.drop_all(opened.engine)
    InferenceTable.metadata.create_all(opened.engine)
    return opened


def _postgres() -> Iterator[Database]:
    url = os.environ.get("GATEHOUSE_TEST_POSTGRES_URL", POSTGRES)
    schema = f"inference_{uuid.uuid4().hex[:12]}"
    admin = create_engine(url, connect_args={"connect_timeout": 3})
    try:
        with admin.begin() as connection:
            connection.execute(text(f"create schema {schema}"))
    except OperationalError as error:
        pytest.skip(f"no PostgreSQL at {url.rpartition('@')[2]}: set GATEHOUSE_TEST_POSTGRES_URL ({error.orig})")
    database = open_database(f"{url}?options=-csearch_path%3D{schema}")
    yield database
    database.engine.dispose()
    with admin.begin() as connection:
        connection.execute(text(f"drop schema {schema} cascade"))
    admin.dispose()
