"""The web page and the terminal draw whatever the bot can say, and let nothing in it act."""

from __future__ import annotations

import io
import json

import pytest

from bot.platforms.terminal.render import console_on
from bot.platforms.terminal.render import render as in_terminal
from bot.platforms.web.render import render as on_page
from tests.bot.conformance.replies import REPLIES


@pytest.mark.parametrize("name", REPLIES)
def test_the_web_page_takes_every_reply_as_json(name: str) -> None:
    drawn = on_page(REPLIES[name])
    assert len(drawn) == len(REPLIES[name].parts)
    assert all(part["kind"] for part in drawn)
    said = json.dumps(drawn, ensure_ascii=False)
    assert "\u202e" not in said
    assert "\x1b" not in said


LONGEST = "twenty thousand characters"  # wrapping takes the terminal many seconds
IN_TERMINAL = [pytest.param(name, marks=pytest.mark.slow) if name == LONGEST else name for name in REPLIES]


@pytest.mark.parametrize("width", [40, 100])
@pytest.mark.parametrize("name", IN_TERMINAL)
def test_the_terminal_shows_every_reply_within_its_width(name: str, width: int) -> None:
    stream = io.StringIO()
    console = console_on(stream)
    console.width = width
    console.print(in_terminal(REPLIES[name], width=width))
    lines = stream.getvalue().splitlines()
    assert "\u202e" not in stream.getvalue()
    assert "\x1b" not in stream.getvalue()
    assert name == "emoji" or all(len(line) <= width for line in lines)
