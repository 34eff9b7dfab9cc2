"""What somebody thought of an answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.chat import Button, Line, Outcome, Reply
from bot.conversation.commands.desk import Desk
from bot.conversation.commands.reading import Order

_VERDICTS = {"helpful": True, "good": True, "yes": True, "not": False, "bad": False, "no": False}


def feedback_buttons(answer: str) -> tuple[Button, Button]:
    """The two buttons under an answer; Slack draws them as its own."""
    return Button("Helpful", f"feedback {answer} helpful"), Button("Not helpful", f"feedback {answer} not")


def feedback(order: Order, desk: Desk, _: Mapping[str, str]) -> Outcome:
    """Thanks, and what follows. An answer that no model worded is not kept, and its feedback neither."""
    helpful = _VERDICTS.get(order.args["verdict"].casefold())
    if helpful is None:
        said = f"{order.args['verdict']!r} is no verdict; it is helpful or not."
        return Outcome(Reply((Line(f"{said} Written: {order.verb.usage}"),)), refused=True)
    desk.ledger.rate(order.args["answer"], helpful=helpful)
    if helpful:
        return Outcome(Reply((Line("Thank you, noted."),)))
    next_ = "Ask again in other words, or ask the owner of the project: status PROJECT names him."
    return Outcome(Reply((Line("Thank you, noted."), Line(next_, quiet=True))))


DOINGS: dict[str, Callable[[Order, Desk, Mapping[str, str]], Outcome]] = {"feedback": feedback}
