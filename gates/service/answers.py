"""What a command was answered, by the key of its event: the same event twice is answered the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from gates.audit.disguise import Disguise
from gates.codec import from_plain, to_plain
from gates.service.receipt import Receipt, Recorded
from gates.signoff.context import Refused
from gates.store_state import load_answer, save_answer


@dataclass(frozen=True, slots=True)
class _Answer:
    """One of the two."""

    receipt: Receipt | None = None
    refused: Refused | None = None


def answered_before(session: Session, key: str, *, disguise: Disguise) -> Receipt | Refused | None:
    """What the event of this key was answered; None when it is new."""
    plain = load_answer(session, key, disguise=disguise) if key else None
    if plain is None:
        return None
    answer = from_plain(_Answer, plain)
    return answer.receipt or answer.refused


def keep_answer(session: Session, key: str, *, answer: Recorded | Refused, at: datetime, disguise: Disguise) -> None:
    """Keep what an event is answered."""
    kept = _Answer(refused=answer) if isinstance(answer, Refused) else _Answer(receipt=answer.receipt)
    save_answer(session, key, answer=to_plain(kept), at=at, disguise=disguise)
