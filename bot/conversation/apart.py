"""What the one who asks may know beyond the place he asks in, told to him alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.audience import AudienceError, audience_of
from bot.chat import Ask, Buttons, Line, Reply
from bot.conversation.asking import Rooms, answer_question
from bot.conversation.commands.rating import feedback_buttons
from bot.conversation.told import Told
from bot.conversation.views import reply_of

ALONE = "Only you see this. From what you may read and not everyone there:"


def answer_in_place(asked: Ask, rooms: Rooms, *, show: Callable[[Reply], None] = lambda _: None) -> Reply:
    """The answer for everyone who reads along; what the asker may know beyond it stands in the private part.

    The two are worked out apart: nothing of the second can show in the first. `show` takes what everyone there may see
    before the end; the private part is never put into words by a model.

    Raises:
        AudienceError: Nobody can tell who reads there, or people from outside do.
    """
    told = answer_question(asked, rooms, show=lambda so_far: show(reply_of(so_far)))
    more = _told_alone(asked, rooms) if _may_read_more(asked, rooms) else None
    reply = reply_of(told)
    if told.by_model:  # only how such an answer came about is kept, so that an opinion of it can be used
        reply = replace(reply, parts=(*reply.parts, Buttons(feedback_buttons(told.id))))
    if more is None or not _says_more(more, told):
        return reply
    return replace(reply, private=(Line(ALONE, quiet=True), *reply_of(more).parts))


def _may_read_more(asked: Ask, rooms: Rooms) -> bool:
    if asked.person is None or asked.place is None:
        return False
    ledger = rooms.ledger()
    own = audience_of(ledger.programme, person=asked.person, place=None)
    return not ledger.readable(own) <= ledger.readable(rooms.readers(ledger.programme, asked))


def _told_alone(asked: Ask, rooms: Rooms) -> Told | None:
    try:
        return answer_question(replace(asked, place=None), replace(rooms, model=None))
    except AudienceError:
        return None


def _says_more(mine: Told, told: Told) -> bool:
    return not mine.abstained and (mine.text, mine.parts) != (told.unworded, told.parts)
