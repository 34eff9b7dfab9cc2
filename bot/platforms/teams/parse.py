"""Reads Teams' activities: plain JSON in, what it comes to out. Pure, and indifferent to the SDK."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from bot.messaging.model import Account, Address, Event, Payload, Pressed, Said, Sent
from bot.platforms.teams.buttons import CARD, SENT, TOKEN, VIEWED, WHAT
from bot.platforms.teams.forms import typed
from bot.platforms.teams.heard import (
    Act,
    Heard,
    Installed,
    Looked,
    Nothing,
    PlaceChanged,
    Screen,
    Searched,
    TeamChanged,
)
from bot.platforms.teams.incoming import mentions_bot, typed_text

Body = Mapping[str, Any]

CARD_ACTION = "adaptiveCard/action"
SEARCH = "composeExtension/query"
MESSAGE_PART = ";messageid="
BOT = "28:"
"""Start of the ids of bots; people's start with 29:."""


def parse(body: Body, *, tenant: str) -> Heard:
    """What an activity comes to. One that is not understood, or of another tenant, is nothing, never an error."""
    try:
        if _tenant(body) != tenant:
            return Nothing("an activity of another tenant")
        return _parse(body, tenant)
    except (KeyError, IndexError, TypeError, AttributeError) as error:
        return Nothing(f"an activity without {error}")


def conversation_of(body: Body) -> str:
    """The id that replies are posted to, with the thread in it."""
    return str(body["conversation"]["id"])


def _parse(body: Body, tenant: str) -> Heard:
    match str(body["type"]):
        case "message":
            return _message(body, tenant)
        case "invoke":
            return _invoke(body, tenant)
        case "conversationUpdate":
            return _update(body, tenant)
        case "installationUpdate":
            return _installation(body, tenant)
        case kind:
            return Nothing(f"an activity of type {kind!r}")


# --- what somebody did ------------------------------------------------------------------


def _message(body: Body, tenant: str) -> Heard:
    account = _account(body, tenant)
    if account is None:
        return Nothing("a bot's words")
    value = body.get("value")
    if isinstance(value, Mapping) and WHAT in value:
        return _act(body, tenant, account, _payload(value), Screen(card=_replied(body), personal=_personal(body)))
    said = Said(typed_text(body))
    if _personal(body) or mentions_bot(body):
        return _act(body, tenant, account, said)
    if address_of(body, tenant).thread:
        return _act(body, tenant, account, said, addressed=False)
    return Nothing("not addressed")


def _invoke(body: Body, tenant: str) -> Heard:
    account = _account(body, tenant)
    if account is None:
        return Nothing("a bot's doing")
    name, value = body.get("name"), body.get("value") or {}
    if name == CARD_ACTION:
        data = value["action"].get("data") or {}
        if WHAT not in data:
            return Nothing("an action that is not ours")
        if data[WHAT] == VIEWED:
            return Looked(account, str(data.get(CARD) or ""), str(body.get("serviceUrl") or ""))
        screen = Screen(invoke=True, card=_replied(body), personal=_personal(body))
        return _act(body, tenant, account, _payload(data), screen)
    if name == SEARCH:
        typed_in = [str(one.get("value") or "") for one in value.get("parameters") or ()]
        initial = any(one.get("name") == "initialRun" for one in value.get("parameters") or ())
        letters = "" if initial else " ".join(typed_in).strip()
        return Searched(account, letters, str(value.get("commandId") or ""), str(body.get("serviceUrl") or ""))
    return Nothing(f"an invoke of name {name!r}")


def _payload(data: Body) -> Payload:
    token, fields = str(data.get(TOKEN) or ""), typed(data)
    return Sent(token, fields) if data[WHAT] == SENT else Pressed(token, fields)


def _act(
    body: Body,
    tenant: str,
    account: Account,
    payload: Payload,
    screen: Screen | None = None,
    *,
    addressed: bool = True,
) -> Act:
    at = address_of(body, tenant)
    event = Event(
        key=f"{at.place}:{body.get('id') or _fingerprint(body)}",
        at=at,
        sender=account,
        payload=payload,
        addressed="bot" if addressed else "thread",
        reference=reference_of(body),
    )
    return Act(event, screen or Screen(), str(body["from"]["id"]))


def _fingerprint(body: Body) -> str:
    """Names an activity that came without an id: the same request told twice has the same."""
    told = [body.get(name) for name in ("timestamp", "localTimestamp", "name", "value", "replyToId", "from")]
    return sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()[:32]


# --- where and who ----------------------------------------------------------------------


def address_of(body: Body, tenant: str) -> Address:
    """The place by its conversation id; in a channel the thread is the message it began with."""
    channel, _, thread = conversation_of(body).partition(MESSAGE_PART)
    return Address("teams", tenant, channel, thread)


def reference_of(body: Body) -> dict[str, str]:
    """What is needed to write to this conversation again, and to find out who reads it."""
    data = body.get("channelData") or {}
    kept = {
        "service_url": str(body.get("serviceUrl") or ""),
        "bot": str((body.get("recipient") or {}).get("id") or ""),
        "kind": str((body.get("conversation") or {}).get("conversationType") or ""),
        "team": str((data.get("team") or {}).get("id") or ""),
    }
    return {name: value for name, value in kept.items() if value}


def _account(body: Body, tenant: str) -> Account | None:
    """Who acted, as Teams itself says; None for bots and for what has no account of the tenant."""
    sender = body.get("from") or {}
    user = str(sender.get("aadObjectId") or "")
    if not user or str(sender.get("id", "")).startswith(BOT) or sender.get("role") == "bot":
        return None
    return Account("teams", tenant, user)


def _tenant(body: Body) -> str:
    data = body.get("channelData") or {}
    return str((body.get("conversation") or {}).get("tenantId") or (data.get("tenant") or {}).get("id") or "")


def _personal(body: Body) -> bool:
    return bool(body["conversation"].get("conversationType") == "personal")


def _replied(body: Body) -> str:
    return str(body.get("replyToId") or "")


# --- who comes and goes -----------------------------------------------------------------


def _update(body: Body, tenant: str) -> Heard:
    at, bot = address_of(body, tenant), body["recipient"]["id"]
    added = [str(one.get("id")) for one in body.get("membersAdded") or ()]
    team = str(((body.get("channelData") or {}).get("team") or {}).get("id") or "")
    if bot in added:
        return Installed(at, reference_of(body), team)
    return TeamChanged(at) if team else PlaceChanged(at)


def _installation(body: Body, tenant: str) -> Heard:
    at = address_of(body, tenant)
    if not str(body.get("action") or "").startswith("add"):
        return PlaceChanged(at)
    team = str(((body.get("channelData") or {}).get("team") or {}).get("id") or "")
    return Installed(at, reference_of(body), team)
