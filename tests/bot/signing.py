"""A sign-off as people live it: who says what, what he sees, what others get."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count

from bot.chat import Buttons, Command, Details, Form, Heading, Items, Line, Outcome, Part, Post, Status
from bot.conversing import Conversing
from bot.settings import load_settings
from bot.wiring import Installation, open_installation, open_rooms

LIGHTHOUSE = {
    "programme.yaml": """\
programme: Lighthouse programme
now: 2026-11-20T09:00:00+00:00
calendar: {time_zone: Europe/Lisbon, working_days: [mon, tue, wed, thu, fri], hours: "09:00-18:00", holidays: []}
people:
  ada.moss: {name: Ada Moss, title: ML lead, groups: [crew]}
  bo.lind: {name: Bo Lind, title: Sponsor, groups: [crew]}
  cy.park: {name: Cy Park, title: Risk owner, groups: [risk]}
  di.roth: {name: Di Roth, title: Second risk owner, groups: [risk]}
  ed.vale: {name: Ed Vale, title: Project manager, groups: [crew]}
roles:
  model_risk_owner: [cy.park, di.roth]
  steering_committee: [bo.lind]
channels:
  "#beam": {id: C1, kind: private, members: [ada.moss, bo.lind, ed.vale]}
access:
  - {path: "projects/beam/risk/**", readers: [risk]}
""",
    "projects/beam/project.yaml": """\
project: beam
name: Beam forecast
owner: bo.lind
manager: ed.vale
risk_tier: medium
channel: "#beam"
subject: {model: beam, version: v2, digest: "sha256:0123456789abcdef0123456789abcdef"}
roles: {ml_lead: [ada.moss], sponsor: [bo.lind]}
gates:
  - gate: launch
    name: Launch
    owner: ada.moss
    due: 2026-12-04
    state: collecting
    criteria:
      - {id: latency, kind: latency, title: p95 latency, owner: ada.moss, metric: p95_ms, threshold: "<= 200", unit: ms,
         agreed: 2026-10-02, evidence: {document: loadtest.json, field: p95_ms}}
      - {id: runbook, kind: artifact, title: Runbook, owner: ada.moss, sections: [Rollback],
         evidence: {document: runbook.md}}
      - {id: sign-risk, kind: approval, title: Risk owner signs, role: model_risk_owner, quorum: 1, signed: []}
      - {id: sign-sponsor, kind: approval, title: Sponsor signs, role: sponsor, quorum: 1, signed: []}
""",
    "projects/fog/project.yaml": """\
project: fog
name: Fog warning
owner: cy.park
gates:
  - gate: trial
    name: Trial
    state: collecting
    criteria:
      - {id: plan, kind: artifact, title: Trial plan, owner: cy.park, evidence: {document: plan.md}}
""",
    "projects/beam/loadtest.json": '{\n  "date": "2026-11-16",\n  "p95_ms": 160\n}\n',
    "projects/beam/runbook.md": "# Runbook\n\n## Rollback\n\nSwitch the lamp to the old table.\n",
}


@dataclass
class Talk:
    """A conversation with the bot; `says` carries an order out and commits it."""

    here: Installation
    conversing: Conversing
    numbers: Iterator[int] = field(default_factory=count)

    def says(self, who: str | None, text: str, /, *, place: str | None = None, key: str = "", **fields: str) -> Outcome:
        command = Command(text, "t", who, place, fields, key or f"event {next(self.numbers)}", "web")
        with self.here.database.write() as session:
            return self.conversing.carry_out(command, session)

    def form(self, who: str, text: str, /, **fields: str) -> Form:
        answer = self.says(who, text, **fields).answer
        assert isinstance(answer, Form), answer
        return answer

    def signs(self, who: str, gate: str = "beam launch", **decision: str) -> Outcome:
        """Walk through everything and decide."""
        form = self.form(who, f"review {gate}")
        for _ in range(20):
            if form.command.startswith("decide"):
                break
            form = self.form(who, form.command, **looked_at(form))
        return self.says(who, form.command, **{"decision": "approve", "comment": "", **decision})


def looked_at(form: Form) -> dict[str, str]:
    """A step as somebody sends it who finds it good: the judgement is his to choose."""
    return {item.name: "confirm" if item.name == "verdict" else item.value for item in form.inputs}


@contextmanager
def talk() -> Iterator[Talk]:
    """Sit down in the installation that GATEHOUSE_HOME names."""
    here = open_installation(load_settings())
    with open_rooms(here) as rooms:
        yield Talk(here, Conversing(rooms, here.database.read, here.clock))


def words(outcome: Outcome) -> str:
    """Everything an answer says, in reading order."""
    answer = outcome.answer
    parts = (Heading(answer.title), *answer.parts) if isinstance(answer, Form) else answer.parts
    return "\n".join(line for part in parts for line in _lines(part))


def _lines(part: Part) -> Iterator[str]:
    match part:
        case Heading(text) | Line(text) | Status(text):
            yield text
        case Details(rows):
            yield from (f"{label}: {value}" for label, value in rows)
        case Items(items, title):
            yield title
            yield from (f"{item.text} ({item.detail})" for item in items)
        case Buttons(buttons):
            yield from (f"[{button.label}]" for button in buttons)


def told(outcome: Outcome) -> dict[str, str]:
    """Who gets a message because of it, and what it says."""
    posts = [send for send in outcome.sends if isinstance(send, Post)]
    return {getattr(p.to, "person", "") or getattr(p.to, "place", ""): words(Outcome(p.reply)) for p in posts}
