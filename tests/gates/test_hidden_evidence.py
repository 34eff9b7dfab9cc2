"""Whether restricted evidence is there, and what it says, shows in nothing that others are told of a gate."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gates.criteria import EvidenceRef
from gates.evidence import absent_evidence
from gates.report import Evidence, EvidenceKey, Facts, GateReport
from gates.restrict import shown_gate, shown_portfolio
from gates.signoff.commands import ReportValue, Sign
from gates.signoff.effective import lay_over
from gates.whatif import Change, CriterionMet, CriterionWaived, HoldLifted, PersonSigns, ValueMeasured, what_if
from tests.gates.digests import LABELS, PEOPLE, World, random_evidence, random_world
from tests.gates.given import NOW, PROGRAMME, a_gate, a_project, approval, artifact, document, latency
from tests.gates.signing import GOOD, Table

SECRET = 7
PUBLIC_ONLY = frozenset({0})

chances = st.randoms(use_true_random=False)
readers = st.frozensets(st.sampled_from(LABELS)).map(lambda labels: labels | {0})


def otherwise(
    evidence: Mapping[EvidenceKey, Evidence], readable: frozenset[int], chance: random.Random
) -> dict[EvidenceKey, Evidence]:
    """What these readers may not read is gone, says something else, or was written by somebody else."""
    return {
        key: item if item.access_id in readable else _secretly_other(item, chance) for key, item in evidence.items()
    }


def _secretly_other(item: Evidence, chance: random.Random) -> Evidence:
    if chance.random() < 0.4:
        return absent_evidence(EvidenceRef(item.document), access_id=item.access_id)
    return random_evidence(chance, access_id=item.access_id)


def facts_of(world: World, evidence: Mapping[EvidenceKey, Evidence]) -> Facts:
    return Facts(evidence, {project.slug: project for project in world.projects})


@settings(max_examples=80)
@given(chances, readers)
def test_every_view_is_the_same_whatever_the_restricted_evidence(
    chance: random.Random, readable: frozenset[int]
) -> None:
    """Reports with states, health, forecasts, blockers, chains of links, seats and findings: byte for byte."""
    world = random_world(chance)
    told = [
        repr(shown_portfolio(PROGRAMME, world.projects, facts=facts_of(world, known), now=NOW, readable=readable))
        for known in (world.evidence, otherwise(world.evidence, readable, chance))
    ]
    assert told[0] == told[1]


@settings(max_examples=40)
@given(chances, readers)
def test_every_what_if_is_the_same_whatever_the_restricted_evidence(
    chance: random.Random, readable: frozenset[int]
) -> None:
    world = random_world(chance)
    other = otherwise(world.evidence, readable, chance)
    changes = tuple(_changes(chance))
    told = [repr(list(_what_ifs(world, known, readable, changes))) for known in (world.evidence, other)]
    assert told[0] == told[1]


def _changes(chance: random.Random) -> Iterator[Change]:
    yield from (PersonSigns(person) for person in PEOPLE if chance.random() < 0.5)
    yield chance.choice((CriterionMet("p95"), CriterionWaived("runbook"), ValueMeasured("p95", "90"), HoldLifted()))


def _what_ifs(
    world: World, evidence: Mapping[EvidenceKey, Evidence], readable: frozenset[int], changes: tuple[Change, ...]
) -> Iterator[GateReport]:
    facts = replace(facts_of(world, evidence), readable=readable)
    for project in world.projects:
        if project.access_id in readable:
            for gate in project.gates:
                yield what_if(gate, project, programme=PROGRAMME, facts=facts, now=NOW, changes=changes)


def signed_gate(*signers: str) -> Table:
    """An open submission whose latency was measured in a secret document, signed in the ledger."""
    table = Table(evidence={**GOOD, "p95": replace(GOOD["p95"], access_id=SECRET)}).submitted()
    for signer in signers:
        table.does(signer, Sign(confirmed=("p95", "runbook")))
    return table


def as_the_public_sees(table: Table) -> GateReport:
    project = replace(table.project, gates=(table.gate,))
    found = {(project.slug, table.gate.slug, name): item for name, item in table.evidence.items()}
    facts = Facts(found, {project.slug: project})
    ledgers = {(project.slug, table.gate.slug): table.ledger}
    laid = lay_over([project], facts, ledgers=ledgers, programme=PROGRAMME, now=table.now)
    gate = laid.projects[0].gate(table.gate.slug)
    assert gate is not None
    return shown_gate(
        gate, laid.projects[0], programme=PROGRAMME, facts=laid.facts, now=table.now, readable=PUBLIC_ONLY
    )


CHANGED = {
    "value": {"value": "164", "content_hash": "load-2"},
    "author": {"authors": ("ann",)},
    "gone": {"absent": True},
}


@pytest.mark.parametrize("signers", [("cleo",), ("ann", "cleo"), ("cleo", "bob")])
@pytest.mark.parametrize("change", CHANGED.values(), ids=list(CHANGED))
def test_signatures_given_in_the_ledger_do_not_tell_of_restricted_evidence(
    change: dict[str, object], signers: tuple[str, ...]
) -> None:
    """A signature that rests on it lapses at once for those who may know; for others once that is recorded."""
    table = signed_gate(*signers)
    before = as_the_public_sees(table)
    assert before.findings[0].restricted
    assert repr(as_the_public_sees(table.edit("p95", **change))) == repr(before)


def test_a_lapse_for_restricted_evidence_is_shown_once_it_is_recorded_without_what_changed() -> None:
    table = signed_gate("cleo").edit("p95", value="164", content_hash="load-2")
    table.does("bob", Sign(confirmed=("p95", "runbook")))  # whatever is done to the gate records the lapse first
    refused = next(finding.refused[0] for finding in as_the_public_sees(table).findings if finding.refused)
    assert refused.reason == "lapsed, because evidence changed since: restricted evidence"


def test_who_may_read_it_is_told_of_a_document_that_is_not_there_in_a_restricted_place() -> None:
    gate = a_gate(latency(), artifact(), approval("sponsor"))
    project = a_project(gate)
    absent = absent_evidence(EvidenceRef("load.json"), access_id=SECRET)
    facts = Facts({("churn", "production", "p95"): absent, ("churn", "production", "runbook"): document()})
    reasons = [
        shown_gate(gate, project, programme=PROGRAMME, facts=facts, now=NOW, readable=readable).findings[0].reason
        for readable in (PUBLIC_ONLY | {SECRET}, PUBLIC_ONLY)
    ]
    assert reasons == ["The thing: load.json is not there", "restricted - Project owner"]


def test_a_value_reported_for_a_restricted_document_is_as_restricted() -> None:
    table = signed_gate()
    before = as_the_public_sees(table)
    table.does(None, ReportValue("p95", "99", producer="finn", self_reported=False, source="ci"))
    assert table.report.findings[0].reason == "The thing is 99 ms, agreed limit 120 ms"
    assert as_the_public_sees(table).findings == before.findings
