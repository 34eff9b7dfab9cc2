"""Questions over documents without a mapping: project records, tracker exports, tables, task lists."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from rag.model import Answer, NoAnswer
from tests.rag.record_shelf import RecordShelf

PROJECT = """\
project: lake
name: Customer lake
aliases: [data lake]
owner: ana.silva
budget: {currency: EUR, envelope: 1000, spent: 420, lines: [{name: storage, envelope: 600, spent: 300}]}
risks:
  - {id: R-001, title: Late feed, owner: bo.lind, severity: high, state: open}
  - {id: R-002, title: Small disk, owner: ana.silva, severity: low, state: closed}
gates:
  - {gate: contract, name: Contract, due: 2026-11-27, owner: ana.silva}
"""
FILES = {
    "programme.yaml": "people:\n  ana.silva: {name: Ana Silva}\n  bo.lind: {name: Bo Lind}\n",
    "projects/lake/project.yaml": PROJECT,
    "projects/mine/project.yaml": (
        "project: mine\nname: Ore finder\nowner: bo.lind\ngates:\n  - {gate: contract, due: 2026-12-04}\n"
    ),
    "projects/lake/issues.csv": "id,title,status,owner,due\n"
    "LK-1,Load it,done,bo.lind,2026-10-01\n"
    "LK-2,Check it,open,bo.lind,2026-11-10\n"
    "LK-3,Show it,in progress,ana.silva,2026-12-01\n",
    "projects/lake/load.json": '{"p95_ms": 164, "rps": 50}',
    "projects/lake/plan.md": "# Launch plan\n\n- [x] (R) Test plan\n- [ ] (R) Runbook\n- [ ] Party\n",
    "projects/lake/old.md": "---\ntitle: Sizing\nstatus: superseded\nsuperseded_by: new.md\nnodes: 3\n---\n# Sizing\n",
    "projects/lake/new.md": "---\ntitle: Sizing\nnodes: 5\n---\n# Sizing\n",
    "projects/lake/a.md": "---\nid: feed\ntitle: Feed contract\ncadence: daily\n---\n",
    "projects/lake/b.md": "---\nid: feed\ntitle: Feed contract\ncadence: hourly\n---\n",
}


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> RecordShelf:
    return RecordShelf(tmp_path_factory.mktemp("plain"), FILES)


@pytest.mark.parametrize(
    ("question", "values"),
    [
        ("who owns lake?", ("ana.silva",)),
        ("who owns the data lake?", ("ana.silva",)),
        ("how much of the lake budget is left?", ("580",)),
        ("what is the envelope of lake?", ("1000",)),
        ("when is the contract gate of lake due?", ("2026-11-27",)),
        ("who owns R-001?", ("bo.lind",)),
        ("severity of R-001", ("high",)),
        ("status of LK-2?", ("open",)),
        ("which issues are overdue?", ("LK-2",)),
        ("which of Bo's issues are open?", ("LK-2",)),
        ("List the lake risks that are still open", ("R-001",)),
        ("which issues are due before 15 November 2026", ("LK-1", "LK-2")),
        ("which required items are still open?", ("Runbook",)),
        ("which items are ticked?", ("Test plan",)),
        ("how many nodes does Sizing have?", ("5",)),
    ],
)
def test_records_of_every_format_are_answered(shelf: RecordShelf, question: str, values: tuple[str, ...]) -> None:
    assert shelf.values(question) == values


def test_contradicting_places_stand_side_by_side(shelf: RecordShelf) -> None:
    found = shelf.ask("what is the cadence of the Feed contract?")
    assert isinstance(found, Answer)
    assert set(found.values) == {"daily", "hourly"}
    assert {citation.doc for citation in found.citations} == {"projects/lake/a.md", "projects/lake/b.md"}


def test_a_name_of_several_things_is_asked_back(shelf: RecordShelf) -> None:
    found = shelf.ask("when is the contract gate due?")
    assert isinstance(found, NoAnswer)
    assert "Which one do you mean" in found.why


def test_answering_records_imports_no_heavy_library() -> None:
    """A cold question of a record has to be quick."""
    heavy = ("chromadb", "onnxruntime", "langchain", "numpy", "tantivy", "torch", "docx", "pypdf", "lxml")
    code = f"import sys, rag.records.answer; print([name for name in {heavy!r} if name in sys.modules])"
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=root, check=True)
    assert done.stdout.strip() == "[]"
