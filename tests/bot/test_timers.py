"""Timers at work: the schedule acts on a request that nobody signs, once, and it stands in the log."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bot.front_door import House
from tests.bot.signing import LIGHTHOUSE, talk, words

TIMERS = """
terms:
  timers:
    - {after_hours: 2, action: comment}
    - {after_hours: 10, action: add, role: administrator}
    - {after_hours: 99, action: cancel}
"""


def at(moment: str) -> str:
    """The programme with its clock at this moment, and somebody who can stand in."""
    text = LIGHTHOUSE["programme.yaml"].replace("2026-11-20T09:00", moment)
    return text.replace("roles:\n", "roles:\n  administrator: [ed.vale]\n", 1) + TIMERS


def test_a_request_nobody_signs_gets_a_comment_then_a_stand_in_each_once_and_in_the_log(
    tmp_path: Path, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = House.build(tmp_path, models, monkeypatch)
    house.write({**LIGHTHOUSE, "programme.yaml": at("2026-11-20T09:00")})
    house.sync()
    with talk() as desk:
        assert not desk.says("ada.moss", "submit beam launch", comment="").refused
    for moment in ("2026-11-20T16:00", "2026-11-24T16:00", "2026-11-25T09:00"):
        house.write({"programme.yaml": at(moment)})
        house.sync()
    with talk() as desk:
        history = words(desk.says("ed.vale", "history beam launch"))
        assert history.count("Nobody signed as Model risk owner within 2 working hours.") == 1
        assert history.count("lets Ed Vale sign as Model risk owner in the place of Cy Park, who has not signed") == 1
        assert "took the submission back" not in history
        assert not desk.says("ed.vale", "approve beam launch as model_risk_owner").refused
        assert "Ed Vale" in words(desk.says("ada.moss", "show beam launch"))
