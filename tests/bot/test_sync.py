"""Sync through the front door: what a run takes in, what it leaves alone, and what it says."""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from rag.index.lock import hold_index
from tests.bot.front_door import House, run_process, write_file

TIDES = "# Tides\n\nThe tide table is printed by Corvid Press every quarter.\n"
FEES = "# Fees\n\nThe mooring fee is 312 EUR a night.\n"


def test_everything_new_is_added_and_answers(house: House) -> None:
    house.write({"tides.md": TIDES, "a/fees.md": FEES})
    assert _counts(house.sync()) == {"added": 2}
    assert house.ask("how much is the mooring fee?")["values"] == ["312 EUR"]


def test_the_summary_keeps_its_keys(house: House) -> None:
    house.write({"tides.md": TIDES, "junk.md": b"\x00\x01\x02" * 500})
    summary = house.synced()
    assert set(summary) >= {"collections", "failed", "encoded", "index", "seconds"}
    counts = {"seen", "added", "changed", "moved", "removed", "unchanged", "chunks"}
    assert set(summary["collections"][0]) >= counts | {"source", "unreadable", "skipped", "projects", "problems"}


def test_unchanged_files_are_not_opened_again(house: House) -> None:
    """The same size and time stamp with other bytes: seen only by opening the file, so the old words stay."""
    house.write({"tides.md": TIDES})
    house.sync()
    file = house.docs / "tides.md"
    stamp = file.stat()
    file.write_text(TIDES.replace("Corvid", "Falcon"))
    os.utime(file, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    assert _counts(house.sync()) == {"unchanged": 1}
    assert house.ask("who prints the tide table?")["values"] == ["Corvid Press"]


def test_a_touched_file_with_the_same_words_is_unchanged(house: House) -> None:
    house.write({"tides.md": TIDES})
    house.sync()
    os.utime(house.docs / "tides.md", (1, 1))
    again = house.synced()
    assert _counts(again["collections"][0]) == {"unchanged": 1}
    assert again["encoded"] == 0


def test_an_edit_replaces_what_was_there(house: House) -> None:
    house.write({"fees.md": FEES})
    house.sync()
    house.write({"fees.md": FEES.replace("312", "345")})
    assert _counts(house.sync()) == {"changed": 1}
    told = house.ask("how much is the mooring fee?")
    assert told["values"] == ["345 EUR"]
    assert "312" not in str(told)


def test_a_renamed_file_moves_and_is_not_embedded_again(house: House) -> None:
    house.write({"fees.md": FEES})
    house.sync()
    (house.docs / "fees.md").rename(house.docs / "mooring.md")
    again = house.synced()
    assert _counts(again["collections"][0]) == {"moved": 1}
    assert again["encoded"] == 0
    assert house.ask("how much is the mooring fee?")["citations"][0]["doc"] == "mooring.md"


def test_a_deleted_file_no_longer_answers(house: House) -> None:
    house.write({"tides.md": TIDES, "fees.md": FEES})
    house.sync()
    (house.docs / "fees.md").unlink()
    assert _counts(house.sync()) == {"unchanged": 1, "removed": 1}
    told = house.ask("how much is the mooring fee?")
    assert told["abstained"]
    assert "312" not in str(told)


def test_a_deleted_document_is_gone_at_commit_before_the_index_has_heard_of_it(house: House) -> None:
    record = "id: CT-9\ntitle: Crane contract\nstatus: signed\nvendor: Lifton Works\n"
    house.write({"tides.md": TIDES, "fees.md": FEES, "contracts/ct-9.yaml": record})
    house.sync()
    assert not house.ask("status of CT-9")["abstained"]
    (house.docs / "fees.md").unlink()
    (house.docs / "contracts/ct-9.yaml").unlink()
    with hold_index(house.home / "index"):
        assert house.synced()["index"] == "kept by another process"
    for question in ("how much is the mooring fee?", "status of CT-9", "what is the vendor of CT-9?"):
        told = house.ask(question)
        assert told["abstained"], told
        assert not told["citations"]
        assert not told["facts"]


def test_a_successor_supersedes_and_its_going_undoes_it(house: House) -> None:
    old = FEES.replace("# Fees", "---\nid: fees-1\n---\n# Fees")
    new = "---\nsupersedes: fees.md\n---\n" + FEES.replace("312", "345")
    house.write({"fees.md": old, "fees-new.md": new})
    house.sync()
    assert house.ask("how much is the mooring fee?")["values"] == ["345 EUR"]
    (house.docs / "fees-new.md").unlink()
    house.sync()
    assert house.ask("how much is the mooring fee?")["values"] == ["312 EUR"]


def test_a_document_that_names_its_successor_loses_to_it(house: House) -> None:
    old = "---\nsuperseded_by: fees-new.md\n---\n" + FEES
    house.write({"fees.md": old, "fees-new.md": FEES.replace("312", "345")})
    house.sync()
    assert house.ask("how much is the mooring fee?")["values"] == ["345 EUR"]


def test_a_broken_file_is_named_with_its_reason_and_the_rest_is_taken_in(house: House) -> None:
    house.write({"broken.docx": b"PK\x03\x04 no archive", "fees.md": FEES})
    done = house.sync()
    assert [item["path"] for item in done["unreadable"]] == ["broken.docx"]
    assert done["unreadable"][0]["reason"]
    assert house.ask("how much is the mooring fee?")["values"] == ["312 EUR"]
    shown = house.run("sync", str(house.docs))
    assert shown.code == 0
    assert "broken.docx:" in shown.out


def test_a_broken_file_is_named_at_every_run_until_it_is_mended(house: House) -> None:
    house.write({"plan.json": '{"a": '})
    assert len(house.sync()["unreadable"]) == 1
    assert len(house.sync()["unreadable"]) == 1
    house.write({"plan.json": '{"a": 1}'})
    assert not house.sync()["unreadable"]


def test_a_file_name_that_would_act_on_the_terminal_is_shown_as_text(house: House) -> None:
    house.write({"re\u202eport\x1b[31m.docx": b"PK\x03\x04 no archive"})
    shown = house.run("sync", str(house.docs)).out
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert "\\u202e" in shown


def test_two_collections_are_kept_apart_and_one_can_be_forgotten(house: House, tmp_path: Path) -> None:
    house.write({"fees.md": FEES})
    house.sync()
    write_file(tmp_path / "port" / "tides.md", TIDES)
    house.sync(str(tmp_path / "port"))
    again = house.run("sync", "--json")
    assert again.out.count('"source"') == 2
    forgotten = house.run("sync", "--forget", "port")
    assert forgotten.code == 0, forgotten.err
    assert house.ask("who prints the tide table?")["abstained"]
    assert house.ask("how much is the mooring fee?")["values"] == ["312 EUR"]


def test_forgetting_an_unknown_collection_names_the_known_ones(house: House) -> None:
    house.write({"fees.md": FEES})
    house.sync()
    ran = house.run("sync", "--forget", "dcos")
    assert (ran.code, "Known: docs" in ran.err) == (2, True)


def test_another_folder_of_the_same_name_does_not_take_the_collection_over(house: House, tmp_path: Path) -> None:
    house.write({"fees.md": FEES})
    house.sync()
    other = tmp_path / "elsewhere" / "docs"
    write_file(other / "tides.md", TIDES)
    ran = house.run("sync", str(other))
    assert ran.code == 2
    assert "--name" in ran.err
    assert house.ask("how much is the mooring fee?")["values"] == ["312 EUR"]
    assert _counts(house.sync(str(other), "--name", "tides")) == {"added": 1}


def test_a_folder_that_moved_keeps_its_collection_when_the_name_is_given(house: House, tmp_path: Path) -> None:
    house.write({"fees.md": FEES})
    house.sync()
    house.docs.rename(tmp_path / "moved")
    assert _counts(house.sync(str(tmp_path / "moved"), "--name", "docs")) == {"unchanged": 1}


@pytest.mark.parametrize("nested", [True, False])
def test_a_folder_within_or_around_a_collection_is_refused(house: House, nested: bool) -> None:
    house.write({"legal/fees.md": FEES})
    first, second = (house.docs, house.docs / "legal") if nested else (house.docs / "legal", house.docs)
    house.sync(str(first))
    ran = house.run("sync", str(second))
    assert ran.code == 2
    assert "taken in twice" in ran.err


def test_a_missing_folder_and_a_file_are_refused_by_name(house: House) -> None:
    house.write({"fees.md": FEES})
    for wrong in (house.docs / "nowhere", house.docs / "fees.md"):
        ran = house.run("sync", str(wrong))
        assert ran.code == 2
        assert str(wrong) in ran.err
        assert "Traceback" not in ran.err


def test_a_collection_whose_folder_is_gone_stays_and_the_others_go_on(house: House, tmp_path: Path) -> None:
    house.write({"fees.md": FEES})
    house.sync()
    write_file(tmp_path / "port" / "tides.md", TIDES)
    house.sync(str(tmp_path / "port"))
    house.docs.rename(tmp_path / "away")
    write_file(tmp_path / "port" / "cranes.md", "# Cranes\n\nCrane 4 lifts 80 tonnes.\n")
    ran = house.run("sync", "--json")
    assert ran.code == 2
    assert "docs" in ran.err
    assert "80 tonnes" in house.ask("how many tonnes does crane 4 lift?")["answer"]
    assert house.ask("how much is the mooring fee?")["values"] == ["312 EUR"]


def test_sync_without_a_folder_says_what_to_write_the_first_time(house: House) -> None:
    ran = house.run("sync")
    assert ran.code == 2
    assert "gatehouse sync docs/" in ran.err


def test_an_empty_folder_is_no_error(house: House) -> None:
    assert _counts(house.sync()) == {}


def _counts(done: dict[str, object]) -> dict[str, object]:
    kinds = ("added", "changed", "moved", "removed", "unchanged")
    return {kind: done[kind] for kind in kinds if done[kind]}


def test_two_syncs_at_once_both_end_well(house: House) -> None:
    house.write({f"note-{n}.md": FEES for n in range(300)})  # long to read, quick to embed
    with ThreadPoolExecutor(2) as both:
        ran = list(both.map(lambda _: run_process(house.home, "sync", str(house.docs), "--json"), range(2)))
    assert [one.code for one in ran] == [0, 0], [one.err for one in ran]
    runs = [json.loads(one.out)["collections"][0] for one in ran]
    assert sorted(run["added"] for run in runs) == [0, 300]
