"""`gatehouse digest`: what somebody's digest says, before or instead of sending it."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from bot.audience import AudienceError, audience_of, person_id
from bot.cli.ask import print_json
from bot.cli.usage import UsageError
from bot.conversation.digest_views import Circumstances, digest_json
from bot.conversation.ledger_room import LedgerRoom
from bot.digests.desk import DigestDesk
from bot.digests.serving import read_serving
from bot.digests.stated import read_stated
from bot.platforms.terminal.render import console_on, render
from bot.rooms import open_ledger
from bot.settings import load_settings
from bot.subscriptions.model import Subscription
from bot.subscriptions.store import subscription_of
from bot.wiring import Installation, open_installation
from rag.model import Audience

EDITIONS = ("daily", "quarterly")


def run_digest(
    *, reader: str | None, at: str | None, whole: bool, edition: str, as_json: bool, png: Path | None
) -> None:
    """Print a digest as it would be sent now, or at a moment; nothing is sent and nothing is remembered."""
    if edition not in EDITIONS:
        raise UsageError(f"--edition wants {' or '.join(EDITIONS)}, not {edition!r}.")
    here = open_installation(load_settings())
    room = _room(here, at)
    name = _reader(reader or here.settings.person, room)
    with here.database.read() as session:
        serving = read_serving(session, now=here.clock())
        dates = read_stated(session, room.projects)
        desk = DigestDesk(room, lambda channel: _audience(channel, room), serving=serving, dates=dates)
        kept = subscription_of(session, name) or Subscription(name, room.now)
        kept = replace(kept, every="quarter") if edition == "quarterly" else kept
        known = desk.reader(kept, session)
        if known is None:
            raise UsageError(f"Nobody can tell who reads in {name}, so it gets no digest.")
        told = desk.digest(known, session, name=name, whole=whole)
        reply = desk.reply(told, known, session, Circumstances(), portfolio=edition == "quarterly")
    picture = desk.picture(known)
    if png is not None:
        if picture is None:
            raise UsageError("There is nothing to draw: no gate has a date and no project a budget.")
        png.write_bytes(picture.png)
    if as_json:
        print_json({"for": name, **digest_json(told.digest), "picture": picture.alt if picture else None})
    else:
        console_on(sys.stdout).print(render(reply))


def _room(here: Installation, at: str | None) -> LedgerRoom:
    now = _moment(at) if at else None
    room = open_ledger(here.database, (lambda: now) if now else here.clock)
    if room.programme is None:
        raise UsageError("No programme has been taken in yet: gatehouse sync FOLDER.")
    return replace(room, now=now) if now else room


def _moment(said: str) -> datetime:
    try:
        moment = datetime.fromisoformat(said)
    except ValueError as error:
        raise UsageError(f"--at wants a moment as 2026-11-20T08:30, not {said!r}.") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _reader(said: str, room: LedgerRoom) -> str:
    assert room.programme is not None
    if not said:
        raise UsageError("For whom? Name a person or a channel: gatehouse digest --for PERSON.")
    if said.startswith("#"):
        return said
    try:
        return person_id(room.programme, said)
    except AudienceError as error:
        raise UsageError(str(error)) from error


def _audience(channel: str, room: LedgerRoom) -> Audience | None:
    try:
        return audience_of(room.programme, person=None, place=channel)
    except AudienceError as error:
        raise UsageError(str(error)) from error
