"""Dates and counts as people say them."""

from __future__ import annotations

from datetime import date

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def day(value: date) -> str:
    """A date as people say it: "Fri 4 Dec"."""
    return f"{DAYS[value.weekday()]} {value.day} {MONTHS[value.month - 1]}"


def counted(number: int, noun: str) -> str:
    """ "1 approval", "3 approvals"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
