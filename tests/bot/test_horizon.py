"""Which days a question means by its words."""

from __future__ import annotations

from datetime import date

import pytest

from bot.conversation.horizon import find_horizon, span_of

FRIDAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("due today", "2026-11-20", "2026-11-20"),
        ("due tomorrow", "2026-11-21", "2026-11-21"),
        ("due this week", "2026-11-16", "2026-11-22"),
        ("due next week", "2026-11-23", "2026-11-29"),
        ("due this month", "2026-11-01", "2026-11-30"),
        ("due next month", "2026-12-01", "2026-12-31"),
        ("due this quarter", "2026-10-01", "2026-12-31"),
        ("due next quarter", "2027-01-01", "2027-03-31"),
        ("due in the next two weeks", "2026-11-20", "2026-12-04"),
        ("due within a month", "2026-11-20", "2026-12-20"),
        ("due over the coming 3 months", "2026-11-20", "2027-02-20"),
        ("due in the next 10 working days", "2026-11-20", "2026-12-04"),
        ("due within one fortnight", "2026-11-20", "2026-12-04"),
    ],
)
def test_the_days_of_a_span(text: str, first: str, last: str) -> None:
    horizon, rest = find_horizon(f"which gates are {text}?")
    assert horizon is not None
    assert span_of(horizon, FRIDAY) == (date.fromisoformat(first), date.fromisoformat(last))
    assert rest.split() == ["which", "gates", "are", "due", "?"]


def test_a_month_from_the_last_of_one_ends_with_the_shorter_one() -> None:
    horizon, _ = find_horizon("within a month")
    assert horizon is not None
    assert span_of(horizon, date(2027, 1, 31))[1] == date(2027, 2, 28)


def test_other_words_name_no_span() -> None:
    assert find_horizon("what comes after the next gate?") == (None, "what comes after the next gate?")
