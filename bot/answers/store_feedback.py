"""Keeps what people thought of answers, beside how those came about. Nothing here commits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.answers.tables import AnswerRow, FeedbackRow


@dataclass(frozen=True)
class Opinions:
    """How many found their answers helpful, and how many did not."""

    helpful: int = 0
    not_helpful: int = 0


def keep_feedback(session: Session, answer: str, *, person: str | None, helpful: bool, at: datetime) -> bool:
    """Keep an opinion, a person's later one instead of his earlier; False where the answer itself was not kept."""
    if session.get(AnswerRow, answer) is None:
        return False
    session.merge(FeedbackRow(answer=answer, person=person or "", helpful=helpful, at=at))
    return True


def opinions(session: Session) -> Opinions:
    """All opinions counted."""
    rows = session.execute(select(FeedbackRow.helpful, func.count()).group_by(FeedbackRow.helpful)).all()
    counted = {row[0]: row[1] for row in rows}
    return Opinions(counted.get(True, 0), counted.get(False, 0))
