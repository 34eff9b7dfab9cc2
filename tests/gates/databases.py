"""A database of its own for a test: a file, or a schema on the PostgreSQL server that tests use."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from tests.gates.conftest import POSTGRES


def own_database(kind: str, folder: Path) -> Iterator[str]:
    """The URL of an empty database of this kind, removed afterwards; skips when there is no server."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'gatehouse.db'}"
        return
    url = os.environ.get("GATEHOUSE_TEST_POSTGRES_URL", POSTGRES)
    schema = f"gates_{uuid.uuid4().hex[:12]}"
    server = create_engine(url, connect_args={"connect_timeout": 3})
    try:
        with server.begin() as connection:
            connection.execute(text(f"CREATE SCHEMA {schema}"))
    except OperationalError as error:
        pytest.skip(f"no PostgreSQL at {url.rpartition('@')[2]}: set GATEHOUSE_TEST_POSTGRES_URL ({error.orig})")
    yield f"{url}{'&' if '?' in url else '?'}options=-csearch_path%3D{schema}"
    with server.begin() as connection:
        connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    server.dispose()
