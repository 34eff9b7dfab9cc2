"""A digest tells where a document states another date than the record, to those who may read the document."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from bot.digests.stated import day_of
from tests.bot.front_door import House
from tests.bot.signing import LIGHTHOUSE

PLAN = "# Plan\n\n| Gate | Date |\n|---|---|\n| Launch | {} |\n"


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2026-11-27", date(2026, 11, 27)),
        ("Fri 27 November", date(2026, 11, 27)),
        ("27. Nov 2025", date(2025, 11, 27)),
        ("8 Jan", date(2027, 1, 8)),
        ("31 February", None),
        ("planned for 27 November", None),
        ("27 brumaire", None),
    ],
)
def test_a_date_is_read_where_it_is_all_that_is_written(written: str, day: date | None) -> None:
    assert day_of(written, near=date(2026, 12, 4)) == day


def told(house: House, person: str) -> str:
    ran = house.run("digest", "--for", person, "--dry-run", "--json")
    assert ran.code == 0, ran.err
    return json.dumps(json.loads(ran.out))


def test_a_plan_with_another_date_is_told_to_its_readers_alone(models: Path, tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patched:
        house = House.build(tmp_path, models, patched)
        programme = LIGHTHOUSE["programme.yaml"] + '  - {path: "projects/beam/board/**", readers: [risk]}\n'
        house.write({
            **LIGHTHOUSE, "programme.yaml": programme,
            "projects/beam/plan.md": PLAN.format("Fri 4 December"),
            "projects/beam/old-plan.md": "---\nsuperseded_by: plan.md\n---\n" + PLAN.format("Fri 6 November"),
            "projects/beam/board/plan.md": PLAN.format("Fri 27 November"),
        })  # fmt: skip
        house.sync()
        said = "Launch is due Fri 4 Dec, projects/beam/board/plan.md says Fri 27 Nov"
        assert said in told(house, "cy.park")
        assert "states different" not in told(house, "ada.moss")
        assert "27 Nov" not in told(house, "ada.moss")
