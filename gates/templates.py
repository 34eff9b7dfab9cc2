"""The lifecycles that projects follow: gates in order, who owns them and what they ask for, from templates/*.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import cast

from gates.criteria import KINDS
from gates.fields import Fields, Problems, RecordProblem, nearest
from gates.model import Project, RiskTier
from gates.record_file import BrokenFile, read_record
from gates.standing import read_all

TIERS: tuple[RiskTier, ...] = ("low", "medium", "high")


@dataclass(frozen=True, slots=True)
class TemplateCriterion:
    """What a gate of this lifecycle asks for. `tiers` are the risk tiers it applies to.

    `quorum` gives the signatures by tier, for approvals. `measure` says in words what is reported, for metrics,
    latency and cost; the threshold is agreed by the team in its own record.
    """

    id: str
    kind: str
    title: str
    owner_role: str | None = None
    sections: tuple[str, ...] = ()
    fresh_days: int | None = None
    min_days: int | None = None
    measure: str | None = None
    unit: str | None = None
    role: str | None = None
    quorum: Mapping[str, int] | None = None
    tiers: tuple[str, ...] = TIERS

    def applies_to(self, tier: RiskTier) -> bool:
        """Whether a project of this tier is asked; an approval of quorum 0 is not."""
        return tier in self.tiers and (self.quorum is None or self.quorum.get(tier, 0) > 0)


@dataclass(frozen=True, slots=True)
class TemplateGate:
    """A gate of a lifecycle: the weeks it usually takes, counted from 1, and who owns it."""

    slug: str
    name: str
    owner_role: str
    first_week: int
    last_week: int
    criteria: tuple[TemplateCriterion, ...]


@dataclass(frozen=True, slots=True)
class Lifecycle:
    slug: str
    name: str
    summary: str
    gates: tuple[TemplateGate, ...]


def lifecycle_names() -> tuple[str, ...]:
    """The lifecycles that come with this package, by name."""
    folder = files("gates") / "templates"
    return tuple(sorted(f.name.removesuffix(".yaml") for f in folder.iterdir() if f.name.endswith(".yaml")))


def read_lifecycle(name: str) -> Lifecycle:
    """A lifecycle that comes with this package. Raises KeyError naming the nearest one when there is no such."""
    if name not in lifecycle_names():
        near = nearest(name, lifecycle_names())
        raise KeyError(f"no lifecycle {name!r}" + (f", did you mean {near!r}?" if near else ""))
    text = (files("gates") / "templates" / f"{name}.yaml").read_text(encoding="utf-8")
    found = parse_lifecycle(text, f"{name}.yaml")
    if not isinstance(found, Lifecycle):
        raise ValueError("; ".join(str(problem) for problem in found))
    return found


def parse_lifecycle(text: str, file: str) -> Lifecycle | tuple[RecordProblem, ...]:
    """A lifecycle out of a template's text, or all that is wrong with it."""
    record = read_record(text)
    if isinstance(record, BrokenFile):
        return (RecordProblem(file, record.line, "(file)", "a YAML mapping", record.reason),)
    problems = Problems(record.where(file))
    fields = Fields(record.data, "", problems)
    found = Lifecycle(
        fields.need("lifecycle"), fields.need("name"), fields.need("summary"), read_all(fields, "gates", _gate)
    )
    fields.close()
    return found if not problems.found else tuple(problems.found)


def _gate(fields: Fields) -> TemplateGate:
    weeks = fields.raw("weeks")
    if not (
        isinstance(weeks, list) and len(weeks) == 2 and all(isinstance(w, int) for w in weeks) and weeks[0] <= weeks[1]
    ):
        fields.wrong("weeks", "the first and the last week, as [1, 3]")
        weeks = [1, 1]
    criteria = read_all(fields, "criteria", _criterion)
    owner = fields.need("owner_role")
    return TemplateGate(fields.need("gate"), fields.need("name"), owner, weeks[0], weeks[1], criteria)


def _criterion(fields: Fields) -> TemplateCriterion:
    kind = fields.choice("kind", tuple(KINDS)) or ""
    if not kind and not fields.has("kind"):
        fields.missing("kind", f"one of {', '.join(KINDS)}")
    criterion = TemplateCriterion(
        fields.need("id"),
        kind,
        fields.need("title"),
        fields.text("owner_role"),
        fields.texts("sections"),
        fields.whole("fresh_days", least=1),
        fields.whole("min_days", least=1),
        fields.text("measure"),
        fields.text("unit"),
        fields.need("role") if kind == "approval" else None,
        _quorum(fields) if kind == "approval" else None,
        fields.texts("tiers") or TIERS,
    )
    for tier in criterion.tiers:
        if tier not in TIERS:
            fields.wrong("tiers", f"risk tiers out of {', '.join(TIERS)}")
    return criterion


def _quorum(fields: Fields) -> dict[str, int]:
    inner = fields.inner("quorum")
    if inner is None:
        fields.missing("quorum", "signatures by risk tier, as {low: 1, medium: 1, high: 2}")
        return {}
    found: dict[str, int] = {tier: inner.whole(tier) or 0 for tier in TIERS}
    inner.close()
    return found


@dataclass(frozen=True, slots=True)
class LifecycleNote:
    """Where a project departs from its lifecycle: no mistake, but worth knowing."""

    file: str
    line: int
    text: str


def check_lifecycle(project: Project) -> tuple[LifecycleNote, ...]:
    """How a project's gates differ from those of the lifecycle it names: missing, unknown, in another order."""
    if project.lifecycle is None:
        return ()
    source = project.source
    try:
        lifecycle = read_lifecycle(project.lifecycle)
    except KeyError as error:
        return (LifecycleNote(source.file, source.line("lifecycle"), str(error.args[0])),)
    expected = [gate.slug for gate in lifecycle.gates]
    own = [gate.slug for gate in project.gates]
    notes = [
        (source.line("gates"), f"the gate {slug!r} of {lifecycle.slug} is not recorded")
        for slug in expected
        if slug not in own
    ]
    for gate in project.gates:
        if gate.slug not in expected:
            near = nearest(gate.slug, expected)
            hint = f", did you mean {near!r}?" if near else ""
            notes.append((source.line(f"{gate.key}.gate"), f"{gate.slug!r} is no gate of {lifecycle.slug}{hint}"))
    common = [slug for slug in own if slug in expected]
    if common != [slug for slug in expected if slug in own]:
        order = ", ".join(slug for slug in expected if slug in own)
        notes.append((source.line("gates"), f"the order of {lifecycle.slug} is {order}"))
    return tuple(LifecycleNote(source.file, line, text) for line, text in notes)


def quorum_of(criterion: TemplateCriterion, tier: RiskTier) -> int:
    """How many signatures an approval asks for at a risk tier."""
    return cast(Mapping[str, int], criterion.quorum or {}).get(tier, 0)
