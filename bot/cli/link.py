"""`gatehouse link`: whose account is whose."""

from __future__ import annotations

import json
import sys

from bot.audience import person_id
from bot.cli.usage import UsageError
from bot.conversation.words import day
from bot.messaging.model import Account
from bot.messaging.store_links import Link, all_links
from bot.people.linking import open_register
from bot.people.links import Linked, NotLinked
from bot.settings import load_settings
from bot.wiring import Installation, open_installation
from gates.model import Programme
from gates.store_read import load_programmes


def list_links(*, as_json: bool) -> None:
    """Every link and proposal, those that wait for a confirmation first."""
    here = open_installation(load_settings())
    programme = _programme(here)
    with here.database.read() as session:
        links = sorted(all_links(session), key=lambda link: (link.confirmed_at is not None, link.account.text))
    if as_json:
        sys.stdout.write(json.dumps([_plain(link) for link in links], indent=2) + "\n")
        return
    lines = [_line(link, programme) for link in links]
    sys.stdout.write(
        "\n".join(lines or ["No account is linked yet: it begins when somebody writes to the bot."]) + "\n"
    )


def confirm_link(account: str, person: str, *, by: str | None) -> None:
    """An administrator confirms whose account this is; also relinks."""
    here = open_installation(load_settings())
    programme = _programme(here)
    if by is None:
        raise UsageError("Who confirms? Add --as ADMINISTRATOR, somebody other than the person.")
    register, now = open_register(lambda: programme, clock=here.clock), here.clock()
    whose, administrator = person_id(programme, person), person_id(programme, by)
    with here.database.write() as session:
        done = register.confirm(session, _account(account), whose, by=administrator, now=now)
    _tell(done, f"{account} is {programme.name_of(whose)} now, confirmed by {programme.name_of(administrator)}.")


def end_link(account: str, *, by: str | None, reason: str) -> None:
    """The account belongs to nobody any more; what was begun through it ends."""
    here = open_installation(load_settings())
    programme = _programme(here)
    if by is None:
        raise UsageError("Who ends it? Add --as PERSON.")
    register, who = open_register(lambda: programme, clock=here.clock), person_id(programme, by)
    with here.database.write() as session:
        done = register.end(session, _account(account), by=who, reason=reason)
    _tell(done, f"{account} is linked to nobody now.")


def _tell(done: Linked | NotLinked, words: str) -> None:
    if isinstance(done, NotLinked):
        raise UsageError(done.reason)
    sys.stdout.write(words + "\n")


def _account(text: str) -> Account:
    try:
        return Account.read(text)
    except ValueError as error:
        raise UsageError(f"This is no account: {error}.") from error


def _programme(here: Installation) -> Programme:
    with here.database.read() as session:
        found = next((stored.programme for stored in load_programmes(session) if stored.programme.people), None)
    if found is None:
        raise UsageError("No programme.yaml has been taken in yet: gatehouse sync FOLDER.")
    return found


def _line(link: Link, programme: Programme) -> str:
    name = programme.name_of(link.person)
    if link.confirmed_at is None or link.confirmed_by is None:
        return (
            f"{link.account.text}  waits to be confirmed as {name} (proposed by {programme.name_of(link.proposed_by)})"
        )
    by = programme.name_of(link.confirmed_by)
    return f"{link.account.text}  {name}, confirmed by {by}, {day(link.confirmed_at.date())}"


def _plain(link: Link) -> dict[str, str | None]:
    return {
        "account": link.account.text,
        "person": link.person,
        "proposed_by": link.proposed_by,
        "confirmed_by": link.confirmed_by,
        "confirmed_at": link.confirmed_at.isoformat() if link.confirmed_at else None,
    }
