"""The working calendar of a programme: working days, holidays, ages in working days, deadlines in a time zone."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def say_day(day: date, today: date) -> str:
    """A date as people say it, "Fri 4 Dec", with the year when it is not this one. Independent of the locale."""
    year = "" if day.year == today.year else f" {day.year}"
    return f"{WEEKDAYS[day.weekday()].capitalize()} {day.day} {MONTHS[day.month - 1]}{year}"


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """When a programme works. `working_days` are numbers as `date.weekday()` gives them; `holidays` are sorted."""

    time_zone: str = "UTC"
    working_days: tuple[int, ...] = (0, 1, 2, 3, 4)
    holidays: tuple[date, ...] = ()
    opens: time = time(9)
    closes: time = time(18)

    def is_working(self, day: date) -> bool:
        return day.weekday() in self.working_days and day not in self.holidays

    def today(self, now: datetime) -> date:
        """The date of an instant where the programme lives. `now` must carry a time zone."""
        if now.tzinfo is None:
            raise ValueError(f"an instant needs a time zone, got {now!r}")
        return now.astimezone(ZoneInfo(self.time_zone)).date()

    def working_days_between(self, start: date, end: date) -> int:
        """Working days after `start` up to and including `end`; negative when `end` lies before `start`."""
        if end < start:
            return -self.working_days_between(end, start)
        weeks, rest = divmod((end - start).days, 7)
        count, weekday = weeks * len(self.working_days), start.weekday()
        for step in range(1, rest + 1):
            count += (weekday + step) % 7 in self.working_days
        if not self.holidays:
            return count
        window = self.holidays[bisect_right(self.holidays, start) : bisect_right(self.holidays, end)]
        return count - sum(day.weekday() in self.working_days for day in window)

    def age(self, since: date, today: date) -> int:
        """How many working days something has been waiting; what began today has waited 0."""
        return max(0, self.working_days_between(since, today))

    def add_working_days(self, start: date, days: int) -> date:
        """The date `days` working days after `start`; with 0 the next working day on or after `start`."""
        if not self.working_days:
            raise ValueError("the calendar has no working day")
        day = start
        while not self.is_working(day):
            day += timedelta(days=1)
        while days > 0:
            day += timedelta(days=1)
            days -= self.is_working(day)
        return day

    def deadline(self, day: date) -> datetime:
        """The closing hour of a date, with the programme's time zone."""
        return datetime.combine(day, self.closes, tzinfo=ZoneInfo(self.time_zone))

    def is_past(self, due: date, now: datetime) -> bool:
        """Whether a due date has gone by: its closing hour is over."""
        return now > self.deadline(due)
