"""How standing records are shown: a heading that says what was asked, an entry for each with its columns and source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.chat import Item, Line, Part
from bot.conversation.sources import Sources
from bot.conversation.threads import Subject
from bot.conversation.understand_records import RecordQuestion
from bot.conversation.words import day
from gates.model import Programme, Project
from gates.record_queries import Recorded, say
from gates.record_warnings import weakness_of
from gates.report import ProjectReport
from gates.standing import columns_of

_SYNTHETIC = frozenset({"raci", "usage", "capacity", "on_call"})
"""Kinds without an id of their own: their title is what is told."""


@dataclass
class Desk:
    """One question being answered."""

    question: RecordQuestion
    projects: tuple[Project, ...]
    reports: Mapping[str, ProjectReport]
    programme: Programme
    today: date
    sources: Sources
    thread: Subject
    asker: str | None


def heading_of(desk: Desk) -> str:
    """What was asked, in words: "Open risks of churn-uplift"."""
    question, kind = desk.question, desk.question.kind
    assert kind is not None
    words = [value for _, value in question.equal]
    before = [*(["overdue"] if question.overdue else ["open"] if question.open_only else []), *words]
    of = f" of {', '.join(question.projects)}" if question.projects else ""
    due = f", {question.horizon.said}" if question.horizon else ""
    idle = f", {label_of(question.untouched[0])} over {question.untouched[1]} days ago" if question.untouched else ""
    text = f"{' '.join([*before, kind.plural])}{of}{due}{idle}"
    return text[0].upper() + text[1:]


def item_of(item: Recorded, desk: Desk, *, everything: bool = False) -> Item:
    """One record with its columns; `everything` shows all of them."""
    columns = [column.name for column in columns_of(item.kind.value)] if everything else item.kind.columns
    shown = [
        f"{label_of(column)} {said}"
        for column in columns
        if column not in ("id", "title", "name")
        and (said := say(item, column, programme=desk.programme, today=desk.today))
    ]
    late = item.day is not None and item.day < desk.today and not item.is_gone and item.kind.day in ("due", "check_by")
    overdue = [f"overdue since {day(item.day)}"] if late and item.day else []
    return Item(f"{called(item, desk)}{mark_of(item, desk, 'id')}", " · ".join([*shown, *overdue]))


def called(item: Recorded, desk: Desk) -> str:
    """A record by id and title, with its project where several are in question."""
    own = item.title if item.id == item.title or item.kind.name in _SYNTHETIC else f"{item.id} {item.title}"
    return own if len(desk.projects) == 1 else f"{item.project.slug} · {own}"


def mark_of(item: Recorded, desk: Desk, field: str) -> str:
    """The source of a field of a record."""
    return desk.sources.record(item.project, f"{item.record.key}.{field}", subject=item.title)


def values_of(items: Sequence[Recorded], desk: Desk) -> tuple[str, ...]:
    """What a script reads of these records: ids, people of the rota, titles where a kind has no id of its own."""
    found = (
        desk.programme.name_of(item.owner or "") if item.kind.name == "on_call"
        else item.title if item.kind.name in _SYNTHETIC
        else item.id
        for item in items
    )  # fmt: skip
    return tuple(dict.fromkeys(found))


def label_of(column: str) -> str:
    """A column's name as it is said."""
    return column.replace("_", " ")


def notes_on(items: Sequence[Recorded]) -> tuple[Part, ...]:
    """What a list has to say beyond its lines: promises behind which there is a prototype only."""
    weak = [item.title for item in items if item.kind.name == "kpis" and weakness_of(item.record) == "prototype"]  # type: ignore[arg-type]
    return (Line(f"Resting on the prototype's figure alone: {', '.join(weak)}."),) if weak else ()
