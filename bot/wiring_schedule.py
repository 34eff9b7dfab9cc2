"""The composition root of the schedule: what is done when it is due, whatever platforms are connected."""

from __future__ import annotations

import asyncio
import os
import socket
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial

from bot.conversation.asking import Rooms
from bot.conversing import Conversing
from bot.database import Database
from bot.digests.lead import DigestLead
from bot.digests.planning import recurring
from bot.digests.works import TOGETHER, DigestWorks
from bot.following import Following
from bot.messaging.model import Platform
from bot.messaging.store_due import Due
from bot.model.spend_warnings import SpendWarnings
from bot.platforms.mail import Mailer, MailServer, post_by_smtp
from bot.process.pools import Pool
from bot.process.right_of_way import RightOfWay
from bot.schedule import Commit, Schedule, Work, keep_ticking
from bot.settings import Settings
from bot.wiring import Installation


@asynccontextmanager
async def on_time(
    here: Installation,
    rooms: Rooms,
    conversing: Conversing,
    *,
    database: Database,
    workspaces: Mapping[Platform, str],
    pool: Pool,
) -> AsyncIterator[None]:
    """The schedule ticks while the block lasts."""
    stop = asyncio.Event()
    schedule = build_schedule(here, rooms, conversing, database=database, workspaces=workspaces)
    ticking = asyncio.create_task(keep_ticking(schedule, stop, pool=pool, clock=here.clock))
    try:
        yield
    finally:
        stop.set()
        await asyncio.gather(ticking, return_exceptions=True)


def build_schedule(
    here: Installation, rooms: Rooms, conversing: Conversing, *, database: Database, workspaces: Mapping[Platform, str]
) -> Schedule:
    """Digests, reminders and what follows from records and time, for this process among others."""
    following = Following(database, conversing, here.clock, workspaces)
    warnings = SpendWarnings(database, rooms.ledger, here.clock, workspaces)
    works = DigestWorks(
        database=here.database,
        open_room=rooms.ledger,
        readers=conversing.readers_of,
        workspaces=workspaces,
        follow=lambda: following.follow_up() + warnings.send(),
        mailer=mailer_of(here.settings),
        public_url=here.settings.public_url,
        open_lead=partial(DigestLead, rooms.model, rooms.new_id) if rooms.model else None,
    )
    holder = f"{socket.gethostname()}:{os.getpid()}"
    by_kind = {kind: _giving_way(work, here.way) for kind, work in works.by_kind.items()}
    return Schedule(database, by_kind, holder, time.sleep, recurring, TOGETHER)


def _giving_way(work: Work, way: RightOfWay) -> Work:
    """The same work, begun when no sign-off is on its way: of a hundred digests none stands before one."""

    def begin(due: Due, now: datetime) -> Commit:
        way.give_way()
        return work(due, now)

    return begin


def mailer_of(settings: Settings) -> Mailer | None:
    """The way out by mail, None where no server is set."""
    if not settings.mail_host:
        return None
    server = MailServer(
        settings.mail_host,
        settings.mail_port,
        settings.mail_from,
        settings.mail_user,
        settings.mail_password.get_secret_value(),
        settings.mail_tls,
    )
    return Mailer(server, post_by_smtp)
