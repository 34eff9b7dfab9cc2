"""CSV, JSON, JSON lines and YAML."""

from __future__ import annotations

import pytest

from tests.rag.reading_files import read, refused, tables, words


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_delimiter_of_a_csv_is_found(mark: str) -> None:
    lines = [["key", "title", "due"], ["A-1", "load, test; twice", "2026-11-20"], ["A-2", 'say "no"', ""]]
    content = "\n".join(mark.join(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in line) for line in lines)
    document = read("t.csv", content)
    assert document.text == content
    assert tables(document) == [tuple(tuple(line) for line in lines)]


def test_a_csv_of_another_encoding_and_with_line_ends_in_cells() -> None:
    document = read("t.csv", 'Name;Ort\r\n"Zeile 1\nZeile 2";Köln\r\n'.encode("cp1252"))
    assert tables(document) == [(("Name", "Ort"), ("Zeile 1 Zeile 2", "Köln"))]


def test_a_csv_cell_without_end_names_its_line() -> None:
    assert refused("t.csv", 'a,b\n1,"' + "x\n" * 100_000).startswith("line ")


def test_json_keeps_text_and_tree_with_a_block_per_key() -> None:
    content = '{\n  "title": "Load \\u202etest",\n  "p95": 0.10,\n  "runs": [{"id": 1}, {"id": 2}],\n  "loss": NaN\n}\n'
    document = read("r.json", content)
    assert document.text == content
    assert document.data == {"title": "Load \u202etest", "p95": 0.1, "runs": [{"id": 1}, {"id": 2}], "loss": "NaN"}
    assert words(document, "code") == [
        '"title": "Load \\u202etest"', '"p95": 0.10', '"runs": [{"id": 1}, {"id": 2}]', '"loss": NaN',
    ]  # fmt: skip
    assert document.title == "Load test"
    assert document.meta == {"title": "Load test", "p95": "0.1", "loss": "NaN"}


def test_a_json_list_has_a_block_per_item() -> None:
    assert words(read("r.json", '[ {"a": "]"}, 2 ,"x" ]'), "code") == ['{"a": "]"}', "2", '"x"']


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ('{"a": 1,\n "b" 2}', "line 2, column 6: Expecting ':' delimiter, found '2'"),
        ('{"a": 1', "line 1, column 8: Expecting ',' delimiter, found the end of the file"),
        ('{"a": 1,\n"b": 2,\n"a": 3}', "line 3: the key 'a' stands twice in one object; keep one"),
        ("[" * 100_000, "nested too deep to be read"),
    ],
)
def test_broken_json_names_line_column_and_what_was_expected(content: str, reason: str) -> None:
    assert refused("r.json", content) == reason


def test_json_lines_have_a_block_and_a_record_a_line_also_under_the_name_of_json() -> None:
    content = '{"id": 1}\n\n{"id": 2}\n'
    for path in ("r.jsonl", "r.json"):
        document = read(path, content)
        assert document.data == [{"id": 1}, {"id": 2}]
        assert words(document, "code") == ['{"id": 1}', '{"id": 2}']
    assert refused("r.jsonl", '{"id": 1}\n{"id": }\n').startswith("line 2, column 8: Expecting value")


YAML = """# the project
name: churn-uplift
due: 2026-12-01
version: "1.10"
on: yes
time: 12:30
share: 0.5
base: &base {cost: 1}
gates:
  - <<: *base
    id: production
readers: [risk, finance]
"""


def test_yaml_values_are_those_of_yaml_1_2_and_dates_stay_as_written() -> None:
    document = read("p.yaml", YAML)
    assert document.data == {
        "name": "churn-uplift", "due": "2026-12-01", "version": "1.10", "on": "yes", "time": "12:30", "share": 0.5,
        "base": {"cost": 1}, "gates": [{"cost": 1, "id": "production"}], "readers": ["risk", "finance"],
    }  # fmt: skip
    assert document.meta["readers"] == ["risk", "finance"]
    assert "gates" not in document.meta
    assert document.title == "churn-uplift"


def test_yaml_has_a_block_per_top_level_key() -> None:
    blocks = words(read("p.yaml", YAML), "code")
    assert blocks[0] == "# the project\nname: churn-uplift"
    assert "gates:\n  - <<: *base\n    id: production" in blocks


def test_every_document_of_a_yaml_file_is_read() -> None:
    document = read("p.yaml", "a: 1\n---\nb: 2\n---\n- 3\n")
    assert document.data == [{"a": 1}, {"b": 2}, [3]]


@pytest.mark.parametrize(
    ("content", "place", "expected"),
    [
        ("a: 1\nb: [1, 2\nc: 3\n", "line 3, column 2", "did not find expected"),
        ("a: 1\nb: 2\na: 3\n", "line 3, column 1", "the key 'a' stands here a second time"),
        ("a: &x [1, *x]\n", "line 1, column 4", "refers to the node that holds it"),
        ("a: 1\n? [1, 2]\n: 3\n", "line 2, column 3", "expected `name: value`"),
        ("a: *nobody\n", "line 1, column 4", "undefined alias"),
    ],
)
def test_broken_yaml_names_line_column_and_what_was_expected(content: str, place: str, expected: str) -> None:
    reason = refused("p.yaml", content)
    assert reason.startswith(place)
    assert expected in reason


def test_a_yaml_alias_bomb_is_refused() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 9)]
    assert "aliases expand to more than 1,000,000 nodes" in refused("p.yaml", "\n".join(lines))


def test_yaml_runs_no_tags() -> None:
    document = read("p.yaml", "a: !!python/object/apply:os.system ['true']\nb: !own text\n")
    assert document.data == {"a": ["true"], "b": "text"}
