"""What people do in the stand-in's client, and the payloads that Slack makes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.stand_ins.slack.rules import broken_view
from tests.stand_ins.slack.sender import Sender, Sending
from tests.stand_ins.slack.server import SlackServer
from tests.stand_ins.slack.surfaces import changed, seen
from tests.stand_ins.slack.workspace import APP, BOT, TEAM, Json, Workspace


@dataclass
class Client:
    """The hands of everybody in the workspace."""

    server: SlackServer
    sender: Sender

    @property
    def slack(self) -> Workspace:
        return self.server.slack

    # --- words -------------------------------------------------------------------

    async def says(self, user: str, channel: str, text: str, *, thread: str = "") -> str:
        """Somebody writes; the ts of the message. A mention of the bot arrives twice, the order being Slack's whim."""
        message, events = self.written(user, channel, text, thread=thread)
        for event in events:
            await self.sender.send("events_api", event)
        return str(message["ts"])

    def written(self, user: str, channel: str, text: str, *, thread: str = "") -> tuple[Json, list[Json]]:
        """The message as it stands in the channel, and the events that tell of it."""
        place = self.slack.channels[channel]
        message: Json = {"type": "message", "user": user, "text": text, "ts": self.slack.new_ts(), "team": TEAM}
        message |= {"thread_ts": thread} if thread else {}
        place.messages.append(message)
        kinds = {"public": "channel", "private": "group", "im": "im", "mpim": "mpim"}
        told = {**message, "channel": channel, "channel_type": kinds[place.kind], "event_ts": message["ts"]}
        events = [self.envelope(told)]
        if f"<@{BOT}>" in text and place.kind != "im":
            mention = {key: value for key, value in told.items() if key != "channel_type"} | {"type": "app_mention"}
            events.append(self.envelope(mention))
        if int(message["ts"][-1]) % 2:
            events.reverse()
        return message, events

    def envelope(self, event: Json, **more: Any) -> Json:
        """An event as the Events API wraps it, with an event id of its own."""
        place = self.slack.channels.get(str(event.get("channel")))
        shared = place is not None and place.shared
        return {
            "token": "unused", "team_id": TEAM, "api_app_id": APP, "type": "event_callback", "event": event,
            "event_id": self.slack.new_id("Ev"), "event_time": int(self.slack.clock()),
            "authorizations": [{"team_id": TEAM, "user_id": BOT, "is_bot": True}],
            "is_ext_shared_channel": shared, **more,
        }  # fmt: skip

    async def echoes(self) -> int:
        """Everything the bot has posted comes back to it as events; the number of them."""
        posted = [(c.id, m) for c in self.slack.channels.values() for m in c.messages if m.get("user") == BOT]
        for channel, message in posted:
            kind = "im" if channel.startswith("D") else "channel"
            await self.sender.send("events_api", self.envelope({**message, "channel": channel, "channel_type": kind}))
        return len(posted)

    async def orders(self, user: str, channel: str, command: str, text: str) -> Sending:
        """Somebody types a slash command."""
        name = self.slack.new_id("R")
        self.slack.response_urls[name] = {"used": 0, "made": self.slack.clock(), "channel": channel, "user": user}
        return await self.sender.send("slash_commands", {
            "token": "unused", "team_id": TEAM, "team_domain": "acme", "channel_id": channel,
            "channel_name": self.slack.channels[channel].name or "directmessage", "user_id": user,
            "user_name": self.slack.users[user].name, "command": command, "text": text, "api_app_id": APP,
            "is_enterprise_install": "false", "response_url": f"{self.server.url}/response/{name}",
            "trigger_id": self.slack.new_trigger(user),
        })  # fmt: skip

    # --- buttons and views ----------------------------------------------------------

    async def presses(self, user: str, channel: str, label: str, *, ts: str = "") -> Sending:
        """Somebody presses the newest button of this label there (or the one on the message `ts`)."""
        message, element = self.button(channel, label, ts=ts)
        return await self.sender.send("interactive", self.press_payload(user, channel, message, element))

    def button(self, channel: str, label: str, *, ts: str = "") -> tuple[Json, Json]:
        for message in reversed(self.slack.channels[channel].messages):
            for element in _pressable(message.get("blocks", [])):
                if label_of(element) == label and ts in ("", message["ts"]):
                    return message, element
        raise AssertionError(f"no button {label!r} in {channel}")

    def press_payload(self, user: str, channel: str, message: Json, element: Json) -> Json:
        return {
            **self._interaction("block_actions", user),
            "container": {"type": "message", "message_ts": message["ts"], "channel_id": channel, "is_ephemeral": False},
            "channel": {"id": channel, "name": self.slack.channels[channel].name}, "message": message,
            "state": {"values": {}}, "actions": [{**element, "block_id": "b", "action_ts": self.slack.new_ts()}],
        }  # fmt: skip

    def view_of(self, user: str) -> Json:
        """What is on somebody's screen."""
        shown = [view for view in self.slack.views.values() if view.user == user]
        assert shown, f"{user} sees no view"
        return seen(shown[-1])

    async def submits(self, user: str, values: Mapping[str, str]) -> Sending:
        """Somebody fills in the view before him and sends it; Slack then does what the acknowledgement says."""
        shown = [view for view in self.slack.views.values() if view.user == user][-1]
        payload = {
            **self._interaction("view_submission", user),
            "view": self.with_state(user, values),
            "response_urls": [],
        }
        sent = await self.sender.send("interactive", payload)
        match sent.body:
            case {"response_action": "update", "view": view}:
                assert broken_view(view) == []
                changed(self.slack, shown, view)
            case {"response_action": "errors", "errors": errors}:
                known = {block.get("block_id") for block in shown.view["blocks"] if block["type"] == "input"}
                assert errors, "an acknowledgement with errors names some"
                assert set(errors) <= known, errors
            case {"response_action": "clear"}:
                for one in [view.id for view in self.slack.views.values() if view.user == user]:
                    del self.slack.views[one]
            case _ if sent.status == 200:
                self.slack.views.pop(shown.id, None)
        return sent

    async def presses_in_view(self, user: str, label: str, values: Mapping[str, str] | None = None) -> Sending:
        view = self.with_state(user, values or {})
        element = next(one for one in _pressable(view["blocks"]) if label_of(one) == label)
        return await self.sender.send("interactive", {
            **self._interaction("block_actions", user), "container": {"type": "view", "view_id": view["id"]},
            "view": view, "actions": [{**element, "block_id": "b", "action_ts": self.slack.new_ts()}],
        })  # fmt: skip

    def with_state(self, user: str, values: Mapping[str, str]) -> Json:
        """The view before somebody with what he has typed; what he leaves alone keeps its initial value."""
        view = self.view_of(user)
        inputs = [block for block in view["blocks"] if block["type"] == "input"]
        unknown = set(values) - {block["block_id"].partition(":")[2] for block in inputs}
        assert not unknown, f"no such inputs: {unknown}"
        state = {block["block_id"]: {block["element"]["action_id"]: _state(block, values)} for block in inputs}
        return {**view, "state": {"values": state}}

    async def shortcut(self, user: str, callback: str, *, channel: str = "", ts: str = "") -> Sending:
        """A global shortcut, or with a message one on that message."""
        if not channel:
            return await self.sender.send(
                "interactive", {**self._interaction("shortcut", user), "callback_id": callback}
            )
        return await self.sender.send("interactive", {
            **self._interaction("message_action", user), "callback_id": callback,
            "message": self.slack.message(channel, ts),
            "message_ts": ts, "channel": {"id": channel, "name": self.slack.channels[channel].name},
            "response_url": "",
        })  # fmt: skip

    async def searches(self, user: str, typed: str) -> Sending:
        """Somebody types into an external select."""
        return await self.sender.send("interactive", {
            **self._interaction("block_suggestion", user), "value": typed, "action_id": "search",
            "block_id": "input:search", "view": self.view_of(user),
        })  # fmt: skip

    async def opens_home(self, user: str) -> Sending:
        event = {"type": "app_home_opened", "user": user, "channel": self.slack.direct(user).id, "tab": "home",
                 "event_ts": self.slack.new_ts()}  # fmt: skip
        return await self.sender.send("events_api", self.envelope(event))

    async def happens(self, event: Json) -> Sending:
        """Some other event."""
        return await self.sender.send("events_api", self.envelope({"event_ts": self.slack.new_ts(), **event}))

    def _interaction(self, kind: str, user: str) -> Json:
        return {
            "type": kind, "token": "unused", "api_app_id": APP, "team": {"id": TEAM, "domain": "acme"},
            "user": {"id": user, "username": self.slack.users[user].name, "team_id": self.slack.users[user].team},
            "trigger_id": self.slack.new_trigger(user), "action_ts": self.slack.new_ts(),
        }  # fmt: skip


def label_of(element: Json) -> str:
    return str(element.get("text", {}).get("text", ""))


def labels(message: Json) -> list[str]:
    """The buttons of a message or a view."""
    return [label_of(element) for element in _pressable(message.get("blocks", []))]


def read_aloud(blocks: list[Json]) -> str:
    """All words of blocks, in order."""
    return "\n".join(word for block in blocks for word in _words(block))


def _words(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["text"]] if isinstance(value.get("text"), str) else []
        return [*own, *(word for key, inner in value.items() if key != "value" for word in _words(inner))]
    return [word for inner in value for word in _words(inner)] if isinstance(value, list) else []


def _pressable(blocks: list[Json]) -> list[Json]:
    found = []
    for block in blocks:
        for element in block.get("elements", []) if block["type"] in ("actions", "context_actions") else []:
            if element["type"] == "feedback_buttons":
                halves = (element["positive_button"], element["negative_button"])
                found += [{"type": "feedback_buttons", "action_id": element["action_id"], **half} for half in halves]
            else:
                found.append(element)
    return found


def _state(block: Json, values: Mapping[str, str]) -> Json:
    """What Slack reports of an input."""
    element, name = block["element"], block["block_id"].partition(":")[2]
    kind = element["type"]
    value = values.get(name)
    if kind == "plain_text_input":
        return {"type": kind, "value": value if value is not None else element.get("initial_value")}
    if kind == "datepicker":
        return {"type": kind, "selected_date": value if value is not None else element.get("initial_date")}
    if kind == "external_select":
        return {"type": kind, "selected_option": {"text": {"text": value}, "value": value} if value else None}
    options = {option["value"]: option for option in element["options"]}
    if kind in ("checkboxes", "multi_static_select"):
        chosen = (
            [options[one] for one in value.split(",") if one]
            if value is not None
            else element.get("initial_options", [])
        )
        return {"type": kind, "selected_options": chosen}
    return {"type": kind, "selected_option": options[value] if value else element.get("initial_option")}
