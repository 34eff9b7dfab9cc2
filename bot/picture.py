"""Draws the picture of a digest: gates by week with state and slip, spend against envelopes. The one door to Pillow.

The ground is always light and solid, so that the picture reads the same in dark and light surroundings; a state is
told by its letter as well as by its colour.
"""

from __future__ import annotations

import hashlib
import io
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont, ImageFont

WIDTH = 900
ROW = 26
LEFT = 250
RIGHT = 24
GROUND, INK, QUIET, GRID = "#fbfbf8", "#1f2328", "#57606a", "#d8dee4"
TONES = {"good": "#1a7f37", "warning": "#9a6700", "bad": "#cf222e", "neutral": "#57606a"}
LETTERS = {"good": "P", "warning": "R", "bad": "B", "neutral": "O"}
KEPT = 200


@dataclass(frozen=True)
class GateBar:
    """A gate on the line of weeks: due in week `due` counted from the first, at the usual pace in `expected`."""

    label: str
    due: float
    tone: str
    expected: float | None = None


@dataclass(frozen=True)
class BurnBar:
    """Spend of a project as a share of its envelope, and of its time that is gone; 1 is all of it."""

    label: str
    spent: float
    gone: float | None = None


@dataclass(frozen=True)
class Chart:
    """What a picture shows. `weeks` name the columns, `today` is where the line of today stands, in weeks."""

    weeks: tuple[str, ...]
    today: float
    gates: tuple[GateBar, ...] = ()
    burn: tuple[BurnBar, ...] = ()

    @property
    def key(self) -> str:
        """The hash of everything that is shown."""
        return hashlib.sha256(repr(self).encode()).hexdigest()


@dataclass
class Gallery:
    """Pictures drawn at the time of sending, each once: kept by the hash of what they show."""

    _kept: OrderedDict[str, bytes] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def picture_of(self, chart: Chart) -> bytes:
        with self._lock:
            if chart.key in self._kept:
                self._kept.move_to_end(chart.key)
                return self._kept[chart.key]
        drawn = draw(chart)
        with self._lock:
            self._kept[chart.key] = drawn
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return drawn


def draw(chart: Chart) -> bytes:
    """The chart as a PNG."""
    from PIL import Image, ImageDraw

    top = 44
    middle = top + ROW * max(1, len(chart.gates)) + 12
    height = middle + (34 + ROW * len(chart.burn) if chart.burn else 0) + 34
    image = Image.new("RGB", (WIDTH, height), GROUND)
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, WIDTH - 1, height - 1), outline=GRID)
    _weeks(pen, chart, top=top, bottom=middle - 8)
    for row, gate in enumerate(chart.gates):
        _gate(pen, gate, chart, y=top + row * ROW)
    if chart.burn:
        _text(pen, (16, middle + 4), "Spend of the envelope (mark: time that is gone)", QUIET, 13)
        for row, bar in enumerate(chart.burn):
            _burn(pen, bar, y=middle + 30 + row * ROW)
    legend = "P passed   O on track   R at risk   B blocked   line: usual pace   red line: today"
    _text(pen, (16, height - 26), legend, QUIET, 12)
    file = io.BytesIO()
    image.save(file, "PNG", compress_level=1)
    return file.getvalue()


def _weeks(pen: ImageDraw, chart: Chart, *, top: int, bottom: int) -> None:
    _text(pen, (16, 12), "Gates by week", QUIET, 13)
    every = max(1, len(chart.weeks) // 8)
    for number, week in enumerate(chart.weeks):
        x = _x(number, chart)
        pen.line((x, top - 8, x, bottom), fill=GRID)
        if number % every == 0:
            _text(pen, (x + 3, 12), week, QUIET, 12)
    pen.line((_x(chart.today, chart), top - 8, _x(chart.today, chart), bottom), fill=TONES["bad"], width=2)


def _gate(pen: ImageDraw, gate: GateBar, chart: Chart, *, y: int) -> None:
    _text(pen, (16, y + 3), _fitting(gate.label), INK, 13)
    x, colour = _x(gate.due, chart), TONES[gate.tone]
    if gate.expected is not None:
        end = _x(gate.expected, chart)
        pen.line((x, y + 11, end, y + 11), fill=colour, width=3)
        pen.polygon([(end, y + 6), (end + 7, y + 11), (end, y + 16)], fill=colour)
    pen.ellipse((x - 9, y + 2, x + 9, y + 20), fill=colour)
    pen.text((x, y + 11), LETTERS[gate.tone], fill="white", anchor="mm", font=_font(12))


def _burn(pen: ImageDraw, bar: BurnBar, *, y: int) -> None:
    _text(pen, (16, y + 3), _fitting(bar.label), INK, 13)
    room = WIDTH - LEFT - RIGHT - 60
    pen.rectangle((LEFT, y + 5, LEFT + room, y + 17), fill=GRID)
    tone = "bad" if bar.spent > 1 else "warning" if bar.spent >= 0.8 else "neutral"
    pen.rectangle((LEFT, y + 5, LEFT + int(room * min(bar.spent, 1)), y + 17), fill=TONES[tone])
    if bar.gone is not None:
        mark = LEFT + int(room * min(bar.gone, 1))
        pen.line((mark, y + 1, mark, y + 21), fill=INK, width=2)
    _text(pen, (LEFT + room + 8, y + 3), f"{bar.spent * 100:.0f} %", INK, 13)


def _x(week: float, chart: Chart) -> int:
    share = min(1.0, max(0.0, week / max(1, len(chart.weeks))))
    return LEFT + int((WIDTH - LEFT - RIGHT) * share)


def _fitting(label: str, most: int = 34) -> str:
    return label if len(label) <= most else f"{label[: most - 3]}..."


def _text(pen: ImageDraw, at: Sequence[int], said: str, colour: str, size: int) -> None:
    pen.text((at[0], at[1]), said, fill=colour, font=_font(size))


@cache
def _font(size: int) -> FreeTypeFont | ImageFont:
    """Pillow's own font; reading it takes longer than drawing a picture with it."""
    from PIL.ImageFont import load_default

    return load_default(size)
