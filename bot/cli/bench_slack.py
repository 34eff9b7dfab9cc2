"""`gatehouse bench --only slack`: how soon Slack is acknowledged, beside a bare Bolt, on SQLite and PostgreSQL."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict

from rich.table import Table

from bot.bench_ack import Acknowledged, measure_acknowledgement
from bot.cli.ask import print_json
from bot.platforms.terminal.render import console_on


def bench_slack(*, postgres: str, as_json: bool) -> None:
    """Measure on a SQLite file of its own, and on the PostgreSQL of this URL where one is given."""
    with tempfile.TemporaryDirectory() as folder:
        rows = [measure_acknowledgement(f"sqlite:///{folder}/bench.db")]
    if postgres.startswith("postgresql"):
        rows.append(measure_acknowledgement(postgres))
    if as_json:
        print_json({row.database: asdict(row) for row in rows})
        return
    console_on(sys.stdout).print(acknowledgement_table(rows))


def acknowledgement_table(rows: Sequence[Acknowledged]) -> Table:
    """Ours beside the bare handler of the same run: read the ratios, machines differ."""
    table = Table(title="Acknowledging Slack: inbox on disk against a bare Bolt")
    for heading in (
        "database",
        "p50 ms, bare / ours",
        "p99 ms, bare / ours",
        "ratio",
        "full /s, bare / ours",
        "ratio",
        "lost",
    ):
        table.add_column(heading, justify="left" if heading == "database" else "right")
    for row in rows:
        table.add_row(
            row.database,
            f"{row.bare_p50:.1f} / {row.ours_p50:.1f}",
            f"{row.bare_p99:.1f} / {row.ours_p99:.1f}",
            f"{row.p99_ratio:.2f}",
            f"{row.bare_full:.0f} / {row.ours_full:.0f}",
            f"{row.full_ratio:.2f}",
            f"{row.lost} of {row.events}",
        )
    return table
