"""What a command was answered, by the key of its event: the same event twice is answered the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from gates.audit.disguise import Disguise
from gates.codec import from_plain, to_plain
from gates.service.receipt import Actor, Receipt, Recorded
from gates.signoff.context import Refused
from gates.store_state import load_answer, save_answer

KEY_RULE = "Key"
ANOTHER_SENT = Refused(
    "Something else was sent under this key before.",
    how="Nothing was taken now. Send it under a new key; the old key goes on answering what was sent first.",
    rule=KEY_RULE,
)


@dataclass(frozen=True, slots=True)
class _Answer:
    """One of the two, and what was sent (`Actor.sent`)."""

    receipt: Receipt | None = None
    refused: Refused | None = None
    sent: str = ""


def answered_before(session: Session, actor: Actor, *, disguise: Disguise) -> Receipt | Refused | None:
    """What the event of the actor's key was answered; None when it is new.

    A key under which something else was sent before is refused: its sender would take another answer for this one's.
    """
    plain = load_answer(session, actor.key, disguise=disguise) if actor.key else None
    if plain is None:
        return None
    answer = from_plain(_Answer, plain)
    if answer.sent and answer.sent != actor.sent:
        return ANOTHER_SENT
    return answer.receipt or answer.refused


def keep_answer(
    session: Session, actor: Actor, *, answer: Recorded | Refused, at: datetime, disguise: Disguise
) -> None:
    """Keep what an event is answered."""
    refused = answer if isinstance(answer, Refused) else None
    receipt = answer.receipt if isinstance(answer, Recorded) else None
    save_answer(session, actor.key, answer=to_plain(_Answer(receipt, refused, actor.sent)), at=at, disguise=disguise)
