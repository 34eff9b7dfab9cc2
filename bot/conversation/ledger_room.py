"""The ledger as one question needs it: loaded once, judged when asked, shown as its audience may see it."""

from __future__ import annotations

import posixpath
from collections import Counter, OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from threading import Lock
from typing import TypeVar, cast

from bot.conversation.names import Name, Names, find_names, name, tokens
from gates.criteria import Approval
from gates.model import Programme, Project
from gates.order import GateKey
from gates.report import Facts, ProjectReport
from gates.restrict import shown_portfolio
from gates.signoff.model import GateLedger
from rag.model import Audience, Entity

GATE_WORDS = {"production": ("prod", "go live", "golive"), "evaluation": ("eval",), "acceptance": ("uat",)}
"""What people say for a gate's name or slug."""


Result = TypeVar("Result")

MOST_KEPT = 48
"""Results kept at once: a few audiences' worth; the one unused longest goes first."""


class Kept:
    """What rooms over the same ledger worked out; it is left behind with that version of the ledger."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._results: OrderedDict[Hashable, object] = OrderedDict()

    def once(self, key: Hashable, work_out: Callable[[], Result]) -> Result:
        """What was worked out under this key; two threads may do it at the same time, and then the later one counts."""
        with self._lock:
            if key in self._results:
                self._results.move_to_end(key)
                return cast(Result, self._results[key])
        result = work_out()
        with self._lock:
            self._results[key] = result
            while len(self._results) > MOST_KEPT:
                self._results.popitem(last=False)
        return result


@dataclass
class LedgerRoom:
    """The programme of this installation.

    `readable` gives the access ids an audience may read; `line_of` a stored line.

    `stale` says of projects (by slug) whose record cannot be read just now as of when they are shown.

    `ledgers` is what happened to each gate in the ledger, unrestricted.

    A room lives for one question; `kept` is what it shares with other rooms over the same ledger.
    """

    programme: Programme | None
    projects: tuple[Project, ...]
    facts: Facts
    now: datetime
    readable: Callable[[Audience], frozenset[int]]
    line_of: Callable[[str, int], str | None]
    stale: Mapping[str, str] = field(default_factory=dict)
    kept: Kept = field(default_factory=lambda: Kept())
    ledgers: Mapping[GateKey, GateLedger] = field(default_factory=dict)

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
        readable, programme = self.readable(audience), self.programme
        return self.kept.once(
            ("reports", self._minute, readable),
            lambda: shown_portfolio(programme, self.projects, facts=self.facts, now=self.now, readable=readable),
        )

    def facts_for(self, audience: Audience) -> Facts:
        """The facts to judge by for this audience: without what it may not read."""
        return replace(self.facts, readable=self.readable(audience))

    @property
    def _minute(self) -> datetime:
        """Judgements are shared for a minute: nothing about a gate is measured in seconds."""
        return self.now.replace(second=0, microsecond=0)

    def names(self, audience: Audience) -> Names:
        """Everything in the ledger that a question may call by name."""
        return self.kept.once(("names", self.readable(audience)), lambda: Names(self._names(audience)))

    def _names(self, audience: Audience) -> list[Name]:
        found: list[Name] = []
        visible = self.visible(audience)
        for project in visible:
            found += [name(text, "project", project.slug) for text in _project_names(project)]
            found += [entry for gate in project.gates for entry in _gate_names(project.slug, gate.slug, gate.name)]
            found += _criterion_names(project)
        found += [*_short_names(visible), *self._people_names(), *_role_names(visible)]
        return found + _beginnings(found)

    def _people_names(self) -> list[Name]:
        people = self.programme.people if self.programme else {}
        found = [name(text, "person", person.id) for person in people.values() for text in (person.name, person.id)]
        for part in (0, -1):
            words = [(tokens(person.name)[part], person.id) for person in people.values()]
            times = Counter(word for word, _ in words)
            found += [Name((word,), "person", person) for word, person in words if times[word] == 1]
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


def _role_names(projects: Sequence[Project]) -> list[Name]:
    """The roles that sign at gates ("model risk owner"), as they are said."""
    rules = (criterion.rule for project in projects for gate in project.gates for criterion in gate.criteria)
    roles = dict.fromkeys(rule.role for rule in rules if isinstance(rule, Approval))
    return [name(text, "role", role) for role in roles for text in (role, f"business {role}")]


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
    times = Counter(word for word, _ in words)
    return [Name((word,), "project", slug) for word, slug in words if word not in taken and times[word] == 1]


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
