"""`gatehouse connect teams`: writes the app package, checks what is set, and says what is missing."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from bot.messaging.store_places import teams_known
from bot.settings import Settings, load_settings
from bot.upkeep import doctor
from bot.wiring import open_installation

if TYPE_CHECKING:
    from bot.platforms.teams.checks import Finding
    from bot.platforms.teams.connection import TeamsApp

STEPS = """\
1. portal.azure.com: create an Azure Bot, single tenant. Messaging endpoint: your address followed by /api/messages.
   Under Channels add Microsoft Teams.
2. Set TEAMS_APP_ID, TEAMS_APP_PASSWORD (a client secret of it), TEAMS_TENANT_ID and GATEHOUSE_PUBLIC_URL.
3. Write the app package:  gatehouse connect teams --package gatehouse-teams.zip
   Teams admin center, Teams apps, Manage apps, Upload. Then add it to teams, chats, and for people.
4. gatehouse serve
"""


def connect_to_teams(*, package_to: Path | None, follow_ups: bool) -> None:
    """Write the package, or check what is set and say the steps."""
    settings = load_settings()
    if package_to is not None:
        _write_package(settings, package_to, follow_ups=follow_ups)
        return
    from bot.cli.connect import findings_table
    from bot.platforms.terminal.render import console_on

    with open_installation(settings).database.read() as session:
        known = teams_known(session)
    findings = _check(settings, known)
    if not all(finding.good for finding in findings):
        sys.stdout.write(STEPS)
    console_on(sys.stdout).print(findings_table(findings))  # type: ignore[arg-type]
    raise typer.Exit(0 if all(finding.good for finding in findings) else 1)


def teams_findings(settings: Settings, known: Sequence[Mapping[str, str]]) -> tuple[doctor.Finding, ...]:
    """What `gatehouse doctor` says of Teams; nothing where it is not connected. `known`: teams that the app is in."""
    if not (settings.teams_app_id or settings.teams_local):
        return ()
    return tuple(
        doctor.Finding(_level(one), f"Teams, {one.what}", one.said, one.fix) for one in _check(settings, known)
    )


def _level(finding: Finding) -> doctor.Level:
    if finding.good:
        return "good"
    return "warning" if finding.what == "team" else "bad"


def teams_app(settings: Settings) -> TeamsApp:
    """What the settings hold of Teams."""
    from bot.platforms.teams.connection import TeamsApp

    secret = settings.teams_app_password.get_secret_value()
    return TeamsApp(settings.teams_app_id, secret, settings.teams_tenant_id, settings.teams_local)


def _check(settings: Settings, known: Sequence[Mapping[str, str]]) -> tuple[Finding, ...]:
    from bot.platforms.teams.app import app_token
    from bot.platforms.teams.checks import check_teams

    app = teams_app(settings)
    with ThreadPoolExecutor(1) as pool:
        token = app_token(app=app.app, password=app.password, tenant=app.tenant, pool=pool)
        return asyncio.run(
            check_teams(app, host=settings.http_host, address=settings.public_url, teams=known, token=token)
        )


def _write_package(settings: Settings, path: Path, *, follow_ups: bool) -> None:
    from bot.platforms.teams.manifest import package

    if not settings.teams_app_id or not settings.public_url.startswith("https://"):
        sys.stderr.write("Set TEAMS_APP_ID and GATEHOUSE_PUBLIC_URL (https) first: the package names both.\n")
        raise typer.Exit(2)
    path.write_bytes(package(app=settings.teams_app_id, address=settings.public_url, follow_ups=follow_ups))
    sys.stdout.write(f"{path} is written. Upload it in the Teams admin center: Teams apps, Manage apps, Upload.\n")
