"""`kill -9` at any moment of a sync: the next run completes it, and nothing is doubled or lost."""

from __future__ import annotations

import random
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.database import open_database
from tests.bot.front_door import House, command

FILES = 150
KILLS = 16

pytestmark = pytest.mark.slow


def test_a_sync_killed_at_any_moment_is_completed_by_the_next(house: House, models: Path) -> None:
    house.write({f"part{n % 7}/note-{n}.md": _note(n) for n in range(FILES)})
    whole = _seconds_of_a_whole_run(house, models)
    moments = random.Random(20261120)
    killed = 0
    for _ in range(KILLS):
        killed += _run_and_kill(house, after=moments.uniform(0.02, 0.9) * whole)
        house.write({f"part{n % 7}/note-{n}.md": _note(n) for n in moments.sample(range(FILES), 20)})  # new stamps
    assert killed >= KILLS // 2, "most runs ended before they were killed: raise FILES"

    done = house.sync()
    assert done["unreadable"] == []
    assert _stored(house.home) == {f"part{n % 7}/note-{n}.md": _note(n) for n in range(FILES)}
    assert _doubled_chunks(house.home) == []
    again = house.synced()
    assert (again["collections"][0]["unchanged"], again["encoded"]) == (FILES, 0)
    for number in (0, 77, FILES - 1):
        told = house.ask(f"what is the weight of crate CR{number:04d}?")
        assert f"{number + 1000} kg" in told["answer"]
        assert len(told["citations"]) == len({(c["doc"], c["quote"]) for c in told["citations"]})


def test_killed_between_edits_old_words_never_come_back(house: House, models: Path) -> None:
    house.write({f"note-{n}.md": _note(n) for n in range(FILES)})
    whole = _seconds_of_a_whole_run(house, models)
    house.sync()
    house.write({f"note-{n}.md": _note(n).replace("kg", "stone") for n in range(FILES)})
    for part in (0.4, 0.6, 0.8):
        _run_and_kill(house, after=part * whole)
    house.sync()
    assert all("stone" in words for words in _stored(house.home).values())
    assert "kg" not in str(house.ask("what is the weight of crate CR0042?"))


def _note(number: int) -> str:
    weight = f"The weight of crate CR{number:04d} is {number + 1000} kg."
    return f"# Crate {number}\n\n{weight}\n\nIt stands on quay {number % 9}.\n"


def _seconds_of_a_whole_run(house: House, models: Path) -> float:
    """How long an undisturbed run takes on this machine, in an installation that is thrown away."""
    home = house.home.with_name("rehearsal")
    home.mkdir()
    (home / "models").symlink_to(models)
    began = time.monotonic()
    line, environment = command(home, "sync", str(house.docs), "--json")
    subprocess.run(line, env=environment, check=True, capture_output=True)
    shutil.rmtree(home)
    return time.monotonic() - began


def _run_and_kill(house: House, *, after: float) -> bool:
    """Start a sync and kill it; whether it was still running."""
    line, environment = command(house.home, "sync", str(house.docs), "--json")
    process = subprocess.Popen(line, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        process.wait(timeout=after)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return True
    return False


def _stored(home: Path) -> dict[str, str]:
    with open_database(f"sqlite:///{home / 'gatehouse.db'}").read() as session:
        rows = session.execute(text("SELECT path, text FROM rag_documents")).all()
    assert len(rows) == len({row.path for row in rows})
    return {row.path: row.text for row in rows}


def _doubled_chunks(home: Path) -> list[object]:
    twice = "SELECT document_id, ordinal FROM rag_chunks GROUP BY document_id, ordinal HAVING count(*) > 1"
    lost = "SELECT id FROM rag_chunks WHERE document_id NOT IN (SELECT id FROM rag_documents)"
    with open_database(f"sqlite:///{home / 'gatehouse.db'}").read() as session:
        return [*session.execute(text(twice)).all(), *session.execute(text(lost)).all()]
