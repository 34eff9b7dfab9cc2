"""Measures a status question end to end on Slack, without a model: python -m tests.bot.slack.measure_status HOME.

HOME is a data folder into which the demo programme was synced. From the moment Slack sends the mention to the moment
the answer stands in the channel; nothing is asserted.
"""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path

from tests.bot.slack.lighthouse import BEAM, lighthouse_at_work
from tests.stand_ins.slack.workspace import BOT

ROUNDS = 40
ASKERS = ("UADA", "UBO", "UED")  # in turns: one person alone would meet the rate limit


async def measure(home: Path, question: str) -> list[float]:
    took = []
    async with lighthouse_at_work(home) as here:
        for number in range(ROUNDS + 5):
            began = time.perf_counter()
            asked = asyncio.create_task(here.client.says(ASKERS[number % 3], BEAM, f"<@{BOT}> {question}"))
            while len(here.slack.posted(BEAM)) <= number:
                await asyncio.sleep(0.001)
            took.append((time.perf_counter() - began) * 1000)
            await asked
            await asyncio.sleep(0.05)
    return sorted(took[5:])


if __name__ == "__main__":
    figures = asyncio.run(measure(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "status of churn-uplift?"))
    sys.stdout.write(f"p50 {figures[len(figures) // 2]:.0f} ms, p95 {figures[int(len(figures) * 0.95)]:.0f} ms\n")
