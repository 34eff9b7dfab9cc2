"""What the asker may read and the channel may not: told to him alone, while the channel's reply stays byte for byte."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.chat import Ask, Line, Reply
from bot.conversation.apart import answer_in_place
from bot.messaging.codec import to_plain
from bot.settings import load_settings
from bot.wiring import open_installation, open_rooms
from tests.bot.front_door import House
from tests.bot.middle import BEGAN

PROGRAMME = """
programme: Harbour
people:
  ana: {name: Ana Silva, groups: [legal]}
  bo: {name: Bo Lund}
channels:
  "#harbour": {id: C1, kind: private, members: [ana, bo]}
access:
  - {path: "legal/**", readers: [legal]}
"""
OPEN = {"programme.yaml": PROGRAMME, "fees.md": "# Fees\n\nThe mooring fee is 312 EUR a night.\n"}
SECRET = {"legal/lykke.md": "# Lykke\n\nThe settlement with Lykke Shipping is 48,000 EUR.\n"}
QUESTIONS = ("how much is the mooring fee?", "how much is the settlement with Lykke Shipping?")


def _replies(person: str) -> list[Reply]:
    here = open_installation(load_settings())
    with open_rooms(here) as rooms:
        still = replace(rooms, synced_at=lambda: BEGAN, clock=lambda: BEGAN)
        return [answer_in_place(Ask(words, "thread", person, "#harbour"), still) for words in QUESTIONS]


def _open(replies: list[Reply]) -> list[dict[str, object]]:
    return [to_plain(replace(reply, private=())) for reply in replies]


@pytest.mark.parametrize("person", ["ana", "bo"])
def test_the_channels_reply_is_the_same_whether_or_not_a_restricted_document_exists(house: House, person: str) -> None:
    house.write(OPEN)
    house.sync()
    without = _replies(person)
    house.write(SECRET)
    house.sync()
    with_ = _replies(person)
    assert _open(without) == _open(with_)
    assert all(reply.private == () for reply in without)


def test_who_may_read_more_is_told_more_alone_and_who_may_not_is_not(house: House) -> None:
    house.write(OPEN | SECRET)
    house.sync()
    fee, settlement = _replies("ana")
    assert fee.private == ()  # nothing beyond what everyone there was told
    told = " ".join(part.text for part in settlement.private if isinstance(part, Line))
    assert "48,000 EUR" in told
    assert "48,000" not in str(settlement.parts)
    assert [reply.private for reply in _replies("bo")] == [(), ()]
