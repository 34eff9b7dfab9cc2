"""A new project out of a lifecycle: its project.yaml and the skeletons of the documents it asks for. Pure: text out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import yaml

from gates.calendar import WorkCalendar
from gates.model import Programme, RiskTier
from gates.record_criteria import TO_AGREE
from gates.templates import Lifecycle, TemplateCriterion, TemplateGate

FRESH_HOURS = 24
"""How fresh the deliveries of a new data contract are to be until the team agrees something else."""


@dataclass(frozen=True, slots=True)
class NewProject:
    """What a new project is to be called, who answers for it, and when it starts."""

    slug: str
    name: str
    owner: str
    tier: RiskTier
    start: date


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file to be written; `path` is relative to the project's folder."""

    path: str
    text: str


def project_files(project: NewProject, lifecycle: Lifecycle, *, programme: Programme) -> tuple[NewFile, ...]:
    """project.yaml first, then a skeleton for every document the lifecycle asks a project of this risk tier for."""
    record = NewFile("project.yaml", _record(project, lifecycle, programme))
    return (record, *_skeletons(project, lifecycle, programme))


def programme_text(name: str, owner: str) -> str:
    """A first programme.yaml, for a folder that has none: one person, and roles to be filled."""
    shown = " ".join(part.capitalize() for part in owner.replace("_", ".").split(".") if part)
    return (
        f"# People, roles and calendar of the programme. Add the others: everyone named in a project has to be here.\n"
        f"programme: {_flow(name)}\n\n"
        f'calendar: {{time_zone: UTC, working_days: [mon, tue, wed, thu, fri], hours: "09:00-18:00", holidays: []}}\n\n'
        f"people:\n  {_flow(owner)}: {{name: {_flow(shown or owner)}}}\n\n"
        f"# Roles that hold for every project; a project adds its own.\nroles: {{}}\n"
    )


# --- project.yaml -----------------------------------------------------------------------------


def _record(project: NewProject, lifecycle: Lifecycle, programme: Programme) -> str:
    weeks = max((gate.last_week for gate in lifecycle.gates), default=0)
    blocks = [
        f"# {project.name}: made from the lifecycle {lifecycle.name}. Change it as your project needs.",
        _fields(
            project=project.slug,
            name=project.name,
            owner=project.owner,
            risk_tier=project.tier,
            lifecycle=lifecycle.slug,
            started=project.start,
            weeks=weeks,
        ),
        _roles(project, lifecycle, programme),
        _budget(project, lifecycle),
        "\n".join(["gates:", *(line for gate in lifecycle.gates for line in _gate(gate, project, programme))]),
        *_contracts(project, lifecycle),
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _fields(**values: object) -> str:
    return "\n".join(f"{name}: {_flow(value)}" for name, value in values.items())


def _flow(value: object) -> str:
    """A value as YAML on one line."""
    text = yaml.safe_dump(value, default_flow_style=True, sort_keys=False, allow_unicode=True, width=10**6)
    return text.removesuffix("...\n").strip()


def _roles(project: NewProject, lifecycle: Lifecycle, programme: Programme) -> str:
    """The roles nobody of the programme holds yet, empty: a gate names them until somebody is put in."""
    asked = dict.fromkeys(role for gate in lifecycle.gates for role in _roles_of(gate, project.tier))
    missing = [role for role in asked if role not in programme.roles]
    if not missing:
        return ""
    lines = ["# Who holds which role: fill in person ids of programme.yaml.", "roles:"]
    return "\n".join([*lines, *(f"  {role}: []" for role in missing)])


def _roles_of(gate: TemplateGate, tier: RiskTier) -> Iterator[str]:
    yield gate.owner_role
    for criterion in _asked(gate, tier):
        yield from filter(None, (criterion.owner_role, criterion.role))


def _asked(gate: TemplateGate, tier: RiskTier) -> tuple[TemplateCriterion, ...]:
    return tuple(criterion for criterion in gate.criteria if criterion.applies_to(tier))


def _budget(project: NewProject, lifecycle: Lifecycle) -> str:
    """A budget to be filled in, as a comment: an envelope that nobody agreed would be kept to by spending nothing."""
    lines = [c.against for gate in lifecycle.gates for c in _asked(gate, project.tier) if c.against]
    if not lines:
        return ""
    own = [{"name": line, "envelope": 40000, "spent": 0} for line in dict.fromkeys(lines) if line != "envelope"]
    budget = {"currency": "EUR", "envelope": 100000, "spent": 0, **({"lines": own} if own else {})}
    return f"# A gate asks for the spend against the envelope. Once that is agreed:\n# budget: {_flow(budget)}"


def _gate(gate: TemplateGate, project: NewProject, programme: Programme) -> Iterator[str]:
    due = _due(project.start, gate.last_week, programme.calendar)
    head = {
        "gate": gate.slug,
        "name": gate.name,
        "owner": _holder(gate.owner_role, project, programme),
        "due": due,
        "state": "collecting",
    }
    for number, (name, value) in enumerate(head.items()):
        yield f"  {'- ' if number == 0 else '  '}{name}: {_flow(value)}"
    yield "    criteria:"
    yield from (f"      - {_flow(_criterion(gate, one, project, programme))}" for one in _asked(gate, project.tier))


def _due(start: date, last_week: int, calendar: WorkCalendar) -> date:
    """The last working day of a week, counted from the start."""
    day = start + timedelta(weeks=last_week, days=-1)
    while day > start and calendar.working_days and not calendar.is_working(day):
        day -= timedelta(days=1)
    return day


def _holder(role: str | None, project: NewProject, programme: Programme) -> str:
    holders = programme.roles.get(role or "", ())
    return holders[0] if holders else project.owner


def _criterion(
    gate: TemplateGate, criterion: TemplateCriterion, project: NewProject, programme: Programme
) -> dict[str, object]:
    owner = None if criterion.role else _holder(criterion.owner_role, project, programme)
    found: dict[str, object] = {
        "id": criterion.id,
        "kind": criterion.kind,
        "title": criterion.title,
        "owner": owner,
        "sections": list(criterion.sections),
        "fresh_days": criterion.fresh_days,
        "min_days": criterion.min_days,
        **_by_kind(gate, criterion, project),
    }
    return {name: value for name, value in found.items() if value not in (None, [])}


def _by_kind(gate: TemplateGate, criterion: TemplateCriterion, project: NewProject) -> dict[str, object]:
    match criterion.kind:
        case "artifact":
            return {"evidence": {"document": _document(gate, criterion)}}
        case "cost" if criterion.against:
            return {"line": None if criterion.against == "envelope" else criterion.against}
        case "metric" | "latency" | "cost":
            evidence = {"document": f"{gate.slug}/{criterion.id}.json", "field": "value"}
            return {"threshold": TO_AGREE.text, "unit": criterion.unit, "evidence": evidence}
        case "approval":
            return {"role": criterion.role, "quorum": (criterion.quorum or {}).get(project.tier, 1)}
        case "dependency" if criterion.on:
            return {"on": {criterion.on.kind: criterion.on.id}}
        case _:
            return {}


def _document(gate: TemplateGate, criterion: TemplateCriterion) -> str:
    return f"{gate.slug}/{criterion.id}.md"


def _contracts(project: NewProject, lifecycle: Lifecycle) -> Iterator[str]:
    """An entry for each contract a dependency rests on; without a delivery or an agreement it is not relied on."""
    targets = {c.on for gate in lifecycle.gates for c in _asked(gate, project.tier) if c.on}
    data = sorted(target.id for target in targets if target.kind == "contract")
    interfaces = sorted(target.id for target in targets if target.kind == "interface")
    if data:
        entries = [{"id": name, "owner": project.owner, "freshness_hours": FRESH_HOURS} for name in data]
        yield _list(
            "Data this project lives on; `last_delivery` is the moment of the last one.", "data_contracts", entries
        )
    if interfaces:
        entries = [{"id": name, "owner": project.owner, "state": "draft"} for name in interfaces]
        yield _list("Interfaces agreed with other teams.", "interface_contracts", entries)


def _list(comment: str, name: str, entries: Iterable[dict[str, object]]) -> str:
    return "\n".join([f"# {comment}", f"{name}:", *(f"  - {_flow(entry)}" for entry in entries)])


# --- documents --------------------------------------------------------------------------------


def _skeletons(project: NewProject, lifecycle: Lifecycle, programme: Programme) -> Iterator[NewFile]:
    for gate in lifecycle.gates:
        for criterion in _asked(gate, project.tier):
            if criterion.kind == "artifact":
                yield NewFile(_document(gate, criterion), _skeleton(criterion, project, programme))


def _skeleton(criterion: TemplateCriterion, project: NewProject, programme: Programme) -> str:
    """The headings a document needs. One without required sections is a draft until somebody says otherwise."""
    owner = _holder(criterion.owner_role, project, programme)
    draft = [] if criterion.sections else ["status: draft"]
    head = ["---", f"owner: {_flow(owner)}", *draft, "---", f"# {criterion.title} of {project.name}"]
    return "\n".join([*head, *(f"\n## {section}" for section in criterion.sections)]) + "\n"
