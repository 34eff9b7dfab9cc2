"""`gatehouse replay ID`: how an answer in a model's words came about, and what the same request comes to now."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from bot.answers.model import KEPT_FOR, AnswerRecord
from bot.chat import Details, Heading, Item, Items, Line, Part, Reply
from bot.cli.ask import print_json
from bot.cli.usage import UsageError
from bot.conversation.words import day
from bot.model.replay import NotShown, Viewer, is_same, look_up_answer, repeat
from bot.model.room import GuardedModel
from bot.settings import load_settings
from bot.wiring import open_installation, open_rooms
from rag.writing.writer import Written


def run_replay(answer_id: str, *, viewer: Viewer, again: bool, as_json: bool) -> None:
    """Show an answer's record, and with a model set and its words still kept, ask once more."""
    here = open_installation(load_settings())
    with open_rooms(here) as rooms:
        programme = rooms.ledger().programme
        try:
            record = look_up_answer(answer_id, viewer, programme=programme, database=here.database, now=here.clock())
        except NotShown as refused:
            raise UsageError(str(refused)) from refused
        repeated = repeat(record, rooms.model) if again and isinstance(rooms.model, GuardedModel) else None
    if as_json:
        print_json(to_json(record, repeated))
        return
    from bot.platforms.terminal.render import console_on, render

    console_on(sys.stdout).print(render(Reply(tuple(_parts(record, repeated, asked=again)))))


def to_json(record: AnswerRecord, repeated: Written | None) -> dict[str, Any]:
    """The record as JSON; `repeated` is what the same request came to just now, null where it was not asked."""
    texts = record.texts
    return {
        "id": record.id,
        "at": record.at.isoformat(),
        "question_sha256": record.question_hash,
        "question": texts.question if texts else None,
        "understood_as": (texts.understood or None) if texts else None,
        "answer": texts.answer if texts else None,
        "tier": record.tier,
        "why": record.why,
        "audience": record.audience,
        "prompt": record.prompt,
        "model": record.model,
        "sampling": dict(record.sampling),
        "sources": [{"n": one.n, "doc": one.doc, "sha256": one.sha256} for one in record.sources],
        "decisions": [{"guard": guard, "verdict": verdict, "reason": why} for guard, verdict, why in record.decisions],
        "dropped": [{"fault": one.fault, "reason": one.reason, "sentence": one.sentence} for one in record.dropped],
        "tokens": {"prompt": record.tokens[0], "completion": record.tokens[1]},
        "cost_usd": record.micros / 1_000_000,
        "timings_ms": {name: round(value, 1) for name, value in record.timings_ms.items()},
        "messages": [{"role": role, "content": text} for role, text in texts.messages] if texts else None,
        "repeated": _repeated(record, repeated),
    }


def _repeated(record: AnswerRecord, repeated: Written | None) -> dict[str, Any] | None:
    if repeated is None:
        return None
    answer = repeated.answer.text if repeated.answer else None
    return {
        "answer": answer,
        "why": repeated.why,
        "same": is_same(record, repeated),
        "model": repeated.completion.model if repeated.completion else "",
    }


def _parts(record: AnswerRecord, repeated: Written | None, *, asked: bool) -> Iterator[Part]:
    texts = record.texts
    yield Heading(f"Answer {record.id}, {day(record.at.date())} {record.at:%H:%M} UTC")
    if texts:
        yield Line(f"Asked: {texts.question}")
        if texts.understood:
            yield Line(f"Understood as: {texts.understood}")
        yield Line(texts.answer)
    else:
        yield Line(f"The words are gone: they are kept for {KEPT_FOR.days} days. What follows stays.")
    yield Details(
        (
            ("Written by", "the model, checked" if record.tier == "model" else f"the documents: {record.why}"),
            ("Prompt", record.prompt),
            ("Model", record.model or "gave no answer"),
            ("Sampling", ", ".join(f"{name} {value}" for name, value in record.sampling.items() if name != "grammar")),
            ("Tokens", f"{record.tokens[0]} in, {record.tokens[1]} out, {record.micros / 1_000_000:.6f} USD"),
            ("Took", _took(record)),
            ("Readable by", record.audience),
        )
    )
    yield Items(tuple(Item(one.doc, f"sha256 {one.sha256[:16]}") for one in record.sources), title="Sources sent")
    if record.decisions:
        yield Items(tuple(Item(f"{guard}: {verdict}", why) for guard, verdict, why in record.decisions), title="Guards")
    if record.dropped:
        dropped = (Item(one.sentence or "(gone)", f"{one.fault}: {one.reason}") for one in record.dropped)
        yield Items(tuple(dropped), title="Not shown, because it does not stand in its source")
    if asked:
        yield from _again(record, repeated)


def _took(record: AnswerRecord) -> str:
    """Milliseconds from when the model was asked, by name."""
    return ", ".join(f"{name.replace('_', ' ')} {value:.0f} ms" for name, value in record.timings_ms.items())


def _again(record: AnswerRecord, repeated: Written | None) -> Iterator[Part]:
    if repeated is None:
        why = "no model is set (GATEHOUSE_MODEL_URL)" if record.texts else "its words are no longer kept"
        yield Line(f"Not repeated: {why}.")
    elif repeated.answer is None:
        yield Line(f"Repeated now: nothing is shown. {repeated.why}")
    else:
        same = "the same words" if is_same(record, repeated) else "other words"
        yield Line(f"Repeated now, {same}: {repeated.answer.text}")
