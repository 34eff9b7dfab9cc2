"""What only some are told in their digest: the audit log's head, what models cost; and the quarterly edition."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bot.chat import Heading, Items, Line, Link, Reply, Table
from bot.digests.serving import Serving, read_serving
from bot.digests.works import DigestWorks
from bot.subscriptions.store import sent_on
from gates.digest.edition import edition_of, quarter_of
from inference.tables import CallRow
from tests.bot.digests import BEGAN, Morning, daily, people_of
from tests.gates.digests import clean_world
from tests.gates.test_digest import ALL

MONDAY = datetime(2026, 11, 16, 8, 31, tzinfo=UTC)


def called(at: datetime, micros: int, project: str | None = None) -> CallRow:
    """A call to a model that has ended."""
    return CallRow(
        id=f"{at.isoformat()}{project}", at=at, until=at, state="settled", request_class="question", prompt="answer@1",
        model="m", accounts=[], tokens_reserved=200, micros_reserved=micros, micros=micros, project=project,
    )  # fmt: skip


@pytest.fixture
def morning(tmp_path: Path) -> Iterator[Morning]:
    programme = people_of("Europe/Lisbon", "Europe/Lisbon")
    made = Morning.on(tmp_path, replace(programme, roles={"steering_committee": ("p0",)}))
    yield made
    made.database.engine.dispose()


def told(morning: Morning, reader: str, **settings: object) -> Reply:
    morning.now = BEGAN
    morning.subscribe(daily(reader, everything=True, **settings))
    morning.tick(morning.schedule(), MONDAY)
    with morning.database.read() as session:
        found = sent_on(session, reader, MONDAY.date())
    assert found is not None
    return found.reply


def spent(morning: Morning) -> None:
    with morning.database.write() as session:
        session.add_all((called(MONDAY - timedelta(days=1), 4_100_000), called(MONDAY - timedelta(days=9), 900_000)))


def test_what_models_cost_is_told_to_those_who_may_see_the_spend_and_to_nobody_else(morning: Morning) -> None:
    spent(morning)
    line = "Model answers: 4.10 USD yesterday, 5.00 USD this month"
    assert line in repr(told(morning, "p0"))
    assert "Model answers" not in repr(told(morning, "p1"))


def test_a_muted_spend_section_says_nothing_of_models_either(morning: Morning) -> None:
    spent(morning)
    assert "Model answers" not in repr(told(morning, "p0", muted=("spend",)))


def test_the_cost_of_a_project_is_that_of_its_own_calls(morning: Morning) -> None:
    with morning.database.write() as session:
        session.add_all((called(MONDAY, 2_000_000, "beam"), called(MONDAY - timedelta(days=60), 7_000_000, "beam")))
    with morning.database.read() as session:
        found = read_serving(session, now=MONDAY)
    assert found == Serving(Decimal(0), Decimal(2), None, {"beam": Decimal(2)})


def test_the_head_of_the_audit_log_stands_in_the_digests_of_those_who_may_see_the_log(morning: Morning) -> None:
    from gates.audit.entry import Entry
    from gates.store_audit import append_entry, load_head

    with morning.database.write() as session:
        append_entry(session, Entry("test", MONDAY))
        head = load_head(session)
    line = f"Audit log up to record 000001, sha256 {head.hash[:32]}"
    assert line in repr(told(morning, "p0"))
    assert "Audit log" not in repr(told(morning, "p1"))


def test_a_digest_leads_to_the_archive_where_the_web_page_has_an_address(morning: Morning) -> None:
    works = DigestWorks(morning.database, morning.room, lambda *_: None, {}, public_url="https://gates.example/")
    morning.works = lambda: works  # type: ignore[method-assign]
    assert Link("Past digests", "https://gates.example/digests") in told(morning, "p1").parts


def test_the_quarterly_edition_comes_on_the_first_day_of_a_quarter_with_every_project_in_a_row(
    morning: Morning,
) -> None:
    first = datetime(2027, 1, 1, 8, 31, tzinfo=UTC)
    morning.now = first - timedelta(days=1)
    morning.subscribe(daily("p0", at=time(8, 30), every="quarter"))
    schedule = morning.schedule()
    for day in range(4):
        morning.tick(schedule, first + timedelta(days=day, minutes=-5))
        morning.tick(schedule, first + timedelta(days=day))
    assert [outcome for _, outcome in morning.sent()] == ["sent"]
    with morning.database.read() as session:
        found = sent_on(session, "p0", first.date())
    assert found is not None
    (heading,) = (part.text for part in found.reply.parts if isinstance(part, Heading))
    (table,) = (part for part in found.reply.parts if isinstance(part, Table))
    assert heading.startswith("Quarterly portfolio")
    assert [row[0] for row in table.rows] == ["beam"]
    assert any("Since Thu 1 Oct" in part.text for part in found.reply.parts if isinstance(part, Line))
    assert any(isinstance(part, Items) for part in found.reply.parts)


def test_an_edition_counts_what_happened_in_its_quarter_and_puts_the_worst_first() -> None:
    import random

    calm = clean_world(random.Random(3), "steady").sight().outlook(ALL).views
    late = clean_world(random.Random(4), "late")
    stuck = replace(late, evidence={}).sight().outlook(ALL).views
    edition = edition_of((*calm, *stuck), date(2026, 11, 20))
    assert edition.since == quarter_of(date(2026, 10, 21)) == date(2026, 10, 1)
    assert [standing.project for standing in edition.standings] == ["late", "steady"]
    passed = [gate.passed_on for view in (*calm, *stuck) for gate in view.report.gates if gate.is_passed]
    assert edition.passed == sum(day is not None and day >= edition.since for day in passed)
