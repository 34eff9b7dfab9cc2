"""`gatehouse bench --only crowd`: what a sign-off waits beside two hundred questions and twenty digests."""

from __future__ import annotations

import sys

from rich.table import Table

from bot.bench.crowd import ASKERS, CAPACITY, WRITERS, measure_crowd
from bot.bench.presses import CrowdFigures, percentile
from bot.cli.ask import print_json
from bot.cli.demo import demo_folder
from bot.platforms.terminal.render import console_on
from bot.settings import load_settings
from bot.wiring import open_installation

P95_BELOW_MS, TIMES_IDLE_BELOW = 100, 5


def bench_crowd(*, as_json: bool) -> None:
    """Measure and print."""
    here = open_installation(load_settings())
    figures = measure_crowd(here.settings.data / "bench" / "crowd", demo_folder(), model_folder=here.model_folder)
    if as_json:
        print_json({"crowd": figures.to_json()})
    else:
        console_on(sys.stdout).print(crowd_table(figures))


def crowd_table(figures: CrowdFigures) -> Table:
    """The figures beside their targets, and what the slowest tenth of the sign-offs is made of."""
    table = Table(title=f"sign-offs beside {ASKERS} who ask and {WRITERS} digests, a model server for {CAPACITY}")
    for heading in ("what", "taken", "target"):
        table.add_column(heading, justify="left" if heading == "what" else "right")
    table.add_row("idle, p50 / p95", f"{percentile(figures.idle, 0.5):.0f} / {figures.idle_p95:.0f} ms", "")
    beside = f"{percentile(figures.beside, 0.5):.0f} / {figures.beside_p95:.0f} ms"
    table.add_row("beside the crowd, p50 / p95", beside, f"<= {P95_BELOW_MS} ms")
    table.add_row("times idle, p95", f"{figures.ratio:.1f}", f"<= {TIMES_IDLE_BELOW}")
    slow = figures.slow_ones()
    table.add_row("the slowest tenth, on average", f"{slow.whole:.0f} ms", "")
    table.add_row("  waiting for a worker", f"{slow.waited:.0f} ms", "")
    table.add_row("  computing", f"{slow.computed:.0f} ms", "")
    table.add_row("  committing", f"{slow.committed:.0f} ms", "")
    table.add_row("  waiting for interpreter, disk, database", f"{slow.contended:.0f} ms", "")
    table.add_row("questions answered / sent back", _counts(figures.questions, "answered", "sent back"), "")
    table.add_row("digests written / shed", _counts(figures.digests, "written", "shed"), "shed first")
    table.add_row("questions shed", str(figures.questions_shed), "")
    table.add_row("most in line at once", str(figures.longest_line), "bounded")
    return table


def _counts(of: dict[str, int], *names: str) -> str:
    return " / ".join(f"{of.get(name, 0):,}" for name in names)
