"""What tokens cost: by a price list, or from what the GPU costs an hour and how much it was measured to do."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_UP, Decimal

from inference.model import Usage

MILLION = Decimal(1_000_000)


@dataclass(frozen=True)
class Prices:
    """US dollars for a million tokens: of the prompt, of the prompt's part the server had cached, of the answer."""

    prompt: Decimal
    answer: Decimal
    cached: Decimal | None = None

    def cost(self, usage: Usage) -> Decimal:
        """What a call costs; a server that counts more cached tokens than the prompt has gets no discount for those."""
        cached = min(usage.cached_tokens, usage.prompt_tokens) if self.cached is not None else 0
        fresh = usage.prompt_tokens - cached
        dollars = fresh * self.prompt + cached * (self.cached or 0) + usage.completion_tokens * self.answer
        return dollars / MILLION

    def micros(self, usage: Usage) -> int:
        """The cost in millionths of a dollar, rounded up: budgets are kept in whole numbers."""
        return int((self.cost(usage) * MILLION).to_integral_value(rounding=ROUND_UP))


def prices_of_gpu(dollars_per_hour: Decimal, *, prompt_per_second: Decimal, answer_per_second: Decimal) -> Prices:
    """Prices of a server of one's own: a token costs the share of the hour it keeps the machine busy.

    The two throughputs are those of the whole server under load (deploy/docs/model.md says how to measure them). An
    idle hour costs as well: these are prices of a busy server.
    """
    second = dollars_per_hour / 3600
    return Prices(second / prompt_per_second * MILLION, second / answer_per_second * MILLION)


def dollars(micros: int) -> Decimal:
    """Millionths of a dollar as dollars."""
    return Decimal(micros) / MILLION
