"""What changed since somebody signed: for him, and only in documents that he may read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from bot.chat import Button, Buttons, Heading, Line, Outcome, Part, Reply
from bot.conversation.commands.desk import Desk
from bot.conversation.commands.forms import gate_of
from bot.conversation.commands.looking import no_gate
from bot.conversation.commands.reading import Order
from bot.conversation.commands.seats import Seat, changed_lines, sit_down
from bot.conversation.commands.showing import difference
from bot.conversation.commands.telling import moment
from gates.signoff.signature import SignedSeat
from gates.signoff.walkthrough import Step

MOST_LINES = 40
"""Lines of one document's difference; whoever has to read more opens the document."""


def changed(order: Order, desk: Desk, _: Mapping[str, str]) -> Outcome:
    """The frozen evidence of his signature beside the evidence as it is now."""
    gate = gate_of(order, desk)
    if gate is None:
        return Outcome(no_gate(order, desk), refused=True)
    mine = [seat for seat in desk.ledger.state(gate.project, gate.gate).signed if _is_his(seat, desk)]
    if not mine:
        said = f"You have not signed {gate.name} of {gate.project}, so nothing can have changed since."
        return Outcome(Reply((Line(said), Buttons((Button("Open gate", f"show {gate.project} {gate.gate}"),)))))
    seat = sit_down(order, desk)
    if isinstance(seat, Reply):
        return Outcome(seat, refused=True)
    return Outcome(Reply(tuple(_told(seat, mine[-1]))))


def _is_his(seat: SignedSeat, desk: Desk) -> bool:
    return seat.by == desk.person and not seat.withdrawn


def _told(seat: Seat, signed: SignedSeat) -> Iterator[Part]:
    steps = [step for step in (*seat.review.steps.to_judge, *seat.review.steps.unchanged) if step.change]
    when = moment(signed.at, seat.desk.programme)
    yield Heading(f"{seat.gate.project} · {seat.gate.name}: since you signed, {when}")
    if not steps:
        yield Line("Nothing that you may read has changed." if seat.hidden else "Nothing has changed.")
    for step in steps:
        yield from _change(step, seat)
    if signed.lapsed:
        yield Line("Your signature no longer counts. Look at it again and sign.")
        yield Buttons((Button("Review and sign", f"review {seat.about}", "primary"),))


def _change(step: Step, seat: Seat) -> Iterator[Part]:
    yield Line(f"{step.title}: {step.change}")
    yield from difference(changed_lines(step, seat.desk), most=MOST_LINES)


DOINGS: dict[str, Callable[[Order, Desk, Mapping[str, str]], Outcome]] = {"changed": changed}
