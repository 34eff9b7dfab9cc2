"""What stands behind a door while its acknowledgement is measured: the durable inbox, and nobody who works."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.chat import Reply
from bot.delivery.inbox import Inbox
from bot.messaging.model import Acceptance, Account, Address, Event, Responder


class InboxOnly:
    """A desk that takes in and leaves the work to other processes."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox

    async def accept(self, event: Event, respond: Responder) -> Acceptance:  # noqa: ARG002 (nothing is worked out here)
        return await self._inbox.accept(event)

    async def met(self, at: Address, reference: Mapping[str, str]) -> None:
        raise NotImplementedError

    async def place_changed(self, at: Address) -> None:
        raise NotImplementedError

    async def account_changed(self, account: Account) -> None:
        raise NotImplementedError

    async def workspace_changed(self, at: Address) -> None:
        raise NotImplementedError

    async def is_first(self, nonce: str) -> bool:
        return await self._inbox.is_first(nonce)

    async def too_fast(self, event: Event) -> None:
        raise NotImplementedError

    async def search(self, account: Account, text: str) -> Sequence[tuple[str, str]]:
        raise NotImplementedError

    async def view(self, account: Account, card: str) -> tuple[Reply, Mapping[str, str]] | None:
        raise NotImplementedError

    async def search_documents(self, account: Account, text: str) -> Sequence[tuple[str, str]]:
        raise NotImplementedError


async def empty_page(scope: Any, receive: Any, send: Any) -> None:
    """The application beside the doors: it has nothing to show."""
    if scope["type"] == "lifespan":
        for end in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{end}.complete"})
        return
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})
