"""How the interpreter is set: few looks for garbage, and short turns where a process serves many at once."""

from __future__ import annotations

import gc
import sys

TURN_SECONDS = 0.0005
"""How long a thread computes on while another wants to. A sign-off lets go of the interpreter at every row it reads,
and waits for its next turn each time: with Python's own 5 ms those waits add up to more than its work."""

THRESHOLDS = (10_000, 20, 100)
"""Objects and generations after which garbage is looked for. A look at everything stops everybody for 0.1-0.2 s; with
Python's own figures it came once a second beside two hundred questions, with these it comes about once a minute."""


COMMAND_THRESHOLD = 50_000
"""New objects after which a command looks for garbage. A portfolio is hundreds of thousands of values without circles:
looking through them after every 700, as Python does, took a quarter of the time of judging it."""


def settle_for_a_command() -> None:
    """Call it first, in a process that computes one thing and ends."""
    gc.set_threshold(COMMAND_THRESHOLD)


def settle_for_serving() -> None:
    """Call it once, when everything that stays is loaded: garbage is no longer looked for among that."""
    sys.setswitchinterval(TURN_SECONDS)
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
