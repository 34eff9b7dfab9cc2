"""`gatehouse chat`: a conversation in the terminal."""

from __future__ import annotations

import sys

from bot.audience import AudienceError
from bot.chat import Ask, Line, Reply
from bot.conversation.asking import answer_question
from bot.conversation.views import reply_of
from bot.platforms.terminal.chat import chat
from bot.platforms.terminal.render import console_on
from bot.settings import load_settings
from bot.wiring import open_installation, open_rooms


def run_chat(*, person: str | None, place: str | None) -> None:
    """Talk until the input ends."""
    here = open_installation(load_settings())
    with open_rooms(here) as rooms:

        def answer(ask: Ask) -> Reply:
            try:
                return reply_of(answer_question(ask, rooms))
            except AudienceError as error:
                return Reply((Line(str(error)),))

        chat(answer, read=input, write=console_on(sys.stdout).print, person=person, place=place)
