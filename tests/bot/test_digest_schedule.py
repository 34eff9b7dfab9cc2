"""When digests go out: once a local date, at the reader's time, late or not at all after a standstill."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from email.message import EmailMessage
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.digests.reminding import remind
from bot.platforms.mail import Mailer, MailServer
from bot.subscriptions.store import archive, sent_on
from bot.subscriptions.store_reminders import Reminder
from bot.subscriptions.when import due_between
from gates.calendar import WorkCalendar
from tests.bot.digests import BEGAN, Morning, daily, people_of, with_runbook
from tests.bot.middle import database_on

MONDAY = datetime(2026, 11, 16, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(params=["sqlite", "postgresql"])
def morning(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Morning]:
    with database_on(request.param, tmp_path) as url:
        made = Morning.on(tmp_path, people_of("Europe/Lisbon", "Asia/Tokyo"), url=url)
        yield made
        made.database.engine.dispose()


def moments(zone: str, start: date, span: int, **settings: object) -> list[str]:
    """Local times of the digests that are due on these dates."""
    here = ZoneInfo(zone)
    after = datetime.combine(start, time(), here).astimezone(UTC)
    kept = daily(**{"at": time(8, 30), **settings})  # type: ignore[arg-type]
    kept = type(kept)(**{**kept.__dict__, "since": after - DAY})
    calendar = WorkCalendar(zone, holidays=(date(2026, 12, 1),))
    found = due_between(kept, calendar, zone, after=after, until=after + span * DAY)
    return [f"{due.at.astimezone(here):%a %d %b %H:%M}" for due in found]


def test_the_local_time_stays_the_same_when_the_clocks_change() -> None:
    assert moments("Europe/Lisbon", date(2026, 3, 27), 4) == ["Fri 27 Mar 08:30", "Mon 30 Mar 08:30"]
    assert moments("America/New_York", date(2026, 10, 30), 4) == ["Fri 30 Oct 08:30", "Mon 02 Nov 08:30"]


def test_weekends_and_holidays_have_no_digest() -> None:
    assert moments("Europe/Lisbon", date(2026, 11, 27), 6) == [
        "Fri 27 Nov 08:30",
        "Mon 30 Nov 08:30",
        "Wed 02 Dec 08:30",
    ]


def test_weekly_goes_out_on_the_first_day_that_is_left_of_a_week() -> None:
    assert moments("UTC", date(2026, 11, 30), 7, every="week", days=(1, 2)) == ["Wed 02 Dec 08:30"]
    assert len(moments("UTC", date(2026, 1, 1), 365, every="quarter")) == 4


def test_quiet_hours_put_a_digest_off_to_their_end_and_a_pause_leaves_it_out() -> None:
    quiet = (time(19), time(9, 15))
    assert moments("UTC", date(2026, 11, 16), 1, quiet=quiet) == ["Mon 16 Nov 09:15"]
    assert moments("UTC", date(2026, 11, 16), 4, paused_until=date(2026, 11, 18))[0] == "Wed 18 Nov 08:30"


def test_everybody_is_told_at_his_own_time_of_day(morning: Morning) -> None:
    morning.now = MONDAY - timedelta(hours=2)
    morning.subscribe(daily("p0", since=MONDAY - DAY), daily("p1", since=MONDAY - DAY))
    schedule = morning.schedule()
    morning.tick(schedule, MONDAY - timedelta(minutes=29))
    assert morning.sent() == [("p1", "sent")]
    morning.tick(schedule, MONDAY + timedelta(hours=8, minutes=31))
    assert morning.sent() == [("p1", "sent"), ("p0", "sent")]
    assert morning.messages() == ["digest:p1:2026-11-16/0", "digest:p0:2026-11-16/0"]


def test_a_digest_comes_once_whoever_ticks_however_often(morning: Morning) -> None:
    morning.subscribe(daily())
    replicas = [morning.schedule(str(number)) for number in range(3)]
    for _ in range(3):
        for replica in replicas:
            morning.tick(replica, MONDAY + timedelta(hours=8, minutes=31))
    morning.subscribe(daily(at=time(9)))
    for replica in replicas:
        morning.tick(replica, MONDAY + timedelta(hours=9, minutes=5))
    assert morning.sent() == [("p0", "sent")]


def test_after_an_outage_of_hours_it_comes_once_and_says_that_it_is_late(morning: Morning) -> None:
    morning.subscribe(daily())
    morning.tick(morning.schedule(), MONDAY + timedelta(hours=11))
    assert morning.sent() == [("p0", "late")]
    assert "This digest is late" in words(morning)


def test_after_days_the_stale_ones_are_skipped_and_the_next_one_says_so(morning: Morning) -> None:
    morning.subscribe(daily())
    schedule = morning.schedule()
    for minute in (31, 32):  # what the first one plans the second one does
        morning.tick(schedule, MONDAY + timedelta(days=2, hours=8, minutes=minute))
    outcomes = [outcome for _, outcome in morning.sent()]
    assert sorted(outcomes) == ["sent", "stale", "stale"]
    assert len(morning.messages()) == 1
    morning.tick(schedule, MONDAY + timedelta(days=3, hours=8, minutes=31))
    assert len(morning.messages()) == 2
    assert "the digest of Mon 16 Nov, Tue 17 Nov" in words(morning, MONDAY + timedelta(days=2))


def test_the_next_digest_tells_what_moved_since_this_one(morning: Morning) -> None:
    morning.subscribe(daily())
    schedule = morning.schedule()
    morning.tick(schedule, MONDAY + timedelta(hours=8, minutes=31))
    morning.tick(schedule, MONDAY + timedelta(hours=32, minutes=31))
    assert "Nothing changed since Mon 16 Nov." in words(morning)
    morning.evidence = with_runbook()
    morning.tick(schedule, MONDAY + timedelta(hours=56, minutes=31))
    assert "The thing met (Launch)" in words(morning)


def words(morning: Morning, on: datetime | None = None) -> str:
    """The digest of p0 of a day, the newest without one."""
    with morning.database.read() as session:
        (newest, _), *_ = archive(session, "p0")
        found = sent_on(session, "p0", on.date() if on else newest)
    assert found is not None
    return repr(found.reply)


def test_whoever_has_no_chat_account_gets_mail_with_the_picture(tmp_path: Path) -> None:
    mails: list[EmailMessage] = []
    morning = Morning.on(tmp_path, people_of("Europe/Lisbon"), linked=False)
    morning.mailer = Mailer(MailServer("localhost", 25, "gatehouse@x.example"), lambda _, mail: mails.append(mail))
    morning.subscribe(daily())
    schedule = morning.schedule()
    morning.tick(schedule, MONDAY + timedelta(hours=8, minutes=31))
    morning.tick(schedule, MONDAY + timedelta(hours=8, minutes=32))
    (mail,) = mails
    assert mail["To"] == "p0@x.example"
    assert "Mon 16 Nov" in mail["Subject"]
    assert [part.get_content_type() for part in mail.iter_attachments()] == ["image/png"]
    assert morning.messages() == []


def test_reminders_of_an_hour_come_as_one_message(morning: Morning) -> None:
    def ask(number: int, at: datetime) -> None:
        with morning.database.write() as session:
            remind(session, Reminder(f"r{number}", "p0", f"beam/launch/c{number}", f"Matter {number}", at), now=at)

    schedule = morning.schedule()
    start = MONDAY + timedelta(hours=10)
    ask(1, start)
    ask(2, start)
    morning.tick(schedule, start)
    for minute in (5, 10):
        ask(minute, start + timedelta(minutes=minute))
        morning.tick(schedule, start + timedelta(minutes=minute))
    assert len(morning.messages()) == 1
    morning.tick(schedule, start + timedelta(minutes=61))
    assert len(morning.messages()) == 2


def test_what_began_before_the_subscription_is_never_owed() -> None:
    kept = daily()
    found = due_between(kept, WorkCalendar("UTC"), "UTC", after=BEGAN - 30 * DAY, until=BEGAN)
    assert list(found) == []
