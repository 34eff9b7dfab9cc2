"""Reads Slack's payloads: plain JSON in, what it comes to out. Pure, and indifferent to HTTP or Socket Mode."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.messaging.model import Account, Address, Event, Ordered, Payload, Pressed, Said, Sent
from bot.platforms.slack.buttons import PRESS
from bot.platforms.slack.forms import CALLBACK, typed
from bot.platforms.slack.heard import (
    AccountChanged,
    Act,
    Heard,
    Nothing,
    PlaceChanged,
    Screen,
    Searched,
    SearchOpened,
    WorkspaceChanged,
)
from bot.platforms.slack.incoming import mentions, typed_text

Body = Mapping[str, Any]

ASK_COMMAND = "/ask"
HOME_ORDER = "home"
"""What the App Home shows: what waits for its reader, his projects, his settings."""

SEARCH = "search"
RECORDED = {"record_evidence": "evidence", "record_decision": "decision", "record_risk": "risk"}
"""Message shortcuts by callback id: what a message is recorded as."""

SPOKEN = {None, "file_share", "thread_broadcast"}
"""Subtypes of a message that somebody said; all others tell of edits, joins and the like."""

PLACES = ("channel_", "group_", "member_", "mpim_", "im_", "shared_channel_")


def parse(body: Body) -> Heard:
    """What a payload comes to. One that is not understood is nothing, never an error."""
    try:
        return _parse(body)
    except (KeyError, IndexError, TypeError, AttributeError) as error:
        return Nothing(f"a payload without {error}")


def _parse(body: Body) -> Heard:
    if "command" in body:
        return _slash(body)
    match body.get("type"):
        case "event_callback":
            return _event(body, body["event"])
        case "block_actions":
            return _press(body)
        case "view_submission":
            return _submission(body, body["view"])
        case "message_action":
            return _message_shortcut(body)
        case "shortcut":
            return SearchOpened(_account(body), str(body["trigger_id"]))
        case "block_suggestion":
            return Searched(_account(body), str(body.get("value") or ""))
        case kind:
            return Nothing(f"a payload of type {kind!r}")


# --- events -----------------------------------------------------------------------------


def _event(body: Body, event: Body) -> Heard:
    team = str(body["team_id"])
    match str(event["type"]):
        case "app_mention":
            return _said(body, event, team, addressed=True)
        case "message":
            return _message(body, event, team)
        case "app_home_opened":
            return _home(event, team) if event.get("tab") == "home" else Nothing("another tab than home")
        case "team_join":
            return WorkspaceChanged(Address("slack", team, ""))
        case "user_change":
            user = event["user"]
            return AccountChanged(Account("slack", str(user.get("team_id") or team), str(user["id"])))
        case kind if kind.startswith(PLACES):
            return _place_changed(event, team)
        case kind:
            return Nothing(f"an event of type {kind!r}")


def _place_changed(event: Body, team: str) -> Heard:
    channel = event.get("channel") or event.get("old_channel_id")
    name = channel.get("id") if isinstance(channel, Mapping) else channel
    return PlaceChanged(Address("slack", team, str(name))) if name else Nothing("a change without a place")


def _message(body: Body, event: Body, team: str) -> Heard:
    subtype = event.get("subtype")
    if subtype and str(subtype).startswith(PLACES):
        return _place_changed(event, team)
    if subtype not in SPOKEN:
        return Nothing(f"a message of subtype {subtype!r}")
    bot = _bot(body)
    if event.get("bot_id") or event.get("app_id") or event.get("user") in (None, bot):
        return Nothing("a bot's own words")
    if event.get("channel_type") == "im" or mentions(str(event.get("text")), user=bot):
        return _said(body, event, team, addressed=True)
    if event.get("thread_ts"):
        return _said(body, event, team, addressed=False)
    return Nothing("not addressed")


def _said(body: Body, event: Body, team: str, *, addressed: bool) -> Heard:
    if event.get("bot_id") or event.get("user") in (None, _bot(body)):
        return Nothing("a bot's words")
    channel, ts = str(event["channel"]), str(event["ts"])
    direct = event.get("channel_type") == "im"
    thread = str(event.get("thread_ts") or ("" if direct else ts))
    home = str(event.get("user_team") or event.get("source_team") or event.get("team") or team)
    return Act(
        Event(
            key=f"{team}:{channel}:{ts}",
            at=Address("slack", team, channel, thread),
            sender=Account("slack", home, str(event["user"])),
            payload=Said(typed_text(str(event.get("text") or ""), bot=_bot(body))),
            addressed="bot" if addressed else "thread",
        )
    )


def _bot(body: Body) -> str:
    """The bot's own user id, as the envelope says whom the event is for."""
    return next((str(one["user_id"]) for one in body.get("authorizations") or () if one.get("is_bot")), "")


def _home(event: Body, team: str) -> Heard:
    user = str(event["user"])
    key = f"{team}:home:{user}:{event.get('event_ts', '')}"
    return Act(_alone(key, Account("slack", team, user), Ordered(HOME_ORDER), team), Screen(home=user))


# --- interactions -------------------------------------------------------------------------


def _slash(body: Body) -> Heard:
    team, text = str(body["team_id"]), typed_text(str(body.get("text") or ""))
    asked = body["command"] == ASK_COMMAND
    event = Event(
        key=f"{team}:{body['trigger_id']}",
        at=Address("slack", team, str(body["channel_id"])),
        sender=Account("slack", team, str(body["user_id"])),
        payload=Said(text) if asked else Ordered(text or "help"),
    )
    return Act(event, Screen(trigger=str(body["trigger_id"])))


def _press(body: Body) -> Heard:
    action = body["actions"][0]
    if not str(action.get("action_id", "")).startswith(PRESS):
        return Nothing("an input was touched")
    view = body.get("view")
    state = (view or body).get("state") or {}
    pressed = Pressed(str(action.get("value") or ""), typed(state.get("values") or {}))
    if view:
        shown = Screen(str(body["trigger_id"]), str(view["id"]), str(view.get("hash", "")))
        home = Screen(str(body["trigger_id"]), home=str(body["user"]["id"]))
        return _act(body, pressed, home if view.get("type") == "home" else shown)
    return _act(body, pressed, Screen(str(body["trigger_id"])))


def _submission(body: Body, view: Body) -> Heard:
    fields = typed(view["state"]["values"])
    screen = Screen(view=str(view["id"]), hash=str(view.get("hash", "")), submitted=True)
    callback = view.get("callback_id")
    if callback == CALLBACK:
        return _act(body, Sent(str(view.get("private_metadata") or ""), fields), screen)
    if callback == SEARCH:
        return _act(body, Ordered(f"show {fields.get(SEARCH, '')}"), screen)
    return Nothing(f"a view of callback {callback!r}")


def _message_shortcut(body: Body) -> Heard:
    kind = RECORDED.get(str(body["callback_id"]))
    if kind is None:
        return Nothing("an unknown shortcut")
    message, channel = body["message"], str(body["channel"]["id"])
    link = f"https://{body['team']['domain']}.slack.com/archives/{channel}/p{str(message['ts']).replace('.', '')}"
    fields = {"text": typed_text(str(message.get("text") or "")), "source": link}
    return _act(body, Ordered(f"record {kind}", fields), Screen(str(body["trigger_id"])))


def _act(body: Body, payload: Payload, screen: Screen) -> Act:
    """What somebody did, where he did it: at a message, or alone with a view."""
    team, account = str(body["team"]["id"]), _account(body)
    key = f"{team}:{body['trigger_id']}"
    if not body.get("channel"):
        return Act(_alone(key, account, payload, team), screen)
    message = body.get("message") or {}
    thread = str(message.get("thread_ts") or message.get("ts") or "")
    return Act(Event(key, Address("slack", team, str(body["channel"]["id"]), thread), account, payload), screen)


def _alone(key: str, account: Account, payload: Payload, team: str) -> Event:
    """An event outside any channel. Its place is the person: Slack delivers to a user id as a direct message."""
    return Event(key=key, at=Address("slack", team, account.user), sender=account, payload=payload)


def _account(body: Body) -> Account:
    user = body["user"]
    return Account("slack", str(user.get("team_id") or body["team"]["id"]), str(user["id"]))
