"""Mapping files: what they may say, and how mistakes are reported."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from rag.fields.mapping import MappingError, load_mapping, mapping_from_text
from rag.fields.schema import MappingRules
from rag.fields.templates import fill, id_pattern, match_path

ROOT = Path(__file__).parents[2]
MINIMAL = """\
collection: Changes
entities:
  - files: "changes/*.md"
    kind: change
    id: "CR-{cr}"
"""


@pytest.mark.parametrize("name", ["pep", "kep"])
def test_the_shipped_examples_are_valid(name: str) -> None:
    assert load_mapping(ROOT / f"deploy/mappings/{name}.yaml").rules.entities


def test_an_unknown_key_names_file_line_and_the_nearest_valid_key() -> None:
    text = MINIMAL + "fields:\n  status:\n    from: state\n    synonym: [phase]\n"
    with pytest.raises(MappingError, match=r"m\.yaml:9: unknown key 'synonym'.*did you mean 'synonyms'"):
        mapping_from_text(text, where="m.yaml")


def test_a_missing_key_is_reported_at_its_parent() -> None:
    with pytest.raises(MappingError, match=r"m\.yaml:3: 'entities\.0\.id' is missing"):
        mapping_from_text(MINIMAL.replace('    id: "CR-{cr}"\n', ""), where="m.yaml")


def test_a_wrong_choice_says_what_is_expected_and_what_was_found() -> None:
    text = MINIMAL + "fields:\n  due: {from: due, answers: day}\n"
    with pytest.raises(MappingError, match=r"m\.yaml:7: .*'text', 'person', 'date'.*found 'day'"):
        mapping_from_text(text, where="m.yaml")


def test_every_mistake_is_reported_at_once() -> None:
    text = MINIMAL + "colection: x\nfields:\n  due: {form: due}\n"
    with pytest.raises(MappingError) as error:
        mapping_from_text(text, where="m.yaml")
    assert "'colection'" in str(error.value)
    assert "'form'" in str(error.value)


def test_broken_yaml_names_its_line() -> None:
    with pytest.raises(MappingError, match=r"m\.yaml:\d+: not valid YAML"):
        mapping_from_text(MINIMAL + "fields: [", where="m.yaml")


def test_a_missing_file_is_a_mapping_error(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match="cannot be read"):
        load_mapping(tmp_path / "none.yaml")


def test_a_gate_for_an_unknown_kind_is_refused() -> None:
    text = MINIMAL + "gates:\n  - {gate: go, kind: chnge, checks: []}\n"
    with pytest.raises(MappingError, match="'chnge' is not the kind of any entity"):
        mapping_from_text(text, where="m.yaml")


def test_the_digest_changes_with_the_content() -> None:
    assert mapping_from_text(MINIMAL, where="a").digest != mapping_from_text(MINIMAL + "\n", where="a").digest


@pytest.mark.parametrize(
    ("pattern", "path", "captures"),
    [
        ("a/{n:d}-{slug}/x.yaml", "a/17-new-one/x.yaml", {"n": "17", "slug": "new-one"}),
        ("a/{n:d}-{slug}/x.yaml", "a/b/17-new/x.yaml", None),
        ("**/x.md", "x.md", {}),
        ("**/x.md", "a/b/x.md", {}),
        ("*.md", "a/x.md", None),
        ("a?.md", "ab.md", {}),
    ],
)
def test_path_patterns_capture_what_they_name(pattern: str, path: str, captures: dict[str, str] | None) -> None:
    assert match_path(pattern, path) == captures


def test_a_template_with_a_missing_value_gives_nothing() -> None:
    assert fill("CR-{cr:04}", {"cr": "17"}.get) == "CR-0017"
    assert fill("CR-{cr}", {}.get) is None


@pytest.mark.parametrize(
    ("written", "number"),
    [("PEP 658", "658"), ("pep-0658", "658"), ("PEP658", "658"), ("PEP 3.10", None), ("pepper 6", None)],
)
def test_ids_are_recognised_as_people_write_them(written: str, number: str | None) -> None:
    pattern = id_pattern("PEP {PEP}")
    assert pattern is not None
    match = pattern.search(f"status of {written}?")
    assert (match and match[1]) == number


def _keys(model: type[BaseModel], seen: set[type[BaseModel]]) -> set[str]:
    seen.add(model)
    keys = {info.alias or name for name, info in model.model_fields.items()}
    for info in model.model_fields.values():
        for part in _parts(info.annotation):
            if part not in seen:
                keys |= _keys(part, seen)
    return keys


def _parts(annotation: object) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [part for argument in getattr(annotation, "__args__", ()) for part in _parts(argument)]


def test_every_key_of_the_schema_is_documented() -> None:
    page = (ROOT / "deploy/docs/mapping.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"`(\w+)`", page))
    assert _keys(MappingRules, set()) <= documented


def test_the_worked_example_of_the_page_is_valid() -> None:
    page = (ROOT / "deploy/docs/mapping.md").read_text(encoding="utf-8")
    block = page[page.index("    collection: Change requests") :].partition("\nNow these")[0]
    text = "\n".join(line.removeprefix("    ") for line in block.splitlines())
    assert mapping_from_text(text, where="page").rules.gates[0].each_stage
