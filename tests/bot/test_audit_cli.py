"""The audit log from the command line: verified, exported, checkpointed, and every kind of tampering told."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.cli.audit import BLIND
from bot.database import open_database
from gates.audit.chain import chained
from gates.audit.entry import GENESIS
from gates.store_audit import read_records
from tests.bot.front_door import House
from tests.bot.programmes import FERRY, HARBOUR, PROGRAMME

FILE = "projects/ferry-eta/project.yaml"


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory, models: Path) -> Iterator[House]:
    """An installation whose log has a handful of records, the head of which is signed after each sync."""
    with pytest.MonkeyPatch.context() as patch:
        house = House.build(tmp_path_factory.mktemp("original"), models, patch)
        house.write(HARBOUR)
        house.sync()
        for weeks in range(13, 17):
            house.write({FILE: FERRY.replace("weeks: 12", f"weeks: {weeks}")})
            house.sync()
        yield house


@pytest.fixture
def kept(original: House, house: House) -> House:
    """A copy of it for one test."""
    shutil.copytree(original.home, house.home, ignore=shutil.ignore_patterns("models"), dirs_exist_ok=True)
    shutil.copytree(original.docs, house.docs, dirs_exist_ok=True)
    return house


def change(house: House, statement: str) -> None:
    with sqlite3.connect(house.home / "gatehouse.db") as connection:
        connection.execute(statement)
    connection.close()


def verified(house: House, *words: str) -> dict[str, Any]:
    ran = house.run("audit", "verify", "--json", *words)
    found: dict[str, Any] = json.loads(ran.out)
    assert ran.code == (0 if found["intact"] else 1)
    return found


def checkpoints(house: House) -> str:
    return str(house.home / "audit.checkpoints")


def test_an_untouched_log_is_intact_and_says_what_it_cannot_see(kept: House) -> None:
    ran = kept.run("audit", "verify")
    assert ran.code == 0
    assert "The audit log is intact: 7 records" in ran.out
    assert "The state of every gate is what its events come to." in ran.out
    assert BLIND in ran.out


def test_every_sync_signs_the_head_and_the_checkpoints_are_compared(kept: House) -> None:
    found = verified(kept, "--checkpoint", checkpoints(kept))
    assert (found["intact"], found["checkpoints_compared"], found["tail_verified"]) == (True, 5, True)
    assert BLIND not in kept.run("audit", "verify", "--checkpoint", checkpoints(kept)).out


@pytest.mark.parametrize(("statement", "told"), [
    ("update gates_events set reason = 'x' where seq = 5", "record 5 was edited"),
    ("delete from gates_events where seq = 5", "record 5 was dropped"),
    ("delete from gates_events where seq = 7", "the last 1 records were dropped"),
    ("insert into gates_events (seq, at, kind, previous_hash, hash) values (8, '2026-11-20', 'x', '', '')",
     "record 8 was edited"),
])  # fmt: skip
def test_a_row_that_was_tampered_with_is_named_and_the_exit_code_is_one(kept: House, statement: str, told: str) -> None:
    change(kept, statement)
    problems = verified(kept)["problems"]
    assert any(problem.startswith(told) for problem in problems), problems


def test_a_cut_tail_is_found_against_the_checkpoint_only(kept: House) -> None:
    change(kept, "delete from gates_events where seq > 5")
    change(kept, "update gates_audit_head set seq = 5, hash = (select hash from gates_events where seq = 5)")
    assert verified(kept)["intact"]
    found = verified(kept, "--checkpoint", checkpoints(kept))
    assert any("the tail was cut" in problem and "saw record 7" in problem for problem in found["problems"])


def test_a_chain_computed_anew_is_found_against_the_checkpoint_only(kept: House) -> None:
    forge(kept)
    assert verified(kept)["intact"]
    found = verified(kept, "--checkpoint", checkpoints(kept))
    assert any("computed anew" in problem for problem in found["problems"])


def forge(house: House) -> None:
    """What somebody with the database and this program, but without the key, can do: drop a record, chain the rest."""
    database = open_database(f"sqlite:///{house.home / 'gatehouse.db'}")
    with database.read() as session:
        entries = [record.entry for record in read_records(session)]
    database.engine.dispose()
    change(house, "delete from gates_events where seq = 2")
    for record in chained([entries[0], *entries[2:]], GENESIS):
        now = record.seq if record.seq == 1 else record.seq + 1
        values = f"seq = {record.seq}, previous_hash = '{record.previous}', hash = '{record.hash}'"
        change(house, f"update gates_events set {values} where seq = {now}")
        change(house, f"update gates_audit_head set seq = {record.seq}, hash = '{record.hash}'")


@pytest.mark.parametrize("form", ["json", "csv"])
def test_an_export_verifies_without_the_database(kept: House, tmp_path: Path, form: str) -> None:
    out = tmp_path / f"audit.{form}"
    assert "7 records written" in kept.run("audit", "export", "--format", form, "--out", str(out)).out
    key = kept.home / "audit.key.pub"
    kept.home.rename(tmp_path / "gone")
    moved = tmp_path / "gone"
    words = (
        "--export",
        str(out),
        "--checkpoint",
        str(moved / "audit.checkpoints"),
        "--public-key",
        str(moved / key.name),
    )
    assert verified(kept, *words)["tail_verified"]
    out.write_text(out.read_text().replace("project recorded", "project removed", 1))
    assert verified(kept, *words)["problems"][0].startswith("record 2 was edited")
    assert not (kept.home / "gatehouse.db").exists()


def test_an_export_names_people_by_pseudonym_and_tells_them_apart_from_it(kept: House, tmp_path: Path) -> None:
    out, people = tmp_path / "audit.json", tmp_path / "people.csv"
    kept.run("audit", "export", "--out", str(out), "--people", str(people))
    assert "lea.marin" not in out.read_text()
    assert "Lea Marin" not in out.read_text()
    assert "lea.marin,Lea Marin,lea@harbour.example" in people.read_text()


def test_a_checkpoint_file_of_another_key_does_not_count(kept: House, tmp_path: Path) -> None:
    (kept.home / "audit.key").unlink()
    (kept.home / "audit.key.pub").unlink()
    kept.run("audit", "checkpoint")
    found = verified(kept, "--checkpoint", checkpoints(kept))
    assert "is signed with another key" in found["problems"][0]


def test_signing_the_head_again_adds_nothing(kept: House) -> None:
    before = Path(checkpoints(kept)).read_text()
    assert "already stands in" in kept.run("audit", "checkpoint").out
    assert Path(checkpoints(kept)).read_text() == before


def test_a_missing_checkpoint_file_is_named(kept: House) -> None:
    ran = kept.run("audit", "verify", "--checkpoint", "nowhere")
    assert ran.code == 2
    assert "There is no checkpoint file nowhere" in ran.err


def test_a_person_is_erased_once_he_is_out_of_the_programme(kept: House) -> None:
    assert "Take the person out of it" in kept.run("audit", "erase", "tom.vance").err
    without = "\n".join(line for line in PROGRAMME.splitlines() if "tom.vance" not in line)
    kept.write({"programme.yaml": without})
    kept.sync(str(kept.docs), "--name", "docs")
    assert "tom.vance is erased" in kept.run("audit", "erase", "tom.vance").out
    assert verified(kept, "--checkpoint", checkpoints(kept))["intact"]
    assert "knows nobody" in kept.run("audit", "erase", "tom.vance").err
