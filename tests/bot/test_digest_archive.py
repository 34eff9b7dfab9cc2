"""Past digests: shown as their reader may read them today, wherever he looks."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.chat import Button, Buttons, Heading, Item, Items, Line, Picture, Reply
from bot.digests.archive import as_readable_now
from bot.subscriptions.model import SentDigest
from bot.subscriptions.store import expire_digests, keep_digest, last_sent, sent_on
from gates.digest.glimpse import GateGlimpse, Glimpse
from gates.digest.sight import View
from tests.bot.browsing import browsing, moved_copy
from tests.bot.digests import Morning, daily, people_of
from tests.bot.front_door import House
from tests.bot.signing import LIGHTHOUSE
from tests.gates.digests import clean_world
from tests.gates.test_digest import ALL

MONDAY = date(2026, 11, 16)
THEN = datetime(2026, 11, 16, 8, 31, tzinfo=UTC)


def views() -> tuple[View, ...]:
    import random

    return clean_world(random.Random(3)).sight().outlook(ALL).views


def sent(*items: Item, marks: dict[str, str]) -> SentDigest:
    parts = (
        Heading("Mon 16 Nov · 2 projects · 3 matters you can move"),
        Line("Three things moved."),
        Items(items, "Moved · 4 more"),
        Picture(b"png", "gates", ""),
        Buttons((Button("Snooze", "snooze steady"),)),
    )
    return SentDigest(MONDAY, "sent", marks, Reply(parts))


def test_a_digest_is_shown_as_it_was_without_buttons_while_all_of_it_may_be_read() -> None:
    (view,) = views()
    kept = sent(Item("steady: Handover moved", about="steady/handover/"), marks={"steady": view.mark})
    shown = as_readable_now(kept, (view,), glimpse=lambda _: view.glimpse)
    assert shown.parts == kept.reply.parts[:-1]


def test_lines_counts_and_picture_of_what_may_not_be_read_any_more_are_left_out() -> None:
    (view,) = views()
    lines = (Item("steady: moved", about="steady/handover/"), Item("secret: moved", about="secret/trial/plan"))
    kept = sent(*lines, marks={"steady": view.mark, "secret": "m"})
    shown = as_readable_now(kept, (view,), glimpse=lambda mark: view.glimpse if mark == view.mark else Glimpse())
    assert [part.items for part in shown.parts if isinstance(part, Items)] == [lines[:1]]
    assert "secret" not in repr(shown)
    assert "3 matters" not in repr(shown)
    assert "4 more" not in repr(shown)
    assert not any(isinstance(part, Picture) for part in shown.parts)


def test_a_project_of_which_a_criterion_was_closed_since_is_left_out_whole() -> None:
    (view,) = views()
    kept = sent(Item("steady: moved", about="steady/handover/"), marks={"steady": view.mark})
    gates = [
        replace(gate, findings=tuple(replace(finding, restricted=True) for finding in gate.findings))
        for gate in view.report.gates
    ]
    closed = replace(view, report=replace(view.report, gates=tuple(gates)))
    assert "steady" not in repr(as_readable_now(kept, (closed,), glimpse=lambda _: view.glimpse))
    gone = Glimpse(gates={"another": GateGlimpse("collecting", met={"p95": True})})
    assert "steady: moved" in repr(as_readable_now(kept, (closed,), glimpse=lambda _: gone))


def test_what_was_shown_and_cannot_be_told_any_more_is_not_shown() -> None:
    (view,) = views()
    kept = sent(Item("steady: moved", about="steady/handover/"), marks={"steady": view.mark})
    assert "steady" not in repr(as_readable_now(kept, (view,), glimpse=lambda _: None))


def test_old_words_go_and_what_a_reader_was_shown_last_stays(tmp_path: Path) -> None:
    morning = Morning.on(tmp_path, people_of("Europe/Lisbon"))
    with morning.database.write() as session:
        for days in (0, 1):
            at = THEN + timedelta(days=days)
            keep_digest(
                session, reader="p0", day=at.date(), due_at=at, sent_at=at, outcome="sent", marks={"beam": f"m{days}"},
                reply=Reply((Line("words"),)),
            )  # fmt: skip
        expire_digests(session, today=MONDAY + timedelta(days=100))
        assert sent_on(session, "p0", MONDAY) is None
        assert last_sent(session, "p0") == (MONDAY + timedelta(days=1), {"beam": "m1"})
    kept = morning.rows("SELECT day, marks FROM bot_digests ORDER BY day")
    assert [str(row[1]) for row in kept] == ["{}", '{"beam": "m1"}']


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, models: Path) -> House:
    with pytest.MonkeyPatch.context() as patched:
        house = House.build(tmp_path_factory.mktemp("archive"), models, patched)
        house.write(LIGHTHOUSE)
        house.sync()
    return house


@pytest.fixture
def house(built: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    yield moved_copy(built, tmp_path, monkeypatch)
    shutil.rmtree(tmp_path, ignore_errors=True)


def test_the_web_page_shows_the_archive_to_its_reader_alone(house: House) -> None:
    from bot.settings import load_settings
    from bot.wiring import open_installation

    here = open_installation(load_settings())
    with here.database.write() as session:
        keep_digest(
            session, reader="cy.park", day=MONDAY, due_at=THEN, sent_at=THEN, outcome="sent", marks={},
            reply=Reply((Heading("Mon 16 Nov"), Line("Nothing changed since Fri 13 Nov."))),
        )  # fmt: skip
    with browsing() as browser:
        assert "Nobody is signed in" in browser.page("/digests").get_text()
        browser.sign_in("cy.park")
        (way,) = (a for a in browser.page("/digests").select("a.button"))
        assert "Nothing changed since Fri 13 Nov." in browser.page(str(way["href"])).get_text()
        browser.sign_in("di.roth")
        assert "Nothing changed" not in browser.page(f"/digests/{MONDAY}").get_text()
        assert browser.page("/digests/never", status=404)


def test_every_line_that_is_kept_says_what_it_is_about(tmp_path: Path) -> None:
    morning = Morning.on(tmp_path, people_of("Europe/Lisbon"))
    morning.subscribe(daily())
    morning.tick(morning.schedule(), THEN)
    with morning.database.read() as session:
        found = sent_on(session, "p0", MONDAY)
    assert found is not None
    assert {item.about for part in found.reply.parts if isinstance(part, Items) for item in part.items} >= {
        "beam/launch/runbook"
    }
