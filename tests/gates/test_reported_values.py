"""Values that people and pipelines report: what cannot be is refused, with what may be sent instead."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gates.criteria import Metric
from gates.model import Subject
from gates.signoff import commands as c
from gates.signoff.decide import Decided
from tests.gates.given import at_most, criterion, judged, latency, measured
from tests.gates.signing import Table, production


@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "1e400", "-1", "-0.5 ms", "- 3"])
def test_a_latency_that_cannot_be_is_refused(value: str) -> None:
    table = Table()
    assert table.refuses("finn", c.ReportValue("p95", value)).rule == "Number"
    assert table.ledger.reported == ()


@pytest.mark.parametrize(("unit", "taken"), [("EUR", False), ("rows", False), ("%", True), (None, True)])
def test_below_zero_is_a_gain_or_a_mistake_by_the_unit(unit: str | None, taken: bool) -> None:
    table = Table(replace(production(), criteria=(criterion(Metric("m", at_most("1"), unit), id_="m"),)))
    outcome = table.tries("finn", c.ReportValue("m", "-0.5"))
    assert isinstance(outcome, Decided) is taken


def test_a_document_with_a_latency_below_zero_meets_nothing() -> None:
    finding = judged(latency(), measured("-5"))
    assert not finding.met
    assert "a latency is never below zero" in finding.reason


def test_a_value_of_another_subject_never_takes_the_place_of_the_gates_own() -> None:
    table = Table().submitted()
    report = table.does("finn", c.ReportValue("p95", "400", subject=Subject("scorer", "v9"), self_reported=False))
    assert report.findings[0].met
    assert "108" in report.findings[0].reason


def test_where_nothing_else_is_known_the_gate_says_that_it_was_measured_on_another_subject() -> None:
    table = Table(evidence={"runbook": Table().evidence["runbook"]})
    report = table.does("finn", c.ReportValue("p95", "90", subject=Subject("scorer", "v9"), self_reported=False))
    assert "measured on v9, this gate is about v3.2" in report.findings[0].reason


def test_a_criterion_that_is_almost_there_is_meant() -> None:
    assert Table().refuses("finn", c.ReportValue("p59", "101")).how == "Did you mean 'p95'? Values are taken for p95."
