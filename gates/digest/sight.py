"""What each reader may see of each project, worked out once for all who may see the same. Pure; one per moment."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, lru_cache

from gates.almanac import Almanac
from gates.criteria import Dependency, RecordChecks
from gates.digest import notes
from gates.digest.contradictions import contradictions
from gates.digest.glimpse import Glimpse, glimpse_of, mark_of
from gates.digest.model import Besides, Note, Reader, StatedDate, Topic
from gates.model import Programme, Project
from gates.report import Facts, GateReport, ProjectReport
from gates.restrict import shown_portfolio


@dataclass(frozen=True)
class View:
    """One project as some readers see it, with its notes by topic, each topic in its own order.

    `people` have a part in it, as far as these readers can tell. `failed` are topics that could not be worked out.
    """

    report: ProjectReport
    people: frozenset[str]
    notes: Mapping[Topic, tuple[Note, ...]]
    failed: Mapping[Topic, str]

    @cached_property
    def glimpse(self) -> Glimpse:
        """What these readers are shown, to be compared with later."""
        return glimpse_of(self.report)

    @cached_property
    def mark(self) -> str:
        return mark_of(self.glimpse)


@dataclass(frozen=True, eq=False)
class Outlook:
    """Several projects as one class of readers sees them: everything about them that does not depend on the reader."""

    views: tuple[View, ...]

    @cached_property
    def notes(self) -> Mapping[Topic, tuple[Note, ...]]:
        """The notes of all projects by topic, each topic in its order; without what is somebody's own."""
        topics = dict.fromkeys(topic for view in self.views for topic in view.notes if topic != "you")
        return {topic: self._ranked(topic) for topic in topics}

    def _ranked(self, topic: Topic) -> tuple[Note, ...]:
        found = (note for view in self.views for note in view.notes.get(topic, ()))
        return tuple(sorted(found, key=by_rank))

    @cached_property
    def own(self) -> Mapping[str, tuple[Note, ...]]:
        """By person what he can move himself, in its order."""
        found: dict[str, list[Note]] = {}
        for view in self.views:
            for note in view.notes["you"]:
                for person in view.people.intersection(note.movers):
                    found.setdefault(person, []).append(note)
        return {person: tuple(sorted(notes, key=by_rank)) for person, notes in found.items()}

    @cached_property
    def failed(self) -> Mapping[Topic, str]:
        return {topic: why for view in self.views for topic, why in view.failed.items()}

    @cached_property
    def marks(self) -> Mapping[str, str]:
        """By project the mark of what is shown of it."""
        return {view.report.project.slug: view.mark for view in self.views}


OUTLOOKS = 64
"""Classes of readers whose outlook is kept at a time; the one that was wanted longest ago is made anew."""


class Sight:
    """All reports of one moment. Views are made when first wanted and shared by readers with the same rights."""

    def __init__(
        self,
        programme: Programme,
        reports: Sequence[ProjectReport],
        *,
        facts: Facts,
        now: datetime,
        besides: Besides | None = None,
    ) -> None:
        self.programme = programme
        self.facts = facts
        self.now = now
        self.almanac = Almanac(programme.calendar, programme.calendar.today(now))
        self.besides = besides or Besides()
        self._labels = _deep_labels(reports)
        self._all = tuple(_Sighted(report, self._labels[report.project.slug]) for report in reports)
        self._dates: dict[str, list[StatedDate]] = {}
        for stated in self.besides.dates:
            self._dates.setdefault(stated.project, []).append(stated)
        self._wide = lru_cache(OUTLOOKS)(lambda readable: Outlook(self.views(readable)))

    def outlook(self, reader: Reader) -> Outlook:
        """What a digest of this reader is made from: the projects named, else those he has a part in.

        All that may be read, where he wants everything or is a channel: that is shared by all with the same rights.
        """
        if reader.projects is not None:
            named = reader.projects
            return Outlook(
                tuple(view for view in self._wide(reader.readable).views if view.report.project.slug in named)
            )
        if reader.person is None or reader.everything:
            return self._wide(reader.readable)
        person = reader.person
        return Outlook(tuple(view for view in self._wide(reader.readable).views if person in view.people))

    def views(self, readable: frozenset[int]) -> tuple[View, ...]:
        """The projects that may be read, each as it may be shown."""
        return tuple(self._view(one, readable) for one in self._all if one.report.project.access_id in readable)

    def _view(self, one: _Sighted, readable: frozenset[int]) -> View:
        dates = self._dates.get(one.report.project.slug, ())
        rights = one.labels & readable if not dates else (one.labels | {d.access_id for d in dates}) & readable
        known = one.views.get(rights)
        if known is None:
            report = one.report if one.labels <= readable else self._judged_for(readable, one.report.project)
            shown = tuple(stated for stated in dates if stated.access_id in readable)
            known = one.views[rights] = self._made(report, shown)
        return known

    def _judged_for(self, readable: frozenset[int], project: Project) -> ProjectReport:
        """The project judged on what these readers may read alone; not needed where that is all it rests on."""
        (report,) = shown_portfolio(self.programme, (project,), facts=self.facts, now=self.now, readable=readable)
        return report

    def _made(self, report: ProjectReport, dates: Sequence[StatedDate]) -> View:
        found: dict[Topic, tuple[Note, ...]] = {}
        failed: dict[Topic, str] = {}
        for topic, make in self._makers(report, dates).items():
            try:
                found[topic] = tuple(sorted(make(), key=by_rank))
            except Exception as error:  # one topic that cannot be worked out must not cost the others
                failed[topic] = type(error).__name__
        found["you"] = tuple(sorted((*self._owed(report), *notes.yours(_flat(found))), key=by_rank))
        return View(report, _people(report), found, failed)

    def _makers(
        self, report: ProjectReport, dates: Sequence[StatedDate]
    ) -> Mapping[Topic, Callable[[], Iterable[Note]]]:
        programme, almanac, besides, current = self.programme, self.almanac, self.besides, report.current
        return {
            "contradiction": lambda: contradictions(report, dates=dates, almanac=almanac, now=self.now),
            "waiting": lambda: _each(report, lambda gate: notes.waiting(gate, programme)),
            "due": lambda: _each(report, lambda gate: notes.due(gate, almanac)),
            "blocked": lambda: notes.blocked(current, programme) if current else (),
            "lapsed": lambda: _each(report, lambda gate: notes.lapsed(gate, programme)),
            "stale": lambda: (*notes.contracts(report, self.now), *notes.stale(report, current, besides, almanac)),
            "spend": lambda: notes.spend(report, besides, almanac.today),
            "decided": lambda: notes.decided(report, programme, almanac),
        }

    def _owed(self, report: ProjectReport) -> list[Note]:
        return [note for gate in report.gates for note in notes.owed(gate, self.almanac)]


@dataclass
class _Sighted:
    report: ProjectReport
    labels: frozenset[int]
    views: dict[frozenset[int], View] = field(default_factory=dict)


def _deep_labels(reports: Sequence[ProjectReport]) -> dict[str, frozenset[int]]:
    """By project every access label that what is shown of it may depend on, with those of projects it waits for."""
    found = {report.project.slug: _own_labels(report) for report in reports}
    awaited = {r.project.slug: {slug for gate in r.gates for slug in _awaited_projects(gate)} for r in reports}
    grown = {slug for slug, others in awaited.items() if others - {slug}}
    while grown:
        deeper = {slug: found[slug].union(*(found.get(o, frozenset()) for o in awaited[slug])) for slug in grown}
        grown = {slug for slug in grown if deeper[slug] != found[slug]}
        found.update(deeper)
    return found


def _own_labels(report: ProjectReport) -> frozenset[int]:
    found = {report.project.access_id}
    for gate in report.gates:
        for finding in gate.findings:
            if finding.evidence is not None:
                found.add(finding.evidence.access_id)
            if isinstance(finding.criterion.rule, RecordChecks):
                found.update(check.access_id for check in finding.criterion.rule.checks)
    return frozenset(found)


def _awaited_projects(gate: GateReport) -> set[str]:
    rules = (finding.criterion.rule for finding in gate.findings)
    return {rule.on.project for rule in rules if isinstance(rule, Dependency)}


def _each(report: ProjectReport, make: Callable[[GateReport], Iterable[Note]]) -> list[Note]:
    return [note for gate in report.gates for note in make(gate)]


def _flat(found: Mapping[Topic, tuple[Note, ...]]) -> list[Note]:
    return [note for of_topic in found.values() for note in of_topic]


def by_rank(note: Note) -> tuple[float, str]:
    """The order of notes of one topic."""
    return note.rank, note.about


def _people(report: ProjectReport) -> frozenset[str]:
    """Who has a part in a project, as this report shows it."""
    project: Project = report.project
    found = {project.owner, project.manager, *(person for held in project.roles.values() for person in held)}
    for gate in report.gates:
        found.add(gate.owner)
        found.update(finding.criterion.owner for finding in gate.findings if not finding.restricted)
        found.update(person for blocker in gate.blockers for person in blocker.mover.people)
    return frozenset(person for person in found if person)
