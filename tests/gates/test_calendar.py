"""Working days, ages and deadlines."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gates.calendar import WorkCalendar, say_day

CALENDAR = WorkCalendar("Europe/Lisbon", holidays=(date(2026, 12, 1), date(2026, 12, 8), date(2026, 12, 25)))
DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))


def test_what_began_today_has_waited_no_working_day() -> None:
    assert CALENDAR.age(date(2026, 11, 20), date(2026, 11, 20)) == 0


def test_a_weekend_and_a_holiday_do_not_count() -> None:
    assert CALENDAR.age(date(2026, 11, 27), date(2026, 12, 2)) == 2  # Mon 30 Nov and Wed 2 Dec, not Tue 1 Dec


def test_a_holiday_on_a_weekend_is_not_taken_off_twice() -> None:
    calendar = WorkCalendar(holidays=(date(2026, 11, 21),))
    assert calendar.age(date(2026, 11, 20), date(2026, 11, 23)) == 1


@given(DAYS, DAYS)
def test_counting_in_weeks_agrees_with_counting_day_by_day(start: date, end: date) -> None:
    start, end = min(start, end), max(start, end)
    days = [start + timedelta(days=step) for step in range(1, (end - start).days + 1)]
    assert CALENDAR.working_days_between(start, end) == sum(CALENDAR.is_working(day) for day in days)


@given(DAYS, st.integers(0, 40))
def test_adding_working_days_is_undone_by_counting_them(start: date, days: int) -> None:
    first = CALENDAR.add_working_days(start, 0)
    assert CALENDAR.working_days_between(first, CALENDAR.add_working_days(start, days)) == days


def test_a_calendar_without_working_days_says_so_instead_of_searching_for_ever() -> None:
    with pytest.raises(ValueError, match="no working day"):
        WorkCalendar(working_days=()).add_working_days(date(2026, 11, 20), 1)


def test_today_is_the_date_where_the_programme_lives() -> None:
    late = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
    assert WorkCalendar("Europe/Berlin").today(late) == date(2026, 11, 21)


def test_an_instant_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        CALENDAR.today(datetime(2026, 11, 20))  # noqa: DTZ001


def test_a_due_date_is_past_only_after_its_closing_hour() -> None:
    due = date(2026, 11, 20)
    assert not CALENDAR.is_past(due, datetime(2026, 11, 20, 17, 59, tzinfo=UTC))
    assert CALENDAR.is_past(due, datetime(2026, 11, 20, 18, 1, tzinfo=UTC))


def test_a_date_is_said_with_its_weekday_and_another_year_is_named() -> None:
    assert say_day(date(2026, 12, 4), date(2026, 11, 20)) == "Fri 4 Dec"
    assert say_day(date(2027, 1, 11), date(2026, 11, 20)) == "Mon 11 Jan 2027"
