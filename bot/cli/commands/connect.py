"""Connecting a chat platform."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

connect_app = typer.Typer(help="Connect a chat platform; says exactly what is missing.", no_args_is_help=True)


@connect_app.command("slack")
def connect_slack(
    manifest: Annotated[bool, typer.Option("--manifest", help="Print the app's manifest with your address.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Only check what is set; ask for nothing.")] = False,
) -> None:
    """Ask for Slack's tokens, try each, and keep them; with --check look at what is set."""
    from bot.cli.connect import connect_to_slack

    connect_to_slack(print_manifest=manifest, check=check)


@connect_app.command("teams")
def connect_teams(
    package: Annotated[
        Path | None, typer.Option(metavar="FILE.zip", help="Write the app package with your ids and address.")
    ] = None,
    follow_ups: Annotated[
        bool, typer.Option("--follow-ups", help="The package asks for consent to hear messages without a mention.")
    ] = False,
) -> None:
    """Check what is set for Microsoft Teams and say what is missing; with --package write what is uploaded there."""
    from bot.cli.connect_teams import connect_to_teams

    connect_to_teams(package_to=package, follow_ups=follow_ups)
