"""Readers of a chat place: by the platform's facts, believed for minutes, refused where they are not certain."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.audience import Readers, Unreadable, audience_in
from bot.people.places import audience_at, place_named
from rag.model import AccessLabel, Audience
from tests.bot.middle import BEGAN, CHANNEL, INES, PROGRAMME, Account, Address, Middle, middle, run

__all__ = ["middle"]

RETENTION = AccessLabel(frozenset({frozenset({"retention"})}))
INES_OR_OMAR = AccessLabel(frozenset({frozenset({"ines", "omar"})}))


def _audience(middle: Middle, at: Address = CHANNEL) -> Audience | Unreadable:
    with middle.database.read() as session:
        return audience_at(session, at, programme=PROGRAMME, now=middle.clock())


def test_a_private_channel_is_read_by_its_members_and_by_nobody_else(middle: Middle) -> None:
    run(middle.places.look_up(CHANNEL))
    found = _audience(middle)
    assert isinstance(found, Audience)
    assert found.may_read(INES_OR_OMAR)
    assert not found.may_read(RETENTION)  # Omar is not of that group


def test_a_member_nobody_has_linked_makes_it_public(middle: Middle) -> None:
    middle.platform.members = frozenset({INES.user, "U-SOMEBODY"})
    run(middle.places.look_up(CHANNEL))
    found = _audience(middle)
    assert isinstance(found, Audience)
    assert not found.may_read(INES_OR_OMAR)
    assert found.may_read(AccessLabel())


def test_a_public_channel_whose_workspace_is_not_listed_is_read_by_the_public(middle: Middle) -> None:
    middle.platform.kind, middle.platform.members = "public", None
    run(middle.places.look_up(CHANNEL))
    found = _audience(middle)
    assert isinstance(found, Audience)
    assert not found.may_read(INES_OR_OMAR)


def test_a_direct_message_is_for_its_person_alone(middle: Middle) -> None:
    alone = Address("slack", "T1", f"D-{INES.user}")
    run(middle.places.look_up(alone))
    found = _audience(middle, alone)
    assert isinstance(found, Audience)
    assert found.may_read(RETENTION)


@pytest.mark.parametrize("kind", ["external", "unknown"])
def test_where_outsiders_read_or_nobody_can_tell_nothing_is_said(middle: Middle, kind: str) -> None:
    middle.platform.kind = kind
    run(middle.places.look_up(CHANNEL))
    found = _audience(middle)
    assert isinstance(found, Unreadable)
    assert "direct message" in found.reason


def test_a_place_whose_members_cannot_be_listed_is_refused(middle: Middle) -> None:
    middle.platform.members = None
    run(middle.places.look_up(CHANNEL))
    assert isinstance(_audience(middle), Unreadable)


def test_an_account_of_another_workspace_is_nobody_here(middle: Middle) -> None:
    middle.link(Account("slack", "T2", "U-TWIN"), "omar")
    middle.platform.members = frozenset({INES.user, "U-TWIN"})
    run(middle.places.look_up(CHANNEL))
    found = _audience(middle)
    assert isinstance(found, Audience)
    assert not found.may_read(INES_OR_OMAR)


def test_membership_is_asked_for_once_in_minutes_and_never_believed_longer(middle: Middle) -> None:
    run(middle.places.look_up(CHANNEL))
    run(middle.places.look_up(CHANNEL))
    assert middle.platform.asked == 1
    middle.clock.pass_(minutes=5, seconds=1)
    assert isinstance(_audience(middle), Unreadable)
    run(middle.places.look_up(CHANNEL))
    assert isinstance(_audience(middle), Audience)
    assert middle.platform.asked == 2


def test_who_leaves_stops_reading_at_once(middle: Middle) -> None:
    run(middle.places.look_up(CHANNEL))
    run(middle.places.forget(CHANNEL))
    assert isinstance(_audience(middle), Unreadable)
    run(middle.places.forget_workspace("slack", "T1"))
    middle.platform.members = frozenset({INES.user})
    run(middle.places.look_up(CHANNEL))
    found = _audience(middle)
    assert isinstance(found, Audience)
    assert found.may_read(RETENTION)


def test_an_answer_of_the_platform_from_before_a_change_is_not_kept(middle: Middle) -> None:
    platform = middle.platform
    before = platform.place

    async def overtaken(at: Address):  # type: ignore[no-untyped-def]
        facts = await before(at)
        await middle.places.forget(at)
        return facts

    platform.place = overtaken  # type: ignore[method-assign]
    run(middle.places.look_up(CHANNEL))
    assert isinstance(_audience(middle), Unreadable)


def test_a_reader_twice_is_a_reader_once() -> None:
    names = frozenset({"ines"})
    found = audience_in(Readers("group", BEGAN, "g", (names, names, frozenset())), now=BEGAN + timedelta(minutes=1))
    assert found == Audience("g", (frozenset(), names))


def test_channels_are_known_by_their_ids_never_by_their_names() -> None:
    assert place_named("#churn", programme=PROGRAMME, workspaces={"slack": "T1"}) == "slack:T1:C1"
    assert place_named("C1", programme=PROGRAMME, workspaces={"slack": "T1"}) == "slack:T1:C1"
    assert place_named("#churn", programme=PROGRAMME, workspaces={"teams": "X"}) is None
    assert place_named("#renamed", programme=PROGRAMME, workspaces={"slack": "T1"}) is None
