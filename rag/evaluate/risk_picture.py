"""The risk-coverage curve as a PNG: how often answers are wrong, the more of the questions are answered."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING

from rag.evaluate.abstention import Point

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

SIZE = (760, 500)
LEFT, TOP, RIGHT, BOTTOM = 80, 70, 730, 420
INK, PALE, LINE = (40, 44, 52), (222, 226, 232), (20, 90, 160)
TICKS = 5


def draw_risk_coverage(points: Sequence[Point], *, title: str) -> bytes:
    """A PNG of the curve, its last point (what is really answered) marked; an empty plot when nothing was answered."""
    from PIL import Image, ImageDraw

    image = Image.new("RGB", SIZE, "white")
    draw = ImageDraw.Draw(image)
    highest = _top_of_scale(points)
    _axes(draw, title, highest)
    places = [_place(point, highest) for point in points]
    if len(places) > 1:
        draw.line(places, fill=LINE, width=3)
    if places:
        _mark(draw, places[-1], points[-1])
    out = BytesIO()
    image.save(out, format="PNG", optimize=True)
    return out.getvalue()


def _top_of_scale(points: Sequence[Point]) -> float:
    """The risk at the upper edge: the next tenth above the highest, so that small risks can be read."""
    return min(1.0, max(0.1, (int(max((point.risk for point in points), default=0.0) * 10) + 1) / 10))


def _place(point: Point, highest: float) -> tuple[float, float]:
    return LEFT + point.coverage * (RIGHT - LEFT), BOTTOM - point.risk / highest * (BOTTOM - TOP)


def _axes(draw: ImageDraw, title: str, highest: float) -> None:
    from PIL import ImageFont

    small, large = ImageFont.load_default(size=14), ImageFont.load_default(size=17)
    for tick in range(TICKS + 1):
        share = tick / TICKS
        across, up = LEFT + share * (RIGHT - LEFT), BOTTOM - share * (BOTTOM - TOP)
        draw.line([(LEFT, up), (RIGHT, up)], fill=PALE)
        draw.text((LEFT - 10, up), f"{share * highest:.0%}", fill=INK, font=small, anchor="rm")
        draw.text((across, BOTTOM + 10), f"{share:.0%}", fill=INK, font=small, anchor="mt")
    draw.line([(LEFT, TOP), (LEFT, BOTTOM), (RIGHT, BOTTOM)], fill=INK, width=2)
    draw.text((LEFT, 14), title, fill=INK, font=large)
    draw.text(
        ((LEFT + RIGHT) / 2, BOTTOM + 40),
        "coverage: questions answered, surest first",
        fill=INK,
        font=small,
        anchor="mt",
    )
    draw.text((LEFT, TOP - 4), "risk: answers that are wrong", fill=INK, font=small, anchor="lb")


def _mark(draw: ImageDraw, place: tuple[float, float], point: Point) -> None:
    from PIL import ImageFont

    across, up = place
    draw.ellipse([across - 6, up - 6, across + 6, up + 6], fill=LINE)
    label = f"answers {point.coverage:.0%}, wrong {point.risk:.1%}"
    anchor = "rb" if across > (LEFT + RIGHT) / 2 else "lb"
    draw.text((across, up - 12), label, fill=INK, font=ImageFont.load_default(size=14), anchor=anchor)
