"""Whoever answers for a model budget hears once when half, four fifths and all of it is spent."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.chat import Outcome, Post, Send, ToPerson
from bot.model.spend_warnings import spend_warnings
from inference.tables import AccountRow
from tests.bot.signing import Talk, words

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def spent(at_desk: Talk, whose: str, micros: int) -> tuple[Send, ...]:
    """What is sent once this much of 10 USD is spent today."""
    room = at_desk.conversing.rooms.ledger()
    assert room.programme is not None
    with at_desk.here.database.write() as session:
        row = AccountRow(key=f"{whose}/day/2026-11-20", micros_spent=micros, micros_limit=10_000_000)
        kept = session.get(AccountRow, row.key)
        if kept is None:
            session.add(row)
        else:
            kept.micros_spent = micros
        session.flush()
        return spend_warnings(session, programme=room.programme, projects=room.projects, now=NOW)


def test_owner_and_manager_of_a_project_hear_of_each_mark_once(at_desk: Talk) -> None:
    assert spent(at_desk, "project:beam", 4_900_000) == ()
    half = spent(at_desk, "project:beam", 5_100_000)
    assert [send.to for send in half if isinstance(send, Post)] == [ToPerson("bo.lind"), ToPerson("ed.vale")]
    assert isinstance(half[0], Post)
    said = words(Outcome(half[0].reply))
    assert "51% of the model budget for the day of project beam is spent" in said
    assert "5.10 of 10.00 USD" in said
    assert spent(at_desk, "project:beam", 5_200_000) == ()
    assert len(spent(at_desk, "project:beam", 8_000_000)) == 2
    whole = spent(at_desk, "project:beam", 10_000_000)
    assert isinstance(whole[0], Post)
    assert "quote their sources" in words(Outcome(whole[0].reply))


@pytest.mark.parametrize(("whose", "told"), [("person:ada.moss", ["ada.moss"]), ("person:nobody", [])])
def test_a_persons_budget_is_his_own_matter(at_desk: Talk, whose: str, told: list[str]) -> None:
    sends = spent(at_desk, whose, 9_000_000)
    assert [send.to.person for send in sends if isinstance(send, Post) and isinstance(send.to, ToPerson)] == told
