"""The meter on SQLite and PostgreSQL: never over a cap, whatever runs beside it and whatever ends in the middle."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count

import pytest
from sqlalchemy import select

from bot.database import Database
from bot.model.road import meter_commits
from inference.bound import bound_of
from inference.budget import Budget
from inference.meter import Meter, Metered, MeterPolicy
from inference.model import (
    BudgetExceeded,
    ChatModel,
    Completion,
    ModelError,
    Overloaded,
    Payer,
    Refused,
    TimedOut,
    Unavailable,
    Usage,
    complete,
)
from inference.pricing import Prices
from inference.store import Commits
from inference.tables import AccountRow, CallRow
from tests.inference.given import Scripted, a_request, ending, says

pytestmark = pytest.mark.anyio

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
PRICES = Prices(Decimal("1"), Decimal("2"))
DAILY = Budget("person", "day", tokens=10_000)
MOST = bound_of(a_request()).total


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


def a_meter(database: Database, *budgets: Budget, clock: Callable[[], datetime] = Clock(), threads: int = 1) -> Meter:  # noqa: B008 (stands still)
    numbers = count()
    drawn = random.Random().getrandbits(64)
    return Meter(
        Commits(on_disk=database.statements, soon=database.statements),
        MeterPolicy(budgets or (DAILY,), lease=timedelta(minutes=1), sweep_every=timedelta(days=1)),
        now=clock,
        new_id=lambda: f"{drawn:x}-{next(numbers)}",
        threads=threads,
    )


def metered(model: ChatModel, meter: Meter, **changed: object) -> Metered:
    given: dict[str, object] = {"model": "m", "prices": PRICES, "count": None}
    return Metered(model, meter, **(given | changed))  # type: ignore[arg-type]


def accounts(database: Database) -> dict[str, AccountRow]:
    with database.read() as session:
        return {row.key: row for row in session.scalars(select(AccountRow))}


def calls(database: Database) -> list[CallRow]:
    with database.read() as session:
        return list(session.scalars(select(CallRow).order_by(CallRow.id)))


async def test_what_the_server_reports_is_charged_and_the_rest_given_back(database: Database) -> None:
    meter = a_meter(database, DAILY, Budget("project", "month", "churn-uplift", micros=1_000_000))
    answer = await complete(metered(says("hello", Usage(100, 20)), meter), a_request())
    meter.close()
    assert answer.cost_usd == Decimal("0.00014")
    found = accounts(database)
    assert set(found) == {"person:ana/day/2026-11-20", "project:churn-uplift/month/2026-11-01"}
    for account in found.values():
        assert (account.tokens_spent, account.tokens_reserved) == (120, 0)
        assert (account.micros_spent, account.micros_reserved) == (140, 0)
    [call] = calls(database)
    assert (call.state, call.prompt_tokens, call.completion_tokens, call.micros) == ("settled", 100, 20, 140)


@pytest.mark.parametrize(("script", "state", "spent"), [
    (("half", Unavailable("cut")), "charged", MOST),
    ((TimedOut("late", what="first_token"),), "charged", MOST),
    (("all", Usage(1, 1, reported=False)), "charged", 2),
    ((Unavailable("not there", sent=False),), "refunded", 0),
    ((Overloaded("no place here", sent=False),), "refunded", 0),
    ((Refused("no such model"),), "charged", MOST),
    ((Overloaded("429 or 503"),), "charged", MOST),
])  # fmt: skip
async def test_without_a_count_all_is_charged_and_given_back_only_when_nothing_was_sent(
    database: Database, script: tuple[str | ModelError | Usage, ...], state: str, spent: int
) -> None:
    meter = a_meter(database)
    await ending(metered(says(*script), meter))
    meter.close()
    assert [call.state for call in calls(database)] == [state]
    [account] = accounts(database).values()
    assert (account.tokens_spent, account.tokens_reserved) == (spent, 0)


async def test_an_answer_that_is_left_in_the_middle_is_charged_whole(database: Database) -> None:
    meter = a_meter(database)
    asking = asyncio.ensure_future(complete(metered(says("half", 5.0), meter), a_request()))
    await asyncio.sleep(0.2)
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    meter.close()
    assert [call.state for call in calls(database)] == ["charged"]
    assert [account.tokens_spent for account in accounts(database).values()] == [MOST]


async def test_what_does_not_fit_is_not_sent_and_the_refusal_names_the_budget_and_who_can_raise_it(
    database: Database,
) -> None:
    meter = a_meter(database, Budget("person", "day", tokens=MOST - 1), Budget("everyone", "month", tokens=10**6))
    model = says("never")
    failed = await ending(metered(model, meter))
    meter.close()
    assert isinstance(failed, BudgetExceeded)
    assert model.asked == 0
    assert "the day of person ana" in str(failed)
    assert "GATEHOUSE_MODEL_BUDGETS" in str(failed)
    assert all(account.tokens_reserved == account.tokens_spent == 0 for account in accounts(database).values())


async def test_a_budget_in_money_stops_as_well(database: Database) -> None:
    cost = PRICES.micros(bound_of(a_request()))
    meter = a_meter(database, Budget("programme", "month", micros=cost))
    payer = Payer(programme="north")
    twice = metered(says("one", Usage(1, 1)), meter)
    assert isinstance(await ending(twice, a_request(payer=payer)), Completion)
    meter.close()
    again = a_meter(database, Budget("programme", "month", micros=cost))
    assert isinstance(await ending(metered(says("two"), again), a_request(payer=payer)), BudgetExceeded)
    again.close()


async def test_near_the_cap_the_servers_own_count_of_the_prompt_decides(database: Database) -> None:
    async def counted(_request: object) -> int:
        return 12

    meter = a_meter(database, Budget("person", "day", tokens=100))
    assert isinstance(await ending(metered(says("x"), meter)), BudgetExceeded)
    assert isinstance(await ending(metered(says("x"), meter, count=counted)), Completion)
    meter.close()


async def test_a_new_day_has_a_budget_of_its_own_and_a_month_goes_on(database: Database) -> None:
    clock = Clock()
    budgets = (Budget("person", "day", tokens=MOST), Budget("everyone", "month", tokens=3 * MOST))
    meter = a_meter(database, *budgets, clock=clock)
    outcomes = []
    for day in range(3):
        clock.now = NOON + timedelta(days=day)
        for _ in range(2):
            outcomes.append(type(await ending(metered(says("x", Unavailable("cut")), meter))))
            await asyncio.sleep(0.02)
    meter.close()
    assert outcomes == [Unavailable, BudgetExceeded] * 3
    assert accounts(database)["everyone:all/month/2026-11-01"].tokens_spent == 3 * MOST


async def test_a_budget_by_name_goes_before_the_one_for_each(database: Database) -> None:
    meter = a_meter(database, Budget("person", "day", tokens=1), Budget("person", "day", "ana", tokens=10**6))
    assert isinstance(await ending(metered(says("x"), meter)), Completion)
    assert isinstance(await ending(metered(says("x"), meter), a_request(payer=Payer(person="ben"))), BudgetExceeded)
    meter.close()


async def test_a_reservation_is_committed_to_the_disk_even_after_settlements_that_were_not(database: Database) -> None:
    commits = meter_commits(database)
    asking = "PRAGMA synchronous" if database.engine.dialect.name == "sqlite" else "SHOW synchronous_commit"
    meter = Meter(commits, MeterPolicy((DAILY,)), now=Clock(), new_id=lambda: "one")
    await complete(metered(says("hello", Usage(1, 1)), meter), a_request())
    meter.close()
    with commits.on_disk() as session:
        assert session.connection().exec_driver_sql(asking).scalar() in (2, "on")


async def test_a_dead_meter_fails_closed(database: Database) -> None:
    meter = a_meter(database)
    with database.engine.begin() as connection:
        AccountRow.__table__.drop(connection)  # type: ignore[attr-defined]  # a Table, as every row's is
    model = says("never")
    failed = await ending(metered(model, meter))
    meter.close()
    assert isinstance(failed, BudgetExceeded)
    assert (failed.budget, model.asked) == ("meter", 0)


async def test_orphans_are_charged_whole_by_the_sweep_once_and_not_before_their_time(database: Database) -> None:
    clock = Clock()
    ended = a_meter(database, clock=clock)
    for _ in range(3):  # a process that reserves, and ends without a word
        await ended.reserve(a_request(), bound_of(a_request()), micros=5, model="m")
    ended.close()
    after = a_meter(database, clock=clock)
    assert after.sweep() == 0
    clock.now += timedelta(minutes=2)
    assert (after.sweep(), after.sweep()) == (3, 0)
    after.close()
    [account] = accounts(database).values()
    assert (account.tokens_spent, account.tokens_reserved, account.micros_spent) == (3 * MOST, 0, 15)
    assert {call.state for call in calls(database)} == {"orphaned"}


ROUNDS = 3
"""Here; the slow suite has more of them, and `make proof` all fifty."""


async def test_a_hundred_at_once_never_pass_a_cap_even_when_some_processes_die(database: Database) -> None:
    await run_rounds(database, ROUNDS)


@pytest.mark.parametrize(
    "rounds", [pytest.param(10, marks=pytest.mark.slow), pytest.param(50, marks=pytest.mark.proof)]
)
async def test_hundred_at_once_round_after_round_never_pass_the_cap(database: Database, rounds: int) -> None:
    told = await run_rounds(database, rounds)
    print(f"\n{database.engine.dialect.name}: {told}")  # noqa: T201 (the figures of the run)


async def run_rounds(database: Database, rounds: int) -> dict[str, int]:
    """Rounds of 100 calls of four processes against caps that hold a third of them; one in ten dies in the middle."""
    cap, told = 35 * MOST, {"answered": 0, "refused": 0, "died": 0, "orphans": 0}
    budgets = (Budget("everyone", "day", tokens=cap), Budget("person", "day", tokens=20 * MOST))
    for number in range(rounds):
        clock = Clock()
        clock.now = NOON + timedelta(days=number)
        draw = random.Random(number)
        meters = [a_meter(database, *budgets, clock=clock) for _ in range(4)]
        asked = [one_call(meters[n % 4], draw.random(), f"p{n % 3}") for n in range(100)]
        for outcome in await asyncio.gather(*asked):
            told[outcome] += 1
        for meter in meters:
            meter.close()
        check_caps(database, clock.now, cap)
        clock.now += timedelta(minutes=2)
        sweeper = a_meter(database, *budgets, clock=clock)
        told["orphans"] += sweeper.sweep()
        sweeper.close()
        check_caps(database, clock.now, cap)
    assert not [call for call in calls(database) if call.state == "open"]
    assert all(account.tokens_reserved == 0 for account in accounts(database).values())
    assert told["orphans"] == told["died"]
    return told


async def one_call(meter: Meter, drawn: float, person: str) -> str:
    request = a_request(payer=Payer(person=person))
    if drawn < 0.1:  # reserves, then its process is gone
        try:
            call = await meter.reserve(request, bound_of(request), micros=0, model="m")
        except BudgetExceeded:
            return "refused"
        return "died" if hasattr(call, "id") else "refused"
    script = Scripted([("half", 0.001, Unavailable("cut")) if drawn < 0.2 else ("whole", Usage(30, 20))])
    outcome = await ending(metered(script, meter), request)
    return "refused" if isinstance(outcome, BudgetExceeded) else "answered"


def check_caps(database: Database, now: datetime, cap: int) -> None:
    found = accounts(database)
    held = found[f"everyone:all/day/{now.date()}"]
    assert held.tokens_spent + held.tokens_reserved <= cap
    people = [row for key, row in found.items() if key.startswith("person")]
    assert all(row.tokens_spent + row.tokens_reserved <= 20 * MOST for row in people)
