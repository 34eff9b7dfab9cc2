"""`gatehouse bench --only slack` and `teams`: how soon events are acknowledged, beside the platform's bare SDK."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict

from rich.table import Table

from bot.bench.ack import Acknowledged, Served, measure_acknowledgement
from bot.cli.ask import print_json
from bot.platforms.terminal.render import console_on


def bench_slack(*, postgres: str, as_json: bool) -> None:
    """Measure on a SQLite file of its own, and on the PostgreSQL of this URL where one is given."""
    from bot.bench.ack_slack import SLACK

    _bench(SLACK, "Acknowledging Slack: inbox on disk against a bare Bolt", postgres=postgres, as_json=as_json)


def bench_teams(*, postgres: str, as_json: bool) -> None:
    """The same for Teams, whose bare side checks no tokens: ours pays for that as well."""
    from bot.bench.ack_teams import TEAMS

    title = "Acknowledging Teams: inbox on disk, tokens checked, against a bare turn of the SDK"
    _bench(TEAMS, title, postgres=postgres, as_json=as_json)


def _bench(served: Served, title: str, *, postgres: str, as_json: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        rows = [measure_acknowledgement(f"sqlite:///{folder}/bench.db", served)]
    if postgres.startswith("postgresql"):
        rows.append(measure_acknowledgement(postgres, served))
    if as_json:
        print_json({row.database: asdict(row) for row in rows})
        return
    console_on(sys.stdout).print(acknowledgement_table(rows, title=title))


def acknowledgement_table(rows: Sequence[Acknowledged], *, title: str) -> Table:
    """Ours beside the bare handler of the same run: read the ratios, machines differ."""
    table = Table(title=title)
    for heading in (
        "database",
        "p50 ms, bare / ours",
        "p99 ms, bare / ours",
        "ratio",
        "disk alone, p50 / p99",
        "to bare + disk",
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
            f"{row.disk_p50:.1f} / {row.disk_p99:.1f}",
            f"{row.floor_ratio:.2f}",
            f"{row.bare_full:.0f} / {row.ours_full:.0f}",
            f"{row.full_ratio:.2f}",
            f"{row.lost} of {row.events}",
        )
    return table
