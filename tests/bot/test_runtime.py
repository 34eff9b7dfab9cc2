"""How the interpreter is set for serving."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator

import pytest

from bot.process.runtime import COMMAND_THRESHOLD, TURN_SECONDS, settle_for_a_command, settle_for_serving


@pytest.fixture
def as_before() -> Iterator[None]:
    turn, thresholds = sys.getswitchinterval(), gc.get_threshold()
    yield
    sys.setswitchinterval(turn)
    gc.set_threshold(*thresholds)
    gc.unfreeze()


@pytest.mark.usefixtures("as_before")
def test_what_is_loaded_is_not_looked_through_for_garbage_and_turns_are_short() -> None:
    kept = [[number] for number in range(1_000)]
    settle_for_serving()
    assert gc.get_freeze_count() >= len(kept)
    assert sys.getswitchinterval() == pytest.approx(TURN_SECONDS)
    assert gc.isenabled()


@pytest.mark.usefixtures("as_before")
def test_a_command_looks_for_garbage_among_many_new_objects_only() -> None:
    settle_for_a_command()
    assert gc.get_threshold()[0] == COMMAND_THRESHOLD
    assert gc.isenabled()
