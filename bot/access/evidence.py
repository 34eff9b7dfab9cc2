"""A value that a pipeline measured, taken into the ledger: recorded once, and told to those it concerns."""

from __future__ import annotations

import time

from bot.database import Session
from bot.delivery.sends import Sending, send_to_others
from bot.delivery.turn import repeated
from bot.orders import Orders
from gates.codec import hash_of
from gates.service.receipt import Actor, Recorded
from gates.signoff.commands import ReportValue
from gates.signoff.context import Refused


def take_evidence(orders: Orders, value: ReportValue, *, project: str, gate: str, key: str) -> Recorded | Refused:
    """The value in the ledger, or why it was not taken; either is recorded.

    A key that was used changes nothing: the same value is answered as before, another one is refused.
    """
    actor = Actor(None, "api", key, sent=hash_of((project, gate, value)))

    def work(session: Session) -> Recorded | Refused:
        conversing = orders.conversing
        done, sends = conversing.take(value, session, project=project, gate=gate, actor=actor)
        sending = Sending(None, conversing.rooms.ledger().programme, orders.workspaces, orders.clock())
        send_to_others(session, sending, key=key, sends=sends)
        return done

    done = repeated(orders.database, work, sleep=time.sleep)
    orders.after()
    return done
