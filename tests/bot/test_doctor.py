"""`gatehouse doctor` and `gatehouse link`, as an administrator sees them."""

from __future__ import annotations

import json
from datetime import timedelta

from bot.database import Database, open_database
from bot.messaging.model import AccountFacts, Rejected
from bot.messaging.store_links import Link, save_link
from bot.messaging.store_places import keep_account
from bot.settings import load_settings
from bot.upkeep.doctor import CHECKS, Finding, Patient, examine
from bot.wiring import open_installation
from tests.bot.front_door import House
from tests.bot.middle import BEGAN, INES, OMAR, PROGRAMME, Account, Middle, mention, middle, run
from tests.bot.signing import Talk

__all__ = ["middle"]

RECORDS = {
    "programme.yaml": (
        "programme: Harbour\npeople:\n  ana: {name: Ana Silva, email: ana@h.example}\n  bo: {name: Bo Lund}\n"
        "  cy: {name: Cy Moor}\nroles:\n  administrator: [bo]\n"
    )
}
ANA = Account("slack", "T1", "U-ANA")


def _found(middle: Middle) -> list[Finding]:
    with middle.database.read() as session:
        return list(examine(Patient(session, PROGRAMME, middle.clock()), CHECKS))


def _says(middle: Middle, level: str) -> str:
    return "\n".join(f"{one.about}: {one.says} {one.do}" for one in _found(middle) if one.level == level)


def test_a_message_that_was_not_delivered_is_told_with_its_reason_and_the_way_out(middle: Middle) -> None:
    middle.platform.fails = [Rejected("The bot is not in this channel: invite it.")]
    run(middle.take(mention("status?")))
    bad = _says(middle, "bad")
    assert "The bot is not in this channel: invite it." in bad
    assert "gatehouse doctor --send-again 1" in bad


def test_events_that_nobody_works_on_are_told(middle: Middle) -> None:
    run(middle.inbox.accept(mention("status?")))
    assert "inbox" not in _says(middle, "bad")
    middle.clock.pass_(minutes=4)
    assert "1 accepted events wait, the oldest for 4 min" in _says(middle, "bad")


def test_people_without_an_account_are_named(middle: Middle) -> None:
    assert "Helena Koch" in _says(middle, "warning")


def test_a_check_that_fails_does_not_hide_the_others(middle: Middle) -> None:
    def broken(_patient: Patient) -> list[Finding]:
        raise ZeroDivisionError

    with middle.database.read() as session:
        found = examine(Patient(session, PROGRAMME, middle.clock()), (broken, *CHECKS))
    assert found[0].about == "broken"
    assert len(found) > 5


def test_doctor_on_a_fresh_installation_says_what_to_do_first(house: House) -> None:
    ran = house.run("doctor")
    assert ran.code == 1
    assert "No programme.yaml has been taken in" in ran.out
    assert "gatehouse sync FOLDER" in ran.out


def _database() -> Database:
    return open_database(load_settings().database)


def test_an_account_is_confirmed_by_an_administrator_and_stands_in_the_audit_log(house: House) -> None:
    house.write(RECORDS)
    house.sync()
    here = open_installation(load_settings())
    with _database().write() as session:
        save_link(session, Link(ANA, "ana", "e-mail", BEGAN))
        keep_account(session, ANA, AccountFacts("member", here.clock(), "ana@h.example"), drops=0)
    assert "waits to be confirmed as Ana Silva" in house.run("link", "list").out
    refused = house.run("link", "confirm", ANA.text, "ana", "--as", "ana")
    assert refused.code != 0
    assert "Bo Lund" in refused.err
    assert "Ana Silva now, confirmed by Bo Lund" in house.run("link", "confirm", ANA.text, "ana", "--as", "bo").out
    (link,) = json.loads(house.run("link", "list", "--json").out)
    assert (link["person"], link["confirmed_by"]) == ("ana", "bo")
    exported = house.run("audit", "export").out
    assert "account linked" in exported
    assert house.run("audit", "verify").code == 0


def test_an_account_the_platform_was_not_asked_about_is_not_confirmed(house: House) -> None:
    house.write(RECORDS)
    house.sync()
    ran = house.run("link", "confirm", ANA.text, "ana", "--as", "bo")
    assert "writes to the bot once" in ran.err
    assert house.run("link", "confirm", "nonsense", "ana", "--as", "bo").err.startswith("gatehouse: This is no account")


def test_ages_are_told_as_people_say_them(middle: Middle) -> None:
    run(middle.inbox.accept(mention("status?", by=OMAR)))
    middle.clock.now += timedelta(hours=30)
    assert "for 30 h" in _says(middle, "bad")
    assert INES.text not in _says(middle, "bad")


def test_an_override_is_told_with_the_order_that_settles_it(at_desk: Talk, lighthouse: House) -> None:
    assert "beam launch" not in lighthouse.run("doctor").out
    assert not at_desk.says("bo.lind", "override beam launch the old lamp fails the ships").refused
    told = lighthouse.run("doctor").out
    assert "beam launch: Overridden until" in told
    assert "gatehouse gate review-override beam launch" in told
