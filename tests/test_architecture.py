"""The house keeps its shape: one import direction, no circles, one door per foreign library."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("bot", "rag", "inference", "gates")

DOORS: dict[str, tuple[str, ...]] = {
    "chromadb": ("rag/index/chroma.py",),
    "tantivy": ("rag/index/lexical.py",),
    "onnxruntime": ("rag/embed/minilm.py",),
    "sentence_transformers": ("rag/embed/sentence.py", "rag/claims/entailment.py"),
    "sqlalchemy": ("tables", "store", "turn", "delivery/sends", "database", "service", "migrations"),
    "alembic": ("bot/database.py", "bot/migrations"),
    "starlette": ("bot/platforms/web",),
    "uvicorn": ("bot/platforms/web", "bot/cli"),
    "cryptography": ("gates/audit/keys.py", "bot/platforms/teams/bench_server.py"),
    "typer": ("bot/cli",),
    "jinja2": ("bot/platforms/web/templating.py",),
    "authlib": ("bot/platforms/web/openid.py",),
    "joserfc": ("bot/platforms/web/openid.py",),
    "openai": ("inference/vllm.py",),
    "opentelemetry": ("inference/spans.py",),
    "slack_bolt": ("bot/platforms/slack/app.py", "bot/platforms/slack/bench_server.py"),
    "slack_sdk": ("bot/platforms/slack/web_api.py",),
    "botbuilder": ("bot/platforms/teams/app.py",),
    "botframework": ("bot/platforms/teams/app.py",),
    "jwt": ("bot/platforms/teams/trust.py", "bot/platforms/teams/bench_server.py"),
    "langchain_core": ("rag/retriever.py", "rag/bench/peer.py", "bot/wiring.py"),
    "PIL": ("bot/picture.py", "rag/evaluate/risk_picture.py"),
}


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]


def _modules() -> Iterator[Path]:
    for room in ROOMS:
        yield from sorted((ROOT / room).rglob("*.py"))


def test_the_rooms_import_in_one_direction_and_without_circles() -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [lint, "--config", ROOT / ".importlinter"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("library", sorted(DOORS))
def test_a_foreign_library_is_imported_behind_its_own_door_only(library: str) -> None:
    doors = DOORS[library]
    intruders = [
        str(path.relative_to(ROOT))
        for path in _modules()
        if library in _imports(path) and not any(door in str(path.relative_to(ROOT)) for door in doors)
    ]
    assert intruders == []
