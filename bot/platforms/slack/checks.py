"""Looks whether a Slack connection can work, end to end, and says what to do where it cannot."""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from bot.messaging.model import DeliveryError
from bot.platforms.slack.connection import PATH, SlackTokens
from bot.platforms.slack.manifest import wanted_scopes
from bot.platforms.slack.web_api import SlackApi, open_slack_api

BASICS = "api.slack.com/apps, your app, Basic Information"
REINSTALL = "Take over the manifest (gatehouse connect slack --manifest) and install the app to the workspace again."


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; `fix` says what to do when it is not `good`."""

    what: str
    good: bool
    said: str
    fix: str = ""


async def check_slack(tokens: SlackTokens, *, address: str, now: Callable[[], float]) -> tuple[Finding, ...]:
    """Tokens, scopes and the way in. `address` is where Slack reaches us, empty in Socket Mode; `now` in seconds."""
    if not tokens.bot.startswith("xoxb-"):
        fix = "Set SLACK_BOT_TOKEN to the Bot User OAuth Token (xoxb-...): OAuth & Permissions of your app."
        return (Finding("bot token", False, "missing" if not tokens.bot else "no bot token", fix),)
    async with open_slack_api(tokens.bot, url=tokens.url) as api:
        try:
            who, granted = await api.scopes()
        except DeliveryError as error:
            return (Finding("bot token", False, str(error), "Copy the token again, or check the way to slack.com."),)
        bot = Finding("bot token", True, f"{who.get('user')} in {who.get('team')} ({who.get('team_id')})")
        return (bot, _scopes(granted), await _way_in(tokens, api, address=address, now=now))


def _scopes(granted: frozenset[str]) -> Finding:
    missing = sorted(wanted_scopes() - granted)
    if not granted:
        return Finding("scopes", False, "Slack did not say which scopes the token has", REINSTALL)
    if missing:
        return Finding("scopes", False, f"missing: {', '.join(missing)}", REINSTALL)
    return Finding("scopes", True, f"all {len(wanted_scopes())} that are needed")


async def _way_in(tokens: SlackTokens, api: SlackApi, *, address: str, now: Callable[[], float]) -> Finding:
    if tokens.app:
        return await _socket(tokens.app, api)
    if not re.fullmatch(r"[0-9a-zA-Z]{16,64}", tokens.signing_secret):
        fix = f"Set SLACK_SIGNING_SECRET ({BASICS}, App Credentials), or SLACK_APP_TOKEN for Socket Mode."
        return Finding("way in", False, "neither a signing secret nor an app token", fix)
    if not address:
        fix = "Set GATEHOUSE_PUBLIC_URL to the address Slack reaches, or SLACK_APP_TOKEN for Socket Mode."
        return Finding("way in", False, "no public address is set", fix)
    return await _http(tokens.signing_secret, api, url=f"{address.rstrip('/')}{PATH}", now=now)


async def _socket(token: str, api: SlackApi) -> Finding:
    try:
        await api.client.apps_connections_open(app_token=token)
    except Exception as error:  # the SDK raises its own and aiohttp's: each means that there is no connection
        reason = getattr(error, "response", {}).get("error") if hasattr(error, "response") else type(error).__name__
        fix = (
            f"Make an app-level token with connections:write ({BASICS}) and set SLACK_APP_TOKEN; switch Socket Mode on."
        )
        return Finding("way in", False, f"Socket Mode cannot be opened: {reason}", fix)
    return Finding("way in", True, "Socket Mode")


async def _http(secret: str, api: SlackApi, *, url: str, now: Callable[[], float]) -> Finding:
    """Asks our own public address what Slack asks when the URL is set, signed as Slack signs."""
    body = json.dumps({"type": "url_verification", "challenge": "gatehouse", "token": ""}).encode()
    moment = str(int(now()))
    digest = hmac.new(secret.encode(), f"v0:{moment}:".encode() + body, sha256).hexdigest()
    headers = {
        "content-type": "application/json",
        "x-slack-request-timestamp": moment,
        "x-slack-signature": f"v0={digest}",
    }
    answer = await api.post(url, body, headers)
    if answer == '{"challenge": "gatehouse"}':
        return Finding("way in", True, url)
    fix = (
        "Start gatehouse serve there, let the address lead to it, and use the same SLACK_SIGNING_SECRET on both sides."
    )
    return Finding("way in", False, f"{url} did not answer as Gatehouse does ({answer[:60]!r})", fix)
