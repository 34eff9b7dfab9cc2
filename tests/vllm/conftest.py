"""A real vLLM on loopback, started once for these tests and ended with SIGTERM."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
HOME = ROOT / os.environ.get("VLLM_TEST_HOME", ".vllm")
KEY = "sesame-open"
NAME = "tiny"
PLACES = 8
BOOT_SECONDS = 1_200  # half a minute on an idle machine with two cores


@dataclass(frozen=True)
class RealServer:
    """Where it listens, and what it wants."""

    url: str
    model: str = NAME
    key: str = KEY

    @property
    def root(self) -> str:
        return self.url.removesuffix("/v1")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealServer]:
    if url := os.environ.get("VLLM_TEST_URL"):  # one that runs already, served as `tiny` with the key below
        yield RealServer(url)
        return
    binary = HOME / "venv" / "bin"
    if not (binary / "vllm").exists():
        pytest.skip("no vLLM here: `make test-vllm` installs it")
    folder = tmp_path_factory.mktemp("model")
    subprocess.run([binary / "python", Path(__file__).with_name("make_model.py"), folder], check=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = tmp_path_factory.mktemp("log") / "vllm.log"
    with log.open("wb") as out:
        running = subprocess.Popen(_command(binary, folder, port), env=_environment(), stdout=out, stderr=out)
    try:
        _wait(running, port, log)
        yield RealServer(f"http://127.0.0.1:{port}/v1")
    finally:
        _end(running)


def _end(running: subprocess.Popen[bytes]) -> None:
    running.send_signal(signal.SIGTERM)
    try:
        running.wait(timeout=90)
    except subprocess.TimeoutExpired:
        running.kill()
        running.wait()


def _command(binary: Path, model: Path, port: int) -> list[str]:
    words = f"serve {model} --served-model-name {NAME} --host 127.0.0.1 --port {port} --api-key {KEY}"
    limits = f"--enforce-eager --dtype bfloat16 --max-model-len 16384 --max-num-seqs {PLACES} --enable-prefix-caching"
    return [str(binary / "vllm"), *words.split(), *limits.split()]


def _environment() -> dict[str, str]:
    own = {
        "HF_HUB_OFFLINE": "1",
        "VLLM_NO_USAGE_STATS": "1",
        "VLLM_CPU_KVCACHE_SPACE": "1",
        "VLLM_TARGET_DEVICE": "cpu",
    }
    return {**os.environ, **own}


def _wait(running: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + BOOT_SECONDS
    while time.monotonic() < until and running.poll() is None:
        try:
            if httpx.get(f"http://127.0.0.1:{port}/health", timeout=1).status_code == httpx.codes.OK:
                return
        except httpx.HTTPError:
            time.sleep(0.5)
    pytest.fail(f"vLLM did not start: {log.read_text(errors='replace')[-3000:]}")
