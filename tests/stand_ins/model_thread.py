"""The stand-in model server on a thread of its own, for tests that go through plain commands."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.stand_ins.model_server import ModelServer, model_server


@contextmanager
def model_on_a_thread(**settings: Any) -> Iterator[ModelServer]:
    """A running stand-in; its `say` decides what the model writes, by the body of the request."""
    loop, ready = asyncio.new_event_loop(), threading.Event()
    found: list[ModelServer] = []
    stop = asyncio.Event()

    async def serve() -> None:
        async with model_server(**settings) as server:
            found.append(server)
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),), daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield found[0]
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(timeout=10)
