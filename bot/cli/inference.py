"""`gatehouse inference check`: tries the configured endpoints, and says what to mend."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import asdict

import typer

from bot.cli.ask import print_json
from bot.cli.usage import UsageError
from bot.model.road import priced_endpoints
from bot.settings import Settings, load_settings
from inference.check import Finding, check_endpoint
from inference.endpoint import Endpoint
from inference.pricing import Prices


def run_check(*, as_json: bool) -> None:
    """Try each endpoint; exit with 1 when there is something to mend."""
    settings = load_settings()
    if not settings.model_url:
        raise UsageError(
            "No model is set, so answers come from records and documents alone. To set one: GATEHOUSE_MODEL_URL "
            "(ends in /v1), GATEHOUSE_MODEL and, where the server wants one, GATEHOUSE_MODEL_KEY."
        )
    found = asyncio.run(_check_all(settings, told=not as_json))
    if as_json:
        told = {tier: [asdict(finding) for finding in findings] for tier, findings in found.items()}
        print_json({"endpoints": told})
    if any(finding.mend for findings in found.values() for finding in findings):
        raise typer.Exit(1)


async def _check_all(settings: Settings, *, told: bool) -> dict[str, list[Finding]]:
    found: dict[str, list[Finding]] = {}
    for endpoint, prices in priced_endpoints(settings):
        if told:
            _say(f"{endpoint.tier} endpoint: {endpoint.model} at {endpoint.url}")
        findings = found.setdefault(endpoint.tier, [])
        async for finding in _findings(endpoint, prices):
            findings.append(finding)
            if told:
                _say_finding(finding)
    return found


async def _findings(endpoint: Endpoint, prices: Prices | None) -> AsyncIterator[Finding]:
    async for finding in check_endpoint(endpoint, clock=time.monotonic):
        yield finding
    if prices is None:
        yield Finding("prices", "none set: tokens are counted, money is not (see deploy/docs/model.md)")


def _say_finding(finding: Finding) -> None:
    _say(f"  {'to mend' if finding.mend else 'good':8} {finding.what:10} {finding.found}")
    if finding.mend:
        _say(f"           {finding.mend}")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
