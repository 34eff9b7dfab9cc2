"""`gatehouse doctor`: what is wrong, and what to do."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

from bot.cli.connect import slack_findings
from bot.cli.connect_teams import teams_findings
from bot.cli.usage import UsageError
from bot.messaging.store_outbox import send_again
from bot.messaging.store_places import teams_known
from bot.settings import Settings, load_settings
from bot.upkeep.doctor import CHECKS, Finding, Patient, examine
from bot.wiring import Installation, open_installation
from gates.store_read import load_programmes

MARKS = {"good": "ok  ", "warning": "look", "bad": "BAD "}


def run_doctor(*, as_json: bool, again: int | None) -> int:
    """Examine this installation; answers the exit code: 0 when nothing is bad, 1 otherwise."""
    here = open_installation(load_settings())
    if again is not None:
        _send_again(here, again)
    with here.database.read() as session:
        stored = load_programmes(session)
        programme = next((one.programme for one in stored if one.programme.people), None)
        settings = here.settings
        patient = Patient(session, programme, here.clock(), str(settings.model_url or ""), _connected(settings))
        chats = (*slack_findings(settings), *teams_findings(settings, teams_known(session)))
        found = (*examine(patient, CHECKS), *chats)
    sys.stdout.write(json.dumps([asdict(one) for one in found], indent=2) if as_json else "\n".join(map(_line, found)))
    sys.stdout.write("\n")
    return 1 if any(one.level == "bad" for one in found) else 0


def _send_again(here: Installation, number: int) -> None:
    with here.database.write() as session:
        if not send_again(session, number, now=here.clock()):
            raise UsageError(f"{number} is no dead letter whose text is still kept. gatehouse doctor lists them.")


def _connected(settings: Settings) -> tuple[str, ...]:
    slack = ("slack",) if settings.slack_bot_token.get_secret_value() else ()
    return (*slack, "teams") if settings.teams_app_id or settings.teams_local else slack


def _line(finding: Finding) -> str:
    what = f"{MARKS[finding.level]}  {finding.about}: {finding.says}"
    return f"{what}\n      {finding.do}" if finding.do and finding.level != "good" else what
