"""Made-up portfolios for digests: random ones with secrets, and clean ones with contradictions put into them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from gates.criteria import Approval, Criterion, Dependency, EvidenceRef, GateRef, Review, Signature
from gates.digest.build import digest_for
from gates.digest.model import Besides, Digest, Reader, StatedDate
from gates.digest.sight import Sight
from gates.model import Budget, DataContract, Decision, Gate, Project
from gates.portfolio import portfolio
from gates.record_raid import Milestone
from gates.report import Evidence, EvidenceKey, Facts
from tests.gates.given import NOW, PROGRAMME, TODAY, a_gate, approval, artifact, latency

PEOPLE = tuple(PROGRAMME.people)
LABELS = range(4)


@dataclass(frozen=True)
class World:
    """A portfolio with everything a digest looks at."""

    projects: tuple[Project, ...]
    evidence: dict[EvidenceKey, Evidence]
    dates: tuple[StatedDate, ...] = ()

    def sight(self, now: datetime = NOW) -> Sight:
        facts = Facts(self.evidence, {project.slug: project for project in self.projects})
        reports = portfolio(PROGRAMME, self.projects, facts=facts, now=now)
        return Sight(PROGRAMME, reports, facts=facts, now=now, besides=Besides(self.dates))

    def told(self, reader: Reader, *, whole: bool = True) -> Digest:
        return digest_for(reader, self.sight(), seen=None, whole=whole)


def random_world(chance: random.Random) -> World:
    """Up to eight projects under four labels, whose evidence lies under others and which wait for each other."""
    slugs = [f"project-{number}" for number in range(chance.randint(1, 8))]
    evidence: dict[EvidenceKey, Evidence] = {}
    projects = tuple(_random_project(slug, slugs, evidence, chance) for slug in slugs)
    dates = tuple(
        StatedDate(chance.choice(slugs), "production", TODAY + timedelta(days=chance.randint(1, 30)), "plan.md", label)
        for label in LABELS
    )
    return World(projects, evidence, dates)


def _random_project(
    slug: str, slugs: Sequence[str], evidence: dict[EvidenceKey, Evidence], chance: random.Random
) -> Project:
    gates = tuple(
        _random_gate(slug, name, position, slugs, evidence=evidence, chance=chance)
        for position, name in enumerate(("prototype", "production"), 1)
    )
    return Project(
        slug,
        slug.title(),
        gates,
        owner=chance.choice(PEOPLE),
        manager=chance.choice(PEOPLE),
        declared_health=chance.choice(("green", "amber", None)),  # type: ignore[arg-type]
        started=TODAY - timedelta(days=chance.randint(10, 90)),
        weeks=12,
        budget=Budget("EUR", Decimal(100), Decimal(chance.randint(10, 110))),
        decisions=(Decision("D-1", "Use the top tenth", TODAY - timedelta(days=chance.randint(0, 20)), "ann"),),
        access_id=chance.choice((0, 0, *LABELS)),
    )


def _random_gate(
    slug: str,
    name: str,
    position: int,
    slugs: Sequence[str],
    *,
    evidence: dict[EvidenceKey, Evidence],
    chance: random.Random,
) -> Gate:
    waits = Dependency(GateRef(chance.choice(slugs), "production"))
    criteria = (
        latency("p95"),
        artifact("runbook", "Rollback"),
        approval("sponsor", *chance.choice(((), ("dan",)))),
        approval("model_risk_owner", *chance.choice(((), ("ann",)))),
        *((Criterion("after", "After", waits, owner="finn"),) if chance.random() < 0.3 else ()),
    )
    for criterion in criteria[:2]:
        if chance.random() < 0.9:
            evidence[slug, name, criterion.id] = random_evidence(chance, access_id=chance.choice((0, *LABELS)))
    state = chance.choice(("collecting", "collecting", "computed", "passed"))
    due = TODAY + timedelta(days=chance.randint(-10, 30))
    return a_gate(*criteria, slug=name, name=name.title(), position=position, state=state, due=due)


def random_evidence(chance: random.Random, *, access_id: int) -> Evidence:
    return Evidence(
        "load.json",
        value=str(chance.choice((100, 110, 130, 164))),
        updated=TODAY - timedelta(days=chance.randint(0, 12)),
        sections=(("Rollback", chance.random() < 0.5),),
        authors=chance.choice(((), ("dan",), ("ann",))),
        access_id=access_id,
    )


def with_other_secrets(world: World, readable: frozenset[int], chance: random.Random) -> World:
    """The same world to these readers: what they may not read is gone or says something else."""
    awaited = {
        criterion.rule.on.project
        for project in world.projects
        for gate in project.gates
        for criterion in gate.criteria
        if isinstance(criterion.rule, Dependency)
    }
    kept = [p for p in world.projects if p.access_id in readable or p.slug in awaited]
    projects = tuple(p if p.access_id in readable else _spoken_of_otherwise(p, chance) for p in kept)
    evidence = {
        key: item if item.access_id in readable else _measured_otherwise(item, chance)
        for key, item in world.evidence.items()
    }
    dates = tuple(stated for stated in world.dates if stated.access_id in readable)
    return World(projects, evidence, dates)


def _measured_otherwise(item: Evidence, chance: random.Random) -> Evidence:
    """Another result, by whomever."""
    return random_evidence(chance, access_id=item.access_id)


def _spoken_of_otherwise(project: Project, chance: random.Random) -> Project:
    spent = Budget("EUR", Decimal(100), Decimal(chance.randint(10, 110)))
    return replace(project, name="Something else", owner=chance.choice(PEOPLE), decisions=(), budget=spent)


# --- clean projects, and contradictions ---------------------------------------------


def clean_world(chance: random.Random, slug: str = "steady") -> World:
    """One project whose records agree with each other, on its way through four gates."""
    passed = chance.randint(0, 3)
    names = ("discovery", "prototype", "production", "handover")
    gates = tuple(_clean_gate(name, at, passed, chance) for at, name in enumerate(names))
    weeks = chance.choice((12, 16, 24))
    gone = Decimal(max(passed, 1)) / 4
    share = gone + Decimal(chance.randint(-15, 10)) / 100
    project = Project(
        slug,
        "Steady",
        gates,
        owner="eve",
        manager="finn",
        declared_health=chance.choice(("green", "green", "amber", None)),
        started=TODAY - timedelta(days=int(gone * weeks * 7)),
        weeks=weeks,
        budget=Budget("EUR", Decimal(1000), share * 1000),
        contracts=(
            replace(_late_contract(chance.randint(1, 47)), owner="cleo"),
        ),
        milestones=(
            Milestone("m1", "Shadow run complete", TODAY + timedelta(days=chance.randint(1, 40))),
            Milestone("m2", "Callers briefed", TODAY - timedelta(days=chance.randint(1, 40)), "done"),
        ),
    )  # fmt: skip
    evidence = {
        (slug, gate.slug, "p95"): Evidence("load.json", "108", updated=TODAY - timedelta(days=chance.randint(1, 20)))
        for gate in gates
    }
    return World((project,), evidence)


def _clean_gate(name: str, at: int, passed: int, chance: random.Random) -> Gate:
    review = Review(TODAY - timedelta(days=20), "cleo", TODAY + timedelta(days=chance.randint(1, 300)), "passed")
    criteria = (
        replace(latency(), fresh_days=60, since=TODAY - timedelta(days=chance.randint(0, 5))),
        Criterion("bias", "Bias review", review, owner="cleo", evidence=EvidenceRef("bias.md")),
        replace(approval("sponsor", *(("dan",) if at < passed else ())), since=TODAY - timedelta(days=1)),
    )
    days = 20 + 30 * (at - passed)
    more = {"state": "passed", "passed_on": TODAY - timedelta(days=5 * (passed - at))} if at < passed else {}
    due = TODAY + timedelta(days=days)
    return a_gate(*criteria, slug=name, name=name.title(), position=at + 1, due=due, **more)


def _project(world: World, **changes: object) -> World:
    return replace(world, projects=(replace(world.projects[0], **changes),))  # type: ignore[arg-type]


def _gate(world: World, at: int, **changes: object) -> World:
    project = world.projects[0]
    gates = list(project.gates)
    gates[at] = replace(gates[at], **changes)  # type: ignore[arg-type]
    return _project(world, gates=tuple(gates))


def _criterion(world: World, at: int, place: int, **changes: object) -> World:
    gate = world.projects[0].gates[at]
    criteria = list(gate.criteria)
    criteria[place] = replace(criteria[place], **changes)  # type: ignore[arg-type]
    return _gate(world, at, criteria=tuple(criteria))


def _stated(world: World, what: str, *days: date) -> World:
    return replace(world, dates=tuple(StatedDate("steady", what, day, f"doc-{n}.md") for n, day in enumerate(days)))


def seeded(chance: random.Random) -> list[tuple[str, World]]:
    """Thirty projects that contradict themselves, each with what should be found."""
    worlds = iter([_as_of_two_passed(chance) for _ in range(30)])
    slow = {key: replace(item, value="164") for key, item in next(worlds).evidence.items()}
    green = [_project(next(worlds), declared_health="green") for _ in range(7)]
    late = Milestone("m9", "Load test", ago(15))
    found = [
        ("declared green", replace(green[0], evidence=slow)),
        ("declared green", _criterion(replace(green[1], evidence={}), 2, 0, since=ago(20))),
        ("declared green", _gate(green[2], 2, due=ago(3))),
        ("declared green", _gate(green[3], 2, due=ahead(1))),
        ("declared green", _project(green[4], milestones=(late,))),
        ("declared green", _criterion(green[5], 2, 1, rule=Review(ago(9), "cleo", ahead(9), "failed"))),
        ("declared green", _gate(green[6], 2, state="held")),
        ("doc-0.md says", _stated(next(worlds), "production", ahead(77))),
        ("doc-0.md says", _stated(next(worlds), "Production gate", ahead(3))),
        ("doc-0.md says", _stated(next(worlds), "handover", ahead(7))),
        ("doc-0.md says", _stated(next(worlds), "Handover", ahead(120))),
        ("doc-1.md says", _stated(next(worlds), "go-live", ahead(7), ahead(14))),
        ("doc-1.md says", _stated(next(worlds), "Pilot training", ahead(3), ahead(4))),
        ("the milestone m9 says", _project(next(worlds), milestones=(Milestone("m9", "Production gate", ahead(2)),))),
        ("the milestone m9 says", _project(next(worlds), milestones=(Milestone("m9", "Handover", ahead(9)),))),
        ("Bias review ran out", _criterion(next(worlds), 0, 1, rule=Review(ago(200), "cleo", ago(3), "passed"))),
        ("Bias review ran out", _criterion(next(worlds), 1, 1, rule=Review(ago(90), "cleo", ago(30), "passed"))),
        ("Bias review ran out", _criterion(next(worlds), 1, 1, rule=Review(ago(90), "cleo", ago(1), "passed"))),
        ("a signature for", _criterion(next(worlds), 0, 2, rule=_expired_signature(ago(9)))),
        ("a signature for", _criterion(next(worlds), 1, 2, rule=_expired_signature(ago(1)))),
        ("load.json ran out", _old_evidence(next(worlds), "discovery", ago(200))),
        ("load.json ran out", _old_evidence(next(worlds), "prototype", ago(90))),
        ("before it is", _gate(next(worlds), 3, state="passed", passed_on=ago(1))),
        ("before it is", _gate(next(worlds), 0, state="collecting", passed_on=None)),
        (" % of its envelope", _project(next(worlds), budget=Budget("EUR", Decimal(1000), Decimal(970)))),
        (" % of its envelope", _project(next(worlds), budget=Budget("EUR", Decimal(10), Decimal(30)))),
        (" % of its envelope", _project(next(worlds), started=ago(7), budget=Budget("EUR", Decimal(100), Decimal(80)))),
        ("records the contract", _project(next(worlds), contracts=(_late_contract(49),))),
        ("records the contract", _project(next(worlds), contracts=(_late_contract(480),))),
    ]  # fmt: skip
    both = _project(_stated(_as_of_two_passed(chance), "production", ahead(77)), declared_health="amber")
    return [*found, ("doc-0.md says", both)]


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def ahead(days: int) -> date:
    return TODAY + timedelta(days=days)


def _as_of_two_passed(chance: random.Random) -> World:
    while True:
        world = clean_world(chance)
        if [gate.state for gate in world.projects[0].gates].count("passed") == 2:
            return _project(world, declared_health=None)


def _expired_signature(on: date) -> Approval:
    return Approval("sponsor", 1, (Signature("dan", TODAY - timedelta(days=300), expires=on),))


def _old_evidence(world: World, gate: str, updated: date) -> World:
    key = ("steady", gate, "p95")
    return replace(world, evidence={**world.evidence, key: replace(world.evidence[key], updated=updated)})


def _late_contract(hours: int) -> DataContract:
    return DataContract("clicks", "Clicks", freshness_hours=Decimal(48), last_delivery=NOW - timedelta(hours=hours))
