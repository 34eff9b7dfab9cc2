"""Reviews, evidence windows and the checks of mapped records."""

from datetime import date

import pytest

from gates.criteria import EvidenceRef, EvidenceWindow, RecordCheck, RecordChecks, Review
from gates.recorded import passes
from tests.gates.given import criterion, document, judged

DONE = Review(date(2026, 11, 19), "cleo", date(2027, 5, 19), "passed")


def test_a_review_that_is_done_passed_and_valid_is_met() -> None:
    assert judged(criterion(DONE)).met


@pytest.mark.parametrize(
    ("review", "word"),
    [
        (Review(), "not done yet"),
        (Review(date(2026, 11, 19), "cleo", None, "missing"), "not done yet"),
        (Review(None, "cleo", None, "passed"), "not done yet"),
        (Review(date(2026, 11, 19), "cleo", None, "failed"), "failed on Thu 19 Nov"),
        (Review(date(2026, 11, 21), "cleo", None, "passed"), "has not come yet"),
        (Review(date(2026, 11, 19), None, None, "passed"), "nobody is recorded"),
        (Review(date(2026, 5, 1), "cleo", date(2026, 11, 19), "passed"), "expired on Thu 19 Nov"),
    ],
)
def test_a_review_is_refused_with_its_reason(review: Review, word: str) -> None:
    finding = judged(criterion(review))
    assert not finding.met
    assert word in finding.reason


def test_a_review_is_valid_on_its_last_day() -> None:
    assert judged(criterion(Review(date(2026, 5, 1), "cleo", date(2026, 11, 20), "passed"))).met


def test_a_review_whose_document_is_gone_is_not_met() -> None:
    it = criterion(DONE, evidence=EvidenceRef("bias.md"))
    assert "bias.md is not there" in judged(it).reason
    assert judged(it, document()).met


def window(start: date | None, end: date | None, days: int = 30) -> EvidenceWindow:
    return EvidenceWindow(start, end, days)


def test_a_window_counts_its_first_and_its_last_day() -> None:
    assert judged(criterion(window(date(2026, 10, 20), date(2026, 11, 18)))).met
    short = judged(criterion(window(date(2026, 10, 21), date(2026, 11, 18))))
    assert "ran 29 of 30 days" in short.reason


def test_a_running_window_says_its_day_and_its_end() -> None:
    finding = judged(criterion(window(date(2026, 11, 16), date(2026, 11, 29), 14)))
    assert "day 5 of 14, complete on Sun 29 Nov" in finding.reason
    assert finding.ready_on == date(2026, 11, 29)


def test_a_window_is_not_met_before_its_planned_end_even_when_long_enough() -> None:
    assert not judged(criterion(window(date(2026, 9, 1), date(2026, 11, 21)))).met


def test_a_window_that_has_not_begun_or_has_no_start_is_not_met() -> None:
    assert "starts on Mon 7 Dec" in judged(criterion(window(date(2026, 12, 7), None))).reason
    assert "no start date" in judged(criterion(window(None, None))).reason


def check(test: str, actual: tuple[str, ...], expected: tuple[str, ...] = ()) -> RecordCheck:
    return RecordCheck(test, actual, expected, f"{test} is not so", "a.yaml", 3, "approver: x")


@pytest.mark.parametrize(
    ("test", "actual", "expected", "holds"),
    [
        ("present", ("ann",), (), True),
        ("present", ("  ",), (), False),
        ("in", ("@Ann",), ("ann", "bob"), True),
        ("in", ("ann", "zoe"), ("ann", "bob"), False),
        ("not_in", ("zoe",), ("ann",), True),
        ("not_in", ("ann",), ("ann",), False),
        ("not_in", (), ("ann",), False),
        ("differs", ("ann",), ("bob",), True),
        ("differs", ("ann",), ("Ann",), False),
        ("differs", ("ann",), (), False),
        ("equals", ("ann", "bob"), ("bob", "ann"), True),
        ("equals", ("ann",), ("ann", "bob"), False),
        ("equals", (), (), False),
        ("sounds_like", ("ann",), ("ann",), False),
    ],
)
def test_each_check_of_a_record(test: str, actual: tuple[str, ...], expected: tuple[str, ...], holds: bool) -> None:
    assert passes(check(test, actual, expected)) is holds


def test_every_failed_check_is_named_and_the_first_gives_the_evidence() -> None:
    rule = RecordChecks((check("present", ("x",)), check("present", ()), check("in", ("a",), ("b",))))
    finding = judged(criterion(rule))
    assert finding.reason == "present is not so; in is not so"
    assert finding.evidence is not None
    assert finding.evidence.line == 3


def test_a_record_without_a_check_is_not_met() -> None:
    assert not judged(criterion(RecordChecks(()))).met
