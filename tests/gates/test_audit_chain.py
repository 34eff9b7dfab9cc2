"""The audit chain: every way of tampering with the log is found and named, in the log and on an export offline."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

import pytest

from gates.audit.chain import chained, record_hash
from gates.audit.checkpoint import checkpoint_line, read_checkpoints, sign_head
from gates.audit.disguise import Disguise, Known
from gates.audit.entry import GENESIS, Entry, Head, Record
from gates.audit.export import ExportError, Format, read_export, write_export
from gates.audit.keys import AuditKeyError, load_key, load_public_key, make_key
from gates.audit.verify import Seen, Verified, verify

AT = datetime(2026, 11, 20, 9, 12, tzinfo=UTC)


def log(count: int = 9) -> list[Record]:
    entries = (
        Entry("Signed", AT + timedelta(minutes=n), f"p-{n:016x}", "web", "churn", "production", after={"n": n})
        for n in range(count)
    )
    return list(chained(entries, GENESIS))


def rehashed(record: Record) -> Record:
    return replace(record, hash=record_hash(record.seq, record.previous, record.entry))


def rechained(records: Iterable[Record], head: Head = GENESIS) -> list[Record]:
    return list(chained((record.entry for record in records), head))


def renumbered(records: Sequence[Record]) -> list[Record]:
    return [replace(record, seq=at) for at, record in enumerate(records, 1)]


def edited(record: Record) -> Record:
    return replace(record, entry=replace(record.entry, reason="nothing happened"))


def head_of(records: Sequence[Record]) -> Head:
    return Head(records[-1].seq, records[-1].hash)


def test_an_untouched_log_is_intact_and_its_end_is_told() -> None:
    records = log()
    assert verify(records, head=head_of(records)) == Verified(9, head_of(records), ())


def test_an_empty_log_is_intact() -> None:
    assert verify([], head=GENESIS).intact


Tampering = Callable[[list[Record]], list[Record]]


def _edit(r: list[Record]) -> list[Record]:
    return [*r[:3], edited(r[3]), *r[4:]]


def _edit_and_hash(r: list[Record]) -> list[Record]:
    return [*r[:3], rehashed(edited(r[3])), *r[4:]]


def _forge_an_insertion(r: list[Record]) -> list[Record]:
    forged = rehashed(replace(r[3], entry=replace(r[3].entry, kind="GatePassed"), previous=r[2].hash))
    return renumbered([*r[:3], forged, *r[3:]])


TAMPERED: dict[str, tuple[Tampering, str]] = {
    "edited": (_edit, "record 4 was edited: its content does not have its hash"),
    "edited and hashed anew": (_edit_and_hash, "record 4 was edited or put in the place of another"),
    "dropped": (lambda r: [*r[:3], *r[4:]], "record 4 was dropped"),
    "several dropped": (lambda r: [*r[:3], *r[6:]], "records 4 to 6 were dropped"),
    "dropped and the rest numbered anew": (lambda r: renumbered([*r[:3], *r[4:]]), "record 4 was dropped"),
    "the first dropped": (lambda r: r[1:], "record 1 was dropped"),
    "the first dropped and the rest numbered anew": (lambda r: renumbered(r[1:]), "record 1 was dropped"),
    "inserted with a number that is taken": (lambda r: [*r[:4], edited(r[3]), *r[4:]], "record 4 was inserted"),
    "inserted and the rest numbered anew": (_forge_an_insertion, "record 4 was inserted"),
    "two in each other's place": (
        lambda r: renumbered([*r[:3], r[4], r[3], *r[5:]]),
        "record 5 was moved: it stands at 4",
    ),
    "moved in the file": (lambda r: [*r[:3], *r[4:7], r[3], *r[7:]], "record 4 was moved: it stands after record 7"),
    "moved far and numbered anew": (
        lambda r: renumbered([*r[:2], *r[3:8], r[2], *r[8:]]),
        "records 4 to 8 were moved: they stand at 3 to 7",
    ),
}


@pytest.mark.parametrize("how", TAMPERED)
def test_tampering_is_found_and_the_record_is_named(how: str) -> None:
    tamper, told = TAMPERED[how]
    found = verify(tamper(log()))
    assert any(problem.startswith(told) for problem in found.problems), found.problems


@pytest.mark.parametrize("how", TAMPERED)
@pytest.mark.parametrize("form", ["json", "csv"])
def test_tampering_is_found_in_an_export_without_the_database(how: str, form: Format) -> None:
    tamper, told = TAMPERED[how]
    found = verify(exported(tamper(log()), form))
    assert any(problem.startswith(told) for problem in found.problems), found.problems


def exported(records: Iterable[Record], form: Format) -> list[Record]:
    file = io.StringIO()
    write_export(records, file, form=form)
    file.seek(0)
    return list(read_export(file))


@pytest.mark.parametrize("field", ["kind", "actor", "surface", "project", "gate", "criterion", "reason", "programme",
                                   "key", "impersonated_by", "before", "after", "at"])  # fmt: skip
def test_every_field_is_covered_by_the_hash(field: str) -> None:
    changed = {"before": {"x": 1}, "after": {"x": 1}, "at": AT + timedelta(microseconds=1)}.get(field, "other")
    records = log(3)
    records[1] = replace(records[1], entry=replace(records[1].entry, **{field: changed}))
    assert verify(records).problems[0].startswith("record 2 was edited")


def test_a_head_that_disagrees_with_the_end_of_the_log_is_told() -> None:
    records = log()
    assert "the last 2 records were dropped" in verify(records[:7], head=head_of(records)).problems[0]
    assert "records after 5 were inserted" in verify(records, head=head_of(records[:5])).problems[0]
    assert "the head was edited" in verify(records, head=Head(9, "0" * 64)).problems[0]


def seen(*records: Record) -> dict[int, Seen]:
    return {record.seq: Seen(record.hash, "Fri 20 Nov 2026 09:12 UTC") for record in records}


def test_a_cut_tail_shows_only_against_a_checkpoint() -> None:
    records = log()
    cut = records[:6]
    assert verify(cut, head=head_of(cut)).intact
    (told,) = verify(cut, head=head_of(cut), checkpoints=seen(records[8])).problems
    assert told == "the tail was cut: the checkpoint of Fri 20 Nov 2026 09:12 UTC saw record 9, the log ends at 6"


def test_a_chain_computed_anew_shows_only_against_a_checkpoint() -> None:
    records = log()
    forged = rechained([*records[:3], edited(records[3]), *records[4:]])
    assert verify(forged, head=head_of(forged)).intact
    (told,) = verify(forged, head=head_of(forged), checkpoints=seen(records[1], records[6])).problems
    assert told.startswith("record 7 is not the one that the checkpoint of Fri 20 Nov 2026 09:12 UTC saw")


def test_a_record_dropped_with_the_chain_computed_anew_shows_against_a_checkpoint() -> None:
    records = log()
    forged = rechained([*records[:3], *records[4:]])
    assert verify(forged).intact
    assert len(verify(forged, checkpoints=seen(records[5], records[8])).problems) == 2


def test_how_many_checkpoints_were_compared_is_told_and_none_is_told_apart() -> None:
    records = log()
    assert verify(records).against is None
    assert verify(records, checkpoints={}).against == 0
    assert verify(records, checkpoints=seen(*records[:3])).against == 3


def test_a_log_with_very_many_faults_names_a_thousand_and_counts_the_rest() -> None:
    found = verify(edited(record) for record in log(1_500))
    assert (len(found.problems), found.untold) == (1_000, 500)


def test_reading_keeps_nothing_of_what_it_has_read() -> None:
    endless = (record for record in log(5_000))
    assert verify(islice(endless, 3_000)).records == 3_000
    assert sum(1 for _ in endless) == 2_000


# --- checkpoints -----------------------------------------------------------------------


def checkpoints(records: Sequence[Record], path: Path) -> list[str]:
    key = load_key(path)
    return [checkpoint_line(sign_head(Head(r.seq, r.hash), key, at=AT)) + "\n" for r in records]


def test_signed_checkpoints_come_back_and_forged_ones_do_not_count(tmp_path: Path) -> None:
    lines = checkpoints(log(3), tmp_path / "audit.key")
    forged = json.dumps({**json.loads(lines[1]), "hash": "f" * 64}) + "\n"
    other = checkpoints(log(3), tmp_path / "other.key")[2]
    public = load_public_key(tmp_path / "audit.key.pub")
    found = read_checkpoints([lines[0], forged, other, "rubbish\n", lines[2]], public)
    assert sorted(found.seen) == [1, 3]
    assert [problem.partition(" of the checkpoint file ")[::2] for problem in found.problems] == [
        ("line 2", "does not have the key's signature (it says record 2)"),
        ("line 3", f"is signed with another key ({load_key(tmp_path / 'other.key').fingerprint}, "
                   f"expected {public.fingerprint})"),
        ("line 4", "is no checkpoint"),
    ]  # fmt: skip


def test_a_line_that_a_crash_cut_off_is_left_out(tmp_path: Path) -> None:
    lines = checkpoints(log(2), tmp_path / "audit.key")
    found = read_checkpoints([lines[0], lines[1][:40]], load_public_key(tmp_path / "audit.key"))
    assert (sorted(found.seen), found.problems) == ([1], ())


def test_two_signed_checkpoints_of_one_record_that_differ_are_told(tmp_path: Path) -> None:
    records = log(3)
    forged = rechained([*records[:2], edited(records[2])])
    lines = checkpoints([records[2], forged[2]], tmp_path / "audit.key")
    found = read_checkpoints(lines, load_public_key(tmp_path / "audit.key"))
    assert "name different hashes for record 3: the chain was computed anew" in found.problems[0]


def test_the_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "audit.key"
    first = load_key(path).fingerprint
    make_key(path)
    assert load_key(path).fingerprint == first
    assert path.stat().st_mode & 0o777 == 0o600
    path.chmod(0o644)
    with pytest.raises(AuditKeyError, match="chmod 600"):
        load_key(path)


def test_a_file_that_is_no_key_is_named(tmp_path: Path) -> None:
    path = tmp_path / "audit.key"
    path.write_text("secret")
    path.chmod(0o600)
    with pytest.raises(AuditKeyError, match=r"audit\.key is no private key"):
        load_key(path)
    with pytest.raises(AuditKeyError, match=r"nowhere\.pub cannot be read"):
        load_public_key(tmp_path / "nowhere.pub")


# --- export ----------------------------------------------------------------------------

AWKWARD = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "'quoted'", "", " ", 'a "b", c', "two\nlines", "ünï ☃", "＝1")


@pytest.mark.parametrize("form", ["json", "csv"])
def test_an_export_reads_back_as_the_same_records(form: Format) -> None:
    entries = [Entry("k", AT, reason=text, project=text, after={"t": text}) for text in AWKWARD]
    records = list(chained(entries, GENESIS))
    assert exported(records, form) == records


def test_no_cell_of_an_export_is_a_formula() -> None:
    file = io.StringIO()
    write_export(chained([Entry(text, AT, reason=text) for text in AWKWARD], GENESIS), file, form="csv")
    cells = [cell for row in csv.reader(io.StringIO(file.getvalue())) for cell in row]
    assert not [cell for cell in cells if cell.lstrip().startswith(("=", "+", "-", "@", "＝"))]


def test_a_json_export_is_one_document() -> None:
    file = io.StringIO()
    assert write_export(log(4), file, form="json") == 4
    assert [record["seq"] for record in json.loads(file.getvalue())] == [1, 2, 3, 4]


@pytest.mark.parametrize(("text", "told"), [
    ("hello", "no export"), ("[\n{}\n]\n", "line 2 is no record"), ("[\n", "ends in the middle"),
    ("seq,kind\n1\n", "row 2 is no record"),
])  # fmt: skip
def test_a_file_that_is_no_export_is_told_by_line(text: str, told: str) -> None:
    with pytest.raises(ExportError, match=told):
        list(read_export(io.StringIO(text)))


def test_reading_an_export_leaves_the_limit_of_a_cell_to_whoever_reads_tables() -> None:
    usual = csv.field_size_limit()
    assert len(exported(log(2), "csv")) == 2
    assert csv.field_size_limit() == usual


# --- people ----------------------------------------------------------------------------

ANN = Known("p-00000000000000aa", "ann", "Ann Lee", "ann@example.org")
BOB = Known("p-00000000000000bb", "bob", "Bob Annson")


def test_people_are_kept_by_pseudonym_wherever_they_stand_and_come_back() -> None:
    disguise = Disguise([ANN, BOB])
    entry = Entry(
        "Signed", AT, "ann", "web", reason="Ann Lee (ann@example.org) for bob, see docs/ann.md and annual plan",
        after={"on_behalf_of": "bob", "who": ["ann"], "by": {"ann": 1}}, impersonated_by="bob",
    )  # fmt: skip
    kept = disguise.hidden(entry)
    text = repr(kept)
    assert "Ann Lee" not in text
    assert "ann@example.org" not in text
    assert "'bob'" not in text
    assert "docs/ann.md and annual plan" in text
    assert disguise.shown(kept) == entry


def test_somebody_erased_stays_a_pseudonym_and_the_record_is_untouched() -> None:
    kept = Disguise([ANN, BOB]).hidden(Entry("Signed", AT, "ann", reason="Ann Lee asked Bob Annson"))
    shown = Disguise([BOB]).shown(kept)
    assert shown.actor == ANN.pseudonym
    assert shown.reason == f"{ANN.pseudonym} asked Bob Annson"


def test_text_that_looks_like_a_pseudonym_of_nobody_is_left_alone() -> None:
    text = "see {issue} and {person:p-zz}"
    disguise = Disguise([ANN])
    assert disguise.shown(disguise.hidden(Entry("k", AT, reason=text))).reason == text
