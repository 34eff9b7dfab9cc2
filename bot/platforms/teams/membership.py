"""Who reads a Teams conversation and what an account is, as Teams itself says. What it does not say is unknown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.messaging.model import (
    Account,
    AccountFacts,
    AccountKind,
    Address,
    DeliveryError,
    PlaceFacts,
)
from bot.platforms.teams.connector import Connector, segment
from bot.platforms.teams.messenger import TeamsMessenger, is_channel
from bot.platforms.teams.met import Met

PAGE = "200"
MOST_MEMBERS = 20_000
BROKEN = (DeliveryError, KeyError, TypeError, AttributeError)

Member = Mapping[str, Any]


class TeamsDirectory:
    """Facts of one tenant, each a fresh look: keeping them a while is the caller's business."""

    def __init__(
        self,
        connector: Connector,
        messenger: TeamsMessenger,
        met: Met,
        *,
        tenant: str,
        clock: Callable[[], datetime],
    ) -> None:
        self._connector = connector
        self._messenger = messenger
        self._met = met
        self._tenant = tenant
        self._clock = clock

    async def place(self, at: Address) -> PlaceFacts:
        """Who reads there. A private channel's readers cannot be listed by a bot, so nobody can tell."""
        now = self._clock()
        try:
            reference = await self._met.reference(at)
            team = reference.get("team", "")
            if team or is_channel(at):
                return await self._channel(at, team, reference, now)
            return await self._chat(at, reference, now)
        except BROKEN:
            return PlaceFacts("unknown", now)

    async def account(self, account: Account) -> AccountFacts:
        """What the account is here, asked for where it was met last, else in its personal chat."""
        now = self._clock()
        try:
            met = self._met.found_at(account)
            at, user = met or (await self._messenger.open_direct(account), account.user)
            reference = await self._met.reference(at)
            where = reference.get("team") or at.channel
            path = f"conversations/{segment(where)}/members/{segment(user)}"
            member = await self._connector.call("GET", self._service(reference), path)
        except BROKEN:
            return AccountFacts("unknown", now)
        email = str(member.get("email") or member.get("userPrincipalName") or "")
        return AccountFacts(self._standing(member, account), now, email, str(member.get("name") or ""))

    async def channels(self, team: str, *, service: str) -> Sequence[Mapping[str, Any]]:
        """The channels of a team; the general one is called by the team's own id."""
        answer = await self._connector.call("GET", service, f"teams/{segment(team)}/conversations")
        return list(answer["conversations"])

    async def _channel(self, at: Address, team: str, reference: Mapping[str, str], now: datetime) -> PlaceFacts:
        """A standard channel is read by its team, a shared one also by others, a private one by who knows whom."""
        if not team:
            return PlaceFacts("unknown", now)
        service = self._service(reference)
        listed = await self.channels(team, service=service)
        found = next((one for one in listed if one.get("id") == at.channel), None)
        kind = str(found.get("type") or "standard").casefold() if found else "unknown"
        name = str(found.get("name") or "General") if found else ""
        if kind == "shared":
            return PlaceFacts("external", now, name=name)
        if kind != "standard":
            return PlaceFacts("unknown", now, name=name)
        return self._read_by(await self._members(team, service), now, kind="private", name=name)

    async def _chat(self, at: Address, reference: Mapping[str, str], now: datetime) -> PlaceFacts:
        members = await self._members(at.channel, self._service(reference))
        personal = reference.get("kind") == "personal" and members is not None and len(members) == 1
        return self._read_by(members, now, kind="direct" if personal else "group")

    def _read_by(self, members: Sequence[Member] | None, now: datetime, *, kind: Any, name: str = "") -> PlaceFacts:
        """A guest, an anonymous participant or somebody of another tenant makes the place external."""
        if members is None:
            return PlaceFacts("unknown", now, name=name)
        if any(self._is_foreign(member) for member in members):
            return PlaceFacts("external", now, name=name)
        return PlaceFacts(kind, now, frozenset(_object_id(member) for member in members), name)

    def _is_foreign(self, member: Member) -> bool:
        role = str(member.get("userRole") or "user").casefold()
        tenant = str(member.get("tenantId") or self._tenant)
        return role not in ("user", "owner") or tenant != self._tenant or not _object_id(member)

    def _standing(self, member: Member, account: Account) -> AccountKind:
        if _object_id(member).casefold() != account.user.casefold():
            return "unknown"
        return "guest" if self._is_foreign(member) else "member"

    async def _members(self, conversation: str, service: str) -> list[Member] | None:
        """All members, or None when there are too many to list."""
        found: list[Member] = []
        path, query = f"conversations/{segment(conversation)}/pagedmembers", {"pageSize": PAGE}
        while len(found) <= MOST_MEMBERS:
            page = await self._connector.call("GET", service, path, query=query)
            found.extend(page["members"])
            for member in page["members"]:
                self._met.note_id(_object_id(member), str(member.get("id") or ""))
            token = page.get("continuationToken")
            if not token:
                return found
            query = {"pageSize": PAGE, "continuationToken": str(token)}
        return None

    def _service(self, reference: Mapping[str, str]) -> str:
        return reference.get("service_url") or self._met.service


def _object_id(member: Member) -> str:
    return str(member.get("aadObjectId") or member.get("objectId") or "")
