"""Looks whether a Teams connection can work, end to end, and says what to do where it cannot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import httpx

from bot.messaging.model import DeliveryError
from bot.platforms.teams.connection import PATH, TeamsApp, TeamsError, check_app
from bot.platforms.teams.connector import Connector, Token, segment

PORTAL = "portal.azure.com, your Azure Bot, Configuration"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; `fix` says what to do when it is not `good`."""

    what: str
    good: bool
    said: str
    fix: str = ""


async def check_teams(
    app: TeamsApp,
    *,
    host: str,
    address: str,
    teams: Iterable[Mapping[str, str]],
    token: Token,
    transport: httpx.AsyncBaseTransport | None = None,
) -> tuple[Finding, ...]:
    """Set-up, secret, the way in, and the channels of the teams that the app is in (by their kept references)."""
    try:
        check_app(app, host=host)
    except TeamsError as error:
        fix = f"Make an Azure Bot of one tenant; {PORTAL} shows the app id, Manage password makes a secret."
        return (Finding("set-up", False, str(error), fix),)
    async with httpx.AsyncClient(transport=transport) as client:
        found = [await _secret(token)]
        found.append(await _way_in(client, address))
        if found[0].good:
            connector = Connector(client, token, local=app.local)
            found += [await _channels(connector, reference) for reference in teams]
    return tuple(found)


async def _secret(token: Token) -> Finding:
    try:
        await token()
    except Exception as error:  # the SDK raises its own, msal's and requests': each means that there is no token
        fix = "Make a new client secret and set TEAMS_APP_PASSWORD; check TEAMS_APP_ID and TEAMS_TENANT_ID."
        return Finding("secret", False, f"Entra gives no token ({type(error).__name__})", fix)
    return Finding("secret", True, "Entra gives a token for it")


async def _way_in(client: httpx.AsyncClient, address: str) -> Finding:
    """Our own public address must be there, and must refuse a stranger."""
    if not address:
        return Finding("way in", False, "no public address is set", "Set GATEHOUSE_PUBLIC_URL to the https address.")
    url = f"{address.rstrip('/')}{PATH}"
    try:
        status = (await client.post(url, json={})).status_code
    except httpx.HTTPError as error:
        status = 0
        said = type(error).__name__
    else:
        said = f"HTTP {status}"
    if status == 401:
        return Finding("way in", True, f"{url}, which refuses strangers")
    fix = f"Start gatehouse serve there; {PORTAL}: messaging endpoint {url}."
    return Finding("way in", False, f"{url} did not answer as Gatehouse does ({said})", fix)


async def _channels(connector: Connector, reference: Mapping[str, str]) -> Finding:
    """Channels of a team in which a bot can say nothing, or nothing of the programme."""
    team = reference["team"]
    try:
        path = f"teams/{segment(team)}/conversations"
        listed = (await connector.call("GET", reference["service_url"], path))["conversations"]
    except (DeliveryError, KeyError, TypeError) as error:
        return Finding("team", False, f"{team}: {error}", "Add the app to the team again.")
    names = {kind: _named(listed, kind) for kind in ("private", "shared")}
    if names["private"]:
        said = f"private channels, where bots cannot post: {names['private']}"
        return Finding("team", False, said, "Use a standard channel or a group chat for what Gatehouse shall post.")
    if names["shared"]:
        said = f"shared channels, where nothing of the programme is told: {names['shared']}"
        return Finding("team", False, said, "Use a standard channel or a group chat for the programme.")
    return Finding("team", True, f"{len(listed)} channels, all of them standard")


def _named(listed: Iterable[Mapping[str, object]], kind: str) -> str:
    return ", ".join(str(one.get("name")) for one in listed if str(one.get("type") or "").casefold() == kind)
