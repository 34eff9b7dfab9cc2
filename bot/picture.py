"""Draws the picture of a digest: gates by week with state and slip, spend against envelopes. The one door to Pillow.

The picture brings its own light, solid ground and a border, so that it reads the same in dark and light surroundings;
a state is told by its letter as well as by its colour.
"""

from __future__ import annotations

import hashlib
import io
from collections import OrderedDict
from dataclasses import dataclass, field
from functools import cache, lru_cache
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFont import FreeTypeFont, ImageFont

WIDTH = 900
ROW = 26
LEFT = 270
RIGHT = 24
GROUND, INK, QUIET, GRID = "#fbfbf8", "#1f2328", "#57606a", "#d8dee4"
TONES = {"good": "#1a7f37", "warning": "#9a6700", "bad": "#cf222e", "neutral": "#57606a"}
LETTERS = {"good": "P", "warning": "R", "bad": "B", "neutral": "O"}
LEGEND = (("good", "passed"), ("neutral", "on track"), ("warning", "at risk"), ("bad", "blocked"))
COLOURS = 64
"""In the file: enough for every tone with its soft edges, and a third of the time that full colour takes to write."""

COMPRESSED = 6
"""A third smaller than 1 for a millisecond more: inline in a Teams card a picture has room for some 18 KB."""

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
    from PIL import Image

    top = 44
    middle = top + ROW * max(1, len(chart.gates)) + 12
    height = middle + (34 + ROW * len(chart.burn) if chart.burn else 0) + 34
    image = Image.new("RGB", (WIDTH, height), GROUND)
    sheet = _Sheet(image)
    sheet.pen.rectangle((0, 0, WIDTH - 1, height - 1), outline=GRID)
    _weeks(sheet, chart, top=top, bottom=middle - 8)
    for row, gate in enumerate(chart.gates):
        _gate(sheet, gate, chart, y=top + row * ROW)
    if chart.burn:
        sheet.write((16, middle + 4), "Spent of the envelope (mark: time that is gone)", QUIET, 13)
        for row, bar in enumerate(chart.burn):
            _burn(sheet, bar, y=middle + 30 + row * ROW)
    _legend(sheet, y=height - 28)
    file = io.BytesIO()
    image.quantize(COLOURS, Image.Quantize.FASTOCTREE).save(file, "PNG", compress_level=COMPRESSED)
    return file.getvalue()


def _legend(sheet: _Sheet, *, y: int) -> None:
    x = 16
    for tone, meaning in LEGEND:
        _dot(sheet, (x + 8, y + 8), tone, size=7)
        sheet.write((x + 20, y), meaning, QUIET, 12)
        x += 34 + int(_font(12).getlength(meaning))
    sheet.write((x + 4, y), "arrow: when it is expected at the usual pace", QUIET, 12)


def _weeks(sheet: _Sheet, chart: Chart, *, top: int, bottom: int) -> None:
    sheet.write((16, 12), "Gates by week", QUIET, 13)
    every = max(1, len(chart.weeks) // 8)
    for number, week in enumerate(chart.weeks):
        x = _x(number, chart)
        sheet.pen.line((x, top - 8, x, bottom), fill=GRID)
        if number % every == 0:
            sheet.write((x + 3, 12), week, QUIET, 12)
    now = _x(chart.today, chart)
    sheet.pen.line((now, top - 8, now, bottom), fill=INK, width=2)
    sheet.write((now + 5, bottom - 14), "today", INK, 12)


def _gate(sheet: _Sheet, gate: GateBar, chart: Chart, *, y: int) -> None:
    sheet.write((16, y + 3), _fitting(gate.label), INK, 13)
    x, colour = _x(gate.due, chart), TONES[gate.tone]
    if gate.expected is not None:
        end = _x(gate.expected, chart)
        sheet.pen.line((x, y + 11, end, y + 11), fill=colour, width=3)
        sheet.pen.polygon([(end, y + 6), (end + 7, y + 11), (end, y + 16)], fill=colour)
    _dot(sheet, (x, y + 11), gate.tone, size=9)


def _dot(sheet: _Sheet, at: tuple[int, int], tone: str, *, size: int) -> None:
    x, y = at
    sheet.pen.ellipse((x - size, y - size, x + size, y + size), fill=TONES[tone])
    letter = LETTERS[tone]
    left, top, right, bottom = _font(size + 3).getbbox(letter)
    sheet.write((x - int(left + right) // 2, y - int(top + bottom) // 2), letter, "white", size + 3)


def _burn(sheet: _Sheet, bar: BurnBar, *, y: int) -> None:
    sheet.write((16, y + 3), _fitting(bar.label), INK, 13)
    room = WIDTH - LEFT - RIGHT - 60
    sheet.pen.rectangle((LEFT, y + 5, LEFT + room, y + 17), fill=GRID)
    tone = "bad" if bar.spent > 1 else "warning" if bar.spent >= 0.8 else "neutral"
    sheet.pen.rectangle((LEFT, y + 5, LEFT + int(room * min(bar.spent, 1)), y + 17), fill=TONES[tone])
    if bar.gone is not None:
        mark = LEFT + int(room * min(bar.gone, 1))
        sheet.pen.line((mark, y + 1, mark, y + 21), fill=INK, width=2)
    sheet.write((LEFT + room + 8, y + 3), f"{bar.spent * 100:.0f} %", INK, 13)


def _x(week: float, chart: Chart) -> int:
    share = min(1.0, max(0.0, week / max(1, len(chart.weeks))))
    return LEFT + int((WIDTH - LEFT - RIGHT) * share)


@lru_cache(512)
def _fitting(label: str, most: int = LEFT - 32) -> str:
    """The label, cut where it would be wider than this many pixels."""
    font = _font(13)
    if font.getlength(label) <= most:
        return label
    while font.getlength(f"{label}...") > most:
        label = label[:-1]
    return f"{label.rstrip()}..."


class _Sheet:
    """The picture while it is drawn."""

    def __init__(self, image: Image) -> None:
        from PIL.ImageDraw import Draw

        self.image, self.pen = image, Draw(image)

    def write(self, at: tuple[int, int], said: str, colour: str, size: int) -> None:
        self.image.paste(colour, at, _lettering(said, size))


@lru_cache(1024)
def _lettering(said: str, size: int) -> Image:
    """Words as a mask; setting them takes longer than everything else, and most come back in the next picture."""
    from PIL.Image import new
    from PIL.ImageDraw import Draw

    _, _, right, bottom = _font(size).getbbox(said)
    mask = new("L", (max(1, int(right)), max(1, int(bottom))))
    Draw(mask).text((0, 0), said, fill=255, font=_font(size))
    return mask


@cache
def _font(size: int) -> FreeTypeFont | ImageFont:
    """Pillow's own font; reading it takes longer than drawing a picture with it."""
    from PIL.ImageFont import load_default

    return load_default(size)
