"""A chat platform as the composition root needs it: connected, with its door still to be put before a desk."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from bot.delivery.reception import Reception
from bot.messaging.model import Directory, Messenger, Platform
from bot.platforms.doors import Asgi


@dataclass(frozen=True)
class Connected:
    """One workspace or tenant. `open_door` answers while its block lasts what serves requests at `path`."""

    platform: Platform
    workspace: str
    messenger: Messenger
    directory: Directory
    path: str
    open_door: Callable[[Reception], AbstractAsyncContextManager[Asgi]]
