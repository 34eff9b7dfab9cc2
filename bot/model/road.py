"""The road to the model as this installation is set: endpoints, guards and meter from the settings."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from uuid import uuid4

from prometheus_client import CollectorRegistry

from bot.database import Database, durable
from bot.settings import Settings, SettingsError
from inference.deadline import Deadlines
from inference.endpoint import Dialect, Endpoint
from inference.gateway import Door, Gateway, GuardPolicies, Rung
from inference.meter import Meter, MeterPolicy
from inference.observe import Measures
from inference.pricing import Prices
from inference.server import LoadUnknown, LoadWatch, ModelServer
from inference.shed import AdmissionPolicy
from inference.store import Commits
from inference.terms import TermsError, check_priced, read_budgets, read_prices
from inference.vllm import OpenAIChat

LEASE_OVER_DEADLINE = timedelta(minutes=2)
"""How much longer than the longest answer a call may stay open before it counts as an orphan."""


def build_gateway(
    settings: Settings, database: Database, *, clock: Callable[[], datetime], registry: CollectorRegistry
) -> Gateway:
    """The gateway of the configured endpoints. It belongs to the event loop in which it is first used.

    Raises:
        SettingsError: A budget or a price cannot be understood, or a budget in dollars has no price.
    """
    rungs = tuple(_rung(endpoint, prices) for endpoint, prices in priced_endpoints(settings))
    return Gateway(
        rungs,
        _policies(settings),
        meter=_meter(settings, database, clock),
        measures=Measures(registry),
        door=Door(time.monotonic, asyncio.sleep, random.random),
    )


def endpoints(settings: Settings) -> tuple[Endpoint, ...]:
    """The configured endpoints, the first asked first."""
    dialect: Dialect = settings.model_dialect
    first = Endpoint(settings.model_url, settings.model, settings.model_key.get_secret_value(), "primary", dialect)
    if not settings.second_model_url:
        return (first,)
    key = settings.second_model_key.get_secret_value()
    return first, Endpoint(settings.second_model_url, settings.second_model, key, "second", dialect)


def priced_endpoints(settings: Settings) -> Iterator[tuple[Endpoint, Prices | None]]:
    """The endpoints with what they cost.

    Raises:
        SettingsError: Prices or budgets cannot be understood, or do not fit together.
    """
    texts = {"GATEHOUSE_MODEL_PRICES": settings.model_prices}
    if settings.second_model_url:
        texts["GATEHOUSE_SECOND_MODEL_PRICES"] = settings.second_model_prices
    try:
        prices = {name: read_prices(text) for name, text in texts.items()}
        check_priced(read_budgets(settings.model_budgets), prices)
    except TermsError as error:
        raise SettingsError(str(error)) from error
    return zip(endpoints(settings), prices.values(), strict=True)


def _rung(endpoint: Endpoint, prices: Prices | None) -> Rung:
    client = OpenAIChat(endpoint, clock=time.monotonic)
    server = ModelServer(endpoint)

    async def close() -> None:
        await client.close()
        await server.close()

    own = endpoint.dialect == "vllm"
    return Rung(
        tier=endpoint.tier,
        model=endpoint.model,
        client=client,
        prices=prices,
        load=LoadWatch(server.load, clock=time.monotonic) if own else LoadUnknown(),
        count=server.prompt_tokens if own else None,
        close=close,
    )


def _policies(settings: Settings) -> GuardPolicies:
    return GuardPolicies(
        Deadlines(settings.model_first_token_s, settings.model_silence_s, settings.model_whole_s),
        AdmissionPolicy(places=settings.model_places, queue=4 * settings.model_places),
    )


def _meter(settings: Settings, database: Database, clock: Callable[[], datetime]) -> Meter:
    lease = timedelta(seconds=settings.model_whole_s) + LEASE_OVER_DEADLINE
    policy = MeterPolicy(read_budgets(settings.model_budgets), lease=lease)
    threads = 1 if database.engine.dialect.name == "sqlite" else 4  # SQLite writes one at a time anyway
    return Meter(meter_commits(database), policy, now=clock, new_id=lambda: uuid4().hex, threads=threads)


def meter_commits(database: Database) -> Commits:
    """How the meter commits: a reservation is on disk before the call is sent; a settlement may come there later."""
    return Commits(on_disk=durable(database).statements, soon=database.statements)
