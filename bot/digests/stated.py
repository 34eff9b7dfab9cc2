"""Dates that documents state for a project's gates, for a digest to hold against the record."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from bot.database import Session
from gates.digest.model import StatedDate
from gates.model import Gate, Project
from rag.fields.folding import fold
from rag.store.facts import FactReader, StoredFact, all_access_ids

FIELDS = ("date", "due", "due date", "target date", "gate date", "deadline", "planned", "when")
"""Folded names of the columns and keys under which a gate's day stands in plans and tables."""

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WRITTEN = re.compile(
    r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,? )?(\d{1,2})\.? ([a-z]{3})[a-z]*\.?,?(?: (\d{4}))?", re.IGNORECASE
)


def read_stated(session: Session, projects: Sequence[Project]) -> tuple[StatedDate, ...]:
    """What current documents beside the records say, each with the label that says who may read it.

    A table of several columns has a row named after the gate and a column for the day; a table of two, or a key in
    front of its value, has the gate's name in the place of the field.
    """
    reader = FactReader(session, all_access_ids(session))
    by_column = reader.facts_with_field(FIELDS)
    entities = reader.entities({fact.entity for fact in by_column})
    gates = [name for project in projects for gate in project.gates for name in _names(gate)]
    by_row = reader.facts_with_field({*gates, *(f"{name} gate" for name in gates)})
    named = [(fact, entities[fact.entity].names) for fact in by_column if fact.entity in entities]
    return tuple(dict.fromkeys(_stated([*named, *((fact, (fact.field,)) for fact in by_row)], projects)))


def _stated(facts: Sequence[tuple[StoredFact, Sequence[str]]], projects: Sequence[Project]) -> Iterator[StatedDate]:
    for fact, names in facts:
        project = _project_of(fact.doc, projects)
        if project is None or fact.superseded or fact.doc == project.source.file:
            continue
        said = {_plain(name) for name in names}
        for gate in project.gates:
            day = day_of(fact.value, near=gate.due) if gate.due and said & _names(gate) else None
            if day is not None:
                yield StatedDate(project.slug, gate.name, day, fact.doc, fact.access_id)


def _names(gate: Gate) -> set[str]:
    return {_plain(gate.slug), _plain(gate.name)}


def _plain(name: str) -> str:
    return fold(name).removesuffix(" gate")


def day_of(written: str, *, near: date) -> date | None:
    """A date that is all of what is written; without a year it is of the year that brings it nearest to `near`."""
    said = written.strip()
    try:
        return date.fromisoformat(said)
    except ValueError:
        match = _WRITTEN.fullmatch(said)
    if match is None or match[2].lower() not in _MONTHS:
        return None
    month, years = (
        _MONTHS.index(match[2].lower()) + 1,
        [int(match[3])] if match[3] else range(near.year - 1, near.year + 2),
    )
    days = [day for year in years if (day := _day(year, month, int(match[1]))) is not None]
    return min(days, key=lambda day: abs(day - near), default=None)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _project_of(document: str, projects: Sequence[Project]) -> Project | None:
    """The project in whose folder a document lies, the innermost where folders lie in each other."""
    around = [project for project in projects if document.startswith(_folder(project))]
    return max(around, key=lambda project: len(_folder(project)), default=None)


def _folder(project: Project) -> str:
    return project.source.file.rpartition("/")[0] + "/" if "/" in project.source.file else ""
