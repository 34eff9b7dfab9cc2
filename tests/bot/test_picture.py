"""The picture of a digest: readable on every ground, told by more than colour, drawn once."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest

from bot.picture import GROUND, INK, LETTERS, QUIET, TONES, BurnBar, Chart, Gallery, GateBar, draw

CHART = Chart(
    ("9 Nov", "16 Nov", "23 Nov"),
    1.6,
    (GateBar("churn-uplift Production", 2.4, "bad", 2.8), GateBar("beam Launch", 0.4, "good")),
    (BurnBar("churn-uplift", 0.71, 0.6), BurnBar("beam", 1.2)),
)


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("colour", [INK, QUIET, *TONES.values()])
def test_words_and_marks_stand_out_from_the_ground_that_the_picture_brings(colour: str) -> None:
    assert contrast(colour, GROUND) >= 4.5


@pytest.mark.parametrize("colour", TONES.values())
def test_the_letter_of_a_state_stands_out_from_its_mark(colour: str) -> None:
    assert contrast("#ffffff", colour) >= 4.5


def test_every_state_has_a_letter_of_its_own() -> None:
    assert len(set(LETTERS.values())) == len(TONES)


def test_the_ground_is_solid_so_that_a_dark_surrounding_does_not_shine_through() -> None:
    from PIL import Image

    image = Image.open(io.BytesIO(draw(CHART)))
    assert "transparency" not in image.info
    pixel = image.convert("RGB").getpixel((3, 3))
    assert isinstance(pixel, tuple)
    assert min(pixel) > 240


def test_the_same_chart_is_drawn_once_and_a_changed_one_anew() -> None:
    gallery = Gallery()
    first = gallery.picture_of(CHART)
    assert gallery.picture_of(replace(CHART)) is first
    assert gallery.picture_of(replace(CHART, today=1.8)) != first
