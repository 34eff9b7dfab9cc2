"""The forms of a walk-through: the one screen of what is met, one criterion to judge, and the decision."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from bot.chat import Button, Choice, DateInput, Form, Input, Item, Items, Line, Part, TextInput
from bot.conversation.commands.forms import roles_of
from bot.conversation.commands.seats import Seat, changed_lines
from bot.conversation.commands.showing import CHANGED_LINES, difference, has_words, in_the_document
from bot.conversation.words import day
from gates.people import role_name
from gates.signoff.walkthrough import Step, commented_in, confirmed_in, flagged_in

ALL = "unchanged"
"""Names the one screen of what is met and unchanged, where a criterion is named otherwise."""

CONDITION_DAYS = 7
"""How long there is to meet a condition when no day is named."""

VERDICTS = (("confirm", "Yes, confirm"), ("flag", "Flag"), ("comment", "Comment and confirm"))
SHOWN_FLAGS = 3
"""Flags that can be taken off by a button of the decision; the others by `judge PROJECT GATE CRITERION`."""

REMARKED = ("flag", "comment")
"""Judgements that are said in words."""

DECISIONS = (
    ("approve", "Approve"),
    ("conditions", "Approve with a condition"),
    ("reject", "Reject"),
    ("abstain", "Abstain"),
)


def _form(seat: Seat, command: str, parts: tuple[Part, ...], *, ways: tuple[Button, ...] = (), **more: object) -> Form:
    leave = Button("Save and leave", f"show {seat.about}")
    title = f"Review · {seat.gate.project} · {seat.gate.name}"
    return Form(title, command, parts, others=(*ways, leave), **more)  # type: ignore[arg-type]


def screen_form(seat: Seat) -> Form:
    """Everything that the records answer and that has not changed, on one screen."""
    steps = seat.review.steps.unchanged
    items = Items(tuple(_seen(step) for step in steps))
    parts = (Line(f"{_met_by_the_records(steps)}:"), items, *_restricted(seat))
    return _form(seat, f"judge {seat.about} {ALL}", parts, submit="I have looked at these")


def _met_by_the_records(steps: Sequence[Step]) -> str:
    """How many there are, and how many of them he has looked at before: to a first reviewer nothing is unchanged."""
    total, known = len(steps), sum(step.seen is not None for step in steps)
    said = f"{total} {'criterion' if total == 1 else 'criteria'} met by the records"
    if not known:
        return said
    return f"{said} and unchanged since you last looked" if known == total else f"{said}, {known} of them unchanged"


def _restricted(seat: Seat) -> Iterator[Part]:
    """What he may not read is counted and not named."""
    if seat.hidden:
        items = tuple(Item(finding.reason) for finding in seat.hidden)
        yield Items(items, title="Not for you to confirm, because you may not read the evidence")


def _seen(step: Step) -> Item:
    return Item(step.finding.reason, step.evidence.document if step.evidence else "")


def step_form(
    step: Step, seat: Seat, *, said: tuple[str, str] = ("", ""), errors: Mapping[str, str] | None = None
) -> Form:
    """One criterion to judge: what was agreed, what is reported, what the check says, what changed.

    Nothing is chosen beforehand: a judgement that is one press of Enter away would be given without looking. `said` is
    the (verdict, remark) of a form that comes back with errors.
    """
    total, left = len(seat.review.steps.to_judge), len(seat.left)
    parts = (
        Line(f"To judge, {total - left + 1} of {total} · {step.title}"),
        *_step_parts(step),
        *_evidence(step, seat),
    )
    inputs = (
        Choice("verdict", "Your judgement", VERDICTS, said[0], required=True),
        TextInput("remark", "What is wrong, or your comment", said[1], lines=3, only_if=("verdict", REMARKED)),
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


def decision_form(
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
        ways=_unflag(seat),
    )


def _unflag(seat: Seat) -> tuple[Button, ...]:
    """Ways to confirm after all what was flagged, as long as it is not decided."""
    flagged = [name for name, _ in flagged_in(seat.review.draft)]
    return tuple(Button(f"Confirm {name} after all", f"judge {seat.about} {name}") for name in flagged[:SHOWN_FLAGS])


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
        yield Items(
            tuple(_seen(step) for step in steps.unchanged), title=_met_by_the_records(steps.unchanged), folded=True
        )
    confirmed = len(confirmed_in(draft, steps)) or len(steps.unchanged)
    flagged, commented = flagged_in(draft), commented_in(draft)
    yield Line(f"{confirmed} confirmed, {len(flagged)} flagged · evidence pack {steps.pack[:6]}")
    yield from _restricted(seat)
    if flagged:
        yield Items(tuple(Item(name, remark) for name, remark in flagged), title="Flagged")
    if commented:
        yield Items(tuple(Item(name, comment) for name, comment in commented), title="Commented")
