"""Commands on a gate through the use-cases, on every engine: recorded once, refused with a record, replayed equal."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text, update
from sqlalchemy.orm import Session

from gates.audit.keys import load_key
from gates.audit.verify import verify
from gates.codec import to_plain
from gates.report import Evidence
from gates.service.erasing import Erased, erase_person
from gates.service.freezing import FrozenDocument, changed_since
from gates.service.history import differing_states, load_events
from gates.service.look import the_programme
from gates.service.receipt import Actor, Recorded
from gates.service.signing import run_command
from gates.service.take_in import take_in
from gates.signoff.commands import Command, Reject, SetHold, Sign, Submit
from gates.signoff.context import Refused
from gates.signoff.model import PolicyRevision
from gates.store import StaleVersionError
from gates.store_audit import load_entries, load_head, read_records
from gates.store_people import disguise_for
from gates.store_state import save_state
from gates.tables import EventRow, StateRow
from tests.gates.given import NOW, PROGRAMME, a_project
from tests.gates.signing import GOOD, SUBJECT, production

RUNBOOK = b"# Rollback\n\nGo back to v3.1.\n# On-call\n\nEve.\n"


def taken_in(session: Session, *, evidence: Mapping[str, Evidence] = GOOD, **more: object) -> Session:
    project = a_project(production(), risk_tier="medium")
    found = {("churn", "production", name): item for name, item in evidence.items()}
    take_in(session, PROGRAMME, projects=[project], evidence=found, now=NOW, **more)  # type: ignore[arg-type]
    return session


def acts(session: Session, person: str, command: Command, **more: object) -> Recorded | Refused:
    actor = Actor(person, "web", str(more.pop("key", "")))
    arguments = {"actor": actor, "project": "churn", "gate": "production", "now": NOW, **more}
    return run_command(session, command, **arguments)  # type: ignore[arg-type]


def done(outcome: Recorded | Refused) -> Recorded:
    assert isinstance(outcome, Recorded), outcome
    return outcome


def test_a_gate_is_submitted_signed_by_both_roles_and_passes(session: Session) -> None:
    taken_in(session)
    done(acts(session, "dan", Submit(SUBJECT)))
    first = done(acts(session, "cleo", Sign()))
    assert first.report.state == "submitted"
    second = done(acts(session, "bob", Sign()))
    assert second.report.state == "passed"
    kinds = [entry.kind for entry in load_entries(session) if entry.gate]
    assert kinds == ["Submitted", "Signed", "Signed", "GatePassed"]


def test_who_acted_through_what_and_on_what_is_recorded(session: Session) -> None:
    taken_in(session)
    done(acts(session, "dan", Submit(SUBJECT, comment="please"), key="click-1"))
    entry = load_entries(session)[-1]
    said = (entry.actor, entry.surface, entry.programme, entry.project, entry.gate, entry.reason, entry.key, entry.at)
    assert said == ("dan", "web", PROGRAMME.name, "churn", "production", "please", "click-1", NOW)
    assert entry.before == {"phase": "none", "record": 0}


def test_a_receipt_names_its_record_and_the_end_of_the_chain(session: Session, tmp_path: Path) -> None:
    taken_in(session, revision=PolicyRevision("c0ffee"))
    receipt = done(acts(session, "dan", Submit(SUBJECT), signer=load_key(tmp_path / "audit.key"))).receipt
    assert receipt.head == load_head(session)
    assert receipt.record == receipt.head.seq
    assert receipt.signed is not None
    assert receipt.signed.head == receipt.head
    assert receipt.for_audit
    assert receipt.line.startswith(f"record {receipt.record:06d} · chain {receipt.head.seq}:")


def test_without_a_trusted_revision_a_receipt_says_that_it_is_not_for_audit(session: Session) -> None:
    receipt = done(acts(taken_in(session), "dan", Submit(SUBJECT))).receipt
    assert not receipt.for_audit
    assert receipt.line.endswith("not for audit")


def test_a_refusal_is_a_record_and_changes_nothing(session: Session) -> None:
    taken_in(session)
    done(acts(session, "dan", Submit(SUBJECT)))
    outcome = acts(session, "eve", Sign(), key="press")
    assert isinstance(outcome, Refused)
    entry = load_entries(session)[-1]
    assert (entry.kind, entry.actor, entry.reason) == ("CommandRefused", "eve", outcome.reason)
    assert entry.after is not None
    assert entry.after["command"] == "Sign"
    ledger = the_programme(session)
    assert ledger is not None
    assert ledger.states["churn", "production"].ledger.signed == ()


def test_the_same_key_twice_is_answered_the_same_and_has_one_effect(session: Session) -> None:
    taken_in(session)
    done(acts(session, "dan", Submit(SUBJECT), key="s"))
    first = done(acts(session, "cleo", Sign(), key="press-1"))
    again = done(acts(session, "cleo", Sign(), key="press-1", now=NOW + timedelta(days=1)))
    assert again.again
    assert again.receipt == first.receipt
    assert again.events == first.events
    assert [entry.kind for entry in load_entries(session)].count("Signed") == 1


def test_a_refusal_under_a_key_is_repeated_even_when_it_would_pass_now(session: Session) -> None:
    taken_in(session)
    refused = acts(session, "cleo", Sign(), key="early")
    done(acts(session, "dan", Submit(SUBJECT)))
    assert acts(session, "cleo", Sign(), key="early") == refused
    assert done(acts(session, "cleo", Sign(), key="later"))


def test_somebody_acting_as_another_counts_in_a_demo_only(session: Session) -> None:
    taken_in(session)
    as_dan = Actor("dan", "terminal", impersonated_by="root")
    done(acts(session, "dan", Submit(SUBJECT), actor=as_dan))
    assert load_entries(session)[-1].impersonated_by == "root"
    taken_in(session, revision=PolicyRevision("c0ffee"))
    refused = acts(session, "cleo", Sign(), actor=Actor("cleo", "terminal", impersonated_by="root"))
    assert isinstance(refused, Refused)
    assert "root acts as somebody else" in refused.reason


@pytest.mark.parametrize(("project", "gate", "told"), [("none", "production", "no project 'none'"),
                                                       ("churn", "launch", "no gate 'launch'")])  # fmt: skip
def test_a_gate_that_is_not_there_is_refused_by_name(session: Session, project: str, gate: str, told: str) -> None:
    outcome = acts(taken_in(session), "dan", Submit(SUBJECT), project=project, gate=gate)
    assert isinstance(outcome, Refused)
    assert told in outcome.reason


def test_a_frozen_programme_decides_at_its_own_instant_and_another_by_the_databases_clock(session: Session) -> None:
    taken_in(session)
    before = datetime.now(UTC) - timedelta(seconds=5)
    assert before < done(acts(session, "dan", SetHold("leak"), now=None)).receipt.at < before + timedelta(minutes=1)
    frozen = replace(PROGRAMME, now=NOW)
    project = a_project(production())
    take_in(session, frozen, projects=[project], evidence={}, now=datetime.now(UTC))
    assert done(acts(session, "ann", SetHold("leak again"), now=None)).receipt.at == NOW


# --- the state beside the log --------------------------------------------------------------


def played(session: Session) -> Session:
    taken_in(session)
    for person, command in (("dan", Submit(SUBJECT)), ("cleo", Sign()), ("eve", Sign()), ("ann", SetHold("leak")),
                            ("bob", Reject("not yet", role="model_risk_owner"))):  # fmt: skip
        acts(session, person, command)
    return session


def test_the_state_is_what_replaying_the_log_gives(session: Session) -> None:
    assert list(differing_states(played(session))) == []
    assert verify(read_records(session), head=load_head(session)).intact


def test_a_state_that_was_tampered_with_is_found_by_replaying(session: Session) -> None:
    played(session)
    ledger = the_programme(session)
    assert ledger is not None
    state = ledger.states["churn", "production"].ledger
    forged = disguise_for(session).hide(to_plain(replace(state, signed=())))
    session.execute(update(StateRow).values(state=forged))
    assert "is not what its events come to" in next(iter(differing_states(session)))
    session.execute(text("delete from gates_states"))
    assert "is missing, though the log has events of it" in next(iter(differing_states(session)))


def test_a_state_that_moved_on_is_not_overwritten(session: Session) -> None:
    played(session)
    ledger = the_programme(session)
    assert ledger is not None
    stored = ledger.states["churn", "production"]
    with pytest.raises(StaleVersionError, match="not at version"):
        save_state(session, PROGRAMME.name, stored.ledger, version=stored.version - 1, disguise=disguise_for(session))


def test_events_come_back_in_order_with_their_people(session: Session) -> None:
    events = load_events(played(session), "churn", gate="production")
    assert [event.actor for event in events][:3] == ["dan", "cleo", "eve"]
    assert [event.seq for event in events] == sorted(event.seq for event in events)


def test_an_undone_transaction_leaves_no_record_and_no_gap(session: Session, engine: Engine) -> None:
    taken_in(session).commit()
    acts(session, "dan", Submit(SUBJECT))
    session.rollback()
    acts(session, "ann", SetHold("leak"))
    session.commit()
    with Session(engine) as other:
        assert verify(read_records(other), head=load_head(other)).intact
        assert [entry.kind for entry in load_entries(other)][-1] == "HoldSet"


# --- people ---------------------------------------------------------------------------------


def test_no_name_no_address_and_no_id_of_a_person_stands_in_the_log(session: Session) -> None:
    played(session)
    rows = session.execute(text("select * from gates_events")).all()
    told = " ".join(str(value) for row in rows for value in row)
    for person in ("cleo", "Cleo", "dan", "Dan", "eve", "Eve"):
        assert person not in told.replace("candidate", "")


def test_erasing_a_person_leaves_the_chain_and_the_state_whole(session: Session) -> None:
    played(session)
    refused = erase_person(session, "cleo", now=NOW)
    assert isinstance(refused, Refused)
    assert "programme.yaml" in refused.reason
    people = {name: person for name, person in PROGRAMME.people.items() if name != "cleo"}
    left = replace(PROGRAMME, people=people, roles={**PROGRAMME.roles, "data_steward": ("eve",)})
    take_in(session, left, projects=[a_project(production(), risk_tier="medium")], evidence={}, now=NOW)
    erased = erase_person(session, "cleo", now=NOW)
    assert isinstance(erased, Erased)
    assert verify(read_records(session), head=load_head(session)).intact
    assert list(differing_states(session)) == []
    signed = next(event for event in load_events(session, "churn") if type(event.event).__name__ == "Signed")
    assert signed.actor == erased.pseudonym
    assert load_entries(session)[-1].kind == "person erased"


def test_erasing_somebody_unknown_says_so(session: Session) -> None:
    refused = erase_person(taken_in(session), "nobody", now=NOW)
    assert isinstance(refused, Refused)
    assert "knows nobody" in refused.reason


def test_text_that_no_database_keeps_is_recorded_as_it_can_be(session: Session) -> None:
    taken_in(session)
    done(acts(session, "ann", SetHold("a\0b \ud800 ünï ☃")))
    session.commit()
    assert verify(read_records(session), head=load_head(session)).intact
    assert list(differing_states(session)) == []


# --- frozen evidence -------------------------------------------------------------------------


def files(content: bytes = RUNBOOK):  # type: ignore[no-untyped-def]
    def read(paths: Collection[str]) -> dict[str, FrozenDocument]:
        return {path: FrozenDocument(content, "text/markdown") for path in paths if path.endswith("runbook.md")}

    return read


def with_runbook(session: Session, content: bytes = RUNBOOK) -> Session:
    runbook = replace(GOOD["runbook"], content_hash=hashlib.sha256(content).hexdigest())
    return taken_in(session, evidence={"runbook": runbook, "p95": replace(GOOD["p95"], content_hash=None)})


def test_the_bytes_of_evidence_are_frozen_and_compared_with_the_present_ones(session: Session) -> None:
    with_runbook(session)
    done(acts(session, "dan", Submit(SUBJECT), documents=files()))
    frozen = hashlib.sha256(RUNBOOK).hexdigest()
    assert changed_since(session, frozen, present=RUNBOOK) == ()
    shown = changed_since(session, frozen, present=RUNBOOK.replace(b"v3.1", b"v3.0"))
    assert "-Go back to v3.1." in shown
    assert "+Go back to v3.0." in shown
    many = b"\n".join(b"line %d" % n for n in range(1_000))
    assert changed_since(session, frozen, present=many, most=50)[-1].startswith("... and ")
    assert changed_since(session, frozen, present=b"\0\1") == (f"Not text: {len(RUNBOOK)} bytes then, 2 bytes now.",)


def test_a_file_that_changed_since_it_was_taken_in_cannot_be_submitted(session: Session) -> None:
    with_runbook(session)
    refused = acts(session, "dan", Submit(SUBJECT), documents=files(b"other"))
    assert isinstance(refused, Refused)
    assert "runbook.md cannot be frozen" in refused.reason
    assert "gatehouse sync" in refused.how


# --- what the records change ---------------------------------------------------------------------


def test_a_changed_policy_is_recorded_with_before_and_after(session: Session) -> None:
    taken_in(session)
    other = replace(PROGRAMME, roles={**PROGRAMME.roles, "sponsor": ("eve",)})
    take_in(session, other, projects=[a_project(production(), risk_tier="medium")], evidence={}, now=NOW,
            revision=PolicyRevision("c0ffee"))  # fmt: skip
    entry = next(entry for entry in load_entries(session) if entry.kind == "policy changed")
    assert entry.before is not None
    assert entry.after is not None
    assert entry.before["roles"]["sponsor"] == ["dan", "ann"]  # type: ignore[index]
    assert entry.after["roles"]["sponsor"] == ["eve"]  # type: ignore[index]
    assert entry.after["commit"] == "c0ffee"


def test_a_changed_criterion_is_recorded_by_name(session: Session) -> None:
    taken_in(session)
    gate = production()
    changed = replace(gate, criteria=(replace(gate.criteria[0], title="Slower"), *gate.criteria[1:]))
    take_in(session, PROGRAMME, projects=[a_project(changed, risk_tier="medium")], evidence={}, now=NOW)
    (entry,) = load_entries(session, kind="criterion changed")
    assert (entry.project, entry.gate, entry.criterion) == ("churn", "production", "p95")
    assert (entry.before, entry.after) == ({"title": "The thing"}, {"title": "Slower"})


def test_a_changed_template_of_the_team_is_recorded_once(session: Session) -> None:
    for digest in ("one", "one", "two"):
        taken_in(session, templates={"our-lifecycle": digest})
    told = [(entry.before, entry.after) for entry in load_entries(session, kind="template recorded")]
    first, second = ({"template": "our-lifecycle", "hash": digest} for digest in ("one", "two"))
    assert told == [(None, first), (first, second)]


def test_the_log_has_no_rows_but_those_of_the_chain(session: Session) -> None:
    played(session)
    assert session.query(EventRow).count() == load_head(session).seq
