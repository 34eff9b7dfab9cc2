"""Gateways for tests, with short deadlines."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from prometheus_client import CollectorRegistry

from inference.deadline import Deadlines
from inference.endpoint import Endpoint
from inference.gateway import Door, Gateway, GuardPolicies, Rung
from inference.meter import Meter
from inference.observe import Measures
from inference.server import LoadUnknown, LoadWatch, ModelServer
from inference.vllm import OpenAIChat

SHORT = Deadlines(first_token=0.5, silence=0.3, whole=1.0)


def a_rung(endpoint: Endpoint, *, watched: bool = False) -> Rung:
    client, server = OpenAIChat(endpoint, clock=time.monotonic), ModelServer(endpoint)

    async def close() -> None:
        await client.close()
        await server.close()

    load = LoadWatch(server.load, clock=time.monotonic, every=0.05) if watched else LoadUnknown()
    return Rung(endpoint.tier, endpoint.model, client, None, load, server.prompt_tokens, close)


@asynccontextmanager
async def a_gateway(
    *rungs: Rung, meter: Meter | None = None, registry: CollectorRegistry | None = None, **policies: Any
) -> AsyncIterator[Gateway]:
    gateway = Gateway(
        rungs,
        GuardPolicies(**({"deadlines": SHORT, "cache": None} | policies)),
        meter=meter,
        measures=Measures(registry or CollectorRegistry()),
        door=Door(time.monotonic, asyncio.sleep, random.Random(7).random),
    )
    try:
        yield gateway
    finally:
        await gateway.close()
