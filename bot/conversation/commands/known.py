"""Who somebody is here. Accounts of chat platforms are confirmed by the middle, before an order comes this far."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.chat import Line, Outcome, Reply
from bot.conversation.commands.desk import Desk
from bot.conversation.commands.reading import Order

HOW = (
    "Here nobody has an account to confirm. On Slack or Teams write `link` to the bot: you alone get what to do. "
    "Or an administrator confirms it: gatehouse link confirm."
)


def link(_order: Order, desk: Desk, _: Mapping[str, str]) -> Outcome:
    """Who the one who asks is known as."""
    if desk.person is None:
        return Outcome(Reply((Line(f"I do not know who you are in the programme. {HOW}"),)))
    name = desk.room.programme.name_of(desk.person) if desk.room.programme else desk.person
    return Outcome(Reply((Line(f"You are known as {name}: what you do here counts as his or hers."),)))


DOINGS: dict[str, Callable[[Order, Desk, Mapping[str, str]], Outcome]] = {"link": link}
