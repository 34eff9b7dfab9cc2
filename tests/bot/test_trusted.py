"""Policy from the trusted revision: the protected ref counts, forward only, and who granted a role is known."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from bot.database import open_database
from gates.audit.entry import Entry
from gates.service.look import the_programme
from gates.signoff.model import PolicyRevision
from gates.store_audit import load_entries
from tests.bot.front_door import House
from tests.bot.programmes import FERRY, HARBOUR, PROGRAMME

FERRY_FILE = "projects/ferry-eta/project.yaml"


def git(folder: Path, *words: str) -> str:
    done = subprocess.run(["git", "-C", str(folder), *words], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def commit(house: House, *, by: str = "lea@harbour.example") -> str:
    git(house.docs, "add", "-A")
    author = ("-c", f"user.email={by}", "-c", "user.name=Somebody")
    git(house.docs, *author, "commit", "-q", "-m", "records")
    return git(house.docs, "rev-parse", "HEAD")


def protect(house: House) -> None:
    """What is committed becomes the protected ref, as a reviewed merge would."""
    git(house.docs, "update-ref", "refs/remotes/origin/main", "HEAD")


@pytest.fixture
def reviewed(house: House, monkeypatch: pytest.MonkeyPatch) -> House:
    """A working tree whose protected ref holds the records."""
    monkeypatch.setenv("GATEHOUSE_TRUSTED_REF", "origin/main")
    house.write(HARBOUR)
    git(house.docs, "init", "-q", "-b", "main")
    commit(house)
    protect(house)
    return house


def revision(house: House) -> PolicyRevision | None:
    database = open_database(f"sqlite:///{house.home / 'gatehouse.db'}")
    with database.read() as session:
        ledger = the_programme(session)
    assert ledger is not None
    return ledger.revision


def entries(house: House) -> tuple[Entry, ...]:
    with open_database(f"sqlite:///{house.home / 'gatehouse.db'}").read() as session:
        return load_entries(session)


def test_the_ledger_is_that_of_the_protected_ref_and_its_commit_is_recorded(reviewed: House) -> None:
    reviewed.sync()
    found = revision(reviewed)
    assert found is not None
    assert found.commit == git(reviewed.docs, "rev-parse", "HEAD")
    (recorded,) = [entry for entry in entries(reviewed) if entry.kind == "programme recorded"]
    assert recorded.after is not None
    assert recorded.after["commit"] == found.commit


def test_a_change_of_the_working_tree_counts_once_it_is_merged(reviewed: House) -> None:
    reviewed.sync()
    reviewed.write({FERRY_FILE: FERRY.replace("owner: ana.reis", "owner: ben.okoye", 1)})
    done = reviewed.sync()
    assert any("projects/ferry-eta/project.yaml" in told and "changed here" in told for told in done["problems"])
    assert reviewed.ask("who owns ferry-eta?")["values"] == ["Ana Reis"]
    commit(reviewed)
    protect(reviewed)
    assert reviewed.sync()["problems"] == []
    assert reviewed.ask("who owns ferry-eta?")["values"] == ["Ben Okoye"]


def test_a_rewritten_ref_is_refused_and_alarmed_and_what_was_trusted_stays(reviewed: House) -> None:
    reviewed.sync()
    before = revision(reviewed)
    reviewed.write({"programme.yaml": PROGRAMME.replace("[lea.marin]", "[ben.okoye]", 1)})
    git(reviewed.docs, "add", "-A")
    git(reviewed.docs, "-c", "user.email=x@y", "-c", "user.name=X", "commit", "-q", "--amend", "-m", "other")
    protect(reviewed)
    for _ in range(2):
        (told,) = reviewed.sync()["problems"]
        assert "its history was rewritten" in told
    assert revision(reviewed) == before
    assert [entry.kind for entry in entries(reviewed)].count("revision refused") == 1


def test_who_put_whom_into_a_role_is_known_by_the_commits_author(reviewed: House) -> None:
    reviewed.write({FERRY_FILE: FERRY.replace("sponsor: [ana.reis]", "sponsor: [ben.okoye]")})
    text = (reviewed.docs / "programme.yaml").read_text()
    reviewed.write({"programme.yaml": text.replace("[lea.marin]", "[lea.marin, ben.okoye]", 1)})
    commit(reviewed, by="Ben@harbour.example")
    protect(reviewed)
    reviewed.sync()
    found = revision(reviewed)
    assert found is not None
    assert found.granted_by["model_risk_owner"] == {"lea.marin": "ben.okoye", "ben.okoye": "ben.okoye"}
    assert found.granted_by["ferry-eta:sponsor"] == {"ben.okoye": "ben.okoye"}


def test_a_ref_that_is_not_there_is_named_and_nothing_is_taken_in(
    reviewed: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GATEHOUSE_TRUSTED_REF", "origin/nowhere")
    ran = reviewed.run("sync", str(reviewed.docs))
    assert ran.code == 2
    assert "'origin/nowhere' is not there" in ran.err


def test_a_project_deleted_in_the_working_tree_alone_stays(reviewed: House) -> None:
    reviewed.sync()
    (reviewed.docs / FERRY_FILE).unlink()
    done = reviewed.sync()
    assert any("not in the working tree" in told for told in done["problems"])
    assert "ferry-eta" in reviewed.run("gate", "list", "--json").out


def test_a_folder_without_git_has_no_revision(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEHOUSE_TRUSTED_REF", "origin/main")
    house.write(HARBOUR)
    house.sync()
    assert revision(house) is None


def quay_is_known(house: House) -> bool:
    return "quay-scan" in house.run("gate", "list", "--json").out


def merge(house: House, *, amend: bool = False) -> None:
    git(house.docs, "add", "-A")
    words = ("commit", "-q", "-m", "rules", *(("--amend",) if amend else ()))
    git(house.docs, "-c", "user.email=x@y", "-c", "user.name=X", *words)
    protect(house)


OPENED = PROGRAMME.replace('  - {path: "projects/quay-scan/**", readers: [legal]}\n', "")


def test_a_folder_is_opened_by_the_protected_ref_alone_and_closed_by_the_working_tree_at_once(reviewed: House) -> None:
    reviewed.write({"programme.yaml": OPENED})
    reviewed.sync()
    assert not quay_is_known(reviewed)
    merge(reviewed)
    reviewed.sync()
    assert quay_is_known(reviewed)
    reviewed.write({"programme.yaml": PROGRAMME})
    reviewed.sync()
    assert not quay_is_known(reviewed)


def test_a_rewritten_ref_opens_no_folder(reviewed: House) -> None:
    reviewed.sync()
    reviewed.write({"programme.yaml": OPENED})
    merge(reviewed, amend=True)
    (told,) = reviewed.sync()["problems"]
    assert "its history was rewritten" in told
    assert not quay_is_known(reviewed)
