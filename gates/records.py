"""Plain data of programme.yaml and project.yaml into the ledger's values, or every problem that stands in the way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from gates.criteria import ContractRef, Dependency, GateRef, InterfaceRef
from gates.fields import Fields
from gates.model import Gate, Hold, Programme, Project, Source
from gates.record_criteria import read_criterion
from gates.record_kinds import RECORD_KINDS
from gates.record_problems import Problems, RecordProblem, Where, nearest
from gates.standing import read_budget, read_standing, read_subject

ROLES_OF_A_PROJECT = ("owner", "accountable_owner", "manager")


def load_project(
    data: object, where: Where, *, programme: Programme, access_id: int = 0
) -> Project | tuple[RecordProblem, ...]:
    """A project, or all that is wrong with its record.

    `data` is what a YAML reader gives; people and roles are checked against `programme`. What points to other
    projects is checked by `dangling`, once all of them are there.
    """
    project, problems = read_project_record(data, where, programme=programme, access_id=access_id)
    return problems or project


def read_project_record(
    data: object, where: Where, *, programme: Programme, access_id: int = 0
) -> tuple[Project, tuple[RecordProblem, ...]]:
    """What stands in a project's record, and every problem of it: only without one may the project be used as it is."""
    problems = Problems(where, frozenset(programme.people))
    fields = Fields(data, "", problems)
    project = _project(fields, programme, source=source_of(data, where), access_id=access_id)
    fields.close()
    check_twins(project, problems)
    return project, tuple(problems.found)


def source_of(data: object, where: Where) -> Source:
    """The lines of all keys, kept with the record so that answers can cite them."""
    return Source(where.file, {key: where.line(key) for key in _keys(data, "")})


def _keys(data: object, prefix: str) -> Iterable[str]:
    if isinstance(data, Mapping):
        pairs: Iterable[tuple[object, object]] = (("on" if k is True else k, v) for k, v in data.items())
    elif isinstance(data, list):
        pairs = enumerate(data)
    else:
        return
    for name, value in pairs:
        yield f"{prefix}{name}"
        yield from _keys(value, f"{prefix}{name}.")


def _project(fields: Fields, programme: Programme, *, source: Source, access_id: int) -> Project:
    slug, roles = fields.need("project"), fields.groups("roles")
    fields.problems.roles = frozenset((*roles, *programme.roles, *ROLES_OF_A_PROJECT))
    return Project(
        slug=slug,
        name=fields.text("name") or slug,
        gates=tuple(_gate(inner, slug, position) for position, inner in enumerate(fields.items("gates"), 1)),
        aliases=fields.texts("aliases"),
        purpose=fields.text("purpose"),
        owner=fields.person("owner", required=True),
        manager=fields.person("manager"),
        risk_tier=fields.choice("risk_tier", ("low", "medium", "high")),  # type: ignore[arg-type]
        lifecycle=fields.text("lifecycle"),
        declared_health=fields.choice("declared_health", ("green", "amber", "red")),  # type: ignore[arg-type]
        started=fields.day("started"),
        weeks=fields.whole("weeks"),
        channel=_channel(fields, programme),
        subject=read_subject(fields),
        roles=roles,
        budget=read_budget(fields),
        **read_standing(fields),  # type: ignore[arg-type]
        source=source,
        access_id=access_id,
    )


def _channel(fields: Fields, programme: Programme) -> str | None:
    channel = fields.text("channel")
    if channel and programme.channels and channel not in programme.channels:
        near = nearest(channel, programme.channels)
        hint = f" (did you mean {near!r}?)" if near else ""
        fields.wrong("channel", f"a channel of programme.yaml{hint}")
    return channel


def _gate(fields: Fields, project: str, position: int) -> Gate:
    slug = fields.need("gate")
    gate = Gate(
        slug=slug,
        name=fields.text("name") or slug,
        position=position,
        owner=fields.person("owner"),
        due=fields.day("due"),
        was_due=fields.days("was_due"),
        state=fields.choice("state", ("collecting", "passed", "held")) or "collecting",  # type: ignore[arg-type]
        passed_on=fields.day("passed_on"),
        approved_by=fields.people("approved_by"),
        hold=_hold(fields),
        requested_by=fields.person("requested_by"),
        self_approval=fields.truth("self_approval"),
        criteria=tuple(read_criterion(inner, project) for inner in fields.items("criteria")),
        key=fields.key,
    )
    _check_state(fields, gate)
    fields.close()
    return gate


def _hold(fields: Fields) -> Hold | None:
    inner = fields.inner("hold")
    if inner is None:
        return None
    by, reason, since = inner.person("by", required=True), inner.need("reason"), inner.day("since")
    until = inner.day("until")
    if since is None and not inner.has("since"):
        inner.missing("since", "a date as 2026-11-10")
    inner.close()
    return Hold(by, reason, since, until) if by and since else None


def _check_state(fields: Fields, gate: Gate) -> None:
    if gate.state == "passed" and gate.passed_on is None and not fields.has("passed_on"):
        fields.missing("passed_on", "the date on which this gate passed")
    if gate.state == "passed" and not fields.has("approved_by"):
        fields.missing("approved_by", "the people who approved this gate")
    if gate.state == "held" and not fields.has("hold"):
        fields.missing("hold", "by, reason and since of the hold")


def check_twins(project: Project, problems: Problems) -> None:
    """Ids are how criteria, gates and records are told apart: none may stand twice."""
    groups: list[tuple[str, list[tuple[str, str]]]] = [("gate", [(g.slug, f"{g.key}.gate") for g in project.gates])]
    groups += [("criterion id", [(c.id, f"{c.key}.id") for c in gate.criteria]) for gate in project.gates]
    groups += [
        (f"{kind.noun} id", [(item.id, f"{item.key}.id") for item in getattr(project, kind.attribute)])
        for kind in RECORD_KINDS
        if "id" in kind.value.__dataclass_fields__
    ]
    for what, pairs in groups:
        seen: set[str] = set()
        for name, key in pairs:
            if name in seen:
                problems.add(key, f"a {what} that is used once", found=name)
            seen.add(name)


def without_twins(
    projects: Iterable[Project], *, taken: Mapping[str, str]
) -> tuple[tuple[Project, ...], tuple[RecordProblem, ...]]:
    """The projects, each slug once (the first stays), and a problem for every later one of the same slug.

    `taken` are slugs that no project may have, with the file they belong to: one that cannot be read just now.
    """
    kept: dict[str, Project] = {}
    problems = []
    for project in projects:
        first = taken.get(project.slug) or kept.setdefault(project.slug, project).source.file
        if kept.get(project.slug) is not project:
            line = project.source.line("project")
            expected = f"a slug of its own, {first} has this one"
            problems.append(RecordProblem(project.source.file, line, "project", expected, repr(project.slug)))
    return tuple(kept.values()), tuple(problems)


def dangling(projects: Iterable[Project]) -> tuple[RecordProblem, ...]:
    """Dependencies that point to a project, gate or contract that is not there; they never pass, and this says why."""
    known = {project.slug: project for project in projects}
    found: list[RecordProblem] = []
    for project in known.values():
        for gate in project.gates:
            for criterion in gate.criteria:
                if isinstance(criterion.rule, Dependency):
                    expected = _dangles(criterion.rule.on, known)
                    if expected:
                        key = f"{criterion.key}.on"
                        line = project.source.line(key)
                        name = _ref_text(criterion.rule.on)
                        found.append(RecordProblem(project.source.file, line, key, expected, repr(name)))
    return tuple(found)


def _ref_text(on: GateRef | ContractRef | InterfaceRef) -> str:
    return f"{on.project}/{_named(on)}"


def _named(on: GateRef | ContractRef | InterfaceRef) -> str:
    match on:
        case GateRef():
            return on.gate
        case ContractRef():
            return on.contract
        case InterfaceRef():
            return on.interface


def _dangles(on: GateRef | ContractRef | InterfaceRef, known: Mapping[str, Project]) -> str | None:
    project = known.get(on.project)
    if project is None:
        return _expected("a project of this programme", on.project, known)
    match on:
        case GateRef():
            what, choices = "a gate", [gate.slug for gate in project.gates]
        case ContractRef():
            what, choices = "a data contract", [contract.id for contract in project.contracts]
        case InterfaceRef():
            what, choices = "an interface contract", [interface.id for interface in project.interfaces]
    return None if _named(on) in choices else _expected(f"{what} of {on.project}", _named(on), choices)


def _expected(what: str, name: str, choices: Iterable[str]) -> str:
    near = nearest(name, choices)
    return f"{what} (did you mean {near!r}?)" if near else what
