"""Measures sign-offs while two hundred people ask and digests are written, with a model server that takes twenty.

Sign-offs are timed from the press to the commit, on an idle bot and beside the crowd of the same run. What is asked
goes the whole way: search, model, grounding; the model server is a process of its own.
"""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from itertools import count
from pathlib import Path
from typing import cast

from prometheus_client import CollectorRegistry

from bot.bench.presses import CrowdFigures, Press
from bot.chat import Ask, Command
from bot.conversing import Conversing
from bot.database import durable
from bot.intake.catalogue import open_collection
from bot.intake.sync import index_documents, sync_collection
from bot.model.room import GuardedModel
from bot.process.pools import Busy, Pools, open_pools
from bot.process.runtime import settle_for_serving
from bot.settings import Settings
from bot.wiring import Installation, keep_indexes, open_installation, open_rooms
from inference.model import Message, ModelError, Overloaded, Payer, Request, complete

ASKERS, WRITERS, CAPACITY = 200, 20, 20
PRESSES, WARM_UP = 120, 10
SETTLING_SECONDS = 3.0

OF_DOCUMENTS = ("why did we pick precision@10 %?", "why do we call customers at all?")
OF_RECORDS = ("what's blocking the production gate of churn-uplift?", "who owns the clickstream-events contract?")

OWNER, SIGNER, GATE = "tomas.weber", "aiko.sato", "bench launch"
PROJECT = """\
project: bench
name: Bench
owner: tomas.weber
risk_tier: medium
subject: {model: bench, version: v1}
gates:
  - gate: launch
    name: Launch
    owner: tomas.weber
    due: 2026-12-04
    state: collecting
    criteria:
      - {id: runbook, kind: artifact, title: Runbook, owner: tomas.weber, evidence: {document: runbook.md}}
      - {id: sign-risk, kind: approval, title: Risk owner signs, role: model_risk_owner, quorum: 1, signed: []}
      - {id: sign-ops, kind: approval, title: Steering signs, role: steering_committee, quorum: 2, signed: []}
"""
"""A gate that waits for signatures; medium risk, so that each is one order."""


def measure_crowd(home: Path, demo: Path, *, model_folder: Path, presses: int = PRESSES) -> CrowdFigures:
    """Measure on the demo programme in a folder of its own, which is emptied before and after."""
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    model_folder.mkdir(parents=True, exist_ok=True)
    try:
        (home / "models").symlink_to(model_folder.absolute())
        with _model_process() as url, _crowd(home, demo, url) as crowd:
            return asyncio.run(crowd.measure(presses))
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def _crowd(home: Path, demo: Path, url: str) -> Iterator[_Crowd]:
    here = open_installation(Settings(home=home, database_url="", model_url=url, model="bench", model_places=CAPACITY))
    programme = _with_a_gate(demo, home / "demo")
    sync_collection(open_collection(programme, name="demo"), database=here.database, now=here.clock(), progress=_quiet)
    with keep_indexes(here) as kept:
        index_documents(kept, database=here.database, progress=_quiet)
        registry = CollectorRegistry()
        with open_rooms(here, library=kept.library, registry=registry) as rooms:
            conversing = Conversing(rooms, here.database.read, here.clock, here.audit_key())
            settle_for_serving()
            yield _Crowd(here, conversing, cast(GuardedModel, rooms.model), registry)


def _with_a_gate(demo: Path, copy: Path) -> Path:
    """The demo programme and one project more."""
    shutil.copytree(demo, copy)
    project = copy / "projects" / "bench"
    project.mkdir()
    (project / "project.yaml").write_text(PROJECT, encoding="utf-8")
    (project / "runbook.md").write_text("# Runbook\n\nSwitch it off and on again.\n", encoding="utf-8")
    return copy


class _Crowd:
    """Everybody at once, on one bot."""

    def __init__(
        self, here: Installation, conversing: Conversing, model: GuardedModel, registry: CollectorRegistry
    ) -> None:
        self._registry = registry
        self._conversing = conversing
        self._disk = durable(here.database)
        self._pools: Pools = open_pools(here.way)
        self._model = model
        self._numbers = count()
        self._longest = 0

    async def measure(self, presses: int) -> CrowdFigures:
        stop = asyncio.Event()
        try:
            self._order(OWNER, f"submit {GATE}", comment="")
            await self._presses(WARM_UP)
            idle = await self._presses(presses)
            asking = [asyncio.create_task(self._keep_asking(number, stop)) for number in range(ASKERS)]
            writing = [asyncio.create_task(self._keep_writing(number, stop)) for number in range(WRITERS)]
            await asyncio.sleep(SETTLING_SECONDS)
            beside = await self._presses(presses)
            stop.set()
            questions = sum(await asyncio.gather(*asking), Counter[str]())
            digests = sum(await asyncio.gather(*writing), Counter[str]())
            return CrowdFigures(idle, beside, dict(questions), self._shed(), dict(digests), self._longest)
        finally:
            self._pools.close()

    def _shed(self) -> int:
        """Questions that the guards of the model turned away, and that were answered from the documents alone."""
        labels = {"request_class": "question", "outcome": "Overloaded", "tier": ""}
        return int(self._registry.get_sample_value("gatehouse_model_requests_total", labels) or 0)

    async def _presses(self, many: int) -> tuple[Press, ...]:
        """One after the other, with a breath between: people do not press in a row."""
        done = []
        for _ in range(many):
            pressed = time.perf_counter()
            taken, computed, decided, ended = await self._pools["sign_off"].run(self._press)
            self._longest = max(self._longest, self._pools["question"].inside)
            done.append(_press_of(pressed, taken, computed, decided, ended))
            await asyncio.sleep(0.05)
        return tuple(done)

    def _press(self) -> tuple[float, float, float, float]:
        """A signature and, the next time, its withdrawal: each is decided, recorded and committed to disk."""
        taken, worked = time.perf_counter(), time.thread_time()
        verb = "withdraw" if next(self._numbers) % 2 else "approve"
        decided = self._order(SIGNER, f"{verb} {GATE}")
        return taken, time.thread_time() - worked, decided, time.perf_counter()

    def _order(self, person: str, order: str, **fields: str) -> float:
        """Carry an order out in a transaction on disk; when it was decided and only the commit was left."""
        command = Command(order, "bench", person, None, fields, f"{order} {time.monotonic_ns()}", "web")
        with self._disk.write() as session:
            outcome = self._conversing.carry_out(command, session)
            decided = time.perf_counter()
        if outcome.refused:
            raise RuntimeError(f"the bench's order {order!r} was refused: {outcome.answer}")
        return decided

    async def _keep_asking(self, number: int, stop: asyncio.Event) -> Counter[str]:
        """One question after the other; who finds the line full comes again after a moment."""
        ended: Counter[str] = Counter()
        while not stop.is_set():
            ask = partial(self._conversing.answer, _question(number, sum(ended.values())))
            try:
                await self._pools["question"].run(ask)
                ended["answered"] += 1
            except Busy:
                ended["sent back"] += 1
                await asyncio.sleep(0.5)
        return ended

    async def _keep_writing(self, number: int, stop: asyncio.Event) -> Counter[str]:
        """One digest's paragraph after the other, straight to the model."""
        ended: Counter[str] = Counter()
        while not stop.is_set():
            request = _digest(f"{number} {sum(ended.values())}")
            ended[await asyncio.to_thread(self._written, request)] += 1
            await asyncio.sleep(0.2)
        return ended

    def _written(self, request: Request) -> str:
        model = self._model
        try:
            model.crossing.run(complete(model.answers.model, request), within=40)
        except Overloaded:
            return "shed"
        except (ModelError, TimeoutError):
            return "failed"
        return "written"


def _question(asker: int, turn: int) -> Ask:
    """Half of them of documents, each in words of its own: what is asked twice comes from the cache."""
    kind = OF_RECORDS if asker % 2 else OF_DOCUMENTS
    text, name = kind[turn % 2], f"bench {asker} {turn}"
    return Ask(text if kind is OF_RECORDS else f"{text} ({name})", name, "ines.duarte")


def _digest(name: str) -> Request:
    text = f"Digest {name}: what moved since yesterday? " * 10
    return Request((Message("user", text),), 40, "digest", Payer("bench"), "bench", "bench@0")


def _press_of(pressed: float, taken: float, computed: float, decided: float, ended: float) -> Press:
    return Press(
        whole=(ended - pressed) * 1000,
        waited=(taken - pressed) * 1000,
        computed=computed * 1000,
        committed=(ended - decided) * 1000,
    )


@contextmanager
def _model_process() -> Iterator[str]:
    """The model server in a process of its own; its URL."""
    command = [sys.executable, "-m", "inference.bench_server", str(CAPACITY)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None  # asked for above
    try:
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.wait(timeout=20)


def _quiet(_phase: str, _done: int, _total: int) -> None:
    return
