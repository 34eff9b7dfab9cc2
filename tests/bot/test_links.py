"""Who is who: proposed by e-mail, confirmed by signing in or by another's word, audited, and taken away at once."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import text

from bot.chat import Link as Way
from bot.database import Session
from bot.delivery.worker import Worker
from bot.messaging.model import Ordered
from bot.messaging.store_links import link_of
from bot.people.linking import GONE, Invitations
from bot.people.links import Known, Linked, NotLinked, Register, Stranger, person_behind
from tests.bot.middle import CHANNEL, GUEST, INES, OMAR, PROGRAMME, Account, Middle, act, mention, middle, reply, run

__all__ = ["middle"]

NEW = Account("slack", "T1", "U-NEW")


class Audit:
    """Keeps what is recorded and whose walk-throughs were ended."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, Mapping[str, str] | None, Mapping[str, str] | None]] = []
        self.ended: list[str] = []

    def record(self, _session: Session, *, by: str, before, after, reason: str) -> None:  # type: ignore[no-untyped-def]
        assert reason
        self.rows.append((by, before, after))

    def end(self, _session: Session, person: str) -> None:
        self.ended.append(person)


@pytest.fixture
def audit() -> Audit:
    return Audit()


def _register(audit: Audit) -> Register:
    return Register(lambda: PROGRAMME, audit.record, audit.end)


def _seen(middle: Middle, *accounts: Account) -> None:
    for account in accounts:
        run(middle.places.look_up(CHANNEL, account))


def _who(middle: Middle, account: Account) -> Known | Stranger:
    with middle.database.read() as session:
        return person_behind(session, account, programme=PROGRAMME, now=middle.clock())


def test_an_e_mail_address_only_proposes(middle: Middle) -> None:
    middle.platform.emails[NEW.user] = "OMAR@halden.example"

    async def story() -> None:
        await middle.take(act(Ordered("hold churn"), by=NEW))
        middle.clock.pass_(seconds=6)
        await middle.settle()

    run(story())
    assert "waits to be confirmed as Omar Haddad" in middle.platform.alone(NEW)[0].said
    assert middle.script.commands == []
    assert isinstance(_who(middle, NEW), Stranger)


def test_an_administrator_confirms_and_it_is_audited(middle: Middle, audit: Audit) -> None:
    _seen(middle, NEW)
    with middle.database.write() as session:
        assert isinstance(_register(audit).confirm(session, NEW, "omar", by="helena", now=middle.clock()), Linked)
    assert _who(middle, NEW) == Known("omar")
    assert audit.rows == [("helena", None, {"account": NEW.text, "person": "omar", "link": "confirmed"})]


@pytest.mark.parametrize(
    ("person", "by", "told"),
    [
        ("helena", "helena", "cannot confirm an account as his own"),
        ("omar", "ines", "It can be done by Helena Koch"),
        ("nobody", "helena", "in programme.yaml"),
    ],
)
def test_who_may_not_confirm_is_told_who_can(middle: Middle, audit: Audit, person: str, by: str, told: str) -> None:
    _seen(middle, NEW)
    with middle.database.write() as session:
        found = _register(audit).confirm(session, NEW, person, by=by, now=middle.clock())
    assert isinstance(found, NotLinked)
    assert told in found.reason
    assert isinstance(_who(middle, NEW), Stranger)


def test_signing_in_confirms_ones_own_account(middle: Middle, audit: Audit) -> None:
    _seen(middle, NEW)
    with middle.database.write() as session:
        _register(audit).confirm_signed_in(session, NEW, "omar", now=middle.clock())
    assert _who(middle, NEW) == Known("omar")


def test_relinking_is_audited_and_ends_what_the_account_had_begun(middle: Middle, audit: Audit) -> None:
    _seen(middle, INES)
    with middle.database.write() as session:
        _register(audit).confirm(session, INES, "omar", by="helena", now=middle.clock())
    assert _who(middle, INES) == Known("omar")
    assert audit.ended == ["ines"]
    assert audit.rows[0][1] == {"account": INES.text, "person": "ines", "link": "confirmed"}


def test_a_proposal_takes_no_confirmed_link_away(middle: Middle, audit: Audit) -> None:
    _seen(middle, INES)
    with middle.database.write() as session:
        assert isinstance(_register(audit).propose(session, INES, "omar", by="e-mail", now=middle.clock()), NotLinked)
    assert _who(middle, INES) == Known("ines")


@pytest.mark.parametrize("kind", ["guest", "deactivated", "bot", "unknown"])
def test_only_a_full_living_account_is_somebody(middle: Middle, audit: Audit, kind: str) -> None:
    middle.link(GUEST, "ines")
    middle.platform.accounts[GUEST.user] = kind
    _seen(middle, GUEST)
    assert isinstance(_who(middle, GUEST), Stranger)
    with middle.database.write() as session:
        assert isinstance(_register(audit).confirm(session, GUEST, "omar", by="helena", now=middle.clock()), NotLinked)


def test_an_account_deactivated_meanwhile_votes_no_more(middle: Middle) -> None:
    _seen(middle, INES)
    assert _who(middle, INES) == Known("ines")
    run(middle.places.forget_account(INES))
    assert isinstance(_who(middle, INES), Stranger)
    middle.platform.accounts[INES.user] = "deactivated"
    _seen(middle, INES)
    assert isinstance(_who(middle, INES), Stranger)


def test_an_ended_link_gives_no_rights(middle: Middle, audit: Audit) -> None:
    _seen(middle, INES)
    with middle.database.write() as session:
        _register(audit).end(session, INES, by="helena", reason="left the company")
        assert link_of(session, INES) is None
    assert isinstance(_who(middle, INES), Stranger)
    assert audit.ended == ["ines"]


# --- by signing in ------------------------------------------------------------------------


@pytest.fixture
def signing_in(middle: Middle) -> Invitations:
    """The way to confirm one's own account, told by the bot from now on."""
    found = Invitations(middle.database, lambda: PROGRAMME, middle.clock, "https://gates.example")
    middle.turns = replace(middle.turns, invite=found.invite)
    middle.worker = Worker(replace(middle.worker._office, turns=middle.turns))
    return found


def _invited(middle: Middle) -> str:
    """What the account is sent alone when its owner asks to be known in front of others; the token in it."""
    run(middle.take(mention("link", by=NEW, ts=str(len(middle.platform.messages)))))
    (way,) = [part for part in middle.platform.alone(NEW)[-1].letter.reply.parts if isinstance(part, Way)]
    return way.url.removeprefix("https://gates.example/link/")


def test_the_way_to_confirm_an_account_is_told_to_it_alone_and_binds_it_once(
    middle: Middle, signing_in: Invitations
) -> None:
    token = _invited(middle)
    assert token not in "".join(posted.said for posted in middle.platform.in_(CHANNEL))
    found = signing_in.look(token)
    assert found is not None
    assert found[0] == NEW
    assert isinstance(signing_in.confirm(token, "omar"), Linked)
    assert _who(middle, NEW) == Known("omar")
    assert signing_in.look(token) is None
    assert signing_in.confirm(token, "ines") == NotLinked(GONE)
    assert _who(middle, NEW) == Known("omar")
    with middle.database.read() as session:
        (entry,) = session.execute(text("SELECT kind, surface, reason FROM gates_events")).all()
    assert tuple(entry) == ("account linked", "web", "confirmed by signing in")


def test_whoever_has_other_accounts_is_told_of_the_new_one_there_too(middle: Middle, signing_in: Invitations) -> None:
    signing_in.confirm(_invited(middle), "omar")
    run(middle.settle())
    for account in (NEW, OMAR):
        assert "was confirmed as Omar Haddad" in middle.platform.alone(account)[-1].said


def test_a_way_in_ends_after_ten_minutes_or_with_the_next_one(middle: Middle, signing_in: Invitations) -> None:
    first, second = _invited(middle), _invited(middle)
    assert signing_in.confirm(first, "omar") == NotLinked(GONE)
    middle.clock.pass_(minutes=10, seconds=1)
    assert signing_in.look(second) is None
    assert signing_in.confirm(second, "omar") == NotLinked(GONE)
    assert isinstance(_who(middle, NEW), Stranger)


def test_a_button_is_no_way_in(middle: Middle, signing_in: Invitations) -> None:
    middle.script.answer_with = lambda _a, _s: reply("shall we?", buttons=("hold churn",))
    run(middle.take(mention("drift?", by=INES)))
    token = middle.platform.in_()[0].letter.tokens["hold churn"]
    assert signing_in.confirm(token, "omar") == NotLinked(GONE)


def test_somebody_talked_into_following_another_s_link_does_not_become_him(
    middle: Middle, signing_in: Invitations
) -> None:
    middle.platform.emails[NEW.user] = "mallory@halden.example"
    done = signing_in.confirm(_invited(middle), "omar")
    assert isinstance(done, NotLinked)
    assert "is not yours in programme.yaml" in done.reason
    assert isinstance(_who(middle, NEW), Stranger)


def test_a_guest_is_offered_no_way_in(middle: Middle, signing_in: Invitations) -> None:
    run(middle.take(mention("link", by=GUEST)))
    assert "Guest accounts" in middle.platform.in_(CHANNEL)[0].said
    assert middle.platform.alone(GUEST) == []
    assert signing_in.look("forged") is None


def test_of_two_who_use_one_link_at_once_one_is_bound(middle: Middle, signing_in: Invitations) -> None:
    token = _invited(middle)
    with ThreadPoolExecutor(2) as both:
        done = list(both.map(lambda person: signing_in.confirm(token, person), ("omar", "helena")))
    assert sorted(type(one).__name__ for one in done) == ["Linked", "NotLinked"]
