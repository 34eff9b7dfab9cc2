"""Cards that are drawn one by one: Teams takes sixty people at most."""

from __future__ import annotations

from bot.platforms.teams.buttons import refresh
from bot.platforms.teams.limits import VIEWERS


def test_a_card_is_drawn_for_the_first_sixty_and_no_more() -> None:
    people = [f"29:{number}" for number in range(100)]
    assert VIEWERS == 60
    assert refresh("gate:beam/launch", people)["userIds"] == people[:60]
