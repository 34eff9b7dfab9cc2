"""How a decided gate moves: conditions, lapses, expiry, holds, waivers, overrides, and what opens it again."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from gates.criteria import Dependency, GateRef, Metric, Threshold
from gates.evaluate import evaluate_all
from gates.model import EscalationRule, Gate, Hold, Terms
from gates.report import Facts
from gates.signoff import commands as c
from gates.signoff.effective import lay_over
from gates.signoff.escalation import due_escalations
from gates.signoff.event_record import event_kind
from gates.signoff.events import GatePassed, GateReopened, SignatureLapsed
from gates.signoff.signature import Condition
from gates.whatif import CriterionWaived, DelegateSigns, HoldLifted, PersonSigns, what_if
from tests.gates.given import (
    NOW,
    PROGRAMME,
    a_gate,
    a_project,
    approval,
    artifact,
    at_most,
    criterion,
    latency,
    measured,
)
from tests.gates.signing import SUBJECT, Table, production

WITH_COMMITTEE = replace(
    PROGRAMME, roles={**PROGRAMME.roles, "steering_committee": ("bob", "dan"), "compliance_reviewer": ("finn",)}
)


def passed(**more: object) -> Table:
    table = Table(programme=WITH_COMMITTEE, **more).submitted()  # type: ignore[arg-type]
    table.does("cleo", c.Sign())
    table.does("ann", c.Sign())
    assert table.report.state == "passed"
    return table


def kinds(table: Table) -> list[str]:
    return [event_kind(on.event) for on in table.record]


def test_the_gate_passes_in_the_same_decision_as_the_last_signature() -> None:
    table = passed()
    assert kinds(table) == ["Submitted", "Signed", "Signed", "GatePassed"]
    assert table.record[-1].event == GatePassed(table.ledger.submission.pack.id, ("cleo", "ann"))  # type: ignore[union-attr]
    report = table.report
    assert (report.passed_on, report.approved_by, report.blockers) == (date(2026, 11, 20), ("cleo", "ann"), ())


def test_only_signatures_that_rested_on_changed_evidence_lapse() -> None:
    table = Table().submitted()
    table.does("cleo", c.Sign(confirmed=("runbook",)))
    table.does("ann", c.Sign(confirmed=("p95",)))
    table.edit("p95", value="119", content_hash="load-2", updated=table.today)
    report = table.report
    assert report.state == "lapsed"
    assert report.approvals_met == 1
    assert "lapsed, because evidence changed since: The thing (load.json: 108 -> 119)" in report.blockers[0].reason
    table.does(None, c.Reconsider())
    assert kinds(table)[-2:] == ["SignatureLapsed", "GateReopened"]
    lapsed = table.record[-2].event
    assert isinstance(lapsed, SignatureLapsed)
    assert (lapsed.by, lapsed.criteria, lapsed.changes) == ("ann", ("p95",), ("The thing (load.json: 108 -> 119)",))
    assert table.does("bob", c.Sign()).state == "passed"


def test_cosmetic_edits_void_nothing() -> None:
    table = Table().edit("runbook", normal_hash="same", normaliser="markdown-1").submitted()
    table.does("cleo", c.Sign())
    table.edit("runbook", content_hash="book-2")
    assert table.does("ann", c.Sign()).state == "passed"
    assert "SignatureLapsed" not in kinds(table)


def test_a_new_version_of_the_normaliser_voids_nothing_while_the_bytes_are_the_same() -> None:
    table = Table().edit("runbook", normal_hash="old", normaliser="markdown-1").submitted()
    table.does("cleo", c.Sign())
    table.edit("runbook", normal_hash="new", normaliser="markdown-2")
    assert table.does("ann", c.Sign()).state == "passed"


def test_a_document_that_vanishes_makes_its_signatures_lapse() -> None:
    table = passed()
    table.evidence = {"p95": table.evidence["p95"]}
    report = table.report
    assert report.state == "lapsed"
    assert any("runbook.md is gone" in blocker.reason for blocker in report.blockers)


def test_evidence_that_fails_after_the_pass_is_judged_again() -> None:
    table = passed().edit("p95", value="164", content_hash="load-2", updated=date(2026, 11, 20))
    table.does(None, c.Reconsider())
    table.does("cleo", c.Sign())
    report = table.does("ann", c.Sign())
    assert (report.state, report.approvals_met) == ("submitted", 2)
    assert report.blockers[0].reason.startswith("The thing is 164 ms")


def test_a_signature_that_runs_out_expires_the_gate_until_it_is_renewed() -> None:
    table = passed(terms=Terms(signature_days=10)).later(11)
    assert table.report.state == "expired"
    assert any("expired on Mon 30 Nov" in blocker.reason for blocker in table.report.blockers)
    table.does("cleo", c.Sign())
    assert table.report.state == "expired"
    assert table.does("bob", c.Sign()).state == "passed"


def test_conditions_are_owed_and_an_overdue_one_opens_the_gate_again() -> None:
    table = Table().submitted()
    table.does("cleo", c.Sign())
    owed = Condition("drill the rollback", table.now + timedelta(days=7), "finn")
    report = table.does("ann", c.Sign(conditions=(owed,)))
    assert report.state == "passed with conditions"
    assert report.is_passed
    table.later(8)
    report = table.report
    assert (report.state, report.blockers[0].reason) == (
        "submitted", "Condition c1 was due on Fri 27 Nov: drill the rollback",
    )  # fmt: skip
    table.does(None, c.Reconsider())
    assert isinstance(table.record[-1].event, GateReopened)
    assert table.refuses("cleo", c.MeetObligation("c1")).how == "Finn or Eve can say so."
    assert table.does("finn", c.MeetObligation("c1", "drilled on Tuesday")).state == "passed"


def test_a_hold_stops_everything_until_the_same_role_lifts_it() -> None:
    table = passed()
    assert "takes the role" in table.refuses("cleo", c.SetHold("a leak")).reason
    assert table.refuses("ann", c.SetHold(" ")).rule == "Reason"
    assert table.does("ann", c.SetHold("a leak was found")).state == "held"
    assert table.refuses("finn", c.LiftHold()).how == "Ann or Bob can lift it."
    assert table.refuses("cleo", c.Sign()).rule == "NotHeld"
    assert "held" in table.refuses("dan", c.BreakGlass("now")).reason
    assert table.does("bob", c.LiftHold()).state == "passed"
    assert table.refuses("bob", c.LiftHold()).rule == "Open"


def test_a_hold_of_the_files_is_lifted_in_the_ledger_and_a_later_one_binds_again() -> None:
    hold = Hold("ann", "a leak was found", date(2026, 11, 16))
    table = Table(gate=production(hold=hold), programme=WITH_COMMITTEE)
    assert table.report.state == "held"
    assert table.refuses("finn", c.LiftHold()).who_can.people == ("ann", "bob")
    assert table.does("bob", c.LiftHold()).state == "collecting"
    table.gate = production(hold=replace(hold, since=date(2026, 11, 24)))
    assert table.later(5).report.state == "held"


def test_a_waived_criterion_need_not_be_met_until_its_day() -> None:
    table = Table(programme=WITH_COMMITTEE).edit("p95", value="164")
    until = table.today + timedelta(days=10)
    assert "takes the role" in table.refuses("finn", c.Waive("p95", "it is fast enough", until)).reason
    assert "yours to deliver" in table.refuses("eve", c.Waive("p95", "it is fast enough", until)).reason
    assert table.refuses("dan", c.Waive("sign-data_steward", "away", until)).rule == "Waivable"
    assert table.refuses("dan", c.Waive("p95", "", until)).rule == "Reason"
    assert table.refuses("dan", c.Waive("p95", "x", table.today + timedelta(days=91))).rule == "Until"
    table.does("dan", c.Waive("p95", "it is fast enough", until))
    table.does("finn", c.Submit(SUBJECT))
    table.does("cleo", c.Sign())
    report = table.does("ann", c.Sign())
    assert report.state == "passed"
    assert report.findings[0].reason == "The thing: waived by Dan until Mon 30 Nov: it is fast enough"
    assert table.ledger.passing is not None
    assert table.ledger.passing.waived == ("p95",)
    report = table.later(11).report
    assert report.state == "submitted"
    assert "164 ms" in report.blockers[0].reason


def test_who_asked_for_the_sign_off_waives_nothing_of_it() -> None:
    table = Table(programme=WITH_COMMITTEE).submitted("dan")
    refused = table.refuses("dan", c.Waive("p95", "x", table.today))
    assert refused.reason == "You requested this sign-off, so you do not waive its criteria."
    assert "can waive it" in refused.how


def test_breaking_the_glass_is_narrow_ends_by_itself_and_is_reviewed_by_somebody_else() -> None:
    table = Table(programme=WITH_COMMITTEE).edit("p95", value="164")
    assert table.refuses("ann", c.BreakGlass("customers are hurt")).who_can.people == ("bob", "dan")
    assert table.refuses("dan", c.BreakGlass("")).rule == "Reason"
    assert table.refuses("dan", c.BreakGlass("x", table.now + timedelta(days=30))).rule == "Until"
    report = table.does("dan", c.BreakGlass("customers are hurt"))
    assert (report.state, report.is_passed) == ("overridden", True)
    (review,) = table.ledger.obligations
    assert (review.id, review.owner, review.kind) == ("r1", "ann", "override review")
    assert table.refuses("ann", c.MeetObligation("r1")).rule == "Review"
    assert table.later(4).report.state == "collecting"
    assert table.refuses("dan", c.ReviewOverride("all fine")).reason == "You broke the glass yourself."
    table.does("ann", c.ReviewOverride("justified, runbook was updated"))
    assert not table.ledger.obligations[0].is_open
    assert table.refuses("ann", c.ReviewOverride("again")).rule == "Open"


def test_a_passed_gate_opens_when_what_it_waits_for_opens_and_says_why() -> None:
    upstream = Gate("data", "Data", 1, owner="finn", state="passed", criteria=())
    source = replace(a_project(upstream), slug="lake", name="Data lake")
    gate = a_gate(latency(), criterion(Dependency(GateRef("lake", "data")), id_="data"), approval("data_steward"))
    table = Table(gate=gate, others=(source,)).submitted()
    assert table.does("cleo", c.Sign()).state == "passed"
    table.others = (replace(source, gates=(replace(upstream, state="collecting"),)),)
    report = table.does(None, c.Reconsider())
    assert report.state == "submitted"
    assert "Data lake, Data is not passed" in report.blockers[0].reason
    assert isinstance(table.record[-1].event, GateReopened)
    table.others = (source,)
    assert table.does(None, c.Reconsider()).state == "passed"


def test_a_gate_that_passed_in_the_ledger_lets_others_pass() -> None:
    table = passed()
    asked = criterion(Dependency(GateRef("churn", "production")), id_="first")
    other = replace(a_project(a_gate(asked)), slug="next")
    own = table.context().project
    facts = replace(table.context().facts, projects={"churn": own, "next": other})
    ledgers = {("churn", "production"): table.ledger}
    laid = lay_over([own, other], facts, ledgers=ledgers, programme=PROGRAMME, now=NOW)
    reports = evaluate_all(laid.projects, programme=PROGRAMME, facts=laid.facts, now=NOW)
    assert reports["next", "production"].evidence_met == 1


def test_a_gate_without_events_stays_as_its_records_have_it() -> None:
    project = a_project(production(state="passed", passed_on=date(2026, 11, 6), approved_by=("dan",)))
    laid = lay_over([project], Facts(), ledgers={}, programme=PROGRAMME, now=NOW)
    assert laid.projects == (project,)


def test_where_files_and_ledger_both_speak_the_ledger_counts_and_the_difference_is_told() -> None:
    gate = production()
    signed = a_gate(latency(), artifact(), approval("data_steward", "cleo"), approval("model_risk_owner"))
    table = Table(gate=gate).submitted()
    table.gate = replace(signed, state="passed")
    report = table.report
    assert (report.state, report.approvals_met) == ("submitted", 0)
    said = [conflict.text for conflict in report.conflicts]
    assert "The files record Production as passed; in the ledger it is submitted" in said
    outside = "The thing: 1 signature in project.yaml (Cleo) is not of this submission and fills no seat"
    assert f"{outside}; sign with: review churn production" in said


# --- thresholds and reported values ---------------------------------------------------


def test_a_threshold_changed_after_the_result_is_a_blocker_until_it_is_measured_again() -> None:
    table = Table()
    table.does(None, c.NoteThreshold("p95", "<= 100", "<= 120", by="eve"))
    refused = table.refuses("dan", c.Submit(SUBJECT))
    assert "the threshold was changed from <= 100 to <= 120 on Fri 20 Nov" in refused.reason
    table.later(3).edit("p95", updated=date(2026, 11, 23))
    assert table.does("dan", c.Submit(SUBJECT)).state == "submitted"


def test_a_threshold_that_moves_under_an_open_submission_blocks_it() -> None:
    table = Table().submitted()
    looser = criterion(replace(latency().rule, threshold=at_most("200")), id_="p95", document="load.json")  # type: ignore[type-var]
    table.gate = replace(table.gate, criteria=(looser, *table.gate.criteria[1:]))
    table.does("cleo", c.Sign())
    report = table.does("ann", c.Sign())
    assert report.state == "submitted"
    assert "changed from <= 120 to <= 200" in report.blockers[0].reason


def test_a_reported_value_counts_and_its_producer_may_not_approve() -> None:
    table = Table().edit("p95", value="164")
    table.does("ann", c.ReportValue("p95", "101 ms", subject=SUBJECT, self_reported=False, key="run-7", source="ci"))
    assert table.tries("ann", c.ReportValue("p95", "90", key="run-7")).events == ()  # type: ignore[union-attr]
    table.submitted()
    report = table.report
    assert report.findings[0].met
    assert report.conflicts[0].text == (
        "The thing: load.json records 164, 101 ms was reported on Fri 20 Nov; the report counts"
    )
    assert "you produced ci" in table.refuses("ann", c.Sign()).reason


def test_a_word_in_chat_is_never_enough_at_high_risk() -> None:
    table = Table(evidence={"runbook": Table().evidence["runbook"]})
    table.project = replace(table.project, risk_tier="high")
    report = table.does("finn", c.ReportValue("p95", "101"))
    assert "101 is self-reported by Finn in chat, which is not enough at high risk" in report.blockers[0].reason
    report = table.does(None, c.ReportValue("p95", "103", producer="finn", self_reported=False))
    assert report.findings[0].met
    table.project = replace(table.project, risk_tier="low")
    assert table.does("finn", c.ReportValue("p95", "101")).findings[0].met


def test_a_value_without_a_person_behind_it_or_of_nothing_measured_is_refused() -> None:
    table = Table()
    assert table.refuses(None, c.ReportValue("p95", "101")).rule == "Producer"
    assert table.refuses("finn", c.ReportValue("runbook", "101")).how == "Values are taken for p95."
    assert table.refuses("finn", c.ReportValue("p95", "fast")).rule == "Number"


def test_an_escalation_rule_comes_due_once_with_a_deadline() -> None:
    rule = EscalationRule("E-1", "drift", Threshold(">", Decimal("0.10"), "0.10"), "look into the drift", "finn", 24)  # type: ignore[arg-type]
    drift = criterion(Metric("drift", at_most("1")), id_="drift")
    table = Table(gate=a_gate(drift, approval("data_steward")))
    table.project = replace(table.project, escalations=(rule,))
    key = ("churn", "production")

    def due() -> tuple[object, ...]:
        at = table.context()
        return due_escalations(at.project, at.facts, ledgers={key: table.ledger}, now=table.now)

    table.does("eve", c.ReportValue("drift", "0.08"))
    assert due() == ()
    table.later(1).does("eve", c.ReportValue("drift", "0.12"))
    (found,) = due_escalations(
        table.context().project, table.context().facts, ledgers={key: table.ledger}, now=table.now
    )
    assert found.command.due == table.now + timedelta(hours=24)
    table.does(None, found.command)
    assert table.ledger.obligations[0].text == "look into the drift (drift is 0.12, > 0.10)"
    assert due() == ()
    table.does("finn", c.MeetObligation("e1"))
    assert due() == ()
    table.later(1).does("eve", c.ReportValue("drift", "0.15"))
    assert len(due()) == 1


# --- what if --------------------------------------------------------------------------


def test_what_if_looks_at_several_changes_at_once_in_the_ledger() -> None:
    table = Table(programme=WITH_COMMITTEE).submitted()
    table.does("ann", c.SetHold("a leak was found"))
    at = table.context()
    project = at.laid.projects[0]
    gate = project.gate("production")
    assert gate is not None

    def state(*changes: object) -> str:
        return what_if(
            gate,
            project,
            programme=WITH_COMMITTEE,
            facts=at.laid.facts,
            now=NOW,
            changes=changes,  # type: ignore[arg-type]
        ).state

    assert state() == "held"
    assert state(HoldLifted()) == "submitted"
    assert state(HoldLifted(), PersonSigns("cleo"), PersonSigns("bob")) == "ready"
    assert state(HoldLifted(), PersonSigns("cleo"), PersonSigns("cleo", "model_risk_owner")) == "submitted"
    assert state(HoldLifted(), DelegateSigns("finn", "cleo"), PersonSigns("bob")) == "submitted"
    assert state(HoldLifted(), CriterionWaived("p95"), DelegateSigns("bob", "cleo"), PersonSigns("ann")) == "ready"


def test_the_clock_is_an_argument() -> None:
    table = Table(now=datetime(2027, 1, 4, 9, tzinfo=UTC)).edit("p95", updated=date(2026, 11, 17))
    assert table.submitted().report.as_of == datetime(2027, 1, 4, 9, tzinfo=UTC)
    assert measured("1").value == "1"
