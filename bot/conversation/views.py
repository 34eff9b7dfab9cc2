"""Turns what was told into the neutral reply that every surface draws."""

from __future__ import annotations

from datetime import datetime

from bot.chat import Item, Items, Line, Part, Quote, Reply
from bot.conversation.told import Told
from bot.conversation.words import day
from rag.model import Answer, Citation, NoAnswer


def reply_of(told: Told) -> Reply:
    """The reply to a question: the answer in lines, its sources, and the small print."""
    outcome = told.outcome
    body = told.parts or (_refused(outcome) if isinstance(outcome, NoAnswer) else _answered(outcome))
    lead = (Line(told.lead),) if told.lead else ()
    meant = (Line(f"Understood as: {told.understood}", quiet=True),) if told.understood else ()
    return Reply((*meant, *lead, *body, *map(quote_of, told.citations), Line(_small_print(told), quiet=True)))


def _answered(answer: Answer) -> tuple[Part, ...]:
    return tuple(Line(line) for line in answer.text.splitlines() if line.strip())


def _refused(refusal: NoAnswer) -> tuple[Part, ...]:
    parts: list[Part] = [Line(refusal.why)]
    if refusal.ask:
        parts.append(Line(f"Closest owner: {refusal.ask}."))
    if refusal.related:
        near = (Item(f"{fact.entity}: {fact.field} is {fact.value}", fact.doc) for fact in refusal.related)
        parts.append(Items(tuple(near), title="What is recorded nearby"))
    return tuple(parts)


def quote_of(citation: Citation) -> Quote:
    """A source as it is shown below an answer."""
    where = f"{citation.doc} > {citation.section}" if citation.section else citation.doc
    return Quote(citation.n, where, citation.quote, citation.updated)


def _small_print(told: Told) -> str:
    source = {"ledger": "From the gate records", "records": "From the records", "documents": "From the documents"}
    by = f"first sentence by {_model(told)}, checked" if told.lead else "no model"
    said = () if told.abstained else (_tier(told) if told.tier == "model" else f"{source[told.route]}, {by}",)
    return " · ".join((*said, f"as of {_moment(told.as_of)}", f"readable by {told.audience}"))


def _tier(told: Told) -> str:
    """Who wrote it, and how long that took."""
    count = len({citation.doc for citation in told.citations})
    sources = "1 source" if count == 1 else f"{count} sources"
    return f"Written by {_model(told)} from {sources}, checked · {told.timings_ms.get('total', 0) / 1000:.1f} s"


def _model(told: Told) -> str:
    return "the second model" if told.by_second else "the model"


def _moment(value: datetime) -> str:
    return f"{day(value.date())} {value:%H:%M}"
