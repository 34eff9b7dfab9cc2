"""Answers a question to the standing records of the projects an audience may know of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.chat import Ask, Heading, Item, Items, Line
from bot.conversation.horizon import span_of
from bot.conversation.ledger_room import LedgerRoom
from bot.conversation.ledger_views import Told
from bot.conversation.record_views import Desk, called, heading_of, item_of, label_of, mark_of, notes_on, values_of
from bot.conversation.record_words import record_names
from bot.conversation.sources import Sources
from bot.conversation.threads import Subject
from bot.conversation.understand_records import understand_records
from gates.criteria import ContractRef, Dependency, InterfaceRef
from gates.record_kinds import RecordKind
from gates.record_queries import Recorded, Wish, everything, recorded, rests_on, say
from gates.record_warnings import RecordWarning, warnings_of
from rag.model import Audience, NoAnswer


@dataclass(frozen=True)
class RecordsTold:
    """What the standing records say, with the sources it names and what the thread is about from now on."""

    told: Told | NoAnswer
    subject: Subject
    sources: Sources


def answer_from_standing(
    text: str, *, room: LedgerRoom, audience: Audience, asked: Ask, thread: Subject, plain: bool
) -> RecordsTold | None:
    """The standing records' answer, or None when the question is not theirs.

    `plain` questions are those that other documents may answer as well; they are answered only when asked for.
    """
    if room.programme is None:
        return None
    visible = room.visible(audience)
    names = [entry for entry in room.names(audience) if entry.kind in ("project", "person")]
    question = understand_records(text, [*names, *record_names(everything(visible))])
    if question is None or question.plain != plain:
        return None
    projects = tuple(p for p in visible if not question.projects or p.slug in question.projects)
    sources = Sources({project.slug: project for project in visible}, room.line_of)
    reports = {report.project.slug: report for report in room.reports(audience)} if question.ask == "rests" else {}
    desk = Desk(question, projects, reports, room.programme, room.today, sources, thread, asked.person)
    told = _tell(desk)
    if told is None:
        return None
    items = _named(desk) or ()
    subject = Subject(
        project=items[0].project.slug if len(items) == 1 else thread.project,
        entities=tuple(item.title for item in items),
        topic=text,
        record=_ref(items[0]) if len(items) == 1 else thread.record,
    )
    return RecordsTold(told, subject, sources)


def _ref(item: Recorded) -> str:
    return f"{item.project.slug}/{item.kind.name}/{item.id}"


def _tell(desk: Desk) -> Told | NoAnswer | None:
    question = desk.question
    if question.ask == "warnings":
        return _warned(desk)
    if question.ask == "rests":
        return _resting(desk)
    kind = question.kind
    if kind is None or not any(getattr(project, kind.attribute) for project in desk.projects):
        return None  # nobody keeps such records here: the documents may
    items = _named(desk)
    match question.ask:
        case "owner" if items is not None:
            return _owners(items, desk)
        case "day" if items is not None and kind.day:
            return _column(items, kind.day, desk)
        case "yes_no" if items is not None:
            return _whether(items, desk)
        case "column" if question.column:
            return _column(_wanted(desk, kind) if items is None else items, question.column, desk)
        case "count":
            return _count(_wanted(desk, kind), desk)
        case _:
            return _list(_wanted(desk, kind), desk) if items is None else _cards(items, desk)


def _named(desk: Desk) -> tuple[Recorded, ...] | None:
    """The records that are called by name; None where none is."""
    if not desk.question.records:
        return None
    wanted = set(desk.question.records)
    found = tuple(item for item in everything(desk.projects) if _ref(item) in wanted)
    return found or None


def _wanted(desk: Desk, kind: RecordKind) -> tuple[Recorded, ...]:
    question = desk.question
    people = question.people or ((desk.asker,) if question.about_asker and desk.asker else ())
    since, until = _span(desk)
    idle = question.untouched
    wish = Wish(
        equal=question.equal,
        owners=people,
        open_only=question.open_only or question.overdue,
        since=since,
        until=until,
        untouched=(idle[0], desk.today - timedelta(days=idle[1])) if idle else None,
    )
    return recorded(desk.projects, kind, wish)


def _span(desk: Desk) -> tuple[date | None, date | None]:
    question, today = desk.question, desk.today
    if question.overdue:
        return None, today - timedelta(days=1)
    if question.horizon is None:
        return None, None
    return span_of(question.horizon, today)


# --- answers ------------------------------------------------------------------------------------


def _list(items: Sequence[Recorded], desk: Desk) -> Told:
    kind = desk.question.kind
    assert kind is not None
    if not items:
        return Told((Line(f"{heading_of(desk)}: none."),), ("none",))
    shown = Items(tuple(item_of(item, desk) for item in items))
    extra = notes_on(items)
    return Told((Heading(f"{heading_of(desk)}: {len(items)}"), shown, *extra), values_of(items, desk))


def _cards(items: Sequence[Recorded], desk: Desk) -> Told:
    return Told((Items(tuple(item_of(item, desk, everything=True) for item in items)),), values_of(items, desk))


def _count(items: Sequence[Recorded], desk: Desk) -> Told:
    shown = (Items(tuple(item_of(item, desk) for item in items), folded=True),) if items else ()
    return Told((Heading(f"{heading_of(desk)}: {len(items)}"), *shown), (str(len(items)),))


def _owners(items: Sequence[Recorded], desk: Desk) -> Told | NoAnswer:
    owned = [(item, desk.programme.name_of(item.owner)) for item in items if item.owner]
    if not owned:
        return NoAnswer(f"Nobody is recorded as the owner of {items[0].title}.", route="ledger")
    lines = tuple(Line(f"{who} owns {called(item, desk)}{mark_of(item, desk, 'owner')}") for item, who in owned)
    return Told(lines, tuple(dict.fromkeys(who for _, who in owned)))


def _column(items: Sequence[Recorded], column: str, desk: Desk) -> Told | NoAnswer:
    found = [(item, say(item, column, programme=desk.programme, today=desk.today)) for item in items]
    said = [(item, value) for item, value in found if value]
    if not said:
        what = items[0].title if items else heading_of(desk).lower()
        return NoAnswer(f"No {label_of(column)} is recorded of {what}.", route="ledger")
    listed = tuple(
        Item(f"{called(item, desk)}: {value}{mark_of(item, desk, column)}", label_of(column)) for item, value in said
    )
    return Told((Items(listed),), tuple(dict.fromkeys(_plain(item, column, value) for item, value in said)))


def _plain(item: Recorded, column: str, said: str) -> str:
    """The value a script reads: days as written, everything else as it is said."""
    value = item.value(column)
    return value.isoformat() if isinstance(value, date) else said


def _whether(items: Sequence[Recorded], desk: Desk) -> Told:
    admits = Wish(equal=desk.question.equal, open_only=desk.question.open_only).admits
    parts = tuple(Items((item_of(item, desk),)) for item in items)
    return Told(parts, ("yes",) if all(map(admits, items)) else ("no",))


def _resting(desk: Desk) -> Told | NoAnswer | None:
    items = _named(desk) or _remembered(desk)
    if not items:
        return NoAnswer("Which contract do you mean? Say for example: what rests on NAME?", route="ledger")
    found = [(item, rest) for item in items for rest in rests_on(item, desk.reports.values())]
    title = ", ".join(dict.fromkeys(item.title for item in items))
    if not found:
        mark = mark_of(items[0], desk, "id")
        return Told((Line(f"Nothing is recorded to rest on {title}{mark}"),), ("none",))
    listed = tuple(
        Item(
            f"{rest.project.slug} · {rest.title}{desk.sources.record(rest.project, rest.key, subject=rest.title)}",
            " · ".join(filter(None, (rest.kind, desk.programme.name_of(rest.owner) if rest.owner else ""))),
        )
        for _, rest in found
    )
    values = tuple(dict.fromkeys(rest.title for _, rest in found))
    return Told((Heading(f"What rests on {title}: {len(found)}"), Items(listed)), values)


def _remembered(desk: Desk) -> tuple[Recorded, ...]:
    """The contract the thread was about: named before, or the one its criterion waits for."""
    ref = desk.thread.record or _of_criterion(desk)
    found = tuple(item for item in everything(desk.projects) if _ref(item) == ref)
    return found or tuple(item for item in everything(desk.projects) if _is_called(item, desk.thread.entities))


def _is_called(item: Recorded, names: Sequence[str]) -> bool:
    """Whether a contract is one of the records the thread was about."""
    contract = item.kind.name in ("data_contracts", "interface_contracts")
    return contract and any(item.id in name or item.title in name for name in names)


def _of_criterion(desk: Desk) -> str | None:
    for project in desk.projects:
        for gate in project.gates if project.slug == desk.thread.project else ():
            for criterion in gate.criteria:
                if criterion.id == desk.thread.criterion and isinstance(criterion.rule, Dependency):
                    match criterion.rule.on:
                        case ContractRef(owner, contract):
                            return f"{owner}/data_contracts/{contract}"
                        case InterfaceRef(owner, interface):
                            return f"{owner}/interface_contracts/{interface}"
    return None


def _warned(desk: Desk) -> Told:
    about = desk.question.about
    found = [w for project in desk.projects for w in warnings_of(project, desk.today) if w.about in about]
    if not found:
        return Told((Line("None, as far as it is recorded."),), ("none",))
    listed = tuple(_warning(warning, desk) for warning in found)
    return Told((Items(listed),), tuple(warning.id for warning in found))


def _warning(warning: RecordWarning, desk: Desk) -> Item:
    mark = desk.sources.record(warning.project, warning.key, subject=warning.id)
    who = desk.programme.name_of(warning.owner) if warning.owner else "nobody is named"
    return Item(f"{warning.project.slug} · {warning.text}{mark}", who)
