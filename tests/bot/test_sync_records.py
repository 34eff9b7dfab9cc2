"""Records and readers through the front door: what a programme says, who may read, and what is wrong in a file."""

from __future__ import annotations

import json

import pytest

from tests.bot.front_door import House, run_process
from tests.bot.programmes import FERRY, HARBOUR, PROGRAMME, SETTLEMENT

CLAIM = "how much was the Morwenna claim settled for?"


def test_a_programme_and_its_projects_reach_the_ledger(house: House) -> None:
    house.write(HARBOUR)
    done = house.sync()
    assert done["projects"] == ["ferry-eta", "quay-scan"]
    assert done["problems"] == []
    assert "Production readiness" in house.run("gate", "list").out


def test_a_changed_measurement_moves_the_gate(house: House) -> None:
    house.write(HARBOUR)
    house.sync()
    assert "p95 latency at 20 rps" in house.ask("what's blocking the production gate of ferry-eta?")["values"]
    house.write({"projects/ferry-eta/loadtest.json": '{"date": "2026-11-19", "rps": 20, "p95_ms": 150}\n'})
    house.sync()
    assert house.ask("what's blocking the production gate of ferry-eta?")["values"] == ["Model risk owner signs"]


def test_folder_rules_keep_documents_to_their_readers(house: House) -> None:
    house.write(HARBOUR)
    house.sync()
    assert house.ask(CLAIM)["abstained"]
    assert house.ask(CLAIM, "--as", "ana.reis")["abstained"]
    assert house.ask(CLAIM, "--as", "lea.marin")["values"] == ["48,250 EUR"]


def test_front_matter_narrows_who_may_read(house: House) -> None:
    fees = "---\nreaders: [crew]\n---\n# Fees\n\nThe mooring fee is 312 EUR a night.\n"
    house.write({**HARBOUR, "notes/fees.md": fees})
    house.sync()
    question = "how much is the mooring fee?"
    assert house.ask(question)["abstained"]
    assert house.ask(question, "--as", "lea.marin")["abstained"]
    assert house.ask(question, "--as", "ben.okoye")["values"] == ["312 EUR"]


def test_front_matter_cannot_widen_what_a_folder_rule_keeps(house: House) -> None:
    house.write({**HARBOUR, "legal/settlement.md": "---\nreaders: [crew]\n---\n" + SETTLEMENT})
    house.sync()
    for person in ("ana.reis", "lea.marin"):  # neither is in both groups
        assert house.ask(CLAIM, "--as", person)["abstained"]


def test_readers_that_cannot_be_understood_leave_nobody(house: House) -> None:
    house.write({**HARBOUR, "notes/fees.md": "---\nreaders: {}\n---\n# Fees\n\nThe mooring fee is 312 EUR a night.\n"})
    house.sync()
    for audience in ([], ["--as", "ana.reis"], ["--as", "lea.marin"]):
        assert house.ask("how much is the mooring fee?", *audience)["abstained"]


def test_narrowing_a_folder_later_takes_its_documents_back(house: House) -> None:
    house.write({**HARBOUR, "notes/fees.md": "# Fees\n\nThe mooring fee is 312 EUR a night.\n"})
    house.sync()
    assert not house.ask("how much is the mooring fee?")["abstained"]
    house.write({"programme.yaml": PROGRAMME + '  - {path: "notes/**", readers: [crew]}\n'})
    house.sync()
    assert house.ask("how much is the mooring fee?")["abstained"]
    assert not house.ask("how much is the mooring fee?", "--as", "ben.okoye")["abstained"]


def test_a_programme_with_readers_of_its_own_still_rules(house: House) -> None:
    house.write({**HARBOUR, "programme.yaml": PROGRAMME + "  - {path: programme.yaml, readers: [legal]}\n"})
    house.sync()
    assert "quay-scan" not in str(house.ask("status of the quay scan project")["answer"])
    assert house.ask("status of ferry-eta", "--as", "ana.reis")["route"] == "ledger"
    assert house.ask(CLAIM, "--as", "lea.marin")["values"] == ["48,250 EUR"]


def test_a_broken_programme_stops_that_sync_with_its_line_and_takes_nothing_in(house: House) -> None:
    house.write(HARBOUR)
    house.sync()
    house.write(
        {"programme.yaml": PROGRAMME.replace("roles:\n", "roles: [\n"), "notes/new.md": "# New\n\nNew words.\n"}
    )
    ran = house.run("sync", str(house.docs), "--json")
    assert ran.code == 2
    assert "programme.yaml:" in ran.err
    assert "Traceback" not in ran.err
    assert house.ask(CLAIM)["abstained"]
    assert "Production readiness" in house.run("gate", "list").out


def test_an_unknown_field_of_the_programme_names_the_nearest_one(house: House) -> None:
    house.write({**HARBOUR, "programme.yaml": PROGRAMME.replace("channels:", "chanels:")})
    ran = house.run("sync", str(house.docs))
    assert ran.code == 2
    assert "chanels" in ran.err
    assert "channels" in ran.err


def test_a_programme_that_disappears_opens_nothing(house: House) -> None:
    house.write(HARBOUR)
    house.sync()
    (house.docs / "programme.yaml").unlink()
    ran = house.run("sync", str(house.docs))
    assert ran.code == 2
    assert "programme.yaml is gone" in ran.err
    assert house.ask(CLAIM)["abstained"]


def test_a_broken_project_hides_no_other_and_stays_as_it_was(house: House) -> None:
    house.write(HARBOUR)
    house.sync()
    house.write({"projects/quay-scan/project.yaml": "project: quay-scan\nname: [\n", "projects/pier/project.yaml": "x"})
    done = house.sync()
    assert done["projects"] == ["ferry-eta"]
    assert any("projects/quay-scan/project.yaml:" in problem for problem in done["problems"])
    assert any("projects/pier/project.yaml:" in problem for problem in done["problems"])
    assert "quay-scan" in house.run("gate", "list", "--as", "lea.marin").out
    assert "quay-scan" not in house.run("gate", "list").out


def test_an_unknown_field_of_a_project_names_file_line_and_the_nearest_one(house: House) -> None:
    house.write({**HARBOUR, "projects/ferry-eta/project.yaml": FERRY.replace("risk_tier:", "risk_teir:")})
    problems = house.sync()["problems"]
    line = FERRY.splitlines().index("risk_tier: medium") + 1
    assert any(f"projects/ferry-eta/project.yaml:{line}:" in problem for problem in problems), problems
    assert any("risk_tier" in problem for problem in problems)


def test_a_deleted_project_leaves_the_ledger(house: House) -> None:
    house.write(HARBOUR)
    house.sync()
    (house.docs / "projects/ferry-eta/project.yaml").unlink()
    house.sync()
    assert house.run("gate", "status", "ferry-eta").code == 2


def test_forgetting_a_collection_takes_its_gates_along(house: House) -> None:
    house.write(HARBOUR)
    house.sync()
    assert house.run("sync", "--forget", "docs").code == 0
    ran = house.run("gate", "list")
    assert ran.code == 2
    assert "No programme" in ran.err


def test_a_renamed_programme_takes_the_place_of_the_old_one(house: House) -> None:
    house.write(HARBOUR)
    house.sync()
    house.write({"programme.yaml": PROGRAMME.replace("Harbour programme", "Port programme")})
    assert house.sync()["problems"] == []
    assert house.run("gate", "list", "--json").out.count('"gate": "production"') == 1


def test_a_second_programme_is_not_ignored_silently(house: House) -> None:
    house.write({f"one/{path}": content for path, content in HARBOUR.items()})
    house.write({"two/programme.yaml": PROGRAMME.replace("Harbour programme", "Port programme")})
    house.sync(str(house.docs / "one"))
    problems = house.sync(str(house.docs / "two"))["problems"]
    assert any("'Harbour programme'" in problem for problem in problems)


def test_a_second_programme_of_the_same_name_speaks_for_nobody(house: House) -> None:
    house.write({f"one/{path}": content for path, content in HARBOUR.items()})
    house.write(
        {"two/programme.yaml": "programme: Harbour programme\npeople: {mal.ory: {name: Mal, groups: [legal]}}\n"}
    )
    house.sync(str(house.docs / "one"))
    for _ in range(2):  # also when both are synced again, in any order
        problems = house.sync(str(house.docs / "two"))["problems"]
        assert any("'one'" in problem for problem in problems)
        assert "mal.ory" in house.run("ask", CLAIM, "--as", "mal.ory").err
        assert house.ask(CLAIM, "--as", "lea.marin")["values"] == ["48,250 EUR"]
    house.run("sync", "--forget", "two")
    assert "Production readiness" in house.run("gate", "list").out


def test_records_are_quoted_from_the_programme_they_belong_to(house: House) -> None:
    house.write({f"two/{path}": content for path, content in HARBOUR.items()})
    house.write(
        {"one/programme.yaml": "programme: Decoy\n", "one/projects/ferry-eta/project.yaml": "# all signed\n" * 99}
    )
    house.sync(str(house.docs / "one"))
    house.sync(str(house.docs / "two"))
    quotes = [cited["quote"] for cited in house.ask("what's blocking the production gate of ferry-eta?")["citations"]]
    assert quotes
    assert "# all signed" not in quotes


def test_the_next_process_finds_everything_unchanged(house: House) -> None:
    """Sets print in another order in every process: the rules of who may read must not look changed by it."""
    many = "  - {path: notes/**, readers: [crew, legal, ana.reis, ben.okoye, lea.marin, tom.vance]}\n"
    house.write({**HARBOUR, "programme.yaml": PROGRAMME + many})
    house.sync()
    for seed in ("1", "2"):
        again = json.loads(run_process(house.home, "sync", "--json", PYTHONHASHSEED=seed).out)
        assert again["collections"][0]["unchanged"] == len(HARBOUR)


def test_a_restricted_successor_is_not_heard_of_in_public(house: House) -> None:
    """It still makes the old document superseded, but its name is no public matter."""
    fees = "# Fees\n\nThe mooring fee is 312 EUR a night.\n"
    successor = "---\nsupersedes: notes/fees.md\n---\n# New fees\n\nThe mooring fee is 999 EUR a night.\n"
    house.write({**HARBOUR, "notes/fees.md": fees, "legal/zephyrine-fees.md": successor})
    house.sync()
    for question in (
        "how much is the mooring fee?",
        "is the fees note still current?",
        "which documents are superseded?",
    ):
        told = house.run("ask", question, "--json").out + house.run("ask", question).out
        assert "zephyrine" not in told
        assert "999 EUR" not in told


def test_a_gate_tells_that_its_evidence_is_superseded_and_not_by_which_restricted_document(house: House) -> None:
    successor = "---\nsupersedes: projects/ferry-eta/brief.md\n---\n# New brief\n\nThe zephyrine ferry.\n"
    house.write({**HARBOUR, "legal/zephyrine-brief.md": successor})
    project = FERRY.replace(
        "state: passed\n    passed_on: 2026-10-09\n    approved_by: [lea.marin]", "state: collecting"
    )
    house.write({"projects/ferry-eta/project.yaml": project})
    house.sync()
    told = house.run("gate", "blockers", "ferry-eta", "discovery", "--json").out
    assert "brief.md is superseded" in told
    assert "zephyrine" not in told


@pytest.mark.parametrize(
    "pattern",
    ["notes", "notes/", "./notes/**", "/notes/**", "notes/*", "*/fees.md", "**/fees.md", "notes/**/fees.md", "**", "."],
)
def test_a_folder_rule_covers_its_folder_however_the_path_is_written(house: House, pattern: str) -> None:
    fees = "# Fees\n\nThe mooring fee is 312 EUR a night.\n"
    rules = PROGRAMME + f'  - {{path: "{pattern}", readers: [crew]}}\n'
    house.write({**HARBOUR, "programme.yaml": rules, "notes/fees.md": fees})
    house.sync()
    assert house.ask("how much is the mooring fee?")["abstained"]
    assert house.ask("how much is the mooring fee?", "--as", "ben.okoye")["values"] == ["312 EUR"]


PASSED = """\
project: ferry-eta
name: Ferry arrival model
owner: ana.reis
gates:
  - gate: production
    name: Production readiness
    state: passed
    passed_on: 2026-11-01
    approved_by: [lea.marin]
    criteria:
      - {id: latency, kind: artifact, title: Latency, owner: ana.reis, evidence: {document: ok.md}}
"""


def test_a_record_among_the_documents_of_a_project_does_not_displace_its_own(house: House) -> None:
    blocked = "what's blocking the production gate of ferry-eta?"
    house.write(HARBOUR)
    house.sync()
    before = house.ask(blocked)["values"]
    house.write({"projects/ferry-eta/docs/project.yaml": PASSED, "projects/ferry-eta/docs/ok.md": "# Fine\n\nFine.\n"})
    problems = house.sync()["problems"]
    assert any("projects/ferry-eta/docs/project.yaml:1:" in problem for problem in problems)
    assert house.ask(blocked)["values"] == before


def test_a_slug_stays_with_its_own_record_while_that_cannot_be_read(house: House) -> None:
    house.write(HARBOUR)
    house.sync()
    house.write(
        {"projects/ferry-eta/project.yaml": FERRY + "gates: [\n", "projects/ferry-eta/docs/project.yaml": PASSED}
    )
    house.sync()
    assert "passed on" not in str(house.ask("has ferry-eta passed the production gate?")["answer"])
