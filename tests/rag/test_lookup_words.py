"""Days, stems and values as open look-up reads them."""

from __future__ import annotations

from datetime import date

import pytest

from rag.lookup.dates import Day, days_in, spans_in, without
from rag.lookup.fitting import People, canonical, fit, shown
from rag.lookup.stems import Agreement, field_stems, stems_of
from rag.model import Entity

TODAY = date(2026, 11, 20)
PEOPLE = People((Entity("person:mira.holt", "person", ("mira.holt", "Mira Holt")),))


@pytest.mark.parametrize("text", ["2026-10-12", "Mon 12 Oct 2026", "12th of October 2026", "October 12, 2026"])
def test_a_day_is_read_in_every_common_spelling(text: str) -> None:
    assert days_in(text) == (Day(10, 12, 2026),)


def test_numbers_that_are_no_days_are_not_read_as_days() -> None:
    assert days_in("31 Feb") == ()
    assert days_in("marching 12 of 40") == ()


@pytest.mark.parametrize(
    ("question", "first", "last"),
    [
        ("in the week of 23 Nov", date(2026, 11, 23), date(2026, 11, 29)),
        ("who is on this week?", date(2026, 11, 16), date(2026, 11, 22)),
        ("due next week", date(2026, 11, 23), date(2026, 11, 29)),
        ("on 5 January", date(2027, 1, 5), date(2027, 1, 5)),
        ("how much in October?", date(2026, 10, 1), date(2026, 10, 31)),
    ],
)
def test_a_span_is_resolved_against_today(question: str, first: date, last: date) -> None:
    (span,) = spans_in(question, today=TODAY)
    assert (span.first, span.last) == (first, last)
    assert "Nov" not in without(question, (span,))


def test_units_and_joined_names_are_read_as_words() -> None:
    assert {"p95", "ms", "millisecond"} <= field_stems("p95_ms")
    assert "1000" in stems_of("1k loaves") & stems_of("1,000 loaves")
    assert stems_of("tenure_years") == stems_of("tenure years")


def test_words_agree_by_stem_slip_and_compound() -> None:
    agreement = Agreement(
        ["bake", "test", "calibrat"], {"baketest", "calibrate"}, joined={"baketest": ("bake", "test")}
    )
    assert agreement.of("bake", frozenset({"baketest"})) == 1.0
    assert agreement.of("calibrat", frozenset({"calibrate"})) > 0.5
    assert agreement.of("calibrat", frozenset({"oven"})) == 0.0


def test_a_value_has_to_be_of_the_kind_asked_for() -> None:
    assert fit("mira.holt", "person", people=PEOPLE) == 1.0
    assert fit("42", "person", people=PEOPLE) == 0.0
    assert fit("2026-11-20", "number", people=PEOPLE) == 0.0
    assert fit("OV-12", "number", people=PEOPLE) == 0.0
    assert fit("EUR 42", "money", people=PEOPLE) == 1.0
    assert fit("n/a", "number", people=PEOPLE) == 0.0


def test_spellings_of_one_value_are_the_same() -> None:
    assert canonical("mira.holt", people=PEOPLE, today=TODAY) == canonical("Mira Holt", people=PEOPLE, today=TODAY)
    assert canonical("Mon 23 Nov", people=PEOPLE, today=TODAY) == canonical("2026-11-23", people=PEOPLE, today=TODAY)
    assert canonical("1,200", people=PEOPLE, today=TODAY) == canonical("1200", people=PEOPLE, today=TODAY)


def test_of_a_long_cell_only_the_part_asked_for_is_shown() -> None:
    assert shown("the truck is now planned for Thursday 26 November", "date", people=PEOPLE) == "Thursday 26 November"
