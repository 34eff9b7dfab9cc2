"""The model's room: asks it across the async road, and keeps how every answer came about."""

from __future__ import annotations

import hashlib
import json
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from bot.answers.model import AnswerRecord, Dropped, SentSource, SentText, Texts, question_hash
from bot.answers.store import keep_answer
from bot.conversation.writing import Assignment, Errand, Sensed
from bot.database import Database, DatabaseError
from bot.model.sense import Asker, Sense
from bot.process.crossing import Crossing
from inference.model import Decision, ModelError, Payer, Regex, Request, TimedOut, complete
from rag.model import Answer, Audience, Passage
from rag.writing.condense import FollowUp
from rag.writing.lead import sheets_of_records
from rag.writing.material import Sheet, number_sources
from rag.writing.request import Wanted
from rag.writing.writer import Writer, Written

log = logging.getLogger(__name__)

GRACE = 0.1
"""Seconds over a deadline after which nobody waits for the road any more; it ends by itself at the deadline."""

LEAD_SECONDS = 4.0
"""The most that a sentence above the records is waited for: they are the answer already."""

SENSE_SECONDS = 1.5
"""The most that is waited to learn what a question means: nothing is shown before."""


@dataclass(frozen=True)
class GuardedModel:
    """What a model writes and senses, behind the gateway (`bot.conversation.writing.ModelRoom`).

    `whole_texts` reads the short documents among the best passages; `deadline` are seconds for a whole answer, from the
    question on.
    """

    answers: Writer
    leads: Writer | None
    sense: Sense
    crossing: Crossing
    database: Database
    whole_texts: Callable[[Sequence[Passage], Audience], Mapping[int, str]]
    clock: Callable[[], datetime]
    deadline: float
    close_model: Callable[[], Awaitable[None]]

    def write(self, assignment: Assignment, *, show: Callable[[Answer], None]) -> Written | None:
        passages = assignment.reading.passages
        sheets = number_sources(passages, self.whole_texts(passages, assignment.errand.audience))
        return self._written(self.answers, assignment, sheets, within=self.deadline, show=show) if sheets else None

    def write_lead(self, assignment: Assignment) -> Written | None:
        sheets = sheets_of_records(assignment.quoted)
        if self.leads is None or not sheets:
            return None
        return self._written(self.leads, assignment, sheets, within=min(self.deadline, LEAD_SECONDS))

    def _written(
        self,
        writer: Writer,
        assignment: Assignment,
        sheets: tuple[Sheet, ...],
        *,
        within: float,
        show: Callable[[Answer], None] = lambda _: None,
    ) -> Written:
        asker = asker_of(assignment.errand)
        kind = assignment.errand.kind
        wanted = Wanted(assignment.question, assignment.reading.topic, asker.audience, asker.payer, kind)
        request = writer.request(wanted, sheets)
        left = within - _since(assignment.errand)
        late = TimedOut(f"The answer was not whole within {within:g} s of the question.", what="whole")
        late.noting(Decision("deadline", "whole", f"{within:g} s"))
        try:
            if left > 0:
                return self.crossing.run(writer.write(request, sheets, within=left, show=show), within=left + GRACE)
        except TimeoutError:
            log.warning("the road to the model did not end at its deadline")
        return Written(None, "The model took too long.", request, sheets, error=late)

    def condense(self, text: str, turns: tuple[str, ...], errand: Errand) -> Sensed | None:
        wanted = FollowUp(text, turns)
        return self._sensed(
            self.sense.condensing(wanted, asker_of(errand)), errand, lambda said: self.sense.condensed(said, wanted)
        )

    def choose_intent(self, text: str, named: str, errand: Errand) -> Sensed | None:
        return self._sensed(
            self.sense.choosing(text, named, asker_of(errand)), errand, lambda said: self.sense.chosen(said, named)
        )

    def _sensed(self, request: Request, errand: Errand, read: Callable[[str], Sensed | None]) -> Sensed | None:
        """What the model's answer is read as; None where there is none in time."""
        left = min(SENSE_SECONDS, self.deadline - _since(errand))
        try:
            done = self.crossing.run(complete(self.answers.model, request), within=left) if left > 0 else None
        except (ModelError, TimeoutError):
            return None
        found = read(done.text) if done else None
        return replace(found, cost_usd=float(done.cost_usd or 0)) if done and found else None

    def keep(self, assignment: Assignment, written: Written, *, shown: str | None) -> None:
        try:
            with self.database.write() as session:
                keep_answer(session, record_of(assignment, written, shown=shown, at=self.clock()))
        except DatabaseError:
            log.exception("how answer %s came about could not be kept", assignment.id)

    def writer_of(self, prompt: str) -> Writer | None:
        """What writes by the prompt called "name@hash", of whatever hash."""
        name = prompt.partition("@")[0]
        known = (self.answers, self.leads)
        return next((one for one in known if one and one.form.prompt.version.partition("@")[0] == name), None)

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


def asker_of(errand: Errand) -> Asker:
    """For whom the answer is, and whose budgets the call is charged to."""
    payer = Payer(errand.asked.person, errand.asked.place, programme=errand.programme)
    return Asker(fingerprint(errand.audience), payer)


def _since(errand: Errand) -> float:
    """Seconds since the question came in."""
    return time.perf_counter() - errand.began


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


def record_of(assignment: Assignment, written: Written, *, shown: str | None, at: datetime) -> AnswerRecord:
    """The record of one answer; `shown` is what was shown of the model's words, None for nothing."""
    done, error, sensed = written.completion, written.error, assignment.sensed
    decisions = done.decisions if done else error.decisions if error else ()
    decisions = ((Decision("question", "understood by a model", sensed.by),) if sensed else ()) + decisions
    asked, audience = assignment.errand.asked, assignment.errand.audience
    return AnswerRecord(
        id=assignment.id,
        at=at,
        question_hash=question_hash(asked.text),
        audience=audience.name,
        readers=audience.readers,
        person=asked.person,
        place=asked.place,
        tier="model" if shown is not None else "extractive",
        why="" if shown is not None else written.why or "The model left out what was asked for.",
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
            question=asked.text,
            answer=assignment.quoted.text if shown is None else shown,
            understood=sensed.question if sensed else "",
            messages=tuple((message.role, message.text) for message in written.request.messages),
            sources=tuple(SentText(s.n, s.doc, s.title, s.section, s.text, s.updated) for s in written.sheets),
            dropped=tuple(one.sentence for one in written.dropped),
        ),
    )
