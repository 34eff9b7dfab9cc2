"""What a cold process imports: a ledger or record question must never pay for the libraries of the search."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bot.front_door import House, command

HEAVY = {
    "chromadb", "onnxruntime", "tantivy", "torch", "transformers", "sentence_transformers", "tokenizers", "numpy",
    "langchain", "langchain_core", "langchain_text_splitters", "alembic", "uvicorn", "docx", "pypdf", "bs4",
}  # fmt: skip

WATCHED = """
import json, sys
from bot.cli import main
sys.argv = ["gatehouse", *sys.argv[1:]]
try:
    main()
except SystemExit as ended:
    code = ended.code
else:
    code = 0
modules = sorted({name.partition(".")[0] for name in sys.modules})
sys.stderr.write("\\n" + json.dumps({"code": code, "modules": modules}))
"""


@pytest.mark.parametrize(("words", "route"), [
    (("ask", "--json", "status of ferry-eta?"), "ledger"),
    (("ask", "--json", "what's blocking the production gate of ferry-eta?", "--as", "lea.marin"), "ledger"),
    (("ask", "--json", "status of CT-9"), "records"),
    (("ask", "--json", "what is the vendor of CT-9?"), "records"),
])  # fmt: skip
def test_a_ledger_or_record_question_imports_no_search_library(
    harbour: House, words: tuple[str, ...], route: str
) -> None:
    out, modules = _watched(harbour.home, *words)
    told = json.loads(out)
    assert (told["route"], told["abstained"]) == (route, False)
    assert modules & HEAVY == set()


@pytest.mark.parametrize("words", [("gate", "list"), ("gate", "blockers", "ferry-eta"), ("--help",), ("sync", "-h")])
def test_a_command_on_the_ledger_imports_no_search_library(harbour: House, words: tuple[str, ...]) -> None:
    _, modules = _watched(harbour.home, *words)
    assert modules & HEAVY == set()


def test_a_document_question_imports_neither_chroma_nor_torch(harbour: House) -> None:
    out, modules = _watched(harbour.home, "ask", "--json", "who prints the tide table?")
    assert json.loads(out)["route"] == "documents"
    assert modules & {"chromadb", "torch", "transformers", "sentence_transformers", "langchain"} == set()


def _watched(home: Path, *words: str) -> tuple[str, set[str]]:
    """What a cold process printed, and the top-level modules it had at its end."""
    _, environment = command(home)
    done = subprocess.run(
        [sys.executable, "-c", WATCHED, *words], env=environment, capture_output=True, text=True, check=True
    )
    end = json.loads(done.stderr.splitlines()[-1])
    assert end["code"] == 0, done.stderr
    return done.stdout, set(end["modules"])
