"""Values that are made in great numbers are frozen values like all others."""

from __future__ import annotations

import copy
import pickle
from dataclasses import FrozenInstanceError, dataclass, field, replace

import pytest

from gates.sealed import sealed


@sealed
@dataclass(frozen=True, slots=True)
class Finding:
    title: str
    met: bool = False
    people: tuple[str, ...] = ()
    notes: dict[str, str] = field(default_factory=dict, compare=False)


def test_a_sealed_value_cannot_be_changed() -> None:
    found = Finding("p95", met=True)
    with pytest.raises(FrozenInstanceError):
        found.met = False  # type: ignore[misc]
    assert type(found) is Finding


def test_sealed_values_are_equal_copied_and_replaced_like_any_other() -> None:
    found = Finding("p95", True, ("ana",))
    assert found == Finding("p95", True, ("ana",))
    assert hash(found) == hash(Finding("p95", True, ("ana",)))
    assert copy.deepcopy(found) == found == pickle.loads(pickle.dumps(found))
    assert replace(found, met=False) == Finding("p95", False, ("ana",))
    assert repr(found).endswith("Finding(title='p95', met=True, people=('ana',), notes={})")
    assert Finding("a").notes is not Finding("a").notes


def test_a_call_that_does_not_fit_is_refused() -> None:
    with pytest.raises(TypeError, match="title"):
        Finding()  # type: ignore[call-arg]
