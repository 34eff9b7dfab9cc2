"""What changed records and passing time mean for gates: signatures lapse, gates open again, escalations come due."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.conversing import Conversing
from bot.database import Database, Session
from bot.delivery.sends import Sending, send_to_others
from bot.delivery.turn import repeated
from bot.messaging.model import Platform
from gates.digest.timers import due_steps
from gates.order import GateKey
from gates.portfolio import portfolio
from gates.service.look import Ledger, the_programme
from gates.service.moment import decision_time
from gates.signoff.commands import Command, Reconsider, RunTimer
from gates.signoff.effective import Laid
from gates.signoff.escalation import due_escalations


@dataclass(frozen=True)
class Following:
    """Looks at every gate that sign-off has touched, and at every escalation rule. Doing it twice changes nothing."""

    database: Database
    conversing: Conversing
    clock: Callable[[], datetime]
    workspaces: Mapping[Platform, str]

    def follow_up(self) -> int:
        """Bring every gate up to what its records and the clock say; answers how many messages that sends."""
        with self.database.read() as session:
            ledger = the_programme(session)
            wanted = list(_wanted(ledger, decision_time(session, ledger.programme))) if ledger else []
        return sum(self._follow(command, key) for key, command in wanted)

    def _follow(self, command: Command, key: GateKey) -> int:
        def work(session: Session) -> int:
            sends = self.conversing.follow(command, session, project=key[0], gate=key[1])
            programme, now = self.conversing.rooms.ledger().programme, self.clock()
            name = f"follow/{key[0]}/{key[1]}/{now.isoformat()}"
            send_to_others(session, Sending(None, programme, self.workspaces, now), key=name, sends=sends)
            return len(sends)

        return repeated(self.database, work, sleep=time.sleep)


def _wanted(ledger: Ledger, now: datetime) -> Iterator[tuple[GateKey, Command]]:
    for key, state in ledger.ledgers.items():
        if state.is_open or state.override is not None:
            yield key, Reconsider()
    laid = ledger.laid(now)
    yield from _timers(ledger, laid, now)
    for project in laid.projects:
        for due in due_escalations(project, laid.facts, ledgers=ledger.ledgers, now=now):
            yield (project.slug, due.gate), due.command


def _timers(ledger: Ledger, laid: Laid, now: datetime) -> Iterator[tuple[GateKey, Command]]:
    """Timers that act on a request nobody signs; judged are only projects in which one is open."""
    programme = ledger.programme
    acts = any(timer.action in _ON_THE_REQUEST for timer in programme.terms.timers)
    waiting = {project for (project, _), state in ledger.ledgers.items() if state.is_open} if acts else set()
    projects = [project for project in laid.projects if project.slug in waiting]
    for report in portfolio(programme, projects, facts=laid.facts, now=now):
        for step in due_steps(report, ledger.ledgers, programme=programme, now=now):
            if step.timer.action in _ON_THE_REQUEST:
                gate = step.about.split("/")[1]
                yield (report.project.slug, gate), RunTimer(step.timer, step.criterion, step.submission)


_ON_THE_REQUEST = ("comment", "add", "cancel")
