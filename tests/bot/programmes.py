"""Small programmes as teams write them, for tests that go through the front door."""

from __future__ import annotations

PROGRAMME = """\
programme: Harbour programme
now: 2026-11-20T09:00:00+00:00
calendar: {time_zone: Europe/Lisbon, working_days: [mon, tue, wed, thu, fri], hours: "09:00-18:00", holidays: []}
people:
  ana.reis: {name: Ana Reis, title: Product owner, email: ana@harbour.example, groups: [crew]}
  ben.okoye: {name: Ben Okoye, title: ML lead, email: ben@harbour.example, groups: [crew]}
  lea.marin: {name: Lea Marin, title: Counsel, email: lea@harbour.example, groups: [legal]}
  tom.vance: {name: Tom Vance, title: Operations owner, groups: [crew]}
roles:
  model_risk_owner: [lea.marin]
channels:
  "#harbour": {id: C1, kind: public}
  "#counsel": {id: C2, kind: private, members: [lea.marin]}
  "#berth": {id: C3, kind: private, members: [ana.reis, lea.marin]}
access:
  - {path: "legal/**", readers: [legal]}
  - {path: "projects/quay-scan/**", readers: [legal]}
"""

FERRY = """\
project: ferry-eta
name: Ferry arrival model
aliases: [eta model]
purpose: Tell passengers when the ferry arrives.
owner: ana.reis
manager: ana.reis
risk_tier: medium
lifecycle: hybrid-12-weeks
declared_health: green
started: 2026-09-21
weeks: 12
channel: "#harbour"
roles: {product_owner: [ana.reis], ml_lead: [ben.okoye], sponsor: [ana.reis]}
gates:
  - gate: discovery
    name: Discovery
    owner: ana.reis
    due: 2026-10-09
    state: passed
    passed_on: 2026-10-09
    approved_by: [lea.marin]
    criteria:
      - {id: brief, kind: artifact, title: Project brief, owner: ana.reis, evidence: {document: brief.md}}
  - gate: production
    name: Production readiness
    owner: ben.okoye
    due: 2026-12-04
    was_due: [2026-11-27]
    state: collecting
    criteria:
      - id: latency
        kind: latency
        title: p95 latency at 20 rps
        owner: ben.okoye
        metric: p95_ms
        threshold: "<= 200"
        unit: ms
        agreed: 2026-10-02
        since: 2026-11-16
        next: rerun with the new cache
        evidence: {document: loadtest.json, field: p95_ms}
      - {id: sign-risk, kind: approval, title: Model risk owner signs, owner: lea.marin, role: model_risk_owner,
         quorum: 1, signed: [], since: 2026-11-18}
"""

QUAY = """\
project: quay-scan
name: Zephyrine container scan
aliases: [zephyrine]
purpose: Find damaged containers.
owner: lea.marin
manager: lea.marin
risk_tier: high
lifecycle: hybrid-12-weeks
started: 2026-09-21
weeks: 12
roles: {product_owner: [lea.marin], sponsor: [lea.marin]}
gates:
  - gate: discovery
    name: Discovery
    owner: lea.marin
    due: 2026-12-11
    state: collecting
    criteria:
      - {id: brief, kind: artifact, title: Scan brief, owner: lea.marin, evidence: {document: brief.md}}
"""

LOADTEST = '{\n  "date": "2026-11-16",\n  "rps": 20,\n  "p95_ms": 240\n}\n'

BRIEF = """\
# Ferry arrival model

## Objective

Passengers plan their day by the arrival time shown on the pier.

## Timeline

The pilot starts on 7 December 2026 at pier 4.
"""

SETTLEMENT = """\
# Morwenna settlement

The Morwenna claim was settled for 48,250 EUR on 3 November 2026.
"""

HARBOUR: dict[str, str | bytes] = {
    "programme.yaml": PROGRAMME,
    "projects/ferry-eta/project.yaml": FERRY,
    "projects/ferry-eta/brief.md": BRIEF,
    "projects/ferry-eta/loadtest.json": LOADTEST,
    "projects/quay-scan/project.yaml": QUAY,
    "projects/quay-scan/brief.md": "# Scan brief\n\nThe zephyrine camera rig costs 91,400 EUR.\n",
    "legal/settlement.md": SETTLEMENT,
    "contracts/ct-9.yaml": "id: CT-9\ntitle: Crane contract\nstatus: signed\nvendor: Lifton Works\n",
    "notes/tides.md": "# Tides\n\nThe tide table is printed by Corvid Press every quarter.\n",
}
"""A programme with a public project, a restricted one, a restricted folder, a record and a note."""
