"""Questions to the standing records of a portfolio, pure: which ones, of whom, due when, not looked at for how long."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from gates.calendar import say_day
from gates.criteria import ContractRef, Criterion, Dependency, InterfaceRef, Threshold
from gates.model import Programme, Project
from gates.record_kinds import RECORD_KINDS, RecordKind, StandingRecord, id_of, owner_of, title_of
from gates.report import ProjectReport
from gates.standing import Column, columns_of

_STATES = ("state", "stage", "result")


@dataclass(frozen=True, slots=True)
class Recorded:
    """A standing record where it stands."""

    project: Project
    kind: RecordKind
    record: StandingRecord

    @property
    def id(self) -> str:
        return id_of(self.record)

    @property
    def title(self) -> str:
        return title_of(self.record)

    @property
    def owner(self) -> str | None:
        return owner_of(self.record)

    @property
    def day(self) -> date | None:
        """The day that matters: when it is due, ends or comes up again."""
        found = getattr(self.record, self.kind.day) if self.kind.day else None
        return found if isinstance(found, date) else None

    @property
    def is_gone(self) -> bool:
        """Whether it needs nothing any more: done, closed, met, retired."""
        return any(getattr(self.record, name, None) in self.kind.gone for name in _STATES)

    def value(self, column: str) -> object:
        return getattr(self.record, column, None)


@dataclass(frozen=True, slots=True)
class Wish:
    """Which records are wanted; what is not set does not narrow.

    `equal` are (column, value) pairs of which those on one column are alternatives. `since` and `until` bound the day
    that matters, `untouched` names a date column and the day before which it must lie (or be empty).
    """

    equal: tuple[tuple[str, str], ...] = ()
    owners: tuple[str, ...] = ()
    open_only: bool = False
    since: date | None = None
    until: date | None = None
    untouched: tuple[str, date] | None = None

    def admits(self, item: Recorded) -> bool:
        return (
            all(str(item.value(column)) in self._choices(column) for column, _ in self.equal)
            and (not self.owners or item.owner in self.owners)
            and not (self.open_only and item.is_gone)
            and self._in_time(item)
            and self._is_untouched(item)
        )

    def _choices(self, column: str) -> frozenset[str]:
        return frozenset(value for name, value in self.equal if name == column)

    def _in_time(self, item: Recorded) -> bool:
        if self.since is None and self.until is None:
            return True
        day = item.day
        return day is not None and (self.since or day) <= day <= (self.until or day)

    def _is_untouched(self, item: Recorded) -> bool:
        if self.untouched is None:
            return True
        found = item.value(self.untouched[0])
        day = found.date() if isinstance(found, datetime) else found
        return not isinstance(day, date) or day < self.untouched[1]


def recorded(projects: Iterable[Project], kind: RecordKind, wish: Wish | None = None) -> tuple[Recorded, ...]:
    """The records of a kind, in the projects' order."""
    wanted = wish or Wish()
    found = (Recorded(project, kind, item) for project in projects for item in getattr(project, kind.attribute))
    return tuple(item for item in found if wanted.admits(item))


def everything(projects: Iterable[Project]) -> Iterator[Recorded]:
    """All standing records of these projects."""
    for project in projects:
        for kind in RECORD_KINDS:
            yield from (Recorded(project, kind, item) for item in getattr(project, kind.attribute))


# --- what rests on it -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Resting:
    """Something that rests on a contract: what it is, whose, and the key of the record that says so."""

    project: Project
    kind: str
    id: str
    title: str
    owner: str | None
    key: str


def rests_on(item: Recorded, reports: Iterable[ProjectReport]) -> tuple[Resting, ...]:
    """The criteria, features and consumers that rest on a contract, as far as these reports may show them."""
    found: list[Resting] = []
    for report in reports:
        found += _criteria_on(item, report)
        found += [
            Resting(report.project, "feature", feature.id, feature.name, feature.owner, feature.key)
            for feature in report.project.features
            if feature.contract == item.id
        ]
    consumers = item.value("consumers")
    names = consumers if isinstance(consumers, tuple) else ()
    key = f"{item.record.key}.consumers"
    return (*found, *(Resting(item.project, "consumer", name, name, None, key) for name in names))


def _criteria_on(item: Recorded, report: ProjectReport) -> Iterator[Resting]:
    for gate in report.gates:
        for finding in gate.findings:
            criterion = finding.criterion
            if not finding.restricted and _is_on(criterion, item):
                title, owner = f"{gate.name}: {criterion.title}", criterion.owner or gate.owner
                yield Resting(report.project, "criterion", criterion.id, title, owner, f"{criterion.key}.on")


def _is_on(criterion: Criterion, item: Recorded) -> bool:
    match criterion.rule:
        case Dependency(ContractRef(project, contract)):
            return (project, contract, "data_contracts") == (item.project.slug, item.id, item.kind.name)
        case Dependency(InterfaceRef(project, interface)):
            return (project, interface, "interface_contracts") == (item.project.slug, item.id, item.kind.name)
        case _:
            return False


# --- values in words ---------------------------------------------------------------------------


def column_of(kind: RecordKind, name: str) -> Column | None:
    """A column of a kind by its field's name."""
    return next((column for column in columns_of(kind.value) if column.name == name), None)


def say(item: Recorded, column: str, *, programme: Programme, today: date) -> str:
    """A value of a record as people read it: people by name, days with weekday, amounts with their currency."""
    known = column_of(item.kind, column)
    return say_value(item.value(column), known.kind if known else "text", item.project, programme, today)


def say_value(value: object, kind: str, project: Project, programme: Programme, today: date) -> str:
    match value:
        case None | "" | ():
            return ""
        case datetime():
            return f"{say_day(value.date(), today)} {value:%H:%M}"
        case date():
            return say_day(value, today)
        case Threshold():
            return f"{value.operator} {value.text}"
        case tuple():
            return ", ".join(programme.name_of(str(inner)) for inner in value)
        case Decimal() if kind == "money":
            return f"{value:,f} {project.budget.currency}" if project.budget else f"{value:,f}"
        case int() if kind == "duration":
            return _say_hours(value)
        case _:
            return programme.name_of(str(value)) if kind == "person" else str(value)


def _say_hours(hours: int) -> str:
    if hours == 0:
        return "at once"
    days, rest = divmod(hours, 24)
    return f"within {hours} hours" if rest or days < 3 else f"within {days} days"
