"""The ledger as one question needs it: loaded once, judged when asked, shown as its audience may see it."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from bot.conversation.names import Name, find_names, name, tokens
from gates.model import Programme, Project
from gates.portfolio import portfolio
from gates.report import Facts, ProjectReport
from gates.restrict import restrict_portfolio
from rag.model import Audience, Entity

GATE_WORDS = {"production": ("prod", "go live", "golive"), "evaluation": ("eval",), "acceptance": ("uat",)}
"""What people say for a gate's name or slug."""


@dataclass
class LedgerRoom:
    """The programme of this installation.

    `readable` gives the access ids an audience may read; `line_of` a stored line.

    A room lives for one question and remembers what it computed.
    """

    programme: Programme | None
    projects: tuple[Project, ...]
    facts: Facts
    now: datetime
    readable: Callable[[Audience], frozenset[int]]
    line_of: Callable[[str, int], str | None]

    @property
    def today(self) -> date:
        return self.programme.calendar.today(self.now) if self.programme else self.now.date()

    def visible(self, audience: Audience) -> tuple[Project, ...]:
        """The projects this audience may know of."""
        readable = self.readable(audience)
        return tuple(project for project in self.projects if project.access_id in readable)

    def reports(self, audience: Audience) -> tuple[ProjectReport, ...]:
        """Every project judged now, as this audience may see it."""
        if self.programme is None:
            return ()
        return restrict_portfolio(self._judged, readable=self.readable(audience), programme=self.programme)

    @cached_property
    def _judged(self) -> tuple[ProjectReport, ...]:
        assert self.programme is not None
        return portfolio(self.programme, self.projects, facts=self.facts, now=self.now)

    def names(self, audience: Audience) -> list[Name]:
        """Everything in the ledger that a question may call by name."""
        found: list[Name] = []
        visible = self.visible(audience)
        for project in visible:
            found += [name(text, "project", project.slug) for text in _project_names(project)]
            found += [entry for gate in project.gates for entry in _gate_names(project.slug, gate.slug, gate.name)]
            found += _criterion_names(project)
        found += [*_short_names(visible), *self._people_names()]
        return found + _beginnings(found)

    def _people_names(self) -> list[Name]:
        people = self.programme.people if self.programme else {}
        found = [name(text, "person", person.id) for person in people.values() for text in (person.name, person.id)]
        for part in (0, -1):
            words = [(tokens(person.name)[part], person.id) for person in people.values()]
            unique = [(word, person) for word, person in words if sum(other == word for other, _ in words) == 1]
            found += [Name((word,), "person", person) for word, person in unique]
        return found

    def names_something(self, text: str, *, audience: Audience) -> bool:
        """Whether a project is named, so that a question stands by itself."""
        return bool(find_names(text, self.names(audience)).refs("project"))

    def people(self) -> tuple[Entity, ...]:
        """The people of the programme, for questions that ask who."""
        people = self.programme.people if self.programme else {}
        return tuple(Entity(person.id, "person", (person.name, person.id)) for person in people.values())

    def closest_owner(self, text: str, *, audience: Audience, documents: Sequence[str] = ()) -> str | None:
        """Whom to ask: the owner of the project that is named, else of the one whose documents came nearest."""
        projects = {project.slug: project for project in self.visible(audience)}
        named = find_names(text, self.names(audience)).refs("project")
        near = [slug for path in documents for slug, project in projects.items() if _inside(path, project)]
        for slug in (*named, *near):
            project = projects[slug]
            if project.owner and self.programme:
                return f"{self.programme.name_of(project.owner)} ({project.name})"
        return None


def _inside(path: str, project: Project) -> bool:
    return path.startswith(posixpath.dirname(project.source.file) + "/")


def _project_names(project: Project) -> list[str]:
    subject = project.subject
    told = (subject.model, subject.version) if subject else ()
    return [project.slug, project.name, *project.aliases, *(text for text in told if text)]


def _short_names(projects: Sequence[Project]) -> list[Name]:
    """The words of a slug that belong to one project alone: "churn" for churn-uplift."""
    words = [(word, project.slug) for project in projects for word in tokens(project.slug) if len(word) > 2]
    taken = {word for project in projects for gate in project.gates for word in tokens(f"{gate.slug} {gate.name}")}
    return [
        Name((word,), "project", slug)
        for word, slug in words
        if word not in taken and sum(other == word for other, _ in words) == 1
    ]


def _gate_names(project: str, slug: str, title: str) -> list[Name]:
    """Slug, name and what people make of them; the first word alone counts when "gate" follows it."""
    ref = f"{project}/{slug}"
    said = {slug, title, *(word for key, words in GATE_WORDS.items() if key in slug for word in words)}
    said |= {f"{text} gate" for text in said} | {f"{tokens(slug)[0]} gate"}
    said |= {f"{word} gate" for key, words in GATE_WORDS.items() if key in slug for word in words}
    return [name(text, "gate", ref) for text in sorted(said)]


def _criterion_names(project: Project) -> list[Name]:
    """Titles, and ids of two words and more: "cost" or "bias" alone is not clearly a criterion."""
    said = [
        name(text, "criterion", f"{project.slug}/{gate.slug}/{criterion.id}")
        for gate in project.gates
        for criterion in gate.criteria
        for text in (criterion.title, criterion.id)
    ]
    return [entry for entry in said if len(entry.words) > 1]


def _beginnings(names: Sequence[Name]) -> list[Name]:
    """How a criterion's longer title begins ("serving cost"), where nothing else is called that."""
    taken = {entry.words for entry in names}
    begun = [Name(entry.words[:2], "criterion", entry.ref) for entry in names if entry.kind == "criterion"]
    return [entry for entry in begun if entry.words not in taken]
