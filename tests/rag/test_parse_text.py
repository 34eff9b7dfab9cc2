"""Markdown, reStructuredText and plain text; encodings and junk."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.model import Unreadable
from rag.parse import heading_text, parse
from tests.rag.reading_files import check_blocks, raw, read, refused, slice_of, tables, words

BRIEF = """---
title: Churn uplift
owner: ines.duarte
updated: 2026-10-02
tags: [churn, "crm"]
budget:
  total: 180000
---
# Project **brief**

One paragraph
over two lines.

## KPIs ##

| KPI | target |
|---|---|
| Uplift in [retention](r.md) | `3.0` points |
| a \\| b |  |

- [x] brief written
- [ ] RACI
  with a second line

```python
# not a heading
```

> quoted

<!-- a note of the template -->

Setext
------
"""


def test_markdown_blocks_are_verbatim_slices_in_order() -> None:
    document = read("brief.md", BRIEF)
    assert [block.kind for block in document.blocks] == [
        "code", "heading", "paragraph", "heading", "table", "list", "code", "quote", "heading",
    ]  # fmt: skip
    assert words(document, "paragraph") == ["One paragraph\nover two lines."]
    assert words(document, "list") == ["- [x] brief written\n- [ ] RACI\n  with a second line"]
    assert "a note of the template" not in "".join(slice_of(document, block) for block in document.blocks)


def test_headings_are_given_without_their_marks() -> None:
    document = read("brief.md", BRIEF)
    headings = [(block.level, heading_text(document, block)) for block in document.blocks if block.kind == "heading"]
    assert headings == [(1, "Project brief"), (2, "KPIs"), (2, "Setext")]


def test_table_cells_are_plain_text() -> None:
    (rows,) = tables(read("brief.md", BRIEF))
    assert rows == (("KPI", "target"), ("Uplift in retention", "3.0 points"), ("a | b", ""))


def test_front_matter_becomes_flat_meta_as_written() -> None:
    document = read("brief.md", BRIEF)
    assert document.meta == {
        "title": "Churn uplift", "owner": "ines.duarte", "updated": "2026-10-02", "tags": ["churn", "crm"],
        "budget.total": "180000",
    }  # fmt: skip
    assert document.title == "Churn uplift"


@pytest.mark.parametrize(
    ("path", "content", "title"),
    [
        ("a/plan.md", "text only", "plan"),
        ("a/plan.md", "## second\n\n# first\n", "first"),
        ("a/plan.md", "---\nTitle: meta\n---\n# first\n", "meta"),
        ("a/README", "words", "README"),
    ],
)
def test_the_title_is_meta_then_first_heading_then_file_name(path: str, content: str, title: str) -> None:
    assert read(path, content).title == title


def test_a_title_shows_no_control_or_bidirectional_characters_but_the_text_keeps_them() -> None:
    content = "# gate \u202etxt.exe\u202c \x07bell\u200b\n\nbody \u202e kept\n"
    document = read("a.md", content)
    assert document.title == "gate txt.exe bell"
    assert document.text == content


def test_broken_front_matter_is_read_line_by_line() -> None:
    document = read("a.md", "---\ntitle: Foo: bar\nowner: ana\n---\nbody\n")
    assert document.meta == {"title": "Foo: bar", "owner": "ana"}


@pytest.mark.parametrize(
    "front",
    [
        "readers: [risk\n---\n",
        "title: a: b\nreaders: risk\n---\n",
        "readers: [risk]\nreaders: [all]\n---\n",
        "readers: risk\n",
    ],
)
def test_front_matter_about_readers_that_cannot_be_read_refuses_the_document(front: str) -> None:
    assert "who may read it" in refused("a.md", f"---\n{front}\nbody\n")


def test_two_rules_with_text_between_them_are_no_front_matter() -> None:
    document = read("a.md", "---\n\njust a sentence\n\n---\n\nmore\n")
    assert document.meta == {}
    assert "just a sentence" in words(document, "paragraph")[0] or "just a sentence" in words(document, "heading")[0]


def test_a_table_written_as_html_inside_markdown_is_a_table() -> None:
    document = read("a.md", "<table><tr><th>a</th><th>b</th></tr><tr><td colspan=2>1</td></tr></table>\n")
    assert tables(document) == [(("a", "b"), ("1", "1"))]


def test_line_ends_of_windows_stay_as_they_are() -> None:
    content = "# One\r\n\r\nfirst\r\nsecond\r\n"
    document = read("a.md", content)
    assert document.text == content
    assert words(document, "paragraph") == ["first\r\nsecond"]


PEP = """PEP: 658
Title: Serve metadata
Author: A One,
        B Two
Status: Accepted
Post-History:


Abstract
========

See :pep:`440` and ``code``.  Then::

    literal
      block

    more

.. _target: https://example.org

.. note:: mind the step

Rejected *ideas*
----------------

* item one
  goes on
* item two

=====  ======
a      b
=====  ======
1      2
=====  ======

+-----+-----+
| x   | y   |
+=====+=====+
| one span  |
+-----+-----+

.. list-table::
   :header-rows: 1

   * - k
     - v
   * - p95
     - ``120`` ms
"""


def test_rst_headers_become_meta_with_continuation_lines() -> None:
    document = read("pep-0658.rst", PEP)
    assert document.meta == {
        "PEP": "658", "Title": "Serve metadata", "Author": "A One, B Two", "Status": "Accepted", "Post-History": "",
    }  # fmt: skip


def test_rst_sections_blocks_and_tables() -> None:
    document = read("pep-0658.rst", PEP)
    headings = [(block.level, heading_text(document, block)) for block in document.blocks if block.kind == "heading"]
    assert headings == [(1, "Abstract"), (2, "Rejected ideas")]
    assert words(document, "code") == ["literal\n      block\n\n    more"]
    assert words(document, "list") == ["* item one\n  goes on\n* item two"]
    assert tables(document) == [
        (("a", "b"), ("1", "2")),
        (("x", "y"), ("one span", "one span")),
        (("k", "v"), ("p95", "120 ms")),
    ]


def test_an_rst_field_list_below_the_title_is_meta() -> None:
    document = read("a.rst", "=====\nGuide\n=====\n\n:Owner: Omar\n:Updated: 6 November 2026\n   (late)\n\ntext\n")
    assert document.meta == {"Owner": "Omar", "Updated": "6 November 2026 (late)"}
    assert document.title == "Guide"


def test_rst_directives_include_and_run_nothing() -> None:
    document = read(
        "a.rst", "Title\n=====\n\n.. include:: /etc/passwd\n\n.. raw:: html\n   :file: /etc/passwd\n\ntext\n"
    )
    assert "root:" not in document.text
    assert "text" in words(document, "paragraph")


def test_rst_that_docutils_refuses_is_taken_in_all_the_same() -> None:
    document = read("a.rst", "T\n=\n\n+--+--+\n| a | b\n+--+\n\n:role:`x\n\nSection\n~~~~~~\nend\n====\n")
    assert "Section" in document.text
    assert tables(document)


def test_plain_text_knows_headers_lists_headings_and_tables() -> None:
    document = read(
        "mail.txt",
        "Subject: Re: latency\nFrom: Tomas <t@x.example>\nDate: Thu, 19 Nov 2026 09:30:00 +0000\n\nHello,\n\n"
        "Findings\n--------\n- one\n- two\n\n| a | b |\n| 1 | 2 |\n\n> quoted\n",
    )
    assert document.title == "Re: latency"
    assert document.meta["From"] == "Tomas <t@x.example>"
    assert [b.kind for b in document.blocks] == ["paragraph", "paragraph", "heading", "list", "table", "quote"]
    assert tables(document) == [(("a", "b"), ("1", "2"))]


def test_a_first_line_with_a_colon_is_no_header_block() -> None:
    assert read("a.txt", "Remember: the replay file lies.\n").meta == {}
    assert read("a.txt", "Readers: board\n\ntext\n").meta == {"Readers": "board"}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("größer".encode(), "größer"),
        (b"\xef\xbb\xbfhello", "hello"),
        ("Müller – 5 €".encode("utf-16"), "Müller – 5 €"),
        ("plain words, no mark".encode("utf-16-le"), "plain words, no mark"),
        ("plain words, no mark".encode("utf-16-be"), "plain words, no mark"),
        (
            "Entscheidung für „später“, 5 € mehr als geplant".encode("cp1252"),
            "Entscheidung für „später“, 5 € mehr als geplant",
        ),
        ("déjà vu à la carte".encode("latin-1"), "déjà vu à la carte"),
    ],
)
def test_common_encodings_are_recognised(content: bytes, expected: str) -> None:
    assert read("a.txt", content).text == expected


def test_two_encodings_in_one_file_are_each_read() -> None:
    content = "größer\n".encode() * 3 + "kürzer\n".encode("latin-1")
    assert read("a.txt", content).text == "größer\ngrößer\ngrößer\nkürzer\n"


@pytest.mark.parametrize("junk", [b"\x00\x01\x02\x03" * 50, bytes(range(1, 32)) * 40, b"text\x00more"])
def test_binary_junk_is_refused(junk: bytes) -> None:
    assert "binary data" in refused("a.txt", junk)


def test_a_text_over_the_limit_is_refused_and_a_large_one_is_not() -> None:
    assert "over the limit" in refused("a.txt", b"word word " * 2_200_000)
    assert len(read("a.md", b"# T\n\nword word\n\n" * 60_000).blocks) == 120_000


def test_an_empty_file_is_an_empty_document() -> None:
    for path in ("a.md", "a.txt", "a.rst", "a.html", "a.csv", "a.json", "a.jsonl", "a.yaml"):
        assert read(path, b"").blocks == ()


def test_a_page_saved_under_a_text_name_is_read_as_html() -> None:
    document = read("page.txt", "<!DOCTYPE html><html><body><script>x()</script><p>Hello</p></body></html>")
    assert (document.format, document.text) == ("html", "Hello")


def test_an_unknown_kind_of_file_is_refused() -> None:
    assert refused("a.png", b"x") == "no reader for this kind of file"


@given(
    st.sampled_from(["a.md", "a.rst", "a.txt", "a.html", "a.csv", "a.json", "a.jsonl", "a.yaml", "a.eml", "a.ipynb"]),
    st.text(st.sampled_from("ab1 \n\t#*-=|`~:.>+_[](){}<>!&\"'\\/%,;é\r\u202e"), max_size=120),
)
def test_any_text_is_a_sound_document_or_a_named_refusal(path: str, content: str) -> None:
    document = parse(raw(path, content))
    if isinstance(document, Unreadable):
        assert document.reason
        assert "its reader gave up" not in document.reason, document.reason
    else:
        check_blocks(document)


RECORD = (
    '{"_id": "pep-1", "title": "PEP 1 \u2013 Purpose", '
    '"text": "PEP: 1\\nStatus: Active\\n\\nWhat\\n====\\n\\nBody.\\n"%s}'
)


def test_a_record_of_a_collection_is_read_in_its_own_markup() -> None:
    document = read("pep-1", RECORD % "")
    assert (document.format, document.title) == ("rst", "PEP 1 – Purpose")
    assert document.text == "PEP: 1\nStatus: Active\n\nWhat\n====\n\nBody.\n"
    assert document.meta == {"PEP": "1", "Status": "Active"}
    assert read("pep-1", RECORD % "", text_format="rst").blocks == document.blocks


def test_readers_of_a_record_are_obeyed_and_its_other_fields_are_not_evidence() -> None:
    document = read("pep-1", RECORD % ', "meta": {"Status": "Rejected", "readers": ["board"]}')
    assert document.meta == {"PEP": "1", "Status": "Active", "readers": ["board"]}


def test_a_json_file_is_no_record_unless_it_carries_its_own_name_as_id() -> None:
    assert read("other.json", RECORD % "").format == "json"
