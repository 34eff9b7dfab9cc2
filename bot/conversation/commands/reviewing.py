"""The walk-through of a sign-off, step by step and saved: what changed or needs judgement, then the decision."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from bot.chat import (
    Button,
    Choice,
    DateInput,
    Form,
    Input,
    Item,
    Items,
    Line,
    Outcome,
    Part,
    Reply,
    TextInput,
)
from bot.conversation.commands.acting import act_on
from bot.conversation.commands.desk import Desk
from bot.conversation.commands.forms import roles_of
from bot.conversation.commands.reading import Order
from bot.conversation.commands.seats import Seat, changed_lines, looked_at, nothing_readable, sit_down
from bot.conversation.commands.showing import CHANGED_LINES, difference, has_words, in_the_document
from bot.conversation.commands.steering import end_of_day
from bot.conversation.words import counted, day
from gates.people import role_name
from gates.signoff import commands as c
from gates.signoff.signature import Condition
from gates.signoff.walkthrough import Step, confirm, confirmed_in, flag, see_screen

ALL = "unchanged"
"""Names the one screen of what is met and unchanged, where a criterion is named otherwise."""

CONDITION_DAYS = 7
"""How long there is to meet a condition when no day is named."""

SIGNATURES = ("approve", "conditions")
VERDICTS = (("confirm", "Confirm"), ("flag", "Flag"))
DECISIONS = (
    ("approve", "Approve"),
    ("conditions", "Approve with a condition"),
    ("reject", "Reject"),
    ("abstain", "Abstain"),
)


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
    remark = fields.get("remark", "").strip() or order.args.get("remark", "")
    if fields.get("verdict", "flag" if remark else "confirm") == "confirm":
        desk.ledger.keep_review(seat.review, confirm(draft, step))
    elif not remark:
        return Outcome(_step_form(step, seat, errors={"remark": "Say what is wrong, so that it can be put right."}))
    else:
        desk.ledger.keep_review(seat.review, flag(draft, step, remark))
    return review(order, desk, {})


def decide(order: Order, desk: Desk, fields: Mapping[str, str]) -> Outcome:
    """The decision: recorded, or the form again with what is missing."""
    seat = sit_down(order, desk)
    if isinstance(seat, Reply):
        return Outcome(seat, refused=True)
    if seat.left or "decision" not in fields:
        return Outcome(_next(seat))
    if errors := _errors(fields):
        return Outcome(_decision_form(seat, fields=fields, errors=errors))
    if seat.hidden and fields["decision"] in SIGNATURES and not looked_at(seat):
        return Outcome(nothing_readable(seat.gate), refused=True)
    return act_on(_command(seat, fields), seat.gate, desk)


def _next(seat: Seat) -> Form:
    if seat.review.steps.unchanged and not seat.review.draft.screen_seen and not seat.one_press:
        return _screen_form(seat)
    return _step_form(seat.left[0], seat) if seat.left else _decision_form(seat)


# --- forms ----------------------------------------------------------------------------


def _form(seat: Seat, command: str, parts: tuple[Part, ...], **more: object) -> Form:
    leave = Button("Save and leave", f"show {seat.about}")
    title = f"Review · {seat.gate.project} · {seat.gate.name}"
    return Form(title, command, parts, others=(leave,), **more)  # type: ignore[arg-type]


def _screen_form(seat: Seat) -> Form:
    """Everything that the records answer and that has not changed, on one screen."""
    steps = seat.review.steps.unchanged
    said = f"{counted(len(steps), 'criterion')} met by the records and unchanged since you last looked".replace(
        "criterions", "criteria"
    )
    items = Items(tuple(_seen(step) for step in steps))
    parts = (Line(f"{said}:"), items, *_restricted(seat))
    return _form(seat, f"judge {seat.about} {ALL}", parts, submit="I have looked at these")


def _restricted(seat: Seat) -> Iterator[Part]:
    """What he may not read is counted and not named."""
    if seat.hidden:
        items = tuple(Item(finding.reason) for finding in seat.hidden)
        yield Items(items, title="Not for you to confirm, because you may not read the evidence")


def _seen(step: Step) -> Item:
    return Item(step.finding.reason, step.evidence.document if step.evidence else "")


def _step_form(step: Step, seat: Seat, *, errors: Mapping[str, str] | None = None) -> Form:
    """One criterion to judge: what was agreed, what is reported, what the check says, what changed."""
    total, left = len(seat.review.steps.to_judge), len(seat.left)
    parts = (
        Line(f"To judge, {total - left + 1} of {total} · {step.title}"),
        *_step_parts(step),
        *_evidence(step, seat),
    )
    inputs = (
        Choice("verdict", "Your judgement", VERDICTS, "flag" if errors else "confirm", required=True),
        TextInput("remark", "What is wrong, if you flag it", lines=3, only_if=("verdict", "flag")),
    )
    return _form(seat, f"judge {seat.about} {step.criterion}", parts, inputs=inputs, errors=errors or {}, submit="Next")


def _step_parts(step: Step) -> Iterator[Part]:
    if step.limit:
        when = f" {day(step.agreed)}" if step.agreed else ""
        yield Line(f"Agreed{when}: {step.limit}{_unit(step)}")
    if step.reported:
        document = f" ({step.evidence.document})" if step.evidence else ""
        yield Line(f"Reported: {step.reported}{_unit(step)}{document}")
    elif step.evidence:
        yield Line(f"Evidence: {step.evidence.document}")
    yield Line(f"Check: {_check(step)}. {step.finding.reason}")


def _evidence(step: Step, seat: Seat) -> Iterator[Part]:
    """The document's own words, what changed in it, and why somebody has to look."""
    text = seat.desk.ledger.document(step.evidence.document) if step.evidence and has_words(step) else None
    if text is not None:
        yield from in_the_document(step, text)
    if step.change:
        yield Line(f"Changed since your last visit: {step.change}")
        yield from difference(changed_lines(step, seat.desk), most=CHANGED_LINES)
    yield Line(f"You judge this because {step.why}.", quiet=True)


def _unit(step: Step) -> str:
    unit = getattr(step.finding.criterion.rule, "unit", None)
    return f" {unit}" if unit else ""


def _check(step: Step) -> str:
    if step.finding.waived:
        return "waived"
    if not step.finding.met:
        return "not met"
    return f"met, margin {step.margin}" if step.margin else "met"


def _decision_form(
    seat: Seat, *, fields: Mapping[str, str] | None = None, errors: Mapping[str, str] | None = None
) -> Form:
    said = fields or {}
    roles = roles_of(seat.order, seat.desk)
    role = (
        Choice(
            "as",
            "In the role",
            tuple((r, role_name(r)) for r in roles),
            said.get("as", next(iter(roles), "")),
            required=True,
        ),
    )
    inputs = (
        Choice("decision", "Decision", DECISIONS, said.get("decision", ""), required=True),
        *(role if len(roles) > 1 else ()),
        TextInput("comment", "Comment (needed to reject)", said.get("comment", ""), lines=3),
        *(_condition_inputs(seat, said) if said.get("decision") == "conditions" else ()),
    )
    return _form(
        seat,
        f"decide {seat.about}",
        tuple(_summary(seat)),
        inputs=inputs,
        errors=errors or {},
        submit="Record the decision",
    )


def _condition_inputs(seat: Seat, said: Mapping[str, str]) -> tuple[Input, ...]:
    """What is asked once somebody wants to approve with a condition."""
    people = tuple((person.id, person.name) for person in seat.desk.programme.people.values())
    due = seat.desk.today + timedelta(days=CONDITION_DAYS)
    return (
        TextInput("condition", "Condition", said.get("condition", ""), required=True),
        DateInput("by", "Due by", said.get("by", "") or due.isoformat(), required=True),
        Choice("owner", "Who owes it", people, said.get("owner", "") or seat.gate.owner or "", required=True),
    )


def _summary(seat: Seat) -> Iterator[Part]:
    """What was confirmed and flagged, before it is signed."""
    draft, steps = seat.review.draft, seat.review.steps
    if seat.one_press:
        yield Items(tuple(_seen(step) for step in steps.unchanged), title="Met and unchanged", folded=True)
    confirmed = len(confirmed_in(draft, steps)) or len(steps.unchanged)
    yield Line(f"{confirmed} confirmed, {len(draft.remarks)} flagged · evidence pack {steps.pack[:6]}")
    yield from _restricted(seat)
    if draft.remarks:
        yield Items(tuple(Item(name, remark) for name, remark in draft.remarks.items()), title="Flagged")


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
        flags=tuple(draft.remarks.items()),
        conditions=_conditions(seat, fields),
        comment=comment,
        pack=steps.pack,
    )


def _conditions(seat: Seat, fields: Mapping[str, str]) -> tuple[Condition, ...]:
    text = fields.get("condition", "").strip()
    if fields["decision"] != "conditions" or not text:
        return ()
    due = date.fromisoformat(fields["by"]) if fields.get("by") else seat.desk.today + timedelta(days=CONDITION_DAYS)
    owner = fields.get("owner") or seat.gate.owner or seat.desk.person or ""
    return (Condition(text, end_of_day(due, seat.desk), owner),)
