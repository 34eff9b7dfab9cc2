"""The gateway's rows of `gatehouse bench`: what the guards cost beside a bare client, and what the meter costs."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

from rich.table import Table

from bot.cli.ask import print_json
from bot.database import Database, migrate, open_database
from bot.model.road import meter_commits
from bot.platforms.terminal.render import console_on
from inference.bench import GatewayFigures, MeterFigures, Took, measure_gateway, measure_meter

OVERHEAD_P50, OVERHEAD_P95 = 1.0, 4.0
METER_BELOW = {"sqlite": 2.5, "postgresql": 4.0}


@dataclass(frozen=True)
class GatewayRows:
    """Milliseconds; the meter by kind of database."""

    calls: GatewayFigures
    meter: Mapping[str, MeterFigures]

    def to_json(self) -> dict[str, object]:
        return asdict(self) | {
            "overhead": asdict(self.calls.overhead),
            "overhead_cpu": asdict(self.calls.overhead_cpu),
        }


def bench_gateway(*, postgres: str, as_json: bool) -> None:
    """Measure and print; with a PostgreSQL URL the meter is measured there as well, in a schema of its own."""
    rows = measure_rows(postgres)
    if as_json:
        print_json(rows.to_json())
    else:
        console_on(sys.stdout).print(gateway_table(rows))


def measure_rows(postgres: str = "") -> GatewayRows:
    """Some seconds on an idle machine."""
    calls = measure_gateway()
    meter = {}
    with TemporaryDirectory() as folder:
        database = open_database(f"sqlite:///{Path(folder) / 'meter.db'}")
        migrate(database)
        meter["sqlite"] = measure_meter(meter_commits(database))
        database.engine.dispose()
    if postgres.startswith("postgresql"):
        with _schema_of_its_own(postgres) as database:
            meter["postgresql"] = measure_meter(meter_commits(database))
    return GatewayRows(calls, meter)


@contextmanager
def _schema_of_its_own(url: str) -> Iterator[Database]:
    name = f"bench_{uuid4().hex[:12]}"
    admin = open_database(url).engine
    with admin.begin() as connection:
        connection.exec_driver_sql(f"create schema {name}")
    database = open_database(f"{url}{'&' if '?' in url else '?'}options=-csearch_path%3D{name}")
    try:
        migrate(database)
        yield database
    finally:
        database.engine.dispose()
        with admin.begin() as connection:
            connection.exec_driver_sql(f"drop schema {name} cascade")
        admin.dispose()


def gateway_table(rows: GatewayRows) -> Table:
    """The rows for a terminal."""
    table = Table(title="the road to the model, ms p50 / p95")
    for heading in ("what", "ours", "target"):
        table.add_column(heading, justify="left" if heading == "what" else "right")
    table.add_row("a bare call of 40 tokens, same run", _told(rows.calls.bare), "")
    table.add_row("the same through all guards but the meter", _told(rows.calls.guarded), "")
    table.add_row("what the guards add", _told(rows.calls.overhead), f"<= {OVERHEAD_P50:g} / <= {OVERHEAD_P95:g}")
    table.add_row("the same in processor time", _told(rows.calls.overhead_cpu), "")
    for engine, took in rows.meter.items():
        table.add_row(f"one row on disk, {engine}", _told(took.one_row), "")
        target = f"<= {METER_BELOW[engine]:g}"
        table.add_row(f"reserve on disk and settle, {engine} ({took.ratio:.1f} x)", _told(took.ours), target)
    return table


def _told(took: Took) -> str:
    return f"{took.p50:.2f} / {took.p95:.2f}"
