"""The walk-through of a sign-off, step by step and saved: what changed or needs judgement, then the decision."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from bot.chat import Form, Line, Outcome, Reply
from bot.conversation.commands.acting import act_on
from bot.conversation.commands.desk import Desk
from bot.conversation.commands.reading import Order
from bot.conversation.commands.review_forms import (
    ALL,
    CONDITION_DAYS,
    DECISIONS,
    VERDICTS,
    decision_form,
    screen_form,
    step_form,
)
from bot.conversation.commands.seats import Seat, looked_at, nothing_readable, sit_down
from bot.conversation.commands.steering import end_of_day
from gates.signoff import commands as c
from gates.signoff.signature import Condition
from gates.signoff.walkthrough import commented_in, confirm, flag, flagged_in, see_screen

SIGNATURES = ("approve", "conditions")


def review(order: Order, desk: Desk, _: Mapping[str, str]) -> Outcome:
    """The next step of the walk-through, where it was left."""
    seat = sit_down(order, desk)
    return Outcome(seat, refused=True) if isinstance(seat, Reply) else Outcome(_next(seat))


def judge(order: Order, desk: Desk, fields: Mapping[str, str]) -> Outcome:
    """One step is done: it is saved, and the next one is shown."""
    seat = sit_down(order, desk)
    if isinstance(seat, Reply):
        return Outcome(seat, refused=True)
    draft, steps, named = seat.review.draft, seat.review.steps, order.args["step"]
    if named == ALL:
        desk.ledger.keep_review(seat.review, see_screen(draft, steps))
        return review(order, desk, {})
    step = next((step for step in (*steps.to_judge, *steps.unchanged) if step.criterion == named), None)
    if step is None:
        known = ", ".join(step.criterion for step in steps.to_judge) or "none"
        return Outcome(
            Reply((Line(f"There is no criterion {named!r} to judge here. Criteria: {known}."),)), refused=True
        )
    verdict, remark = _verdict(order, fields)
    if wrong := _wrong_judgement(verdict, remark):
        return Outcome(step_form(step, seat, said=(verdict, remark), errors=wrong))
    marked = flag(draft, step, remark) if verdict == "flag" else confirm(draft, step, remark)
    desk.ledger.keep_review(seat.review, marked)
    return review(order, desk, {})


def _verdict(order: Order, fields: Mapping[str, str]) -> tuple[str, str]:
    """What was chosen and remarked. A form that was sent without a choice chose nothing; typed in full, the order is
    the choice: a flag where a remark follows."""
    remark = fields.get("remark", "").strip() or order.args.get("remark", "")
    if "verdict" in fields or "remark" in fields:
        verdict = fields.get("verdict", "").strip()
        return verdict, "" if verdict == "confirm" else remark
    return "flag" if remark else "confirm", remark


def _wrong_judgement(verdict: str, remark: str) -> dict[str, str]:
    if verdict not in dict(VERDICTS):
        return {"verdict": "Choose: confirm it, flag it, or confirm it with a comment."}
    if verdict == "flag" and not remark:
        return {"remark": "Say what is wrong, so that it can be put right."}
    if verdict == "comment" and not remark:
        return {"remark": "Write the comment, or confirm without one."}
    return {}


def decide(order: Order, desk: Desk, fields: Mapping[str, str]) -> Outcome:
    """The decision: recorded, or the form again with what is missing."""
    seat = sit_down(order, desk)
    if isinstance(seat, Reply):
        return Outcome(seat, refused=True)
    if seat.left or "decision" not in fields:
        return Outcome(_next(seat))
    if errors := _errors(fields) or _unanswered(seat, fields):
        return Outcome(decision_form(seat, fields=fields, errors=errors))
    if seat.hidden and fields["decision"] in SIGNATURES and not looked_at(seat):
        return Outcome(nothing_readable(seat.gate), refused=True)
    return act_on(_command(seat, fields), seat.gate, desk)


def _next(seat: Seat) -> Form:
    if seat.review.steps.unchanged and not seat.review.draft.screen_seen and not seat.one_press:
        return screen_form(seat)
    return step_form(seat.left[0], seat) if seat.left else decision_form(seat)


# --- the decision ---------------------------------------------------------------------


def _errors(fields: Mapping[str, str]) -> dict[str, str]:
    found = {}
    if fields["decision"] not in dict(DECISIONS):
        found["decision"] = "Choose one of the decisions."
    if fields["decision"] == "reject" and not fields.get("comment", "").strip():
        found["comment"] = "A rejection needs a comment: what has to change."
    if fields["decision"] == "conditions" and not fields.get("condition", "").strip():
        found["condition"] = "Say what has to be done, by when and by whom."
    if fields.get("by") and not _is_day(fields["by"]):
        found["by"] = "Write the day as 2026-11-27."
    return found


def _unanswered(seat: Seat, fields: Mapping[str, str]) -> dict[str, str]:
    """A flag is answered by a condition or a rejection, or it is taken off."""
    flagged = ", ".join(name for name, _ in flagged_in(seat.review.draft))
    if not flagged or fields["decision"] != "approve":
        return {}
    return {"decision": f"You flagged {flagged}: approve with a condition, reject, or confirm it after all."}


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _command(seat: Seat, fields: Mapping[str, str]) -> c.Sign | c.Reject | c.Abstain:
    role, comment = fields.get("as") or None, fields.get("comment", "").strip()
    match fields["decision"]:
        case "reject":
            return c.Reject(comment, role)
        case "abstain":
            return c.Abstain(role, comment)
    draft, steps = seat.review.draft, seat.review.steps
    return c.Sign(
        role,
        confirmed=looked_at(seat),
        flags=flagged_in(draft),
        conditions=_conditions(seat, fields),
        comment="; ".join(filter(None, (comment, *(f"{name}: {said}" for name, said in commented_in(draft))))),
        pack=steps.pack,
    )


def _conditions(seat: Seat, fields: Mapping[str, str]) -> tuple[Condition, ...]:
    text = fields.get("condition", "").strip()
    if fields["decision"] != "conditions" or not text:
        return ()
    due = date.fromisoformat(fields["by"]) if fields.get("by") else seat.desk.today + timedelta(days=CONDITION_DAYS)
    owner = fields.get("owner") or seat.gate.owner or seat.desk.person or ""
    return (Condition(text, end_of_day(due, seat.desk), owner),)
