"""`gatehouse connect slack`: walks an administrator through the tokens, checks each, and says what is missing."""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path

import typer
from rich.table import Table

from bot.platforms.slack.checks import Finding, check_slack
from bot.platforms.slack.connection import SlackTokens
from bot.platforms.slack.manifest import manifest
from bot.platforms.terminal.render import console_on
from bot.settings import Settings, load_settings
from bot.upkeep import doctor

STEPS = """\
1. Print the app's manifest:  gatehouse connect slack --manifest > manifest.yaml
   (with GATEHOUSE_PUBLIC_URL set for requests over HTTP, without it for Socket Mode)
2. Open api.slack.com/apps, Create New App, From a manifest, and paste it.
3. Install the app to the workspace. Then answer here; what you paste is not shown.
"""


def connect_to_slack(*, print_manifest: bool, check: bool) -> None:
    """Print the manifest, or check what is set, or ask for what is missing and keep it."""
    settings = load_settings()
    if print_manifest:
        sys.stdout.write(manifest(address=settings.public_url))
        return
    tokens = tokens_of(settings)
    if not check and sys.stdin.isatty():
        console_on(sys.stdout).print(STEPS)
        tokens = _asked(tokens, socket=not settings.public_url)
    findings = asyncio.run(check_slack(tokens, address=settings.public_url, now=time.time))
    console_on(sys.stdout).print(findings_table(findings))
    good = all(finding.good for finding in findings)
    if good and tokens != tokens_of(settings):
        _keep(tokens, settings.data / "gatehouse.toml")
    if good:
        sys.stdout.write("Slack is connected. Start it with: gatehouse serve\n")
    raise typer.Exit(0 if good else 1)


def tokens_of(settings: Settings) -> SlackTokens:
    """What the settings hold of Slack."""
    return SlackTokens(
        bot=settings.slack_bot_token.get_secret_value(),
        signing_secret=settings.slack_signing_secret.get_secret_value(),
        app=settings.slack_app_token.get_secret_value(),
        url=settings.slack_api_url,
    )


def slack_findings(settings: Settings) -> tuple[doctor.Finding, ...]:
    """What `gatehouse doctor` says of Slack, asked of Slack itself; nothing where it is not connected."""
    tokens = tokens_of(settings)
    if not tokens.bot:
        return ()
    found = asyncio.run(check_slack(tokens, address=settings.public_url, now=time.time))
    return tuple(
        doctor.Finding("good" if one.good else "bad", f"Slack, {one.what}", one.said, one.fix) for one in found
    )


def findings_table(findings: tuple[Finding, ...]) -> Table:
    """One row a finding; what is to be done stands below what is wrong."""
    table = Table(box=None, show_header=False, pad_edge=False)
    for finding in findings:
        table.add_row("ok" if finding.good else "missing", finding.what, finding.said)
        if finding.fix:
            table.add_row("", "", f"To do: {finding.fix}")
    return table


def _asked(tokens: SlackTokens, *, socket: bool) -> SlackTokens:
    """The tokens with what was pasted; an empty answer keeps what is set."""
    bot = _secret("Bot User OAuth Token (xoxb-...)", tokens.bot)
    if socket:
        return SlackTokens(bot, tokens.signing_secret, _secret("App-Level Token (xapp-...)", tokens.app), tokens.url)
    return SlackTokens(bot, _secret("Signing Secret", tokens.signing_secret), tokens.app, tokens.url)


def _secret(label: str, present: str) -> str:
    shown = f"{label} [Enter keeps the present one]" if present else label
    return str(typer.prompt(shown, default=present, show_default=False, hide_input=True)).strip()


def _keep(tokens: SlackTokens, path: Path) -> None:
    """Written to gatehouse.toml, which then only its owner may read."""
    named = {
        "slack_bot_token": tokens.bot,
        "slack_signing_secret": tokens.signing_secret,
        "slack_app_token": tokens.app,
    }
    kept = (
        [line for line in path.read_text("utf-8").splitlines() if not line.startswith(tuple(named))]
        if path.exists()
        else []
    )
    lines = [*(f'{name} = "{value}"' for name, value in named.items() if value), *kept]
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_text("\n".join(lines) + "\n", "utf-8")
    sys.stdout.write(f"Kept in {path}, readable by you alone.\n")
