"""A database session on each engine the ledger runs on; PostgreSQL in a schema of its own per test run."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from gates.tables import GatesTable

POSTGRES = "postgresql+psycopg://127.0.0.1:5432/test"


@pytest.fixture(scope="session", params=["sqlite", "postgres"])
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    if request.param == "sqlite":
        yield create_engine(f"sqlite:///{tmp_path_factory.mktemp('ledger') / 'ledger.db'}")
        return
    yield from _postgres()


def _postgres() -> Iterator[Engine]:
    url = os.environ.get("GATEHOUSE_TEST_POSTGRES_URL", POSTGRES)
    schema = f"gates_{uuid.uuid4().hex[:12]}"
    admin = create_engine(url, connect_args={"connect_timeout": 3})
    try:
        with admin.begin() as connection:
            connection.execute(text(f"create schema {schema}"))
    except OperationalError as error:
        pytest.skip(f"no PostgreSQL at {url.rpartition('@')[2]}: set GATEHOUSE_TEST_POSTGRES_URL ({error.orig})")
    engine = create_engine(url, connect_args={"options": f"-csearch_path={schema}"})
    yield engine
    engine.dispose()
    with admin.begin() as connection:
        connection.execute(text(f"drop schema {schema} cascade"))
    admin.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session on empty tables."""
    GatesTable.metadata.drop_all(engine)
    GatesTable.metadata.create_all(engine)
    with Session(engine) as opened:
        yield opened
