"""Facts of structured documents: values verbatim, quotes exactly where they stand."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.fields.extract import extract
from rag.fields.json_tree import json_tables
from rag.fields.mapping import mapping_from_text
from rag.fields.rows import csv_rows
from rag.fields.tree import Leaf, walk
from rag.model import Document, Entity, Fact
from tests.rag.record_shelf import parsed


def _facts(document: Document) -> dict[tuple[str, str], list[str]]:
    """(entity's first name, field) -> values, after checking that every quote holds its value."""
    entities, facts = extract(document)
    names = {entity.key: entity.names[0] for entity in entities}
    found: dict[tuple[str, str], list[str]] = {}
    for fact in facts:
        quote = document.text[fact.start : fact.end]
        assert quote.strip() == quote
        assert document.text.count("\n", 0, fact.start) + 1 == fact.line or fact.line > document.text.count(
            "\n", 0, fact.start
        )
        found.setdefault((names[fact.entity], fact.field), []).append(fact.value)
    return found


def _entity(document: Document, name: str) -> Entity:
    return next(entity for entity in extract(document)[0] if name in entity.names)


HEADER = (
    "PEP: 42\nTitle: A thing\nAuthor: Ana Silva,\n        Bo Lind\nStatus: Draft\nRequires: 7, "
    "8\n\nbody: not a header\n"
)


def test_a_header_block_is_read_with_its_continuation_lines() -> None:
    document = parsed("pep-0042.rst", HEADER)
    facts = _facts(document)
    assert facts["PEP 42", "Author"] == ["Ana Silva, Bo Lind"]
    assert facts["PEP 42", "Status"] == ["Draft"]
    assert ("PEP 42", "body") not in facts


def test_the_quote_of_a_continued_header_spans_its_lines() -> None:
    document = parsed("pep-0042.rst", HEADER)
    author = next(fact for fact in extract(document)[1] if fact.field == "Author")
    assert document.text[author.start : author.end] == "Author: Ana Silva,\n        Bo Lind"
    assert author.line == 3


def test_a_document_is_known_by_its_id_title_and_file_name() -> None:
    entity = extract(parsed("pep-0042.rst", HEADER))[0][0]
    assert entity.names[0] == "PEP 42"
    assert {"A thing", "pep-0042"} <= set(entity.names)


def test_nested_yaml_becomes_dotted_fields_and_records() -> None:
    text = (
        "project: churn\nbudget: {envelope: 100, spent: 40}\nrisks:\n  - id: R-1\n    title: Slow "
        "store\n    state: open\n"
    )
    document = parsed("projects/churn/project.yaml", text)
    facts = _facts(document)
    assert facts["churn", "budget.spent"] == ["40"]
    assert facts["R-1", "state"] == ["open"]
    assert _entity(document, "Slow store").kind == "risk"
    assert _entity(document, "R-1").parent == "project:churn"


def test_yaml_values_are_kept_as_written() -> None:
    facts = _facts(parsed("a.yaml", 'version: 3.10\ndue: 2026-11-20\nflag: yes\nempty:\nquoted: "v1.0"\n'))
    values = {field: value for (_, field), value in facts.items()}
    assert values == {"version": ["3.10"], "due": ["2026-11-20"], "flag": ["yes"], "quoted": ["v1.0"]}


def test_people_keyed_by_id_are_entities_with_their_names() -> None:
    document = parsed("team.yaml", "people:\n  ana.silva: {name: Ana Silva, title: Lead}\n  bo.lind: {name: Bo Lind}\n")
    ana = _entity(document, "ana.silva")
    assert ana.kind == "person"
    assert "Ana Silva" in ana.names


def test_the_quote_in_minified_json_is_the_pair_alone() -> None:
    text = json.dumps({"run": "a" * 500, "p95_ms": 164})
    document = parsed("load.json", text)
    fact = next(fact for fact in extract(document)[1] if fact.field == "p95_ms")
    assert document.text[fact.start : fact.end] == '"p95_ms": 164'


def test_a_csv_row_is_an_entity_named_by_its_id_and_title() -> None:
    document = parsed("issues.csv", 'id,title,owner,note\nX-1,Fix it,ana.silva,"two\nlines"\nX-2,Next,bo.lind,\n')
    facts = _facts(document)
    assert facts["X-1", "owner"] == ["ana.silva"]
    assert facts["X-1", "note"] == ["two\nlines"]
    assert facts["X-2", "owner"] == ["bo.lind"]
    assert ("X-2", "note") not in facts


def test_a_table_with_row_labels_gives_a_field_per_column() -> None:
    document = parsed(
        "costs.md",
        "# Costs\n\n| Line | Envelope | Spent |\n|---|---|---|\n| training | 90 | 61 |\n| serving | 40 | 21 |\n",
    )
    assert _facts(document)["training", "Spent"] == ["61"]
    fact = next(fact for fact in extract(document)[1] if fact.value == "21")
    assert document.text[fact.start : fact.end] == "| serving | 40 | 21 |"


def test_a_table_of_two_columns_describes_the_document() -> None:
    document = parsed("card.md", "# Model card\n\n| Field | Value |\n|---|---|\n| Threshold | 0.55 |\n")
    assert _facts(document)["Model card", "Threshold"] == ["0.55"]


def test_task_items_say_whether_they_are_ticked_and_required() -> None:
    text = (
        "# Plan\n\n## Before\n\n- [x] (R) Test plan\n- [ ] Runbook (required)\n- [ ] Party\n\n```\n- [ "
        "] not a task\n```\n"
    )
    facts = _facts(parsed("plan.md", text))
    assert (facts["Test plan", "ticked"], facts["Test plan", "required"]) == (["yes"], ["yes"])
    assert (facts["Runbook", "ticked"], facts["Runbook", "required"]) == (["no"], ["yes"])
    assert facts["Party", "required"] == ["no"]
    assert facts["Party", "section"] == ["Before"]
    assert not any("not a task" in name for name, _ in facts)


def test_labelled_lines_near_the_top_are_fields() -> None:
    facts = _facts(parsed("note.md", "# Note\n\n**Owner:** Ana Silva\n- Decision: go on Friday\n"))
    assert facts["Note", "Owner"] == ["Ana Silva"]
    assert facts["Note", "Decision"] == ["go on Friday"]


def test_front_matter_fields_have_their_line() -> None:
    document = parsed("a.md", "---\ntitle: Plan\nowner: ana.silva\n---\n# Plan\n")
    owner = next(fact for fact in extract(document)[1] if fact.field == "owner")
    assert (owner.line, owner.origin) == (3, "front_matter")
    assert document.text[owner.start : owner.end] == "owner: ana.silva"


MAPPING = """\
collection: Changes
entities:
  - {files: "changes/{slug}.md", kind: change, id: "CR-{cr}", title: title, aliases: ["{slug}"]}
  - {files: "approvals/{n:d}.yaml", kind: change, id: "CR-{n}", part_of: true, prefix: approval}
fields:
  requires: {from: needs, separator: ","}
"""


def test_a_mapping_names_entities_and_splits_lists() -> None:
    mapping = mapping_from_text(MAPPING, where="m")
    document = parsed("changes/new.md", "---\ncr: 17\ntitle: New scorer\nneeds: 12, 15\n---\nText\n")
    entities, facts = extract(document, mapping=mapping)
    assert entities[0].names == ("CR-17", "New scorer", "new")
    assert [fact.value for fact in facts if fact.field == "needs"] == ["12", "15"]


def test_a_file_that_only_adds_to_a_record_is_no_entity_of_its_own() -> None:
    mapping = mapping_from_text(MAPPING, where="m")
    entities, facts = extract(parsed("approvals/17.yaml", "live: {approver: bo.lind}\n"), mapping=mapping)
    assert entities == ()
    assert facts[0].entity == "change:CR-17"
    assert facts[0].field == "approval.live.approver"


@pytest.mark.parametrize("text", ["", "{", "[1, 2", '{"a": }', '{"a" 1}', "nul", '"x'])
def test_broken_json_gives_no_facts(text: str) -> None:
    assert json_tables(text) == [] or text == "nul"


_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text(min_size=1, max_size=6), _values, max_size=5), st.sampled_from([None, 1]), st.booleans())
def test_json_positions_point_at_what_was_written(
    data: dict[str, object], indent: int | None, ascii_only: bool
) -> None:
    text = json.dumps(data, indent=indent, ensure_ascii=ascii_only)
    (table,) = json_tables(text)
    for leaf in walk(table):
        if isinstance(leaf, Leaf):
            assert 0 <= leaf.start < leaf.end <= len(text)
            written = text[leaf.start : leaf.end]
            assert written.startswith('"') or written in text


@given(st.lists(st.lists(st.text(alphabet='ab ,"\n', max_size=5), min_size=2, max_size=3), min_size=1, max_size=4))
def test_csv_slices_cover_their_cells(rows: list[list[str]]) -> None:
    quoted = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    text = "h1,h2,h3\n" + "\n".join(quoted) + "\n"
    for row in csv_rows(text)[1:]:
        assert 0 <= row.start <= row.end <= len(text)
        for cell in row.cells:
            assert all(
                part in text[row.start : row.end].replace('""', '"') for part in cell.split("\n") if part.strip()
            )


def test_the_same_file_gives_the_same_facts() -> None:
    document = parsed("pep-0042.rst", HEADER)
    first: tuple[tuple[Entity, ...], tuple[Fact, ...]] = extract(document)
    assert first == extract(document)
