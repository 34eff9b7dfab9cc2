"""The Playground's own page in a real Chromium: cards drawn, pressed and changed in place before a person's eyes.

Pictures of every step lie in build/e2e afterwards, to be looked at.
"""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.bot.front_door import ROOT
from tests.e2e.conftest import Pass, Play
from tests.e2e.playground import CHANNEL, Playground, installed
from tests.e2e.signing import BO, CY, DI, sign, titles

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
BUILD = ROOT / "build" / "e2e"
WALK = Path(__file__).with_name("walk.mjs")
WITHIN_SECONDS = 180

pytestmark = [pytest.mark.e2e, pytest.mark.skipif(not CHROMIUM, reason="wants Chromium")]


def test_the_ml_lead_asks_submits_and_sees_the_gate_pass(play: Play) -> None:
    async def story(on: Playground, pass_: Pass) -> None:
        await on.installs()
        async with walking(on.url) as browser:
            told = await _line(browser)
            assert "Launch is submitted" in told["receipt"]
            for approver in (CY, DI, BO):
                chat = await on.chat(approver)
                await on.until(lambda at=chat: "Review and sign" in titles(on, at), what=f"the request to {approver}")
                await sign(on, approver)
            pass_(10)
            await on.until(lambda: "The gate passed" in on.said(CHANNEL), what="the decision in the channel")
            assert browser.stdin is not None
            browser.stdin.write(b"look\n")
            told = await _line(browser)
            for signer in ("Cy Park", "Di Roth", "Bo Lind"):
                assert signer in told["channel"]

    play(story)
    assert len(list(BUILD.glob("*.png"))) == 7


@asynccontextmanager
async def walking(address: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """The browser at work; it is ended with the block."""
    shutil.rmtree(BUILD, ignore_errors=True)
    BUILD.mkdir(parents=True)
    pipe = asyncio.subprocess.PIPE
    line = ("node", str(WALK), address, str(BUILD), str(CHROMIUM))
    process = await asyncio.create_subprocess_exec(*line, cwd=installed(), stdin=pipe, stdout=pipe, limit=2**22)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _line(browser: asyncio.subprocess.Process) -> dict[str, str]:
    """What the browser tells next."""
    assert browser.stdout is not None
    async with asyncio.timeout(WITHIN_SECONDS):
        line = await browser.stdout.readline()
    assert line, "the walk through the page ended early: its last words are above"
    told: dict[str, str] = json.loads(line)
    return told
