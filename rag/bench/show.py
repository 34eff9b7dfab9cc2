"""The bench's report for a terminal: every figure of ours beside what it is compared with, and its target."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rag.bench.run import BenchReport, QueryFigures

if TYPE_CHECKING:
    from rich.table import Table

ENCODING_AT_LEAST = 0.85
FLOOR_AT_MOST = 3.0
PEER_AT_MOST = 0.3
P50_BELOW, P95_BELOW = 30, 80
MEMORY_BELOW = 700

Line = tuple[str, str, str, str, str]


def bench_table(report: BenchReport) -> Table:
    from rich.table import Table

    table = Table(title=f"Bench: {report.model}", caption=report.note)
    for heading in ("what", "ours", "compared with", "ratio", "target"):
        table.add_column(heading, justify="left" if heading == "what" else "right")
    for line in _lines(report):
        table.add_row(*line)
    return table


def _lines(report: BenchReport) -> Iterator[Line]:
    encoding = report.encoding
    for way, rate in encoding.bare.items():
        what = f"encode and index, texts/s ({way})"
        yield what, f"{encoding.ours:.0f}", f"{rate:.0f}", f"{encoding.ours / rate:.2f}", f">= {ENCODING_AT_LEAST}"
    for size, taken in report.index_seconds.items():
        yield f"index {size:,} encoded chunks, s", f"{taken:.1f}", "", "", ""
        yield (
            f"memory of answering, {size:,} chunks, MB",
            f"{report.resident_mb[size]:.0f}",
            "",
            "",
            f"< {MEMORY_BELOW}",
        )
    for figures in report.queries:
        yield from _of_question(figures)


def _of_question(figures: QueryFigures) -> Iterator[Line]:
    what = f"question, {figures.chunks:,} chunks, {figures.labels} access ids, ms p50 / p95"
    ours = f"{figures.ours.p50:.1f} / {figures.ours.p95:.1f}"
    yield what, ours, "", "", f"< {P50_BELOW} / < {P95_BELOW}"
    for name, other, most in (("floor", figures.floor, FLOOR_AT_MOST), ("LangChain", figures.peer, PEER_AT_MOST)):
        if other:
            ratio = f"{figures.ours.p50 / other.p50:.2f}"
            yield what, ours, f"{name} {other.p50:.1f} / {other.p95:.1f}", ratio, f"<= {most}"
