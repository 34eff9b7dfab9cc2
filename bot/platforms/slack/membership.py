"""Who reads a Slack conversation and what an account is, as Slack itself says. What it does not say is unknown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from bot.messaging.model import Account, AccountFacts, Address, DeliveryError, PlaceFacts, PlaceKind
from bot.platforms.slack.web_api import SlackApi

PAGE = 1_000
MOST_MEMBERS = 20_000
"""Members listed of one place; beyond them its readers count as unknown and nothing is said there."""


class SlackDirectory:
    """Facts of one workspace, each a fresh look: keeping them a while is the caller's business.

    `bot` is our own user there, which reads along everywhere and is nobody.
    """

    def __init__(self, api: SlackApi, *, workspace: str, bot: str, clock: Callable[[], datetime]) -> None:
        self._api = api
        self._workspace = workspace
        self._bot = bot
        self._clock = clock

    async def place(self, at: Address) -> PlaceFacts:
        """Who reads there. A place that cannot be looked at is unknown."""
        now = self._clock()
        if at.channel.startswith(("U", "W")):
            return PlaceFacts("direct", now, frozenset({at.channel}))
        try:
            channel = (await self._api.read("conversations.info", channel=at.channel))["channel"]
            kind = kind_of(channel)
            members = None if kind in ("external", "unknown", "public") else await self._members(at.channel)
            return PlaceFacts(kind, now, members, str(channel.get("name") or ""))
        except (DeliveryError, KeyError, TypeError):
            return PlaceFacts("unknown", now)

    async def account(self, account: Account) -> AccountFacts:
        """What the account is here. One of another workspace is a guest at most."""
        now = self._clock()
        try:
            user = (await self._api.read("users.info", user=account.user))["user"]
        except (DeliveryError, KeyError, TypeError):
            return AccountFacts("unknown", now)
        profile = user.get("profile") or {}
        name = str(profile.get("real_name") or user.get("name") or "")
        return AccountFacts(self._standing(user), now, str(profile.get("email") or ""), name)

    def _standing(self, user: Mapping[str, Any]) -> Any:
        if user.get("deleted"):
            return "deactivated"
        if user.get("is_bot") or user.get("id") == "USLACKBOT":
            return "bot"
        foreign = user.get("is_stranger") or str(user.get("team_id") or "") != self._workspace
        if foreign or user.get("is_restricted") or user.get("is_ultra_restricted"):
            return "guest"
        return "member"

    async def _members(self, channel: str) -> frozenset[str] | None:
        """All member ids, or None when there are too many to list."""
        found: set[str] = set()
        cursor: str | None = None
        while len(found) <= MOST_MEMBERS:
            page = await self._api.read("conversations.members", channel=channel, limit=PAGE, cursor=cursor)
            found.update(str(member) for member in page["members"])
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or None
            if cursor is None:
                return frozenset(found - {self._bot})
        return None


def kind_of(channel: Mapping[str, Any]) -> PlaceKind:
    """The kind of a conversation; whatever is or may become shared with another organisation is external."""
    shared = ("is_ext_shared", "is_pending_ext_shared", "is_org_shared", "is_shared")
    if any(channel.get(name) for name in shared) or channel.get("pending_shared") or channel.get("connected_team_ids"):
        return "external"
    if channel.get("is_archived"):
        return "unknown"
    if channel.get("is_im"):
        return "direct"
    if channel.get("is_mpim"):
        return "group"
    if channel.get("is_private") or channel.get("is_group"):
        return "private"
    return "public" if channel.get("is_channel") else "unknown"
