"""Tables as Slack blocks: the native one once a message, letters of one width elsewhere. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.chat import Table
from bot.platforms.slack import limits, rich
from bot.platforms.slack.rich import Json
from bot.platforms.slack.text import pieces, plain, shortened, shown

CELL_TEXT = 200
FIXED_CELL = 30
TABLE_TEXT = 4_000
"""Characters of all cells together in a native table; what is over them is counted below it."""


def table_blocks(table: Table, *, native: bool) -> Iterator[Json]:
    """The table with its title; rows that find no room are counted in a line below."""
    if table.title:
        yield rich.block(rich.section(rich.words(table.title, "bold")))
    columns = table.columns[: limits.TABLE_COLUMNS]
    rows = [row[: limits.TABLE_COLUMNS] for row in table.rows]
    kept = _kept([columns, *rows])[1:]
    yield from _native(columns, kept) if native else _fixed(columns, kept)
    notes = _left_out(len(table.rows) - len(kept), len(table.columns) - len(columns))
    if notes:
        yield {"type": "context", "elements": [plain(notes, limits.BLOCK_TEXT)]}


def _kept(rows: Sequence[Sequence[str]]) -> list[Sequence[str]]:
    """The rows that fit, the first one in any case."""
    kept: list[Sequence[str]] = []
    room = TABLE_TEXT
    for row in rows[: limits.TABLE_ROWS]:
        room -= sum(min(len(cell), CELL_TEXT) + 30 for cell in row)
        if kept and room < 0:
            break
        kept.append(row)
    return kept


def _native(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[Json]:
    cells = [
        [{"type": "raw_text", "text": shortened(shown(cell), CELL_TEXT)} for cell in row] for row in (columns, *rows)
    ]
    yield {"type": "table", "rows": cells, "column_settings": [{"is_wrapped": True} for _ in columns]}


def _fixed(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[Json]:
    cells = [[shortened(shown(cell).replace("\n", " "), FIXED_CELL) for cell in row] for row in (columns, *rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells)
    for piece in pieces("\n".join(lines), limits.BLOCK_TEXT):
        yield rich.block(rich.fixed(piece))


def _left_out(rows: int, columns: int) -> str:
    said = [f"{count} more {what}" for count, what in ((rows, "rows"), (columns, "columns")) if count > 0]
    return f"{' and '.join(said)} not shown here." if said else ""
