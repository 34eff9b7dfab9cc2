"""What goes wrong in a foreseen way is one clear message; everything else is a defect and shows itself."""

from __future__ import annotations

import errno
import importlib
import subprocess

import pytest

from bot.cli.failures import _FORESEEN, foreseen
from tests.bot.front_door import House, command


@pytest.mark.parametrize(("module", "kind"), _FORESEEN)
def test_every_foreseen_error_exists_where_it_is_looked_up(module: str, kind: str) -> None:
    found = getattr(importlib.import_module(module), kind)
    assert issubclass(found, Exception)
    assert foreseen(found("what to do")) == "what to do"


def test_a_full_disk_says_so_and_what_to_do() -> None:
    told = foreseen(OSError(errno.ENOSPC, "No space left on device", "/data/index"))
    assert told is not None
    assert "disk is full" in told
    assert "kept" in told


@pytest.mark.parametrize(("said", "told"), [
    ("Database error: (code: 13) database or disk is full", "disk is full"),
    ("Error in compaction: Failed to apply logs to the metadata segment", "gatehouse sync builds it anew"),
])  # fmt: skip
def test_what_the_vector_index_fails_of_is_told_with_what_to_do(said: str, told: str) -> None:
    """Both seen on a full disk; the library has no error of its own for it."""
    from chromadb.errors import InternalError

    assert told in str(foreseen(InternalError(said)))


@pytest.mark.parametrize("number", [errno.EACCES, errno.ENOENT, errno.EEXIST, errno.ENOTDIR, errno.EROFS, errno.ELOOP])
def test_a_file_that_cannot_be_used_is_named(number: int) -> None:
    told = foreseen(OSError(number, "cannot", "/data/x"))
    assert told is not None
    assert "'/data/x'" in told


def test_a_defect_is_not_dressed_up() -> None:
    for error in (ValueError("x"), KeyError("x"), AssertionError(), OSError("no file in it")):
        assert foreseen(error) is None


def test_an_unknown_option_ends_with_2_and_a_hint(house: House) -> None:
    ran = house.run("sync", "--jsno")
    assert ran.code == 2
    assert "--json" in ran.err


def test_a_reader_that_stops_reading_is_no_error(harbour: House) -> None:
    """`gatehouse gate list | head -0`."""
    line, environment = command(harbour.home, "gate", "list", "--json")
    process = subprocess.Popen(line, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    said = process.stderr.read()
    process.wait()
    assert "Traceback" not in said


@pytest.mark.parametrize("words", [
    (), ("demo",), ("sync",), ("ask",), ("chat",), ("serve",), ("eval",), ("bench",), ("gate",), ("gate", "blockers"),
])  # fmt: skip
def test_every_command_explains_itself(house: House, words: tuple[str, ...]) -> None:
    ran = house.run(*words, "--help")
    assert ran.code == 0
    assert "Usage: gatehouse" in ran.out
    assert len(ran.out.splitlines()) > 5
