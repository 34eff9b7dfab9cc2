"""Understanding a question to the ledger: which intent, gate, project and person; and what is left to the documents."""

from __future__ import annotations

import pytest

from bot.conversation.names import Name, name
from bot.conversation.understand import LedgerQuestion, understand

NAMES: tuple[Name, ...] = (
    name("ferry-eta", "project", "ferry-eta"),
    name("ferry arrival model", "project", "ferry-eta"),
    name("eta model", "project", "ferry-eta"),
    name("quay-scan", "project", "quay-scan"),
    name("production", "gate", "ferry-eta/production"),
    name("prod", "gate", "ferry-eta/production"),
    name("production readiness", "gate", "ferry-eta/production"),
    name("discovery", "gate", "ferry-eta/discovery"),
    name("latency", "criterion", "ferry-eta/production/latency"),
    name("bias review", "criterion", "ferry-eta/production/bias"),
    name("Ana Reis", "person", "ana.reis"),
    name("Ana", "person", "ana.reis"),
    name("Lea Marin", "person", "lea.marin"),
)
FERRY, PROD, DISC, LATENCY, BIAS = (
    "ferry-eta",
    "ferry-eta/production",
    "ferry-eta/discovery",
    "ferry-eta/production/latency",
    "ferry-eta/production/bias",
)

# sentence -> intent, then what it names: project, gate, criterion or person
UNDERSTOOD: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("status of ferry-eta?", "status", (FERRY,)),
    ("what's the status of the eta model", "status", (FERRY,)),
    ("Status Ferry Arrival Model", "status", (FERRY,)),
    ("how is ferry-eta doing?", "status", (FERRY,)),
    ("how's ferry-eta going", "status", (FERRY,)),
    ("where does ferry-eta stand?", "status", (FERRY,)),
    ("where are we with quay-scan", "status", ("quay-scan",)),
    ("give me an update on quay-scan please", "status", ("quay-scan",)),
    ("hey gatehouse, quick overview of ferry-eta", "status", (FERRY,)),
    ("is ferry-eta on track?", "status", (FERRY,)),
    ("is the production gate delayed?", "status", (PROD,)),
    ("what's blocking the prod gate?", "blockers", (PROD,)),
    ("what's blocking the production gate of ferry-eta?", "blockers", (FERRY, PROD)),
    ("what is in the way of production", "blockers", (PROD,)),
    ("what's missing for the production gate", "blockers", (PROD,)),
    ("which criteria are still open for production readiness?", "blockers", (PROD,)),
    ("why is ferry-eta blocked?", "blockers", (FERRY,)),
    ("what is left before production?", "blockers", (PROD,)),
    ("why hasn't the production gate passed?", "blockers", (PROD,)),
    ("waht is bloking ferry-eta", "blockers", (FERRY,)),
    ("whats stoping the prod gate", "blockers", (PROD,)),
    ("any blockers for quay-scan?", "blockers", ("quay-scan",)),
    ("who still has to sign for ferry-eta?", "signers", (FERRY,)),
    ("who needs to approve the production gate", "signers", (PROD,)),
    ("whose signature is missing for production?", "signers", (PROD,)),
    ("which approvals are outstanding for ferry-eta?", "signers", (FERRY,)),
    ("who has signed the production gate?", "signed", (PROD,)),
    ("who approved discovery?", "signed", (DISC,)),
    ("who signed off discovery", "signed", (DISC,)),
    ("has Ana signed production?", "has_signed", (PROD, "ana.reis")),
    ("did Lea Marin approve the production gate?", "has_signed", (PROD, "lea.marin")),
    ("what is waiting for Ana?", "waiting", ("ana.reis",)),
    ("what's waiting for me", "waiting", ()),
    ("show me everything pending for Lea Marin", "waiting", ("lea.marin",)),
    ("what is on my plate?", "waiting", ()),
    ("what does Ana have to do?", "waiting", ("ana.reis",)),
    ("who is Lea Marin?", "person", ("lea.marin",)),
    ("what is blocking the launch gate of ferry-eta?", "blockers", (FERRY, "?/launch")),
    ("when is the production gate due?", "due", (PROD,)),
    ("when is production?", "due", (PROD,)),
    ("deadline of the discovery gate", "due", (DISC,)),
    ("what is the date of the production gate", "due", (PROD,)),
    ("when was the production gate originally due?", "was_due", (PROD,)),
    ("what was the original date of production?", "was_due", (PROD,)),
    ("has discovery passed?", "passed", (DISC,)),
    ("did ferry-eta pass discovery?", "passed", (FERRY, DISC)),
    ("is the discovery gate approved?", "passed", (DISC,)),
    ("can we ship ferry-eta?", "ready", (FERRY,)),
    ("is ferry-eta ready for production?", "ready", (FERRY, PROD)),
    ("can ferry-eta go live tomorrow?", "ready", (FERRY,)),
    ("who owns ferry-eta?", "owner", (FERRY,)),
    ("who is responsible for the production gate?", "owner", (PROD,)),
    ("who is accountable for quay-scan", "owner", ("quay-scan",)),
    ("who's in charge of the eta model?", "owner", (FERRY,)),
    ("which gates are blocked?", "list", ()),
    ("list all gates due this week", "list", ()),
    ("which gates slip this month?", "list", ()),
    ("how many gates have passed?", "list", ()),
    ("show the gates on hold", "list", ()),
    ("if Ana signs, does production pass?", "what_if", (PROD, "ana.reis")),
    ("does the production gate pass if Lea Marin approves", "what_if", (PROD, "lea.marin")),
    ("would production pass if latency was met?", "what_if", (PROD, LATENCY)),
    ("is the bias review done?", "criterion", (BIAS,)),
    ("has the latency criterion been met?", "criterion", (LATENCY,)),
    ("status of the bias review", "criterion", (BIAS,)),
)

NOT_FOR_THE_LEDGER = (
    "",
    "hello",
    "why did we pick precision@10 %?",
    "what is the rollback plan for ferry-eta?",
    "status of the vendor quote",
    "status of PEP 658",
    "who owns the clickstream contract?",
    "who signed the insurance contract?",
    "when does the pilot start?",
    "when is the next steering committee?",
    "how much GPU budget is left?",
    "what did we promise the business?",
    "is the harbour master informed?",
    "who approved the delegated budget?",
    "how many berths does pier 4 have?",
    "what is the mooring fee?",
    "when was the load test run?",
    "what blocks the crane at pier 4?",
    "which documents mention ferry-eta?",
    "what changed in the runbook of ferry-eta?",
    "what does latency mean for passengers?",
    "why is the tide table late?",
    "who wrote the bias review?",
    "what did Ana Reis say about the offer?",
    "status",
    "who owns?",
    "is the contract signed?",
    "when is Ana on holiday?",
    "what is the e-mail address of Lea Marin?",
    "which team approves purchases above 5,000 EUR?",
    "summarise the decision log of ferry-eta",
    "what is the p95 of ferry-eta at 20 rps?",
)


@pytest.mark.parametrize(("text", "intent", "named"), UNDERSTOOD, ids=[text for text, *_ in UNDERSTOOD])
def test_a_question_to_the_ledger_is_understood(text: str, intent: str, named: tuple[str, ...]) -> None:
    question = understand(text, NAMES)
    assert question is not None
    assert question.intent == intent
    assert set(named) == _named(question)


@pytest.mark.parametrize("text", NOT_FOR_THE_LEDGER)
def test_a_word_unaccounted_for_leaves_it_to_records_and_documents(text: str) -> None:
    assert understand(text, NAMES) is None


@pytest.mark.parametrize(("text", "horizon"), [
    ("which gates are due this week?", "this week"), ("which gates are due next week?", "next week"),
    ("gates that slip this month: which?", "this month"), ("which gates are due?", None),
    ("which gates are due in the next two weeks?", "in the next two weeks"),
    ("what gates are due within 10 days", "within 10 days"), ("list the gates due today", "today"),
])  # fmt: skip
def test_the_time_asked_for_is_kept(text: str, horizon: str | None) -> None:
    question = understand(text, NAMES)
    assert question is not None
    assert (question.horizon.said if question.horizon else None) == horizon


@pytest.mark.parametrize(("text", "keep"), [
    ("which gates are blocked?", "blocked"), ("which gates have passed?", "passed"),
    ("which gates are late?", "slipping"),
    ("which gates are on hold?", "held"), ("which gates are due next week?", "due"), ("which gates are open?", "open"),
])  # fmt: skip
def test_a_list_of_gates_keeps_to_what_was_asked(text: str, keep: str) -> None:
    question = understand(text, NAMES)
    assert question is not None
    assert (question.intent, question.keep) == ("list", keep)


def test_the_asker_is_meant_only_when_it_says_so() -> None:
    mine, hers = understand("what is waiting for me?", NAMES), understand("what is waiting for Ana?", NAMES)
    assert mine is not None
    assert hers is not None
    assert (mine.about_asker, hers.about_asker) == (True, False)


@pytest.mark.parametrize("odd", ["\u202e", "\x00", "🚢", "ÄÖÜ", "١٢٣", "a" * 4000, "'" * 500, "%s {0}"])
def test_no_text_breaks_the_rules(odd: str) -> None:
    for text in (odd, f"status of ferry-eta {odd}", f"{odd} who owns production?"):
        understand(text, NAMES)


def _named(question: LedgerQuestion) -> set[str]:
    return {*question.projects, *question.gates, *question.criteria, *question.people}
