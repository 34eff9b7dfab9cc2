"""Backup and restore through the commands: everything comes back, nothing is written over, damage is told."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

from bot.database import HEAD
from tests.bot.front_door import House
from tests.bot.programmes import HARBOUR


@pytest.fixture
def backed_up(house: House, tmp_path: Path) -> tuple[House, Path]:
    """An installation, and a backup of it."""
    house.write(HARBOUR)
    house.sync()
    folder = tmp_path / "backup"
    ran = house.run("backup", str(folder))
    assert ran.code == 0, ran.err
    assert "Not in it: the audit key" in ran.out
    return house, folder


def lose(house: House) -> None:
    """The disk is gone, but for the prepared model."""
    for path in house.home.iterdir():
        if path.name == "models":
            continue
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def test_what_was_backed_up_comes_back(backed_up: tuple[House, Path]) -> None:
    house, folder = backed_up
    before = house.run("gate", "list", "--json").out
    lose(house)
    ran = house.run("restore", str(folder))
    assert ran.code == 0, ran.err
    assert "the chain is intact" in ran.out
    assert "The audit key is not part of a backup" in ran.out
    assert house.run("gate", "list", "--json").out == before
    public = str(folder / "audit.key.pub")
    words = ("audit", "verify", "--checkpoint", str(house.home / "audit.checkpoints"), "--public-key", public)
    assert house.run(*words).code == 0


def test_the_audit_key_is_never_in_a_backup(backed_up: tuple[House, Path]) -> None:
    _, folder = backed_up
    assert sorted(path.name for path in folder.iterdir()) == [
        "audit.checkpoints", "audit.key.pub", "backup.json", "gatehouse.db",
    ]  # fmt: skip


def test_nothing_is_written_over(backed_up: tuple[House, Path]) -> None:
    house, folder = backed_up
    ran = house.run("backup", str(folder))
    assert (ran.code, "is not empty" in ran.err) == (2, True)
    ran = house.run("restore", str(folder))
    assert (ran.code, "There is something already" in ran.err) == (2, True)


def test_a_backup_that_was_tampered_with_is_not_restored(backed_up: tuple[House, Path]) -> None:
    house, folder = backed_up
    with sqlite3.connect(folder / "gatehouse.db") as connection:
        connection.execute("update gates_events set reason = 'x' where seq = 2")
    connection.close()
    lose(house)
    ran = house.run("restore", str(folder))
    assert ran.code == 2
    assert "record 2 was edited" in ran.err
    assert not (house.home / "gatehouse.db").exists()


def as_if_newer(folder: Path) -> None:
    manifest = folder / "backup.json"
    manifest.write_text(manifest.read_text().replace(f'"{HEAD}"', '"9999"'))


@pytest.mark.parametrize(("spoil", "told"), [
    (lambda folder: (folder / "backup.json").unlink(), "is no backup"),
    (lambda folder: (folder / "gatehouse.db").unlink(), "gatehouse.db is missing"),
    (as_if_newer, "newer Gatehouse"),
])  # fmt: skip
def test_what_cannot_be_restored_is_told(backed_up: tuple[House, Path], spoil, told: str) -> None:  # type: ignore[no-untyped-def]
    house, folder = backed_up
    spoil(folder)
    lose(house)
    ran = house.run("restore", str(folder))
    assert ran.code == 2
    assert told in ran.err
