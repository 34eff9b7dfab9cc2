"""The meter's words: a call to be reserved, what it is charged in the end, and the budget that has not enough left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from inference.budget import Account
from inference.model import Payer, RequestClass

Ending = Literal["settled", "charged", "refunded", "orphaned"]


@dataclass(frozen=True)
class NewCall:
    """A call to be reserved. `tokens` and `micros` are the most it can cost; `until` is when it counts as an orphan."""

    id: str
    at: datetime
    until: datetime
    payer: Payer
    request_class: RequestClass
    prompt: str
    model: str
    tokens: int
    micros: int

    def fits(self, account: Account) -> bool:
        """Whether an account of which nothing is taken yet could hold the call."""
        return (account.tokens is None or self.tokens <= account.tokens) and (
            account.micros is None or self.micros <= account.micros
        )


@dataclass(frozen=True)
class Over:
    """The account that has not enough left."""

    account: Account


@dataclass(frozen=True)
class Charge:
    """What a call is charged in the end."""

    ending: Ending
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0
    micros: int = 0

    @property
    def tokens(self) -> int:
        return self.prompt_tokens + self.completion_tokens
