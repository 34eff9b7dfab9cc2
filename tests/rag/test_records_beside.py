"""Two kinds of records beside each other: the words of one must not change what is asked of the other."""

from __future__ import annotations

from pathlib import Path

from rag.model import Answer
from tests.rag.record_shelf import RecordShelf

MAPPING = """
collection: Change requests
entities:
  - files: "changes/CR-{number:d}.md"
    kind: change request
    plural: change requests
    also_called: [change]
    id: "CR-{cr}"
    title: title
fields:
  status: {from: state, groups: {open: [draft, in review], done: [live]}}
"""

CHANGES = {
    f"changes/CR-{number}.md": f"---\ncr: {number}\ntitle: {title}\nstate: {state}\n---\n\n# {title}\n\nText.\n"
    for number, title, state in (
        (1, "Raise the limit", "live"),
        (2, "Move the store", "draft"),
        (3, "New rota", "in review"),
    )
}

MILESTONES = (
    "milestones:\n  - {id: m1, title: Store moved, state: open}\n  - {id: m2, title: Rota agreed, state: done}\n"
)


def test_a_group_of_one_kind_holds_although_another_kind_uses_the_word_as_a_value(tmp_path: Path) -> None:
    alone = RecordShelf(tmp_path / "alone", CHANGES, mapping=MAPPING)
    beside = RecordShelf(tmp_path / "beside", {**CHANGES, "plan.yaml": MILESTONES}, mapping=MAPPING)
    for shelf in (alone, beside):
        told = shelf.ask("which changes are open?")
        assert isinstance(told, Answer)
        assert told.values == ("CR-2", "CR-3")
    milestones = beside.ask("which milestones are open?")
    assert isinstance(milestones, Answer)
    assert milestones.values in (("m1",), ("Store moved",))
