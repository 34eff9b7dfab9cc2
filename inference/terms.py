"""Budgets and prices as an operator writes them in a setting, and what is wrong with them in words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import get_args

from inference.budget import EACH, Budget, Period, Scope
from inference.pricing import MILLION, Prices, prices_of_gpu


class TermsError(Exception):
    """A budget or a price that cannot be understood; the message quotes it and says what is expected."""


BUDGET_FORM = "person/day=200000 tokens; project:churn-uplift/month=40 usd; everyone/month=500 usd"
PRICE_FORM = "prompt=0.20 answer=0.60 cached=0.02 (US dollars a million tokens)"
GPU_FORM = "gpu=2.50 prompt=8000 answer=1500 (US dollars an hour, tokens a second)"

_BUDGET = re.compile(r"([a-z]+)(?::([^/=\s]+))?/(day|month)\s*=\s*([\d_.,]+)\s*(tokens|usd)")
_PRICE = re.compile(r"([a-z]+)=([\d.]+)")


def read_budgets(text: str) -> tuple[Budget, ...]:
    """Budgets from text, one a line or separated by ";". Tokens and dollars for the same payer are two entries.

    Raises:
        TermsError: An entry cannot be understood.
    """
    entries = (entry.strip() for entry in re.split(r"[;\n]", text))
    return _joined([_budget(entry) for entry in entries if entry])


def read_prices(text: str) -> Prices | None:
    """Prices from text; None for none.

    Raises:
        TermsError: It cannot be understood.
    """
    if not text.strip():
        return None
    found = {name: _number(value, text) for name, value in _PRICE.findall(text)}
    if _PRICE.sub("", text).strip():
        raise _wrong_price(text)
    match found:
        case {"gpu": hour, "prompt": prompt, "answer": answer} if len(found) == 3 and prompt and answer:
            return prices_of_gpu(hour, prompt_per_second=prompt, answer_per_second=answer)
        case {"prompt": prompt, "answer": answer} if not set(found) - {"prompt", "answer", "cached"}:
            return Prices(prompt, answer, found.get("cached"))
        case _:
            raise _wrong_price(text)


def check_priced(budgets: tuple[Budget, ...], prices: Mapping[str, Prices | None]) -> None:
    """A budget in dollars can only be kept where every endpoint has a price.

    Raises:
        TermsError: One has none.
    """
    unpriced = [name for name, price in prices.items() if price is None]
    if unpriced and any(budget.micros is not None for budget in budgets):
        raise TermsError(f"A budget in usd needs prices: set {' and '.join(unpriced)}, for instance {PRICE_FORM!r}.")


def _budget(entry: str) -> Budget:
    found = _BUDGET.fullmatch(entry)
    if found is None:
        raise TermsError(f"The budget {entry!r} cannot be understood. Expected for instance: {BUDGET_FORM}")
    scope, name, period, amount, unit = found.groups()
    if scope not in get_args(Scope) or (scope == "everyone" and name):
        raise TermsError(f"The budget {entry!r} is for {scope!r}; budgets are for {', '.join(get_args(Scope))}.")
    number = _number(amount.replace(",", "").replace("_", ""), entry)
    tokens, micros = (int(number), None) if unit == "tokens" else (None, int(number * MILLION))
    of: Scope = scope  # type: ignore[assignment]  # one of Scope's, as just seen
    every: Period = "day" if period == "day" else "month"
    return Budget(of, every, name or EACH, tokens, micros)


def _joined(budgets: list[Budget]) -> tuple[Budget, ...]:
    """One budget for each payer and period: its tokens and its dollars together, the later entry counts."""
    joined: dict[tuple[Scope, Period, str], Budget] = {}
    for budget in budgets:
        key = (budget.scope, budget.period, budget.name)
        former = joined.get(key, budget)
        tokens = budget.tokens if budget.tokens is not None else former.tokens
        micros = budget.micros if budget.micros is not None else former.micros
        joined[key] = Budget(*key, tokens, micros)
    return tuple(joined.values())


def _number(text: str, whole: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise TermsError(f"{text!r} in {whole!r} is no number.") from error


def _wrong_price(text: str) -> TermsError:
    return TermsError(
        f"The prices {text!r} cannot be understood. Expected for instance {PRICE_FORM!r} or {GPU_FORM!r}."
    )
