"""`gatehouse bench`: the search figures of the rag room, and `ask` as people start it, cold and warm."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from rich.table import Table

from bot.bench.crowd import measure_crowd
from bot.chat import Ask
from bot.cli.ask import print_json
from bot.cli.bench_crowd import crowd_table
from bot.cli.bench_gates import gates_table, measure_gates
from bot.cli.bench_gateway import gateway_table, measure_rows
from bot.cli.demo import DEMO, demo_folder
from bot.cli.usage import UsageError
from bot.conversation.asking import answer_question
from bot.database import migrate, open_database
from bot.intake.catalogue import open_collection
from bot.intake.sync import index_documents, sync_collection
from bot.platforms.terminal.progress import Report, progress
from bot.platforms.terminal.render import console_on
from bot.settings import Settings, load_settings
from bot.wiring import Installation, keep_indexes, open_installation, open_rooms
from rag.bench.make import fill
from rag.bench.run import run_bench
from rag.bench.show import bench_table
from rag.embed.choose import open_embedder
from rag.index.encode import Write
from rag.index.library import Read

RUNS = 10
"""Processes started per kind of question; the median is told."""

QUESTIONS = {
    "ledger": "what's blocking the production gate of churn-uplift?",
    "records": "who owns the clickstream-events contract?",
    "documents": "why did we pick precision@10 %?",
}

COLD_BELOW_MS = {"ledger": 800, "records": 800, "documents": 2_000}
UNCHANGED_BELOW_MS = 2_000


@dataclass(frozen=True)
class AskFigures:
    """Milliseconds of `ask` over a home with this many passages: whole processes, and one that stays."""

    chunks: int
    cold_ms: dict[str, float]
    warm_ms: dict[str, float]
    unchanged_files: int
    unchanged_sync_s: float


def run_gates_bench(*, as_json: bool) -> None:
    """The ledger's part alone: it needs neither the embedding model nor the indexes."""
    here = open_installation(load_settings())
    with progress(console_on(sys.stderr)) as report:
        figures = measure_gates(here.settings.data / "bench" / "gates", report=report)
    if as_json:
        print_json({"gates": asdict(figures)})
    else:
        console_on(sys.stdout).print(gates_table(figures))


def run_bench_command(sizes: str, *, as_json: bool) -> None:
    """Measure in a folder of its own below the data folder, which is emptied before and after."""
    try:
        wanted = sorted({int(size) for size in sizes.split(",")})
    except ValueError as error:
        raise UsageError(f"--sizes wants numbers of passages, comma separated, not {sizes!r}.") from error
    if not wanted or wanted[0] < 100:
        raise UsageError("--sizes: the smallest size that says anything is 100 passages.")
    here = open_installation(load_settings())
    home = here.settings.data / "bench"
    with progress(console_on(sys.stderr)) as report:
        searched = run_bench(
            home,
            open_store=_open_store,
            open_model=partial(open_embedder, here.settings.embedding_model, here.model_folder),
            model_cache=here.model_folder,
            progress=report,
            sizes=wanted,
        )
        asked = measure_ask(home / "ask", chunks=wanted[-1], settings=here.settings, report=report)
        gates = measure_gates(home / "gates", report=report)
        road = measure_rows(here.settings.database_url)
        crowd = measure_crowd(home / "crowd", demo_folder(), model_folder=here.model_folder)
    if as_json:
        parts = {"ask": asdict(asked), "gates": asdict(gates), "gateway": road.to_json(), "crowd": crowd.to_json()}
        print_json({**searched.to_json(), **parts})
        return
    console = console_on(sys.stdout)
    console.print(bench_table(searched))
    console.print(ask_table(asked))
    console.print(gates_table(gates))
    console.print(gateway_table(road))
    console.print(crowd_table(crowd))


def _open_store(path: Path) -> tuple[Read, Write]:
    database = open_database(f"sqlite:///{path}")
    migrate(database)
    return database.read, database.write


def measure_ask(home: Path, *, chunks: int, settings: Settings, report: Report) -> AskFigures:
    """Fill a home with the demo and made-up passages, then ask: new processes first, then one that stays."""
    shutil.rmtree(home, ignore_errors=True)
    try:
        here = open_installation(Settings(home=home, database_url="", embedding_model=settings.embedding_model))
        report("filling", 0, 1)
        collection = open_collection(demo_folder(), name=DEMO)
        sync_collection(collection, database=here.database, now=here.clock(), progress=_quiet)
        with keep_indexes(here) as kept:
            fill(here.database.write, kept.library.embedder, chunks=chunks)
            index_documents(kept, database=here.database, progress=_quiet)
        report("filling", 1, 1)
        cold = {kind: _cold(question, home) for kind, question in QUESTIONS.items()}
        files, seconds = _unchanged(here, home / "files")
        return AskFigures(chunks, cold, _warm(here), files, seconds)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _cold(question: str, home: Path) -> float:
    """The median of whole processes, from start to exit."""
    environment = {**os.environ, "GATEHOUSE_HOME": str(home)}
    command = [sys.executable, "-m", "bot", "ask", question, "--json"]
    return statistics.median(_process_ms(command, environment) for _ in range(RUNS))


def _process_ms(command: Sequence[str], environment: dict[str, str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, env=environment, check=True, capture_output=True)
    return (time.perf_counter() - began) * 1000


def _warm(here: Installation) -> dict[str, float]:
    with keep_indexes(here) as kept, open_rooms(here, library=kept.library) as rooms:
        return {kind: _warm_ms(partial(answer_question, Ask(text, kind), rooms)) for kind, text in QUESTIONS.items()}


def _warm_ms(ask: Callable[[], object]) -> float:
    ask()
    took = []
    for _ in range(RUNS):
        began = time.perf_counter()
        ask()
        took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took)


def _unchanged(here: Installation, folder: Path, *, files: int = 5_000) -> tuple[int, float]:
    """Seconds of a sync over files of which none has changed."""
    for number in range(files):
        path = folder / f"{number // 100}" / f"note-{number}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"# Note {number}\n\nRemark {number} of the bench.\n", encoding="utf-8")
    collection = open_collection(folder, name="unchanged")
    sync_collection(collection, database=here.database, now=here.clock(), progress=_quiet)
    began = time.perf_counter()
    sync_collection(collection, database=here.database, now=here.clock(), progress=_quiet)
    return files, time.perf_counter() - began


def _quiet(_phase: str, _done: int, _total: int) -> None:
    return


def ask_table(figures: AskFigures) -> Table:
    """The figures of `ask` for a terminal."""
    table = Table(title=f"ask, over {figures.chunks:,} passages, median of {RUNS}")
    for heading in ("question", "cold process, ms", "target", "warm, ms"):
        table.add_column(heading, justify="left" if heading == "question" else "right")
    for kind, taken in figures.cold_ms.items():
        table.add_row(kind, f"{taken:.0f}", f"< {COLD_BELOW_MS[kind]:,}", f"{figures.warm_ms[kind]:.1f}")
    unchanged = f"{figures.unchanged_sync_s * 1000:.0f}"
    table.add_row(f"sync of {figures.unchanged_files:,} unchanged files", unchanged, f"< {UNCHANGED_BELOW_MS:,}", "")
    return table
