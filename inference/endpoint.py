"""Where a model is served: address, name and key, and how the server wants a regular expression."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from inference.model import Tier

Dialect = Literal["vllm", "plain"]
"""How to send a Regex: as vLLM's `structured_outputs`, or not at all (servers that refuse unknown options)."""


@dataclass(frozen=True)
class Endpoint:
    """One OpenAI-compatible server. `url` ends in /v1; `connect` seconds are given to reach it."""

    url: str
    model: str
    key: str = field(default="", repr=False)
    tier: Tier = "primary"
    dialect: Dialect = "vllm"
    connect: float = 2.0

    @property
    def root(self) -> str:
        """The address without /v1: health and metrics lie there."""
        return self.url.rstrip("/").removesuffix("/v1")
