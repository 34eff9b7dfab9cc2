"""The front door of records: one question in, an exact answer, a reasoned refusal, or "not a question of records"."""

from __future__ import annotations

from datetime import date

from rag.model import Audience
from rag.records.asking import Asking, NotUnderstood, ThreadSubject
from rag.records.link import link_entities
from rag.records.many import answer_many
from rag.records.named import answer_named, answer_whole
from rag.records.question import read_question
from rag.records.record import RecordReader
from rag.records.shape import shape_of
from rag.records.single import Result
from rag.records.subject import subjects_of
from rag.records.unnamed import answer_unknown, answer_unnamed
from rag.records.vocabulary import Vocabulary
from rag.store.documents import readable_access_ids
from rag.store.facts import FactReader
from rag.store.session import Session

__all__ = ["NotUnderstood", "ThreadSubject", "answer_from_records"]


def answer_from_records(
    question: str,
    *,
    session: Session,
    audience: Audience,
    vocabulary: Vocabulary,
    today: date,
    thread: ThreadSubject | None = None,
) -> Result:
    """Answer from structured facts that all of the audience may read.

    Answer: values are verbatim or as the mapping shapes them, each with its quote. NoAnswer: the question
    is understood and what it asks is not recorded (or names no known thing, or several). NotUnderstood:
    the documents should be asked. The same question over the same facts always gives the same result.
    """
    facts = FactReader(session, readable_access_ids(session, audience))
    read = read_question(question)
    if not read.words or read.form in ("why", "how"):
        return NotUnderstood("no question of a record")
    reader = RecordReader(facts, vocabulary)
    links = link_entities(read, facts=facts, vocabulary=vocabulary)
    return _answer(Asking(read, links, reader, vocabulary, thread, today))


def _answer(asking: Asking) -> Result:
    subjects = subjects_of(asking.links, reader=asking.reader)
    if asking.links.unknown:
        return answer_unknown(asking, subjects)
    shape = shape_of(asking.question, subjects.links, also=asking.links.unknown_spans)
    listed = answer_many(asking, subjects, shape)
    if listed is not None:
        return listed
    if not subjects.named:
        return answer_unnamed(asking)
    found = answer_named(asking, subjects, shape)
    if isinstance(found, NotUnderstood) and subjects.scope:
        found = answer_whole(asking, subjects, found)
    if isinstance(found, NotUnderstood) and all(link.weak for link in subjects.links):
        other = answer_unnamed(asking)
        return found if isinstance(other, NotUnderstood) else other
    return found
