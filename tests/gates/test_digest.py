"""What a reader is told: only what he may see, what he can move first, and every contradiction."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest

from gates.digest.build import Seen, digest_for
from gates.digest.model import Digest, Reader
from gates.digest.sight import Sight
from tests.gates.digests import LABELS, PEOPLE, World, clean_world, random_world, seeded, with_other_secrets
from tests.gates.given import TODAY

ALL = Reader(frozenset(LABELS), everything=True)


def texts(digest: Digest, topic: str) -> list[str]:
    return [note.text for section in digest.sections if section.topic == topic for note in section.notes]


def seen(reader: Reader, sight: Sight) -> Seen:
    views = sight.outlook(reader).views
    kept = {view.mark: view.glimpse for view in views}
    return Seen(sight.almanac.today, {view.report.project.slug: view.mark for view in views}, kept.get)


def random_reader(chance: random.Random) -> Reader:
    readable = frozenset(label for label in LABELS if chance.random() < 0.5) | {0}
    return Reader(readable, chance.choice((*PEOPLE, None)), everything=chance.random() < 0.3)


@pytest.mark.parametrize("worlds", [120, pytest.param(500, marks=pytest.mark.slow)])
def test_a_digest_is_the_same_whatever_its_reader_may_not_read_says(worlds: int) -> None:
    chance, differing = random.Random(6), 0
    for _ in range(worlds):
        world, reader = random_world(chance), random_reader(chance)
        other = with_other_secrets(world, reader.readable, chance)
        differing += world != other
        assert repr(world.told(reader)) == repr(other.told(reader))
        assert seen(reader, world.sight()).marks == seen(reader, other.sight()).marks
    assert differing > worlds * 0.75


def test_what_moved_is_the_same_whatever_its_reader_may_not_read_did() -> None:
    chance = random.Random(7)
    for _ in range(100):
        before, reader = random_world(chance), random_reader(chance)
        after = with_other_secrets(before, reader.readable, chance)
        told = digest_for(reader, after.sight(), seen=seen(reader, before.sight()))
        assert told.unchanged
        assert texts(told, "moved") == []


def test_at_least_28_of_30_contradictions_are_found() -> None:
    cases = seeded(random.Random(1))
    missed = [
        (number, said, texts(world.told(ALL), "contradiction"))
        for number, (said, world) in enumerate(cases)
        if not any(said in text for text in texts(world.told(ALL), "contradiction"))
    ]
    assert len(cases) == 30
    assert len(missed) <= 2, missed


def test_two_hundred_clean_projects_contradict_nothing() -> None:
    chance = random.Random(2)
    found = [text for _ in range(200) for text in texts(clean_world(chance).told(ALL), "contradiction")]
    assert found == []


def moving(world: World, **changes: object) -> World:
    project = world.projects[0]
    gate = replace(project.gates[-1], **changes)  # type: ignore[arg-type]
    return replace(world, projects=(replace(project, gates=(*project.gates[:-1], gate)),))


def test_what_moved_since_the_last_digest_is_told_with_before_and_after() -> None:
    world = clean_world(random.Random(3))
    told = digest_for(ALL, moving(world, due=date(2027, 1, 11)).sight(), seen=seen(ALL, world.sight()))
    (text,) = texts(told, "moved")
    assert "Handover due" in text
    assert text.endswith("-> Mon 11 Jan 2027")
    assert not told.unchanged


def test_when_nothing_moved_the_digest_knows_it() -> None:
    world = clean_world(random.Random(3))
    assert digest_for(ALL, world.sight(), seen=seen(ALL, world.sight())).unchanged
    assert not world.told(ALL).unchanged


def test_a_snoozed_matter_is_left_out_until_its_day_and_a_muted_topic_always() -> None:
    world = seeded(random.Random(1))[7][1]
    (note,) = next(s for s in world.told(ALL).sections if s.topic == "contradiction").notes
    until = TODAY + timedelta(days=1)
    assert texts(world.told(replace(ALL, snoozed={note.about: until})), "contradiction") == []
    assert texts(world.told(replace(ALL, snoozed={note.about: TODAY})), "contradiction") == [note.text]
    assert texts(world.told(replace(ALL, muted=frozenset({"contradiction"}))), "contradiction") == []


def test_what_the_reader_can_move_comes_first_and_is_not_said_twice() -> None:
    world = replace(clean_world(random.Random(4)), evidence={})
    told = world.told(replace(ALL, person="eve"))
    assert told.sections[0].topic == "you"
    assert told.yours >= 1
    mine = {note.about for note in told.sections[0].notes}
    assert mine.isdisjoint(note.about for s in told.sections[1:] if s.topic != "contradiction" for note in s.notes)


def test_a_topic_that_cannot_be_worked_out_says_so_and_costs_no_other() -> None:
    world = clean_world(random.Random(5))
    broken = replace(world.projects[0], started="not a day")  # type: ignore[arg-type]
    told = replace(world, projects=(broken,)).told(ALL)
    assert {section.topic: section.failed for section in told.sections}["spend"] == "TypeError"
    assert texts(told, "stale") == texts(world.told(ALL), "stale")
