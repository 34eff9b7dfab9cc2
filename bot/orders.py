"""Orders that come by the terminal or the web page: one transaction each, repeated when another was in the way."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.chat import Command, Outcome
from bot.conversing import Conversing
from bot.database import Database, Session
from bot.delivery.sends import Sending, send_to_others
from bot.delivery.turn import repeated
from bot.messaging.model import Platform


@dataclass(frozen=True)
class Orders:
    """Carries orders out for surfaces that show the answer themselves; what others get goes through the outbox.

    `after` is called when an order is committed: the audit log's head is signed then.
    """

    database: Database
    conversing: Conversing
    clock: Callable[[], datetime]
    workspaces: Mapping[Platform, str]
    after: Callable[[], object] = lambda: None

    def carry_out(self, command: Command, *, impersonated_by: str | None = None) -> Outcome:
        """What the order comes to, committed."""

        def work(session: Session) -> Outcome:
            outcome = self.conversing.carry_out(command, session, impersonated_by=impersonated_by)
            programme = self.conversing.rooms.ledger().programme
            sending = Sending(None, programme, self.workspaces, self.clock())
            send_to_others(session, sending, key=command.key, sends=outcome.sends)
            return outcome

        outcome = repeated(self.database, work, sleep=time.sleep)
        self.after()
        return outcome
