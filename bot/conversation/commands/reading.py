"""Reads a typed line by the grammar: which command, about what, with which options. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from bot.choices import suggestion
from bot.conversation.commands.days import looks_like_a_day, read_day
from bot.conversation.commands.grammar import ALL_GATES, Slot, Verb, nearest_verb, verb_named
from bot.conversation.names import Name, tokens

LONGEST_NAME = 6
"""Words of a name that are tried together."""


_JOINING = frozenset({"and", "of", "the"})
"""Small words that names may hold or leave out; none ends a name."""


@dataclass(frozen=True)
class Known:
    """What a line may name. `project` is meant when none is named (the thread's, or the channel's).

    `criteria` gives the ids of a project's criteria, of one gate where that is named: in an order a single word is
    clearly an id, which in a question ("cost") it is not.
    """

    names: Sequence[Name]
    roles: Sequence[str]
    today: date
    project: str | None = None
    criteria: Callable[[str, str | None], Sequence[str]] = lambda _project, _gate: ()


@dataclass(frozen=True)
class Order:
    """A command that was understood. `args` are by slot name: slugs, ids, days as YYYY-MM-DD, text as typed.

    `missing` are required slots that nobody filled; a form asks for them.
    """

    verb: Verb
    args: Mapping[str, str] = field(default_factory=dict)
    missing: tuple[Slot, ...] = ()


@dataclass(frozen=True)
class Unclear:
    """A line that cannot be carried out as typed; `reason` says what to write instead."""

    reason: str
    verb: Verb | None = None


def read_order(text: str, *, known: Known, fields: Mapping[str, str] | None = None) -> Order | Unclear:
    """The order in a line, with what a form added (`fields`, by slot name; what is typed counts first)."""
    words = split_words(text)
    if not words:
        return Unclear("No command was given. help lists them.")
    verb = verb_named(words[0])
    if verb is None:
        near = nearest_verb(words[0])
        hint = f"did you mean {near.name!r}?" if near else "help lists the commands."
        return Unclear(f"{words[0]!r} is no command; {hint}", near)
    reading = _Reading(verb, known)
    problem = reading.read(words[1:]) or reading.add(fields or {})
    if problem:
        return Unclear(f"{problem} Written: {verb.usage}", verb)
    missing = tuple(slot for slot in verb.wanted if slot.required and slot.name not in reading.args)
    return Order(verb, reading.args, missing)


def split_words(text: str) -> list[str]:
    """Words of a line; quotes keep words together, an apostrophe inside a word is no quote."""
    found = re.findall(r'"([^"]*)"|“([^”]*)”|(\S+)', text)
    return [quoted or curly or plain for quoted, curly, plain in found if quoted or curly or plain]


def _is_no_day(option: Slot, following: Sequence[str]) -> bool:
    """Whether a day is wanted and what follows is written like one, but is none (31 February)."""
    return option.kind == "day" and any(map(looks_like_a_day, following))


class _Reading:
    """One line being read: words are taken from the front, options where their value fits."""

    def __init__(self, verb: Verb, known: Known) -> None:
        self.verb = verb
        self.known = known
        self.args: dict[str, str] = {}

    def read(self, words: list[str]) -> str | None:
        words, problem = self._options(words)
        if problem:
            return problem
        for slot in self.verb.slots:
            value, used = self._take(slot, words)
            if value is not None:
                self.args[slot.name], words = value, words[used:]
            elif words and slot.required and not self._may_be_meant(slot):
                return self._unknown(slot, words[0])
            elif slot.kind == "project" and self.known.project:
                self.args[slot.name] = self.known.project
        if self.verb.text and words:
            self.args[self.verb.text.name] = " ".join(words).removeprefix("because ").strip()
            return None
        return f"{' '.join(words)!r} is not understood." if words else None

    def add(self, fields: Mapping[str, str]) -> str | None:
        """What a form added. A value that does not fit is named with its label."""
        for slot in self.verb.wanted:
            said = fields.get(slot.name, "").strip()
            if not said or slot.name in self.args:
                continue
            value, _ = self._take(slot, [said] if slot.kind in ("text", "word") else said.split())
            if value is None:
                return f"{slot.label}: {self._unknown(slot, said)}"
            self.args[slot.name] = value
        return None

    def _options(self, words: list[str]) -> tuple[list[str], str | None]:
        """The words without the options: `--until DAY` anywhere; a bare `until DAY` where a day follows."""
        options = {option.name: option for option in self.verb.options}
        rest: list[str] = []
        at = 0
        while at < len(words):
            plain = words[at].removeprefix("--").rstrip(":").casefold()
            option, dashed = options.get(plain), words[at].startswith("--")
            if option is None and dashed:
                return rest, f"{words[at]!r} is no option of {self.verb.name}."
            value, used = self._take(option, words[at + 1 :]) if option and option.name not in self.args else (None, 0)
            if option and value is not None and (dashed or option.kind != "text"):
                self.args[option.name], at = value, at + 1 + used
            elif option and (dashed or _is_no_day(option, words[at + 1 : at + 2])):
                return rest, self._unknown(option, " ".join(words[at + 1 : at + 2]))
            else:
                rest.append(words[at])
                at += 1
        return rest, None

    def _take(self, slot: Slot, words: Sequence[str]) -> tuple[str | None, int]:
        """The value at the front of the words and how many it took."""
        if not words:
            return None, 0
        match slot.kind:
            case "word" | "text":
                return words[0], 1
            case "day":
                return self._day(words)
            case "gates":
                return (ALL_GATES, 1) if words[0].casefold() == ALL_GATES else self._name("gate", words)
            case "role":
                return self._role(words)
            case _:
                return self._name(slot.kind, words)

    def _day(self, words: Sequence[str]) -> tuple[str | None, int]:
        for count in (3, 2, 1):
            found = read_day(" ".join(words[:count]), today=self.known.today) if count <= len(words) else None
            if found:
                return found.isoformat(), count
        return None, 0

    def _role(self, words: Sequence[str]) -> tuple[str | None, int]:
        by_words = {tokens(role): role for role in self.known.roles}
        for count in range(min(LONGEST_NAME, len(words)), 0, -1):
            found = by_words.get(tokens(" ".join(words[:count])))
            if found:
                return found, count
        return None, 0

    def _name(self, kind: str, words: Sequence[str]) -> tuple[str | None, int]:
        candidates = {entry.words: entry.ref for entry in self.known.names if entry.kind == kind and self._near(entry)}
        if kind == "criterion":
            candidates |= {tokens(id_): id_ for id_ in self._criteria()}
        for count in range(min(LONGEST_NAME, len(words)), 0, -1):
            said = tuple(word for word in tokens(" ".join(words[:count])) if word not in _JOINING)
            if said in candidates and words[count - 1].casefold() not in _JOINING:
                return candidates[said].rpartition("/")[2], count
        return None, 0

    def _criteria(self) -> Sequence[str]:
        project = self.args.get("project", self.known.project)
        return self.known.criteria(project, self.args.get("gate")) if project else ()

    def _near(self, entry: Name) -> bool:
        """Whether a gate or criterion belongs to what was named before it."""
        if entry.kind in ("project", "person"):
            return True
        project, _, rest = entry.ref.partition("/")
        gate = self.args.get("gate")
        if project != self.args.get("project", self.known.project):
            return False
        return entry.kind == "gate" or gate is None or rest.startswith(f"{gate}/")

    def _may_be_meant(self, slot: Slot) -> bool:
        """Whether a project that is not named is clear from where the line was typed."""
        return slot.kind == "project" and self.known.project is not None

    def _unknown(self, slot: Slot, said: str) -> str:
        choices = self._choices(slot)
        if slot.kind == "day":
            return f"{said!r} is no day; write it as 2026-11-27 or 27 Nov."
        if not choices:
            return f"{said!r} is no {slot.kind} that is known here."
        return f"There is no {slot.kind} {said!r}. {suggestion(said, choices)}"

    def _choices(self, slot: Slot) -> list[str]:
        if slot.kind == "role":
            return sorted(self.known.roles)
        refs = {e.ref for e in self.known.names if e.kind == slot.kind and self._near(e)}
        ids = self._criteria() if slot.kind == "criterion" else ()
        return sorted({*ids, *(ref.rpartition("/")[2] for ref in refs)})
