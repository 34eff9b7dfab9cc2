"""Carries an order out, from its words to what everybody gets to see."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from bot.chat import Button, Buttons, Command, Form, Heading, Item, Items, Line, Outcome, Part, Reply
from bot.conversation.commands import changed, digesting, known, looking, rating, recording, signing, steering
from bot.conversation.commands.desk import Desk
from bot.conversation.commands.forms import form_for
from bot.conversation.commands.grammar import Verb, verb_named, verbs_by_topic
from bot.conversation.commands.reading import Known, Order, Unclear, read_order
from bot.conversation.lexicon import SMALL_WORDS

NOT_LINKED = (
    "You are not linked to a person of the programme, so nothing you do here can count. "
    "Ask an administrator to link you: gatehouse link."
)

Doing = Callable[[Order, Desk, Mapping[str, str]], Outcome]

DOINGS: dict[str, Doing] = {
    **looking.DOINGS,
    **changed.DOINGS,
    **signing.DOINGS,
    **steering.DOINGS,
    **recording.DOINGS,
    **rating.DOINGS,
    **known.DOINGS,
    **digesting.DOINGS,
}


FORMS: dict[str, Callable[[Order, Desk], Form]] = {**recording.FORMS}
"""Forms of orders that ask otherwise than slot by slot."""


def is_order(text: str) -> bool:
    """Whether words that were addressed to the bot are an order rather than a question.

    Only the words decide, never what exists: otherwise the kind of answer would tell what somebody may not know of.
    """
    words = text.split()
    verb = verb_named(words[0]) if words else None
    if verb is None or text.rstrip().endswith("?"):
        return False
    if len(words) == 1:
        return not any(slot.required for slot in verb.wanted)
    return words[1].casefold().strip(".,:;!") not in SMALL_WORDS


def carry_out(command: Command, desk: Desk) -> Outcome:
    """What a command comes to. Whatever is unclear is asked for; whatever is refused says who could do it and how."""
    order = read_order(command.text, known=_known(desk), fields=command.fields)
    if isinstance(order, Unclear):
        return Outcome(_unclear(order), refused=True)
    if order.verb.name == "help":
        return Outcome(help_view(order.args.get("command", "")))
    if order.verb.changes and desk.person is None:
        return Outcome(Reply((Line(NOT_LINKED),)), refused=True)
    if order.missing:
        return Outcome(FORMS.get(order.verb.name, form_for)(order, desk))
    return DOINGS[order.verb.name](order, desk, command.fields)


def _known(desk: Desk) -> Known:
    projects = (report.project for report in desk.reports.values())
    roles = {*desk.programme.roles, *(role for project in projects for role in project.roles)}
    return Known(desk.room.names(desk.audience), sorted(roles), desk.today, desk.here, partial(_criteria, desk))


def _criteria(desk: Desk, project: str, gate: str | None) -> list[str]:
    """The ids of the criteria that these readers may know of."""
    gates = desk.reports[project].gates if project in desk.reports else ()
    found = (finding for report in gates if gate in (None, report.gate) for finding in report.findings)
    return [finding.criterion.id for finding in found if not finding.restricted]


def _unclear(order: Unclear) -> Reply:
    parts: list[Part] = [Line(order.reason)]
    if order.verb:
        parts.append(Line(f"For example: {order.verb.example}", quiet=True))
        parts.append(Buttons((Button(f"Help on {order.verb.name}", f"help {order.verb.name}"),)))
    return Reply(tuple(parts))


def help_view(named: str) -> Reply:
    """The help of one command, or of all: printed from the grammar."""
    verb = verb_named(named.split()[0]) if named.split() else None
    return Reply(_help_on(verb) if verb else _help())


def _help_on(verb: Verb) -> tuple[Part, ...]:
    also = f"Also called {', '.join(verb.aliases)}." if verb.aliases else ""
    lines = [verb.summary[:1].upper() + verb.summary[1:] + ".", f"Written: {verb.usage}", also]
    return (Heading(verb.name), *(Line(line) for line in lines if line), Line(f"For example: {verb.example}"))


def _help() -> tuple[Part, ...]:
    parts: list[Part] = [Heading("Commands")]
    for topic, verbs in verbs_by_topic().items():
        parts.append(Items(tuple(Item(verb.usage, verb.summary) for verb in verbs), title=topic))
    parts.append(Line("Names, slugs and aliases of projects and gates all do. Or ask in your own words.", quiet=True))
    return tuple(parts)
