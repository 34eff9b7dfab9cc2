"""The working calendar as seen from one day: ages, dates in words, days ahead; each worked out once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from gates.calendar import WorkCalendar, say_day


@dataclass(frozen=True, slots=True)
class Almanac:
    """One evaluation asks for the same few dates very often; what was worked out for one lives as long as it."""

    calendar: WorkCalendar
    today: date
    _ages: dict[date, int] = field(default_factory=dict, compare=False, repr=False)
    _said: dict[date, str] = field(default_factory=dict, compare=False, repr=False)
    _ahead: dict[tuple[date, int], date] = field(default_factory=dict, compare=False, repr=False)
    _late: dict[tuple[date, date], int] = field(default_factory=dict, compare=False, repr=False)

    def age(self, since: date | None) -> int | None:
        """Working days since a day; None where nobody knows the day."""
        if since is None:
            return None
        found = self._ages.get(since)
        if found is None:
            found = self._ages[since] = self.calendar.age(since, self.today)
        return found

    def say(self, day: date) -> str:
        """A date as people say it: "Fri 4 Dec"."""
        found = self._said.get(day)
        if found is None:
            found = self._said[day] = say_day(day, self.today)
        return found

    def ahead(self, start: date, days: int) -> date:
        """The date so many working days after `start`."""
        found = self._ahead.get((start, days))
        if found is None:
            found = self._ahead[start, days] = self.calendar.add_working_days(start, days)
        return found

    def days_late(self, due: date, ready: date) -> int:
        """Working days by which `ready` comes after `due`; 0 when in time."""
        found = self._late.get((due, ready))
        if found is None:
            found = self._late[due, ready] = max(0, self.calendar.working_days_between(due, ready))
        return found
