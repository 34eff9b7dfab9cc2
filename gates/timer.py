"""What happens when nobody signs: timers on the empty seats of a sign-off, as the terms of a programme set them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

TimerAction = Literal["remind", "escalate", "comment", "add", "cancel"]
ACTIONS: tuple[TimerAction, ...] = ("remind", "escalate", "comment", "add", "cancel")


@dataclass(frozen=True, slots=True)
class Timer:
    """After so many working hours without a signature, counted on the approver's own clock:

    remind     whoever can sign is reminded
    escalate   the accountable owner and the project manager are told
    comment    it is said on the request, for all who read it
    add        somebody of `role` may sign in the absent approver's place, if he is eligible
    cancel     the request is taken back
    """

    after_hours: int
    action: TimerAction
    role: str = ""


TIMERS = (Timer(8, "remind"), Timer(24, "remind"), Timer(40, "escalate"))
"""A working day, three and five, at eight hours a day."""
