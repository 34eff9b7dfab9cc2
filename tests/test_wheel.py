"""The wheel, installed into an empty environment outside the checkout: everything it needs is inside."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

pytestmark = pytest.mark.wheel


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    _run([sys.executable, "-m", "build", "--wheel", "--outdir", str(folder), str(ROOT)], at=folder)
    (built,) = folder.glob("gatehouse-*.whl")
    return built


@pytest.fixture(scope="module")
def gatehouse(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command, in an environment that holds the base lock and the wheel and nothing else."""
    place = tmp_path_factory.mktemp("elsewhere")
    _run([sys.executable, "-m", "venv", str(place / "venv")], at=place)
    python = place / "venv" / "bin" / "python"
    install = [str(python), "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-deps"]
    _run([*install, "--require-hashes", "-r", str(ROOT / "requirements" / "base.txt")], at=place)
    _run([*install, str(wheel)], at=place)
    return place / "venv" / "bin" / "gatehouse"


def test_the_wheel_holds_what_runs_and_nothing_else(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    missing = [path for path in _shipped() if path not in names]
    assert missing == []
    assert [name for name in names if name.startswith(("tests/", ".ci/", "requirements/"))] == []


def test_the_demo_answers_its_samples_from_any_folder(gatehouse: Path, tmp_path: Path) -> None:
    shown = _run([str(gatehouse), "demo", "--no-serve"], at=tmp_path, home=tmp_path / "home")
    assert "p95 latency" in shown
    assert "[1] " in shown
    assert "claims-triage" in shown


def test_the_demo_answers_a_question_of_ones_own(gatehouse: Path, tmp_path: Path) -> None:
    question = "what's blocking the production gate of churn-uplift?"
    shown = _run([str(gatehouse), "demo", "--ask", question], at=tmp_path, home=tmp_path / "home")
    assert "p95 latency at 50 rps is 164 ms, agreed limit 120 ms" in " ".join(shown.split())
    assert "Model risk owner has not signed" in " ".join(shown.split())
    again = _run([str(gatehouse), "ask", "--json", question], at=tmp_path, home=tmp_path / "home")
    told = json.loads(again)
    assert told["route"] == "ledger"
    assert not told["abstained"]
    assert told["citations"]


def test_a_mapping_that_ships_is_found_by_name(gatehouse: Path, tmp_path: Path) -> None:
    (tmp_path / "peps").mkdir()
    (tmp_path / "peps" / "pep-9001.rst").write_text(
        "PEP: 9001\nTitle: Quiet bells\nStatus: Draft\n\nAbstract\n========\n"
    )
    done = _run([str(gatehouse), "sync", "peps", "--mapping", "pep", "--json"], at=tmp_path, home=tmp_path / "home")
    assert json.loads(done)["collections"][0]["added"] == 1


def _shipped() -> list[str]:
    """Every tracked file that the installed program reads at run time."""
    kinds = (
        "bot/**/*.py",
        "rag/**/*.py",
        "gates/**/*.py",
        "inference/**/*.py",
        "prompts/**/*",
        "gates/templates/*.yaml",
    )
    more = ("bot/migrations/**/*", "bot/platforms/web/**/*", "deploy/mappings/*.yaml", "deploy/demo/**/*")
    tracked = _run(["git", "ls-files"], at=ROOT).splitlines()
    return sorted({path for path in tracked for kind in (*kinds, *more) if _matches(path, kind)})


def _matches(path: str, kind: str) -> bool:
    folder, _, name = kind.partition("/**/")
    if name:
        return path.startswith(folder + "/") and Path(path).match(name)
    return Path(path).match(kind)


def _run(line: list[str], *, at: Path, home: Path | None = None) -> str:
    """Run to the end with a clean environment; what was printed."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("GATEHOUSE_", "PYTHON", "VIRTUAL"))
    }
    environment = {**kept, "COLUMNS": "110"} | ({"GATEHOUSE_HOME": str(home)} if home else {})
    done = subprocess.run(line, cwd=at, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{line}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
    return done.stdout
