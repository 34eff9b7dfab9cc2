"""The composition root of the model: what writes and senses, behind its guards. Loaded only where a model is set."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import datetime
from secrets import token_bytes

from prometheus_client import CollectorRegistry

from bot.database import Database
from bot.model.road import build_gateway
from bot.model.room import GuardedModel
from bot.model.sense import Sense
from bot.process.crossing import Crossing
from bot.rooms import DocumentsRoom
from bot.settings import Settings, SettingsError
from inference.prompts import load_prompt
from rag.claims.check import check
from rag.claims.entailment import EntailmentError, open_entailment, with_second_opinion
from rag.claims.pieced import check_pieced
from rag.writing.request import answer_form, lead_form
from rag.writing.writer import Writer


def open_model_room(
    settings: Settings,
    database: Database,
    documents: DocumentsRoom,
    *,
    clock: Callable[[], datetime],
    registry: CollectorRegistry | None = None,
    aside: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> GuardedModel:
    """The model's room as this installation is set; its guards count in `registry`, its callers wait `aside`.

    Raises:
        SettingsError: A price, a budget or the entailment model cannot be used.
    """
    gateway = build_gateway(settings, database, clock=clock, registry=registry or CollectorRegistry())
    secret = token_bytes(32)
    leads = Writer(gateway, lead_form(load_prompt("lead")), secret, judge=check_pieced)
    answers = Writer(gateway, answer_form(load_prompt("answer")), secret)
    if settings.entailment_model:
        answers = _with_second_opinion(answers, settings.entailment_model)
    return GuardedModel(
        answers=answers,
        leads=leads if settings.model_leads else None,
        sense=Sense(load_prompt("followup"), load_prompt("intent"), secret),
        crossing=Crossing("model", aside=aside),
        database=database,
        whole_texts=documents.whole_texts,
        clock=clock,
        deadline=settings.model_whole_s,
        close_model=gateway.close,
    )


def _with_second_opinion(writer: Writer, name: str) -> Writer:
    try:
        judge = with_second_opinion(check, open_entailment(name))
    except EntailmentError as error:
        raise SettingsError(str(error)) from error
    return replace(writer, judge=judge, judges_on=ThreadPoolExecutor(1, "entailment"))
