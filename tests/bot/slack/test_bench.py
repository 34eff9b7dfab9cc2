"""The bench of the acknowledgement runs: every event of both sides is answered and ours are on disk."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from bot.bench.ack import measure_acknowledgement
from bot.bench.ack_slack import SLACK
from bot.database import open_database

pytestmark = pytest.mark.slow


def test_every_event_that_is_acknowledged_is_on_disk(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'bench.db'}"
    measured = measure_acknowledgement(url, SLACK, seconds=0.2, rounds=1)
    assert (measured.lost, measured.events) == (0, 80)
    assert measured.disk_p99 > 0
    database = open_database(url)
    with database.read() as session:
        kept = session.execute(text("select count(*) from bot_events")).scalar()
    database.engine.dispose()
    assert kept == 300 + measured.events
