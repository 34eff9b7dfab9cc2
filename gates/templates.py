"""The lifecycles that projects follow: gates in order, who owns them and what they ask for, from templates/*.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Literal

from gates.criteria import KINDS
from gates.fields import Fields
from gates.model import Project, RiskTier
from gates.record_file import BrokenFile, read_record
from gates.record_problems import Problems, RecordProblem, nearest
from gates.standing import read_all

TIERS: tuple[RiskTier, ...] = ("low", "medium", "high")
TARGETS: tuple[Literal["gate", "contract", "interface"], ...] = ("gate", "contract", "interface")
FOLDER = "templates"
"""Where a team keeps its own lifecycles, beside programme.yaml."""


@dataclass(frozen=True, slots=True)
class TemplateTarget:
    """What a dependency of a lifecycle rests on: a gate of the same project, a data contract, an interface."""

    kind: Literal["gate", "contract", "interface"]
    id: str


@dataclass(frozen=True, slots=True)
class TemplateCriterion:
    """What a gate of this lifecycle asks for. `tiers` are the risk tiers it applies to.

    `quorum` gives the signatures by tier, for approvals. `measure` says in words what is reported, for metrics,
    latency and cost; the threshold is agreed by the team in its own record. `on` is what a dependency rests on,
    `against` the budget line a cost is held against ("envelope" for the whole).
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
    on: TemplateTarget | None = None
    against: str | None = None

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


def read_lifecycle(name: str, *, own: Mapping[str, str] | None = None) -> Lifecycle:
    """A lifecycle by name: the team's own (name -> text of its file) before the one that comes with this package.

    Raises:
        KeyError: There is no such lifecycle; the message names the nearest one.
        ValueError: The team's file has mistakes; the message names each with its line.
    """
    known = {*(own or {}), *lifecycle_names()}
    if name not in known:
        near = nearest(name, known)
        hint = f"did you mean {near!r}?" if near else f"there are {', '.join(sorted(known))}"
        raise KeyError(f"no lifecycle {name!r}, {hint}")
    text = (own or {}).get(name) or (files("gates") / FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
    found = parse_lifecycle(text, f"{FOLDER}/{name}.yaml")
    if not isinstance(found, Lifecycle):
        raise ValueError("\n".join(str(problem) for problem in found))
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
    _check_twins(found, problems)
    return found if not problems.found else tuple(problems.found)


def _check_twins(lifecycle: Lifecycle, problems: Problems) -> None:
    """Gates and criteria are told apart by their names, and a dependency on a gate names one of them."""
    gates = [gate.slug for gate in lifecycle.gates]
    for index, gate in enumerate(lifecycle.gates):
        if gate.slug in gates[:index]:
            problems.add(f"gates.{index}.gate", "a gate that is named once", found=gate.slug)
        ids = [criterion.id for criterion in gate.criteria]
        for number, criterion in enumerate(gate.criteria):
            if criterion.id in ids[:number]:
                problems.add(f"gates.{index}.criteria.{number}.id", "an id that is used once", found=criterion.id)
            if criterion.on is not None and criterion.on.kind == "gate" and criterion.on.id not in gates:
                expected = f"one of {', '.join(gates)}"
                problems.add(f"gates.{index}.criteria.{number}.on", expected, found=criterion.on.id)


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
        _target(fields) if kind == "dependency" else None,
        fields.text("against") if kind == "cost" else None,
    )
    for tier in criterion.tiers:
        if tier not in TIERS:
            fields.wrong("tiers", f"risk tiers out of {', '.join(TIERS)}")
    return criterion


def _target(fields: Fields) -> TemplateTarget | None:
    inner = fields.inner("on")
    if inner is None:
        fields.missing("on", "{gate}, {contract} or {interface}")
        return None
    named = [(kind, name) for kind in TARGETS if (name := inner.text(kind))]
    inner.close()
    if len(named) != 1:
        fields.wrong("on", "one of {gate}, {contract} or {interface}")
        return None
    return TemplateTarget(*named[0])


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


def check_lifecycle(project: Project, *, own: Mapping[str, str] | None = None) -> tuple[LifecycleNote, ...]:
    """How a project's gates differ from those of the lifecycle it names: missing, unknown, in another order."""
    if project.lifecycle is None:
        return ()
    source = project.source
    try:
        lifecycle = read_lifecycle(project.lifecycle, own=own)
    except (KeyError, ValueError) as error:
        return (LifecycleNote(source.file, source.line("lifecycle"), str(error.args[0])),)
    expected = [gate.slug for gate in lifecycle.gates]
    recorded = [gate.slug for gate in project.gates]
    notes = [
        (source.line("gates"), f"the gate {slug!r} of {lifecycle.slug} is not recorded")
        for slug in expected
        if slug not in recorded
    ]
    for gate in project.gates:
        if gate.slug not in expected:
            near = nearest(gate.slug, expected)
            hint = f", did you mean {near!r}?" if near else ""
            notes.append((source.line(f"{gate.key}.gate"), f"{gate.slug!r} is no gate of {lifecycle.slug}{hint}"))
    common = [slug for slug in recorded if slug in expected]
    if common != [slug for slug in expected if slug in recorded]:
        order = ", ".join(slug for slug in expected if slug in recorded)
        notes.append((source.line("gates"), f"the order of {lifecycle.slug} is {order}"))
    return tuple(LifecycleNote(source.file, line, text) for line, text in notes)
