"""Keeps and finds the records of answers. Nothing here commits."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import null, update
from sqlalchemy.orm import Session

from bot.answers.model import KEPT_FOR, AnswerRecord, Dropped, SentSource, SentText, Texts
from bot.answers.tables import AnswerRow


def keep_answer(session: Session, record: AnswerRecord) -> None:
    """Keep a record, and let the texts of old ones go."""
    session.add(
        AnswerRow(
            id=record.id,
            at=record.at,
            question_hash=record.question_hash,
            audience=record.audience,
            readers=[sorted(names) for names in record.readers],
            person=record.person,
            place=record.place,
            tier=record.tier,
            why=record.why,
            prompt=record.prompt,
            model=record.model,
            sampling=dict(record.sampling),
            sources=[[source.n, source.doc, source.sha256] for source in record.sources],
            decisions=[list(decision) for decision in record.decisions],
            dropped=[[one.fault, one.reason] for one in record.dropped],
            prompt_tokens=record.tokens[0],
            completion_tokens=record.tokens[1],
            micros=record.micros,
            timings_ms=dict(record.timings_ms),
            texts=asdict(record.texts) if record.texts else None,
        )
    )
    expire_texts(session, record.at)


def expire_texts(session: Session, now: datetime) -> None:
    """Let go of the texts that are older than KEPT_FOR."""
    old = (AnswerRow.at < now - KEPT_FOR) & AnswerRow.texts.is_not(None)
    session.execute(update(AnswerRow).where(old).values(texts=null()))


def find_answer(session: Session, answer_id: str, *, now: datetime) -> AnswerRecord | None:
    """The record of an answer by its id, or by the first eight characters of it or more."""
    row = session.get(AnswerRow, answer_id)
    if row is None and len(answer_id) >= 8 and answer_id.isalnum():
        near = session.query(AnswerRow).where(AnswerRow.id.startswith(answer_id)).limit(2).all()
        row = near[0] if len(near) == 1 else None
    return _record(row, now) if row is not None else None


def _record(row: AnswerRow, now: datetime) -> AnswerRecord:
    at = row.at if row.at.tzinfo else row.at.replace(tzinfo=UTC)
    texts = _texts(row.texts) if row.texts is not None and now - at <= KEPT_FOR else None
    sentences = texts.dropped if texts else ("",) * len(row.dropped)
    return AnswerRecord(
        id=row.id,
        at=at,
        question_hash=row.question_hash,
        audience=row.audience,
        readers=tuple(frozenset(names) for names in row.readers),
        person=row.person,
        place=row.place,
        tier=row.tier,
        why=row.why,
        prompt=row.prompt,
        model=row.model,
        sampling=row.sampling,
        sources=tuple(SentSource(int(str(n)), str(doc), str(sha)) for n, doc, sha in row.sources),
        decisions=tuple((guard, verdict, reason) for guard, verdict, reason in row.decisions),
        dropped=tuple(
            Dropped(fault, reason, said) for (fault, reason), said in zip(row.dropped, sentences, strict=True)
        ),
        tokens=(row.prompt_tokens, row.completion_tokens),
        micros=row.micros,
        timings_ms=row.timings_ms,
        texts=texts,
    )


def _texts(kept: dict[str, Any]) -> Texts:
    return Texts(
        question=kept["question"],
        answer=kept["answer"],
        messages=tuple((role, text) for role, text in kept["messages"]),
        sources=tuple(SentText(**source) for source in kept["sources"]),
        dropped=tuple(kept["dropped"]),
        understood=kept.get("understood", ""),
    )
