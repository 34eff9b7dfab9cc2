"""What a document says of itself: when, who, whether it still counts, who may read it."""

from __future__ import annotations

import pytest

from rag.parse.dates import iso_date
from rag.parse.metadata import owner_of, readers_of, status_of, superseded_by_of, supersedes_of, updated_of
from tests.rag.reading_files import read


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("2026-10-02", "2026-10-02"), ("2026/1/2", "2026-01-02"), ("20261002T0900Z", "2026-10-02"),
        ("13-Jun-2000", "2000-06-13"), ("2 October 2026", "2026-10-02"), ("Friday, 2nd Oct. 2026", "2026-10-02"),
        ("October 2, 2026", "2026-10-02"), ("Thu, 19 Nov 2026 09:30:00 +0000", "2026-11-19"),
        ("03.04.2026", "2026-04-03"), ("31/12/2026", "2026-12-31"), ("12/31/2026", "2026-12-31"),
        ("03/04/2026", None), ("2026-13-40", None), ("soon", None), ("D-005 of 2026", None),
    ],
)  # fmt: skip
def test_a_date_is_read_as_people_write_it_and_never_guessed(written: str, iso: str | None) -> None:
    assert iso_date(written) == iso


@pytest.mark.parametrize(
    ("path", "content", "updated"),
    [
        ("a.md", "---\nupdated: 2026-10-02\ndate: 2026-01-01\n---\nx", "2026-10-02"),
        ("a.md", "---\nLast-Modified: 2 Oct 2026\n---\nx", "2026-10-02"),
        ("a.md", "# Plan\n\n_Last updated: 12 October 2026_\n", "2026-10-12"),
        ("a.html", "<p>Created by Ana, last modified by Ben on Oct 12, 2026</p>", "2026-10-12"),
        ("standup-2026-11-17.md", "# Stand-up\n", "2026-11-17"),
        ("a.md", "# Weekly, 4 November 2026\n", "2026-11-04"),
        ("plan-2027-06-30.md", "# Plan\n", "2026-11-20"),
        ("a.md", "The model was trained on data of 1 May 2026.\n", "2026-11-20"),
        ("a.md", "The model was last updated on 1 May 2026.\n", "2026-11-20"),
        ("a.md", "Updated thresholds, agreed 1 May 2026\n", "2026-11-20"),
        ("a.csv", "updated,2026-01-01\n", "2026-11-20"),
    ],
)
def test_the_date_of_the_last_change(path: str, content: str, updated: str) -> None:
    assert updated_of(read(path, content)) == updated


@pytest.mark.parametrize(
    ("front", "status", "successor"),
    [
        ("status: current", "current", None),
        ("status: Superseded", "superseded", None),
        ("superseded_by: plan.md", "superseded", "plan.md"),
        ("status: draft", "draft", None),
        ("Superseded-By: 600", "superseded", "600"),
        ("status: Accepted", "current", None),
    ],
)
def test_the_status_by_meta(front: str, status: str, successor: str | None) -> None:
    document = read("a.md", f"---\n{front}\n---\ntext")
    assert (status_of(document), superseded_by_of(document)) == (status, successor)


@pytest.mark.parametrize(
    ("line", "successor"),
    [
        ("> **Superseded by [the new plan](plan-v2.md)**", "plan-v2.md"),
        ("This document has been replaced by `slo.md`.", "slo.md"),
        ("SUPERSEDED", None),
    ],
)
def test_a_banner_at_the_top_says_that_a_document_no_longer_counts(line: str, successor: str | None) -> None:
    document = read("a.md", f"# Plan\n\n{line}\n\nbody\n")
    assert (status_of(document), superseded_by_of(document)) == ("superseded", successor)


def test_a_sentence_about_another_thing_is_no_banner() -> None:
    for line in ("D-005 was replaced by D-011.", "Replaces version 2.0.", "The vendor superseded by price is out."):
        assert status_of(read("a.md", f"# Log\n\n{line}\n")) == "current"


def test_the_owner_is_the_owner_and_only_then_the_author() -> None:
    assert owner_of(read("a.md", "---\nauthor: ben\nowner: ana\n---\nx")) == "ana"
    assert owner_of(read("a.md", "---\nauthors: [ben, cy]\n---\nx")) == "ben, cy"
    assert owner_of(read("a.md", "# Plan\n\n**Owner:** Ana Lima\n")) == "Ana Lima"
    assert owner_of(read("a.html", "<p>Created by Chen Wei, last changed by Omar on 2 Oct 2026</p>")) == "Chen Wei"
    assert owner_of(read("a.md", "The owner: of the risk register is somebody else, see below")) is None


def test_what_a_document_replaces() -> None:
    assert supersedes_of(read("a.md", "---\nsupersedes: [v1.md, v2.md]\n---\nx")) == ("v1.md", "v2.md")


@pytest.mark.parametrize(
    ("front", "readers"),
    [
        ("title: x", None),
        ("readers: [risk, legal]", ("risk", "legal")),
        ("readers: risk, ana.b", ("risk", "ana.b")),
        ("Readers:\n  - risk", ("risk",)),
        ("readers:", ()),
        ("readers: []", ()),
        ("readers: {groups: [risk]}", ()),
        ("readers: [[risk]]", ()),
        ("readers: risk\nReaders: all", ()),
    ],
)
def test_readers_that_cannot_be_understood_are_nobody_and_never_everybody(
    front: str, readers: tuple[str, ...] | None
) -> None:
    assert readers_of(read("a.md", f"---\n{front}\n---\nx")) == readers


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("a.yaml", "readers: {groups: [risk]}\n"),
        ("a.yaml", "x: &b {readers: risk, y: [1]}\nz: 1\n<<: *b\n"),
        ("a.yaml", "a: 1\n---\nreaders: risk\n"),
        ("a.json", '{"readers": null}'),
        ("a.txt", "Readers: \nSubject: x\n\nbody"),
        ("a.eml", "Readers: a\nReaders: b\nSubject: x\n\nbody"),
        ("a.html", '<meta name="readers" content=" ">x'),
    ],
)
def test_readers_are_found_in_every_kind_of_head(path: str, content: str) -> None:
    assert readers_of(read(path, content)) in ((), ("risk",))
