"""The state of the Slack stand-in: people, channels, messages, views, files, and what was asked of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

Json = dict[str, Any]

BOT = "UBOT"
BOT_ID = "BGATE"
TEAM = "T1"
APP = "A1"


@dataclass
class User:
    """A member: full, guest (`restricted`), deactivated, a bot, or of another workspace."""

    id: str
    name: str
    email: str = ""
    team: str = TEAM
    deactivated: bool = False
    restricted: bool = False
    bot: bool = False


@dataclass
class Channel:
    """A conversation; `kind` is public, private, im or mpim, `shared` is externally shared."""

    id: str
    name: str
    members: list[str]
    kind: str = "public"
    shared: bool = False
    pending_shared: bool = False
    archived: bool = False
    messages: list[Json] = field(default_factory=list)


@dataclass
class OpenView:
    """A view on somebody's screen."""

    id: str
    user: str
    view: Json
    hash: str
    root: str


@dataclass
class Workspace:
    """Everything the stand-in remembers. `clock` gives seconds and may be moved by a test."""

    clock: Callable[[], float]
    users: dict[str, User] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    views: dict[str, OpenView] = field(default_factory=dict)
    homes: dict[str, Json] = field(default_factory=dict)
    files: dict[str, Json] = field(default_factory=dict)
    uploads: dict[str, bytes] = field(default_factory=dict)
    triggers: dict[str, tuple[float, str]] = field(default_factory=dict)
    response_urls: dict[str, Json] = field(default_factory=dict)
    streams: set[str] = field(default_factory=set)
    ephemeral: list[Json] = field(default_factory=list)
    statuses: list[Json] = field(default_factory=list)
    calls: Counter[str] = field(default_factory=Counter)
    refusals: list[tuple[str, str, list[str]]] = field(default_factory=list)
    bot_token: str = "xoxb-good"
    app_token: str = "xapp-good"
    signing_secret: str = "8f742231b10e8888abcd99yyyzzz85a5"
    scopes: str = ""
    _ts: Any = field(default_factory=lambda: count(1))
    _ids: Any = field(default_factory=lambda: count(1))

    def new_id(self, start: str) -> str:
        return f"{start}{next(self._ids):06d}"

    def new_ts(self) -> str:
        return f"{int(self.clock())}.{next(self._ts):06d}"

    def new_trigger(self, user: str) -> str:
        trigger = self.new_id("trigger.")
        self.triggers[trigger] = (self.clock(), user)
        return trigger

    def add_user(self, user: str, name: str, **more: Any) -> User:
        self.users[user] = User(user, name, **({"email": f"{name.split()[0].lower()}@example.org"} | more))
        return self.users[user]

    def add_channel(self, channel: str, name: str, members: list[str], **more: Any) -> Channel:
        self.channels[channel] = Channel(channel, name, members, **more)
        return self.channels[channel]

    def direct(self, user: str) -> Channel:
        """The conversation of the bot and one person, opened when missing."""
        name = f"D{user}"
        return self.channels.get(name) or self.add_channel(name, "", [BOT, user], kind="im")

    def message(self, channel: str, ts: str) -> Json | None:
        return next((one for one in self.channels[channel].messages if one["ts"] == ts), None)

    def posted(self, channel: str) -> list[Json]:
        """What the bot has said there, oldest first."""
        return [one for one in self.channels[channel].messages if one.get("user") == BOT]
