"""The model's room: asks it across the async road, and keeps how every answer came about."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from bot.answers.model import AnswerRecord, Dropped, SentSource, SentText, Texts, question_hash
from bot.answers.store import keep_answer
from bot.conversation.writing import Assignment
from bot.crossing import Crossing
from bot.database import Database, DatabaseError
from inference.model import Payer, Regex, Request, TimedOut
from rag.model import Answer, Audience, Passage
from rag.writing.material import number_sources
from rag.writing.request import Wanted
from rag.writing.writer import Writer, Written

log = logging.getLogger(__name__)

GRACE = 0.15
"""Seconds over the gateway's own deadline after which the caller no longer waits for it."""


@dataclass(frozen=True)
class GuardedModel:
    """The writer behind the gateway (`bot.conversation.writing.ModelRoom`).

    `whole_texts` reads the short documents among the best passages; `deadline` are seconds for a whole answer.
    """

    writer: Writer
    crossing: Crossing
    database: Database
    whole_texts: Callable[[Sequence[Passage], Audience], Mapping[int, str]]
    clock: Callable[[], datetime]
    deadline: float
    close_model: Callable[[], Awaitable[None]]

    def write(self, assignment: Assignment, *, show: Callable[[Answer], None]) -> Written | None:
        passages = assignment.reading.passages
        sheets = number_sources(passages, self.whole_texts(passages, assignment.audience))
        if not sheets:
            return None
        wanted = Wanted(
            assignment.question, assignment.reading.topic, fingerprint(assignment.audience), payer_of(assignment)
        )
        request = self.writer.request(wanted, sheets)
        try:
            return self.crossing.run(self.writer.write(request, sheets, show=show), within=self.deadline + GRACE)
        except TimeoutError:
            late = TimedOut("The whole answer took too long.", what="whole")
            return Written(None, "The model took too long.", request, sheets, error=late)

    def keep(self, assignment: Assignment, written: Written, *, shown: bool) -> None:
        try:
            with self.database.write() as session:
                keep_answer(session, record_of(assignment, written, shown=shown, at=self.clock()))
        except DatabaseError:
            log.exception("how answer %s came about could not be kept", assignment.id)

    def close(self) -> None:
        """Close the connections and the loop."""
        try:
            self.crossing.run(_awaited(self.close_model()), within=5)
        except TimeoutError:
            log.warning("the connections to the model did not close in time")
        self.crossing.close()


async def _awaited(work: Awaitable[None]) -> None:
    await work


def fingerprint(audience: Audience) -> str:
    """What tells one set of readers from another, without their names."""
    told = json.dumps(sorted(sorted(names) for names in audience.readers))
    return hashlib.sha256(told.encode()).hexdigest()[:32] if audience.readers else "public"


def payer_of(assignment: Assignment) -> Payer:
    """Whose budgets the call is charged to."""
    return Payer(assignment.asked.person, assignment.asked.place, programme=assignment.programme)


def sampling_of(request: Request) -> dict[str, object]:
    """What was asked of the model beside the messages."""
    grammar = request.grammar.pattern if isinstance(request.grammar, Regex) else None
    return {
        "max_tokens": request.max_tokens,
        "temperature": request.temperature,
        "seed": request.seed,
        "grammar": grammar,
        **request.options,
    }


def record_of(assignment: Assignment, written: Written, *, shown: bool, at: datetime) -> AnswerRecord:
    """The record of one answer; `shown` is whether the model's words were."""
    done, error = written.completion, written.error
    decisions = done.decisions if done else error.decisions if error else ()
    answer = written.answer if shown and written.answer else assignment.quoted
    return AnswerRecord(
        id=assignment.id,
        at=at,
        question_hash=question_hash(assignment.asked.text),
        audience=assignment.audience.name,
        readers=assignment.audience.readers,
        person=assignment.asked.person,
        place=assignment.asked.place,
        tier="model" if shown else "extractive",
        why="" if shown else written.why or "The model left out what was asked for.",
        prompt=written.request.prompt,
        model=done.model if done else "",
        sampling=sampling_of(written.request),
        sources=tuple(SentSource(sheet.n, sheet.doc, sheet.digest) for sheet in written.sheets),
        decisions=tuple((one.guard, one.verdict, one.reason) for one in decisions),
        dropped=tuple(Dropped(one.fault, one.reason) for one in written.dropped),
        tokens=(done.usage.prompt_tokens, done.usage.completion_tokens) if done else (0, 0),
        micros=int((done.cost_usd or Decimal(0)) * 1_000_000) if done else 0,
        timings_ms=written.timings_ms,
        texts=Texts(
            question=assignment.asked.text,
            answer=answer.text,
            messages=tuple((message.role, message.text) for message in written.request.messages),
            sources=tuple(SentText(s.n, s.doc, s.title, s.section, s.text, s.updated) for s in written.sheets),
            dropped=tuple(one.sentence for one in written.dropped),
        ),
    )
