"""When nobody signs: who is reminded after how many working hours, and what a timer does to the request."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from gates.calendar import WorkCalendar
from gates.digest.timers import due_steps, working_hours
from gates.model import Programme, Terms
from gates.portfolio import project_report
from gates.programme import load_programme
from gates.record_problems import Where
from gates.signoff.commands import RunTimer, Sign, Submit
from gates.timer import TIMERS, Timer
from tests.gates.signing import SUBJECT, Table

SEAT = "sign-model_risk_owner"
LONG = 60


def submitted(*timers: Timer, programme: Programme | None = None) -> Table:
    table = Table(programme=programme or Table().programme, terms=Terms(timers=timers))
    table.does("eve", Submit(SUBJECT))
    return table


def seat_of(table: Table) -> str:
    assert table.ledger.submission is not None
    return next(s.criterion for s in table.ledger.submission.seats if s.role == "model_risk_owner")


def run(table: Table, timer: Timer, *, submission: int = 1) -> None:
    table.does(None, RunTimer(timer, seat_of(table), submission))


def test_a_comment_is_said_once_on_the_request_however_often_the_timer_is_run() -> None:
    table = submitted()
    for _ in range(3):
        run(table, Timer(LONG, "comment"))
    assert [q.text for q in table.ledger.questions] == ["Nobody signed as Model risk owner within 60 working hours."]


def test_a_request_that_nobody_signs_is_taken_back_with_the_reason_and_by_nobody_s_name() -> None:
    table = submitted()
    run(table, Timer(LONG, "cancel"))
    assert table.ledger.phase == "withdrawn"
    assert table.record[-1].actor is None
    assert "within 60 working hours" in repr(table.record[-1].event)


def test_somebody_of_the_role_above_may_sign_in_the_absent_approver_s_place() -> None:
    table = submitted()
    stand_in = "dan"
    run(table, Timer(LONG, "add", "sponsor"))
    run(table, Timer(LONG, "add", "sponsor"))
    (added,) = table.ledger.delegations
    assert (added.to, added.role) == (stand_in, "model_risk_owner")
    assert added.by in table.context().holders("model_risk_owner")
    table.does(stand_in, Sign(role="model_risk_owner"))
    assert [seat.principal for seat in table.ledger.signed] == [added.by]


def test_where_nobody_can_stand_in_that_is_said_on_the_request_once() -> None:
    table = submitted()
    for _ in range(2):
        run(table, Timer(LONG, "add", "nobody_holds_this"))
    assert table.ledger.delegations == ()
    assert [q.text for q in table.ledger.questions] == [
        "Nobody signed as Model risk owner within 60 working hours, and nobody who is Nobody holds this can stand in."
    ]


@pytest.mark.parametrize("action", ["comment", "add", "cancel"])
def test_a_timer_of_another_submission_or_of_a_seat_that_is_filled_changes_nothing(action: str) -> None:
    timer = Timer(LONG, action, "sponsor")  # type: ignore[arg-type]
    table = submitted()
    run(table, timer, submission=2)
    signer = next(p for p in table.context().holders("model_risk_owner") if p not in table.context().bars)
    table.does(signer, Sign(role="model_risk_owner"))
    before = table.ledger
    run(table, timer)
    assert table.ledger == before
    assert table.ledger.phase == "submitted"


def test_reminders_and_escalations_are_messages_and_leave_no_trace_on_the_request() -> None:
    table = submitted()
    before = table.ledger
    for timer in TIMERS:
        run(table, timer)
    assert table.ledger == before


def test_timers_run_out_in_working_hours_on_the_approver_s_own_clock() -> None:
    calendar = WorkCalendar("Europe/Lisbon")
    friday = datetime(2026, 11, 20, 15, tzinfo=UTC)
    hours = working_hours(friday, friday + timedelta(days=3), calendar, "Europe/Lisbon")
    assert hours == working_hours(friday, friday + timedelta(hours=12), calendar, "Europe/Lisbon") + (
        working_hours(friday + timedelta(days=2), friday + timedelta(days=3), calendar, "Europe/Lisbon")
    )
    assert working_hours(friday + timedelta(days=1), friday + timedelta(days=2), calendar, "Europe/Lisbon") == 0
    assert working_hours(friday, friday + timedelta(hours=2), calendar, "Asia/Tokyo") == 0


def test_the_terms_of_the_programme_say_which_timers_run_out_when() -> None:
    table = submitted()
    timers = (Timer(1, "remind"), Timer(2, "comment"), Timer(9_999, "cancel"))
    programme = replace(table.programme, terms=Terms(timers=timers))
    report = project_report(table.project, (table.does(None, RunTimer(Timer(1, "remind"), SEAT, 1)),))
    ledgers = {(report.project.slug, report.gates[0].gate): table.ledger}
    later = table.now + timedelta(days=7)
    steps = list(due_steps(report, ledgers, programme=programme, now=later))
    assert {step.timer.action for step in steps} == {"remind", "comment"}
    assert all(step.to for step in steps if step.timer.action == "remind")
    assert len({step.key for step in steps}) == len(steps)


def terms_of(*timers: dict[str, object]) -> Terms | list[str]:
    """The terms of a programme that sets these timers, else the keys of what is wrong with it."""
    data = {"programme": "test", "terms": {"timers": list(timers)}}
    found = load_programme(data, Where("programme.yaml", lambda _: None))
    return found.terms if isinstance(found, Programme) else [problem.key for problem in found]


def test_timers_of_the_record_are_read_in_the_order_in_which_they_run_out() -> None:
    found = terms_of({"after_hours": 40, "action": "add", "role": "sponsor"}, {"after_hours": 8, "action": "remind"})
    assert found == Terms(timers=(Timer(8, "remind"), Timer(40, "add", "sponsor")))
    assert terms_of() == Terms(timers=())


@pytest.mark.parametrize(
    ("timer", "wrong"),
    [
        ({"after_hours": 8, "action": "shout"}, "action"),
        ({"after_hours": 1, "action": "remind"}, "after_hours"),
        ({"after_hours": 8, "action": "add"}, "role"),
        ({"after_hours": 8, "action": "remind", "colour": "red"}, "colour"),
    ],
)
def test_a_timer_that_cannot_be_understood_is_a_problem_of_the_record(timer: dict[str, object], wrong: str) -> None:
    found = terms_of(timer)
    assert isinstance(found, list)
    assert any(key.endswith(wrong) for key in found)
