"""Questions to the standing records, as people ask them: contracts, risks, grants, models, promises, drills."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from tests.bot.front_door import House
from tests.bot.programmes import FERRY, HARBOUR, QUAY

RECORDS = """\
budget: {currency: EUR, envelope: 1000, spent: 850}
data_contracts:
  - {id: ais-positions, name: Ship positions, owner: ben.okoye, consumers: [eta-scorer], freshness_hours: 24}
interface_contracts:
  - {id: pier-board, name: Pier board, owner: tom.vance, state: agreed, valid_until: 2026-12-31}
milestones:
  - {id: m1, title: Board installed, due: 2026-11-13, owner: tom.vance}
  - {id: m2, title: Pilot starts, due: 2026-12-07, owner: ana.reis}
risks:
  - {id: R-1, kind: bias, title: Small piers get worse times, owner: ana.reis, mitigation: report per pier}
  - {id: R-2, kind: drift, title: Winter timetable differs, owner: ben.okoye, state: closed}
escalations:
  - {id: E-1, metric: drift_score, when: "> 0.10", action: investigate, owner: ben.okoye, within: 24h}
models:
  - {id: eta-scorer, owner: ben.okoye, stage: canary, last_evaluated: 2026-07-01, last_retrained: 2026-06-01,
     window_days: 90}
  - {id: eta-nowcast, owner: ben.okoye, stage: shadow, last_evaluated: 2026-11-10}
kpis:
  - {id: waits, name: Minutes waited, kind: business, target: "<= 4", prototype: "3.1", deployed: not measured yet,
     owner: ana.reis}
  - {id: mae, name: Mean error, kind: model, target: "<= 5 min", prototype: "4.0", deployed: "4.2"}
features:
  - {id: tide, owner: ben.okoye, computation: sql/tide.sql, cadence: hourly, cost: 12.50, contract: ais-positions}
experiments:
  - {id: X-1, title: Tide as an input, state: done, cost: 400}
  - {id: X-2, title: Wind as an input, state: running, cost: 150}
usage:
  - {model: eta-scorer, as_of: 2026-11-19, predictions: 12000, override_rate: 3.2}
grants:
  - {id: G-1, title: Interim report, funder: Harbour fund, due: 2026-11-27, owner: ana.reis}
  - {id: G-2, title: Final report, funder: Harbour fund, due: 2027-02-26, owner: ana.reis}
capacity:
  - {role: Data engineer, fte: 0.5, gate: production, overlap_weeks: 1}
raci:
  - {activity: Load test, accountable: ben.okoye, responsible: [tom.vance]}
on_call:
  - {week_of: 2026-11-16, person: tom.vance}
"""
CRITERION = """\
      - {id: positions, kind: dependency, title: Positions are fresh, owner: ben.okoye, on: {contract: ais-positions}}
"""
SECRET = """\
risks:
  - {id: R-9, kind: bias, title: Zephyrine misses red boxes, owner: lea.marin}
grants:
  - {id: G-9, title: Zephyrine report, funder: Secret fund, due: 2026-11-27, owner: lea.marin}
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, models: Path) -> House:
    with pytest.MonkeyPatch.context() as patched:
        house = House.build(tmp_path_factory.mktemp("records"), models, patched)
        house.write(HARBOUR)
        house.write({"projects/ferry-eta/project.yaml": FERRY + CRITERION + RECORDS})
        house.write({"projects/quay-scan/project.yaml": QUAY + SECRET})
        assert house.sync()["problems"] == []
    return house


@pytest.fixture
def ferries(built: House, monkeypatch: pytest.MonkeyPatch) -> House:
    return built.move_in(monkeypatch)


@pytest.mark.parametrize(
    ("question", "values"),
    [
        ("who owns the ship positions contract?", ["Ben Okoye"]),
        ("which risks about bias are open", ["R-1"]),
        ("which models have not been evaluated for 90 days", ["eta-scorer"]),
        ("which models haven't been evaluated in the last 5 days?", ["eta-scorer", "eta-nowcast"]),
        ("which grant obligations are due this month", ["G-1"]),
        ("grant obligations due next month?", ["none"]),
        ("which milestones are overdue?", ["m1"]),
        ("which milestones are due next month?", ["m2"]),
        (
            "what rests on the ship positions contract?",
            ["Production readiness: Positions are fresh", "tide", "eta-scorer"],
        ),
        ("what depends on the pier board interface?", ["none"]),
        ("what did we promise the business?", ["waits", "mae"]),
        ("which promises rest on the prototype?", ["waits"]),
        ("which models need a rollback drill?", ["eta-scorer"]),
        ("which models should be retired?", ["eta-scorer"]),
        ("how many experiments are running?", ["1"]),
        ("what did experiment X-1 cost?", ["400 EUR"]),
        ("what is the override rate of eta-scorer?", ["3.2"]),
        ("what is the mitigation of R-1?", ["report per pier"]),
        ("who owns the tide feature?", ["Ben Okoye"]),
        ("what is the cadence of tide", ["hourly"]),
        ("who funds the interim report?", None),
        ("when is the interim report due?", ["2026-11-27"]),
        ("which grants are mine?", ["G-1", "G-2"]),
        ("who is on call this week?", ["Tom Vance"]),
    ],
)
def test_a_standing_record_is_asked_for_in_a_sentence(ferries: House, question: str, values: list[str] | None) -> None:
    told = ferries.ask(question, "--as", "ana.reis")
    if values is None:  # a word nobody taught it: it must not answer something else
        assert told["route"] != "ledger"
    else:
        assert told["values"] == values, told["answer"]


def test_an_amount_has_its_currency_a_day_its_weekday_a_person_a_name(ferries: House) -> None:
    told = ferries.ask("which grant obligations are due this month?")["answer"]
    assert "due Fri 27 Nov" in told
    assert "owner Ana Reis" in told
    assert "cost 400 EUR" in ferries.ask("which experiments are done?")["answer"]


def test_what_is_late_says_so(ferries: House) -> None:
    assert "overdue since Fri 13 Nov" in ferries.ask("which milestones are overdue?")["answer"]


def test_a_promise_with_nothing_but_the_prototype_behind_it_is_marked(ferries: House) -> None:
    told = ferries.ask("what did we promise the business?")["answer"]
    assert "prototype 3.1 · deployed not measured yet" in told
    assert "Resting on the prototype's figure alone: Minutes waited." in told


def test_every_record_is_quoted_from_its_line(ferries: House) -> None:
    cited = ferries.ask("which grant obligations are due this month?")["citations"]
    assert [c["doc"] for c in cited] == ["projects/ferry-eta/project.yaml"]
    assert cited[0]["quote"].startswith("- {id: G-1")


def test_a_follow_up_keeps_the_contract(ferries: House) -> None:
    told = ferries.run("chat", stdin="who owns the ship positions contract?\nwhat rests on it?\n").out
    assert "What rests on Ship positions: 3" in told


def test_the_records_of_a_restricted_project_are_never_heard_of(ferries: House) -> None:
    for question in ("which risks about bias are open?", "which grant obligations are due this month?"):
        assert "ephyrine" not in json.dumps(ferries.ask(question))
        assert "G-9" not in json.dumps(ferries.ask(question))
    assert "G-9" in ferries.ask("which grant obligations are due this month?", "--as", "lea.marin")["values"]
    assert "ephyrine" not in ferries.run("gate", "records", "risks").out
    assert "ephyrine" in ferries.run("gate", "records", "risks", "--as", "lea.marin").out


@pytest.mark.parametrize("question", ["which widgets are due this month?", "which grants of the zephyrine are due?"])
def test_a_word_that_is_not_understood_is_left_to_the_documents(ferries: House, question: str) -> None:
    assert ferries.ask(question)["route"] != "ledger"


# --- lists and exports --------------------------------------------------------------------------


def test_the_kinds_kept_are_listed_with_what_needs_attention(ferries: House) -> None:
    shown = " ".join(ferries.run("gate", "records").out.split())
    assert "grants" in shown
    assert "drilled" in shown
    assert "2 to 4 are usual" in shown
    assert "85% of the envelope" in shown


def test_a_list_is_narrowed_by_owner_state_and_date(ferries: House) -> None:
    def ids(*words: str) -> list[str]:
        return [item["id"] for item in json.loads(ferries.run("gate", "records", *words, "--json").out)]

    assert ids("risks") == ["R-1", "R-2"]
    assert ids("risks", "--open") == ["R-1"]
    assert ids("milestones", "--owner", "me", "--as", "ana.reis") == ["m2"]
    assert ids("grants", "--due-in", "30") == ["G-1"]
    assert ids("risks", "--project", "quay-scan", "--as", "lea.marin") == ["R-9"]


def test_an_export_is_a_table_that_no_spreadsheet_takes_for_a_formula(ferries: House) -> None:
    rows = list(csv.DictReader(io.StringIO(ferries.run("gate", "records", "risks", "--csv").out)))
    assert [row["id"] for row in rows] == ["R-1", "R-2"]
    assert rows[0]["document"] == "projects/ferry-eta/project.yaml"
    assert int(rows[0]["line"]) > 1


def test_an_unknown_kind_names_the_nearest(ferries: House) -> None:
    ran = ferries.run("gate", "records", "milestons")
    assert ran.code == 2
    assert "did you mean 'milestones'?" in ran.err
