"""Orders that steer a gate: hold, waive, override, report a value, meet an obligation, and their ends."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.chat import Outcome
from bot.conversation.commands.acting import act
from bot.conversation.commands.desk import Desk
from bot.conversation.commands.reading import Order
from gates.model import Subject
from gates.signoff import commands as c

WAIVED_DAYS = 14
"""How long a waiver lasts when no day is named."""


def hold(order: Order, desk: Desk, _: Mapping[str, str]) -> Outcome:
    return act(c.SetHold(order.args["reason"], _day(order, "until")), order, desk)


def lift(order: Order, desk: Desk, _: Mapping[str, str]) -> Outcome:
    return act(c.LiftHold(comment=order.args.get("comment", "")), order, desk)


def waive(order: Order, desk: Desk, _: Mapping[str, str]) -> Outcome:
    until = _day(order, "until") or desk.today + timedelta(days=WAIVED_DAYS)
    return act(c.Waive(order.args["criterion"], order.args["reason"], until), order, desk)


def unwaive(order: Order, desk: Desk, _: Mapping[str, str]) -> Outcome:
    return act(c.EndWaiver(order.args["criterion"], order.args.get("comment", "")), order, desk)


def override(order: Order, desk: Desk, _: Mapping[str, str]) -> Outcome:
    until = _day(order, "until")
    return act(c.BreakGlass(order.args["reason"], end_of_day(until, desk) if until else None), order, desk)


def review_override(order: Order, desk: Desk, _: Mapping[str, str]) -> Outcome:
    return act(c.ReviewOverride(order.args["finding"]), order, desk)


def report(order: Order, desk: Desk, _: Mapping[str, str]) -> Outcome:
    """A value in chat is somebody's word: it is marked as self-reported."""
    value = c.ReportValue(
        order.args["criterion"],
        order.args["value"],
        subject=subject_of(order),
        self_reported=True,
        source=order.args.get("comment", ""),
    )
    return act(value, order, desk)


def done(order: Order, desk: Desk, _: Mapping[str, str]) -> Outcome:
    return act(c.MeetObligation(order.args["obligation"], order.args.get("comment", "")), order, desk)


def subject_of(order: Order, *, model: str | None = None) -> Subject | None:
    """The subject that an order names, None when it names none."""
    named = [order.args.get(name) for name in ("version", "digest", "dataset", "commit")]
    return Subject(model, *named) if any(named) else None


def _day(order: Order, name: str) -> date | None:
    said = order.args.get(name)
    return date.fromisoformat(said) if said else None


def end_of_day(day: date, desk: Desk) -> datetime:
    """The last instant of a day where the programme lives."""
    return datetime.combine(day, time(23, 59, 59), tzinfo=ZoneInfo(desk.programme.calendar.time_zone))


DOINGS: dict[str, Callable[[Order, Desk, Mapping[str, str]], Outcome]] = {
    "hold": hold,
    "lift": lift,
    "waive": waive,
    "unwaive": unwaive,
    "override": override,
    "review-override": review_override,
    "report": report,
    "done": done,
}
