"""A limit moved after the result was known: the gate says so until it is measured again, and the audit has it."""

from __future__ import annotations

import json
from typing import Any

from tests.bot.front_door import House
from tests.bot.programmes import FERRY, HARBOUR

RECORD = "projects/ferry-eta/project.yaml"
QUESTION = ("gate", "blockers", "ferry-eta", "production", "--json")


def blocker(house: House) -> dict[str, Any] | None:
    found = json.loads(house.run(*QUESTION).out)["blockers"]
    return next((one for one in found if one["criterion"] == "latency"), None)


def moved(house: House, old: str, new: str) -> dict[str, Any] | None:
    house.write(HARBOUR)
    house.write({RECORD: FERRY.replace('"<= 200"', old)})
    house.sync()
    house.write({RECORD: FERRY.replace('"<= 200"', new)})
    assert house.sync()["problems"] == []
    return blocker(house)


def test_a_limit_moved_to_fit_the_result_is_itself_what_blocks(house: House) -> None:
    found = moved(house, '"<= 200"', '"<= 300"')
    assert found is not None
    assert "<= 200" in found["reason"]
    assert "<= 300" in found["reason"]
    assert house.run("audit", "verify").code == 0


def test_a_limit_agreed_once_the_result_is_known_does_not_count_either(house: House) -> None:
    found = moved(house, "to agree", '"<= 300"')
    assert found is not None
    assert "to agree" in found["reason"]


def test_the_same_limit_written_another_way_is_no_change(house: House) -> None:
    assert moved(house, '"<= 300"', '"≤ 300"') is None
