"""The gates of a foreign collection, as its mapping defines them, beside those of the programme."""

from __future__ import annotations

import json

from tests.bot.front_door import House
from tests.bot.programmes import HARBOUR

MAPPING = """\
collection: Change requests
entities:
  - {files: "approvals/{n:d}.yaml", kind: change request, id: "CR-{n}", part_of: true, prefix: approval}
  - {files: "changes/*.md", kind: change request, id: "CR-{cr}", title: title}
fields:
  author: {from: author, answers: person}
stages: {field: stage, order: [test, live]}
gates:
  - gate: "{stage} approval"
    kind: change request
    each_stage: true
    approved_by: "approval.{stage}.approver"
    checks:
      - {test: present, actual: "approval.{stage}.approver", unmet: "no approver entry for {stage}"}
"""
CHANGES = {
    "changes/11.md": "---\ncr: 11\ntitle: New crane\nauthor: Ana\n---\n\nText.\n",
    "approvals/11.yaml": "test: {approver: Bo Lind}\n",
}


def collect(house: House) -> None:
    house.write({f"crs/{path}": text for path, text in CHANGES.items()})
    mapping = house.home / "mapping.yaml"
    mapping.write_text(MAPPING)
    done = house.synced(str(house.docs / "crs"), "--mapping", str(mapping))
    assert done["collections"][0]["problems"] == []


def states(house: House) -> dict[str, str]:
    found = json.loads(house.run("gate", "list", "--json").out)
    return {f"{gate['project']} {gate['gate']}": gate["state"] for gate in found}


def test_mapped_gates_are_listed_without_any_programme(house: House) -> None:
    collect(house)
    assert sorted(states(house).values()) == ["collecting", "passed"]
    shown = house.run("gate", "blockers", "CR-11").out
    assert "no approver entry for live" in shown


def test_mapped_gates_stand_beside_those_of_the_programme(house: House) -> None:
    house.write({f"harbour/{path}": text for path, text in HARBOUR.items()})
    house.sync(str(house.docs / "harbour"))
    collect(house)
    found = states(house)
    assert found["ferry-eta production"] == "collecting"
    assert len(found) == 4
    assert "CR-11" in house.run("gate", "status", "cr-11").out
