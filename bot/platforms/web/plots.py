"""Small plots as plain numbers that a template draws: bars of days, lines of a figure over time. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, FOOT = 640.0, 140.0, 18.0


@dataclass(frozen=True)
class Bar:
    """One bar with its corner, size, and what it says."""

    x: float
    y: float
    width: float
    height: float
    label: str
    said: str


@dataclass(frozen=True)
class Bars:
    """Bars from left to right; `told` says in words what is drawn."""

    bars: tuple[Bar, ...]
    told: str
    width: float = WIDTH
    height: float = HEIGHT


def bars(values: Sequence[tuple[str, float, str]], *, told: str) -> Bars:
    """Bars for (label, value, value in words); the tallest takes the whole height."""
    highest = max((value for _, value, _ in values), default=0.0) or 1.0
    room = WIDTH / max(len(values), 1)
    drawn = []
    for number, (label, value, said) in enumerate(values):
        tall = value / highest * (HEIGHT - FOOT)
        drawn.append(
            Bar(round(number * room + room * 0.12, 1), round(HEIGHT - FOOT - tall, 1), round(room * 0.76, 1),
                round(tall, 1), label, said)
        )  # fmt: skip
    return Bars(tuple(drawn), told)


@dataclass(frozen=True)
class Trend:
    """A figure over time: the points of a line, first and last value in words, and whether it rose."""

    name: str
    points: str
    first: str
    last: str
    told: str


def trend(name: str, values: Sequence[tuple[str, float]], *, unit: str = "") -> Trend | None:
    """A line through the values in their order; None where there are fewer than two."""
    if len(values) < 2:
        return None
    numbers = [value for _, value in values]
    low, high = min(numbers), max(numbers)
    span = (high - low) or 1.0
    step = 120.0 / (len(numbers) - 1)
    points = " ".join(f"{n * step + 2:.1f},{30 - (value - low) / span * 26:.1f}" for n, value in enumerate(numbers))
    first, last = (f"{value:g}{unit}" for value in (numbers[0], numbers[-1]))
    told = f"{name}: {first} on {values[0][0]}, {last} on {values[-1][0]}"
    return Trend(name, points, first, last, told)


def share(part: float, whole: float) -> tuple[int, bool]:
    """Percent of the whole, at most 100 for drawing, and whether it is beyond."""
    percent = round(part / whole * 100) if whole else 0
    return min(percent, 100), percent > 100
