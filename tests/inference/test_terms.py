"""Budgets and prices as an operator writes them, metrics pages as servers write them, and what was spent."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from bot.database import Database
from inference.budget import Account, Budget, accounts_of, crossed
from inference.model import Payer, Usage
from inference.pricing import Prices, prices_of_gpu
from inference.reservation import Charge, NewCall
from inference.server import Absent, Load, read_load
from inference.shed import Admission, AdmissionPolicy, refusal
from inference.spend import Spent, report_of
from inference.store import reserve, settle
from inference.store_spend import held_now, spent_since, take_warnings
from inference.terms import BUDGET_FORM, GPU_FORM, PRICE_FORM, TermsError, check_priced, read_budgets, read_prices

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)

# --- settings -----------------------------------------------------------------------


def test_budgets_are_read_and_tokens_and_money_of_one_payer_are_one_budget() -> None:
    assert read_budgets(BUDGET_FORM) == (
        Budget("person", "day", tokens=200_000),
        Budget("project", "month", "churn-uplift", micros=40_000_000),
        Budget("everyone", "month", micros=500_000_000),
    )
    assert read_budgets("person/day=10 tokens\nperson/day=0.5 usd") == (Budget("person", "day", "*", 10, 500_000),)
    assert read_budgets("") == ()


@pytest.mark.parametrize("text", [
    "person=5 tokens", "person/week=5 tokens", "team/day=5 tokens", "person/day=many tokens", "everyone:ana/day=5 usd",
    "person/day=1.2.3 usd", "person/day=5 eur",
])  # fmt: skip
def test_a_budget_that_cannot_be_understood_is_quoted_with_what_is_expected(text: str) -> None:
    with pytest.raises(TermsError, match=r"budget|no number"):
        read_budgets(f"person/day=1 tokens; {text}")


def test_prices_come_from_a_list_or_from_the_gpu() -> None:
    assert read_prices(PRICE_FORM.partition(" (")[0]) == Prices(Decimal("0.20"), Decimal("0.60"), Decimal("0.02"))
    from_gpu = read_prices(GPU_FORM.partition(" (")[0])
    assert from_gpu == prices_of_gpu(Decimal("2.50"), prompt_per_second=Decimal(8000), answer_per_second=Decimal(1500))
    assert from_gpu is not None
    assert round(from_gpu.answer, 3) == Decimal("0.463")
    assert read_prices(" ") is None
    for wrong in ("cheap", "prompt=1", "gpu=2 prompt=0 answer=1", "prompt=1 answer=2 lunch=3"):
        with pytest.raises(TermsError, match="cannot be understood"):
            read_prices(wrong)


def test_a_budget_in_money_without_a_price_is_refused_at_the_start() -> None:
    with pytest.raises(TermsError, match="GATEHOUSE_SECOND_MODEL_PRICES"):
        check_priced(
            read_budgets("everyone/day=5 usd"),
            {"GATEHOUSE_MODEL_PRICES": Prices(Decimal(1), Decimal(1)), "GATEHOUSE_SECOND_MODEL_PRICES": None},
        )


def test_cached_tokens_cost_their_own_price_and_a_cost_is_rounded_up() -> None:
    prices = Prices(Decimal(1), Decimal(2), Decimal("0.1"))
    assert prices.cost(Usage(100, 10, cached_tokens=50)) == Decimal("0.000075")
    assert prices.micros(Usage(1, 0, cached_tokens=1)) == 1
    assert Prices(Decimal(1), Decimal(2)).micros(Usage(100, 10, cached_tokens=50)) == 120


def test_accounts_are_those_the_payer_has_in_the_order_of_their_keys() -> None:
    budgets = read_budgets("project/day=5 tokens; person/day=9 tokens; person:ana/day=7 tokens; channel/day=1 tokens")
    assert accounts_of(budgets, Payer(person="ana", project="churn"), now=NOW) == (
        Account("person:ana/day/2026-11-20", 7, None),
        Account("project:churn/day/2026-11-20", 5, None),
    )


# --- metrics pages --------------------------------------------------------------------

TODAY = """# HELP vllm:num_requests_running Number of requests
vllm:num_requests_running{engine="0",model_name="m"} 3.0
vllm:num_requests_running{engine="1",model_name="m"} 2.0
vllm:num_requests_waiting{engine="0",model_name="m"} 7.0
vllm:num_requests_waiting{engine="1",model_name="m"} 0.0
vllm:kv_cache_usage_perc{engine="0",model_name="m"} 0.25
vllm:kv_cache_usage_perc{engine="1",model_name="m"} 0.5
"""


def test_the_load_is_read_under_todays_and_yesterdays_names() -> None:
    assert read_load(TODAY) == Load(5, 7, 0.5)
    assert read_load(TODAY.replace("kv_cache_usage_perc", "gpu_cache_usage_perc")) == Load(5, 7, 0.5)


def test_a_page_without_our_metrics_is_not_taken_for_an_idle_server() -> None:
    found = read_load("python_info 1.0\n")
    assert isinstance(found, Absent)
    assert len(found.missing) == 3
    renamed = read_load(TODAY.replace("num_requests_waiting", "num_requests_queued"))
    assert isinstance(renamed, Absent)
    assert renamed.missing == ("vllm:num_requests_waiting",)


def test_the_less_urgent_the_class_the_shorter_the_queue_it_is_sent_behind() -> None:
    policy = AdmissionPolicy()

    def turned_away(load: Load | None) -> list[str]:
        return [kind for kind in policy.terms if refusal(kind, policy, load)]

    assert turned_away(None) == []
    assert turned_away(Load(1, 1, 0.1)) == ["background"]
    assert turned_away(Load(1, 5, 0.1)) == ["digest", "background"]
    assert turned_away(Load(9, 99, 1.0)) == ["question", "digest", "background"]


def test_one_who_gives_up_in_the_moment_he_is_pushed_out_harms_nobody() -> None:
    async def story() -> int:
        admission = Admission(AdmissionPolicy(places=1, queue=1))
        admission.running = 1
        late = asyncio.create_task(admission.enter("digest"))
        await asyncio.sleep(0)
        late.cancel()
        urgent = asyncio.create_task(admission.enter("sign-off"))
        await asyncio.gather(late, return_exceptions=True)
        admission.leave()
        await urgent
        return admission.running

    assert asyncio.run(story()) == 1


# --- the report -----------------------------------------------------------------------


def a_day(day: int, micros: int, *, person: str | None = "ana", project: str | None = "churn") -> Spent:
    return Spent(date(2026, 11, day), person, project, "question", 1, micros, micros)


def test_the_month_is_added_up_by_day_project_and_person_the_dearest_first() -> None:
    rows = [
        a_day(2, 10),
        a_day(2, 5, person="ben"),
        a_day(3, 100, project=None),
        Spent(date(2026, 10, 31), "x", "y", "digest", 1, 9, 9),
    ]
    report = report_of(rows, [], month=date(2026, 11, 1), today=date(2026, 11, 4))
    assert report.total.micros == 115
    assert [(found.name, found.micros) for found in report.days] == [("2026-11-02", 15), ("2026-11-03", 100)]
    assert [(found.name, found.micros) for found in report.people] == [("ana", 110), ("ben", 5)]
    assert [(found.name, found.micros) for found in report.projects] == [("no project", 100), ("churn", 15)]


def test_the_forecast_goes_on_at_the_pace_of_the_last_seven_whole_days() -> None:
    rows = [a_day(day, 1_000) for day in range(1, 14)] + [a_day(day, 100) for day in range(14, 21)]
    report = report_of(rows, [], month=date(2026, 11, 1), today=date(2026, 11, 21))
    assert report.forecast is not None
    assert report.forecast.micros == 13 * 1_000 + 7 * 100 + 10 * 100


def test_a_month_that_is_over_is_its_own_forecast_and_its_first_day_has_none() -> None:
    over = report_of([a_day(1, 7)], [], month=date(2026, 11, 1), today=date(2026, 12, 2))
    assert over.forecast is not None
    assert over.forecast.micros == 7
    assert report_of([a_day(1, 7)], [], month=date(2026, 11, 1), today=date(2026, 11, 1)).forecast is None


def test_marks_are_reached_at_fifty_eighty_and_hundred_per_cent() -> None:
    assert [crossed(spent, 100) for spent in (49, 50, 79, 80, 99, 100, 250)] == [None, 50, 50, 80, 80, 100, 100]
    assert crossed(5, None) is None


def test_spend_and_warnings_are_read_from_the_meter_each_warning_once(database: Database) -> None:
    with database.write() as session:
        account = Account("person:ana/day/2026-11-20", 100, None)
        for number, spent in enumerate((40, 15)):
            call = NewCall(
                f"c{number}", NOW, NOW, Payer("ana", project="churn"), "question", "p@1", "m", 50 - number * 20, 9
            )
            assert reserve(session, call, accounts=[account]) is None
            assert settle(session, call.id, Charge("settled", spent - 5, 5, micros=3))
    with database.read() as session:
        assert spent_since(session, date(2026, 11, 1)) == [
            Spent(date(2026, 11, 20), "ana", "churn", "question", 2, 55, 6)
        ]
        [held] = held_now(session, now=NOW)
    assert (held.label, held.share, held.warning) == ("the day of person ana", Decimal("0.55"), 50)
    with database.write() as session:
        assert [found.warning for found in take_warnings(session, now=NOW)] == [50]
    with database.write() as session:
        assert take_warnings(session, now=NOW) == []
