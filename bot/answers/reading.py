"""Who may look at how an answer came about: only whoever could read the answer, and still may read its sources."""

from __future__ import annotations

from bot.answers.model import AnswerRecord
from rag.model import Audience


def was_readable_for(record: AnswerRecord, viewers: Audience) -> bool:
    """Whether everyone who looks was among the readers of the answer; an answer for everyone was readable for all."""
    if not record.readers:
        return True
    return bool(viewers.readers) and all(names in record.readers for names in viewers.readers)
