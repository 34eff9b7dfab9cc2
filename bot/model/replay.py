"""An answer looked at again: how its words came about, and what the same request comes to now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import get_args

from bot.answers.model import AnswerRecord, SentText
from bot.answers.reading import was_readable_for
from bot.answers.store import find_answer
from bot.audience import audience_of
from bot.database import Database
from bot.model.room import GuardedModel
from gates.model import Programme
from inference.model import Message, Payer, Regex, Request
from inference.prompts import Role
from rag.claims.check import MARK
from rag.store.readable import may_read_all
from rag.writing.material import Sheet
from rag.writing.writer import Written


class NotShown(Exception):  # noqa: N818 (reads as what happened)
    """There is no such answer for whoever asks; the message says what to do."""


@dataclass(frozen=True)
class Viewer:
    """Who looks: a person, everyone who reads a place, or everyone."""

    person: str | None
    place: str | None


def look_up_answer(
    answer_id: str, viewer: Viewer, *, programme: Programme | None, database: Database, now: datetime
) -> AnswerRecord:
    """The record of an answer.

    Raises:
        NotShown: There is none, or it was not readable for the viewer: the two are told in the same words.
        AudienceError: The viewer is not known.
    """
    viewers = audience_of(programme, person=viewer.person, place=viewer.place)
    with database.read() as session:
        record = find_answer(session, answer_id, now=now)
        paths = {source.doc for source in record.sources} if record else set()
        if record is None or not was_readable_for(record, viewers) or not may_read_all(session, paths, viewers):
            raise NotShown(
                f"No answer {answer_id!r} on which a model was asked is kept that you may read. The id is in the JSON"
                " of the answer; whoever the answer was given to can show it with --as."
            )
    return record


def repeat(record: AnswerRecord, model: GuardedModel) -> Written | None:
    """The same request once more, never from the cache; None when its words have expired, or nothing writes such."""
    if record.texts is None:
        return None
    sampling = dict(record.sampling)
    pattern = sampling.pop("grammar", None)
    request = Request(
        messages=tuple(_message(role, text) for role, text in record.texts.messages),
        max_tokens=int(str(sampling.pop("max_tokens"))),
        request_class="background",
        payer=Payer(record.person, record.place),
        audience=f"replay of {record.id} at {model.clock().isoformat()}",
        prompt=record.prompt,
        grammar=Regex(str(pattern)) if pattern else None,
        temperature=float(str(sampling.pop("temperature"))),
        seed=_seed(sampling.pop("seed")),
        options=sampling,
    )
    sheets = tuple(_sheet(source) for source in record.texts.sources)
    writer = model.writer_of(record.prompt)
    within = model.deadline
    return model.crossing.run(writer.write(request, sheets, within=within), within=within + 1) if writer else None


def is_same(record: AnswerRecord, repeated: Written) -> bool:
    """Whether the same words came of it; which numbers their sources have does not matter."""
    if record.texts is None or repeated.answer is None:
        return False
    return MARK.sub("", repeated.answer.text) == MARK.sub("", record.texts.answer)


def _message(role: str, text: str) -> Message:
    known: dict[str, Role] = {one: one for one in get_args(Role)}
    return Message(known[role], text)


def _seed(kept: object) -> int | None:
    return int(str(kept)) if kept is not None else None


def _sheet(source: SentText) -> Sheet:
    return Sheet(source.n, source.doc, source.title, source.section, source.text, source.updated)
