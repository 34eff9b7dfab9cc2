"""Sign-off under random play: whatever people do in whatever order, the promises of the ledger hold."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from gates.criteria import Approval
from gates.model import Person, Programme, Subject, Terms
from gates.signoff import commands as c
from gates.signoff.context import Decided
from gates.signoff.event_record import event_from_plain, event_kind, event_to_plain
from gates.signoff.events import Signed
from gates.signoff.fold import fold
from gates.signoff.model import GateLedger
from gates.signoff.pack import is_same, item_of
from gates.signoff.signature import Condition
from tests.gates.given import PROGRAMME, a_gate, approval, artifact, criterion, latency
from tests.gates.signing import Table

PEOPLE = ("ann", "bob", "cleo", "dan", "eve", "finn", "gus", "hana")
ROLES = {
    "model_risk_owner": ("ann", "bob", "gus"),
    "data_steward": ("cleo", "ann", "hana"),
    "sponsor": ("dan", "gus"),
    "steering_committee": ("hana", "bob"),
    "operations": ("finn",),
}
PROGRAMME_OF_MANY = replace(PROGRAMME, people={name: Person(name, name.title()) for name in PEOPLE}, roles=ROLES)
ASKED = a_gate(
    latency(),
    artifact(),
    replace(artifact("model-card"), rule=criterion(artifact().rule).rule),
    approval("model_risk_owner", quorum=2),
    approval("data_steward"),
    approval("sponsor"),
)
people = st.sampled_from(PEOPLE)
roles = st.sampled_from((None, "model_risk_owner", "data_steward", "sponsor"))
asked_criteria = st.sampled_from(("p95", "runbook", "model-card"))
days = st.integers(min_value=-1, max_value=12)


class SignOff(RuleBasedStateMachine):
    """People, pipelines, editors and the clock, at random, on one gate of two signing roles and three criteria."""

    @initialize(tier=st.sampled_from(("low", "high")), expiry=st.sampled_from((None, 5)))
    def begin(self, tier: str, expiry: int | None) -> None:
        self.table = Table(gate=ASKED, programme=PROGRAMME_OF_MANY, terms=Terms(signature_days=expiry))
        self.table.project = replace(self.table.project, risk_tier=tier)
        book = self.table.evidence["runbook"]
        self.table.evidence = {**self.table.evidence, "model-card": replace(book, content_hash="card-1", authors=())}
        self.edits = 1
        self.submit("eve")

    # --- what people do ---

    @rule(who=st.sampled_from(("eve", "finn", "dan")))
    def submit(self, who: str) -> None:
        self.table.tries(who, c.Submit(Subject("scorer", "v3.2")))

    @rule(who=people, role=roles, careful=st.booleans(), part=st.booleans())
    def sign(self, who: str, role: str | None, careful: bool, part: bool) -> None:
        confirmed = ("p95", "runbook", "model-card")[: 1 if part else 3] if careful else ()
        self.signs(who, c.Sign(role=role, confirmed=confirmed))

    @rule(order=st.permutations(("model_risk_owner", "data_steward", "sponsor")))
    def whoever_may_signs(self, order: list[str]) -> None:
        for role in order:
            for who in self.table.programme.roles[role]:
                self.signs(who, c.Sign(role=role, confirmed=("p95", "runbook", "model-card")))

    @rule(who=people, role=roles, due=days)
    def sign_with_a_condition(self, who: str, role: str | None, due: int) -> None:
        owed = Condition("drill the rollback", self.table.now + timedelta(days=due, hours=1), "finn")
        self.signs(who, c.Sign(role=role, confirmed=("p95", "runbook", "model-card"), conditions=(owed,)))

    def signs(self, who: str, command: c.Sign) -> None:
        at_hand = self.table.context(who)
        submission = at_hand.ledger.submission
        outcome = self.table.tries(who, command)
        if not isinstance(outcome, Decided):
            return
        signed = next(event for event in outcome.events if isinstance(event, Signed))
        principal = signed.on_behalf_of or who
        assert submission is not None
        assert submission.by not in (who, principal)
        assert principal in self.table.programme.roles[signed.role]
        producers = {author for item in at_hand.evidence.values() for author in item.authors}
        assert not producers & {who, principal}

    @rule(who=st.sampled_from(("ann", "eve")))
    def reject(self, who: str) -> None:
        self.table.tries(who, c.Reject("not like this"))

    @rule(who=people)
    def take_a_signature_back(self, who: str) -> None:
        self.table.tries(who, c.Withdraw())

    @rule(who=people)
    def take_a_submission_back(self, who: str) -> None:
        self.table.tries(who, c.WithdrawSubmission("too early"))

    @rule(who=people, to=people, until=days, role=roles)
    def delegate(self, who: str, to: str, until: int, role: str | None) -> None:
        self.table.tries(who, c.Delegate(to, self.day(until), role))

    @rule(who=people)
    def end_delegations(self, who: str) -> None:
        self.table.tries(who, c.EndDelegation())

    @rule(who=people, until=st.one_of(st.none(), days))
    def hold(self, who: str, until: int | None) -> None:
        self.table.tries(who, c.SetHold("a leak was found", None if until is None else self.day(until)))

    @rule()
    def everybody_tries_to_lift(self) -> None:
        for who in PEOPLE:
            self.table.tries(who, c.LiftHold())

    @rule(who=people, which=asked_criteria, until=days)
    def waive(self, who: str, which: str, until: int) -> None:
        self.table.tries(who, c.Waive(which, "the drill covers it", self.day(until)))

    @rule(who=people, which=asked_criteria)
    def end_a_waiver(self, who: str, which: str) -> None:
        self.table.tries(who, c.EndWaiver(which))

    @rule(who=people)
    def break_the_glass(self, who: str) -> None:
        self.table.tries(who, c.BreakGlass("customers are hurt"))

    @rule(who=people, value=st.sampled_from(("90", "119", "119", "164")), chat=st.booleans())
    def report(self, who: str, value: str, chat: bool) -> None:
        self.table.tries(who, c.ReportValue("p95", value, self_reported=chat))

    @rule(who=people, number=st.integers(1, 3))
    def meet_a_condition(self, who: str, number: int) -> None:
        self.table.tries(who, c.MeetObligation(f"c{number}"))

    @rule()
    def reconsider(self) -> None:
        self.table.does(None, c.Reconsider())

    # --- what happens round about ---

    @rule(which=asked_criteria, author=st.sampled_from(("eve", "finn", "bob")), value=st.sampled_from(("90", "110")))
    def edit_evidence(self, which: str, author: str, value: str) -> None:
        self.edits += 1
        more = {"value": value} if which == "p95" else {}
        hashed = f"{which}-{self.edits}"
        changed = {"content_hash": hashed, "normal_hash": None, "authors": (author,), "updated": self.table.today}
        self.table.edit(which, **changed, **more)

    @rule(which=asked_criteria)
    def edit_what_is_cosmetic(self, which: str) -> None:
        self.edits += 1
        before = self.table.evidence[which]
        kept = before.normal_hash or before.content_hash
        self.table.edit(which, content_hash=f"{which}-{self.edits}", normal_hash=kept, normaliser="markdown-1")

    @rule(passed=st.integers(0, 6))
    def time_passes(self, passed: int) -> None:
        self.table.later(passed)

    @rule(role=st.sampled_from(tuple(ROLES)), who=st.sampled_from(("ann", "gus", "finn")))
    def a_role_is_given_or_taken(self, role: str, who: str) -> None:
        held = self.table.programme.roles[role]
        holders = tuple(p for p in held if p != who) if who in held else (*held, who)
        self.table.programme = _with_role(self.table.programme, role, holders)

    def day(self, ahead: int) -> date:
        return self.table.today + timedelta(days=ahead)

    # --- what always holds ---

    @invariant()
    def no_gate_passes_without_every_quorum_on_current_evidence(self) -> None:
        report, ledger = self.table.report, self.table.ledger
        if report.state not in ("passed", "passed with conditions"):
            return
        now = self.table.context().evidence
        counted = [s for s in ledger.given if s.expires is None or s.expires >= self.table.today]
        filled: list[str] = []
        for asked in ASKED.criteria:
            if isinstance(asked.rule, Approval):
                seats = [s for s in counted if s.criterion == asked.id]
                assert len(seats) >= asked.rule.quorum
                filled += [person for s in seats for person in {s.by, s.principal}]
        assert len(filled) == len(set(filled))
        current = {asked.id: item_of(asked, now.get(asked.id)) for asked in ASKED.criteria}
        for seat in counted:
            assert seat.confirmed
            assert all(is_same(ledger.evidence[seen], current[which]) for which, seen in seat.confirmed)

    @invariant()
    def no_seat_is_counted_twice(self) -> None:
        report = self.table.report
        counted = [s for finding in report.findings for s in finding.counted]
        people_seated = [person for s in counted for person in {s.by, s.principal}]
        assert len(people_seated) == len(set(people_seated))

    @invariant()
    def a_held_gate_never_passes(self) -> None:
        today = self.table.today
        held = any(h.lifted_at is None and (h.until is None or h.until >= today) for h in self.table.ledger.holds)
        assert (self.table.report.state == "held") == held

    @invariant()
    def replaying_the_record_gives_the_same_state(self) -> None:
        again = [
            replace(on, event=event_from_plain(event_kind(on.event), json.loads(json.dumps(event_to_plain(on.event)))))
            for on in self.table.record
        ]
        assert fold(GateLedger("churn", "production"), again) == self.table.ledger

    @invariant()
    def the_evaluator_is_deterministic(self) -> None:
        assert self.table.context().report == self.table.context().report


def _with_role(programme: Programme, role: str, holders: tuple[str, ...]) -> Programme:
    return replace(programme, roles={**programme.roles, role: holders})


def test_the_promises_hold_whatever_people_do() -> None:
    _play(examples=15, steps=25)


@pytest.mark.parametrize(
    "examples", [pytest.param(60, marks=pytest.mark.slow), pytest.param(400, marks=pytest.mark.proof)]
)
def test_the_promises_hold_through_long_play(examples: int) -> None:
    _play(examples=examples, steps=50)


def _play(*, examples: int, steps: int) -> None:
    quiet = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
    run_state_machine_as_test(
        SignOff,
        settings=settings(
            max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=quiet, database=None
        ),
    )


def test_a_random_play_can_end_in_a_pass() -> None:
    machine = SignOff()
    machine.begin("low", None)
    machine.submit("finn")
    for who, role in (("ann", "model_risk_owner"), ("bob", None), ("cleo", None), ("dan", None)):
        machine.sign(who, role, False, False)
    assert machine.table.report.state == "passed"
    assert event_kind(machine.table.record[-1].event) == "GatePassed"
