"""The digest of the demo programme on every surface, against golden files; look at them when they change."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bot.conformance.teams import broken
from tests.bot.conformance.teams import message as teams_message
from tests.bot.digest_cards import SURFACES, demo_digest

GOLDEN = Path(__file__).with_name("golden_digest")


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("edition", ["daily", "quarterly"])
def test_the_digest_reads_as_it_was_looked_at(surface: str, edition: str) -> None:
    path = GOLDEN / f"{edition}-{surface}"
    said = SURFACES[surface](demo_digest(portfolio_edition=edition == "quarterly"))
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        path.write_text(said, "utf-8")
        pytest.fail(f"{path.name} was written; look at it and commit it")
    assert said == path.read_text("utf-8")


@pytest.mark.parametrize("edition", ["daily", "quarterly"])
def test_the_card_of_a_digest_has_room_for_its_picture_and_is_one_that_teams_takes(edition: str) -> None:
    card = teams_message(demo_digest(portfolio_edition=edition == "quarterly", drawn=True)).card
    assert broken(card) == []
    assert "data:image/png;base64" in str(card)
    assert "Past digests" in str(card)
