"""Teams' limits, as its reference states them."""

from __future__ import annotations

CARD_VERSION = "1.5"
"""The newest that every Teams client draws."""

MESSAGE_BYTES = 80_000
"""Of a message in UTF-16, as Teams counts; beyond about 100 KB it refuses."""

CARD_BYTES = 70_000
"""What a card may take of it; the rest is for the envelope and the summary."""

TEXT = 8_000
"""Characters of one text block: no limit of Teams', but more is not read."""

ITEM = 600
QUOTE = 1_200
LABEL = 80
"""Characters of a button."""

ROW = 5
"""Buttons in a row; Teams folds the seventh and all after it away."""

TABLE_ROWS = 60
TABLE_COLUMNS = 10
CELL = 200
CHOICES = 100
TYPED = 3_000
SUMMARY = 400
"""Characters of the notification; phones show fewer."""

PICTURE_BYTES = 24_000
"""A picture drawn inline costs a third more as base64; a larger one is told in words."""

VIEWERS = 60
"""People that a card may be drawn for one by one."""

STREAM = 4_000
FOUND = 25
"""Results of a search."""
