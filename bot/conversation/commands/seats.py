"""A person before a sign-off that is asked for: the steps he may read, and what is hidden from him."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.chat import Button, Buttons, Line, Reply
from bot.conversation.commands.desk import Desk
from bot.conversation.commands.forms import gate_of
from bot.conversation.commands.looking import no_gate
from bot.conversation.commands.reading import Order
from gates.report import Finding, GateReport
from gates.service.reviewing import Review
from gates.signoff.context import Refused
from gates.signoff.walkthrough import Step, confirmed_in, flagged_in, left_to_judge, see_screen


@dataclass(frozen=True)
class Seat:
    """A reviewer before one gate. `review` has what he may read; the rest is in `hidden`, and not his to confirm."""

    order: Order
    gate: GateReport
    desk: Desk
    review: Review
    hidden: tuple[Finding, ...] = ()

    @property
    def about(self) -> str:
        return f"{self.gate.project} {self.gate.gate}"

    @property
    def left(self) -> tuple[Step, ...]:
        return left_to_judge(self.review.draft, self.review.steps)

    @property
    def one_press(self) -> bool:
        """Low risk and nothing to judge: what is met is shown beside the decision instead of before it."""
        return self.desk.project(self.gate.project).risk_tier == "low" and not self.review.steps.to_judge


def sit_down(order: Order, desk: Desk) -> Seat | Reply:
    gate = gate_of(order, desk)
    if gate is None:
        return no_gate(order, desk)
    found = desk.ledger.review(gate.project, gate.gate)
    if isinstance(found, Refused):
        about = f"{gate.project} {gate.gate}"
        buttons = Buttons((Button("Open gate", f"show {about}"), Button("Submit for sign-off", f"submit {about}")))
        return Reply((Line(found.reason), *((Line(found.how),) if found.how else ()), buttons))
    hidden = hidden_from(gate)
    named = {finding.criterion.id for finding in hidden}
    steps = replace(
        found.steps,
        unchanged=tuple(step for step in found.steps.unchanged if step.criterion not in named),
        to_judge=tuple(step for step in found.steps.to_judge if step.criterion not in named),
    )
    return Seat(order, gate, desk, replace(found, steps=steps), hidden)


def hidden_from(gate: GateReport) -> tuple[Finding, ...]:
    """The evidence criteria that these readers may not read: nobody confirms what he cannot look at."""
    return tuple(finding for finding in gate.findings if finding.restricted and not finding.is_approval)


def nothing_readable(gate: GateReport) -> Reply:
    """There is nothing a signature of his could rest on."""
    said = f"Not counted: you may read none of the evidence of {gate.name}, so there is nothing you could confirm."
    who = ", ".join(dict.fromkeys(finding.reason.removeprefix("restricted - ") for finding in hidden_from(gate)))
    return Reply((Line(said), Line(f"Somebody who may read it can sign ({who}), or the owner lets you read it.")))


def looked_at(seat: Seat) -> tuple[str, ...]:
    """What the signature rests on: confirmed, or flagged. Where nothing is hidden, none stands for all of the pack."""
    draft, steps = seat.review.draft, seat.review.steps
    seen = see_screen(draft, steps) if seat.one_press else draft
    return confirmed_in(seen, steps) or (tuple(name for name, _ in flagged_in(draft)) if seat.hidden else ())


def changed_lines(step: Step, desk: Desk) -> Sequence[str]:
    """How the document differs from the one he saw; nothing where no bytes were frozen."""
    seen = step.seen
    if seen is None or seen.raw_sha256 is None or step.evidence is None or step.evidence.document != seen.document:
        return ()
    return desk.ledger.changes(seen.raw_sha256, step.evidence.document)
