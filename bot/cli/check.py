"""`gatehouse gate check`: the verdict for pipelines, in the exit code."""

from __future__ import annotations

import sys

from bot.access.verdicts import verdict_json, wrong_subject
from bot.cli.ask import print_json
from bot.cli.usage import UsageError
from bot.settings import load_settings
from bot.wiring import open_installation
from gates.service.verdict import Unknown, Verdict, verdict

PASSED, NOT_PASSED, UNKNOWN = 0, 1, 2


def run_check(project: str, gate: str, *, subject: str | None, as_json: bool) -> None:
    """Say whether the gate lets the subject through: exit 0 passed, 1 not passed, 2 not known."""
    if wrong := wrong_subject(subject):
        raise UsageError(wrong)
    here = open_installation(load_settings())
    with here.database.read() as session:
        found = verdict(session, project, gate=gate, subject=subject)
    if as_json:
        print_json(verdict_json(found))
    else:
        sys.stdout.write("\n".join(_lines(found)) + "\n")
    sys.exit(UNKNOWN if isinstance(found, Unknown) else PASSED if found.passed else NOT_PASSED)


def _lines(found: Verdict | Unknown) -> list[str]:
    if isinstance(found, Unknown):
        return [f"Unknown: {found.reason} See what there is: gatehouse gate list"]
    head = "Passed" if found.passed else "Not passed"
    return [f"{head}: {found.project} {found.gate} is {found.state}.", *(f"- {reason}" for reason in found.reasons)]
