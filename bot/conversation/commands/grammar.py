"""The one table of commands: what they are called, what they want, and the help that is printed from it.

Slash commands, mentions, buttons, forms, the terminal and the web page all go by this table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

SlotKind = Literal["project", "gate", "gates", "criterion", "person", "role", "day", "word", "text"]


@dataclass(frozen=True)
class Slot:
    """One thing a command wants. In help it is `NAME`, in a form `label`."""

    name: str
    kind: SlotKind
    label: str
    required: bool = True


@dataclass(frozen=True)
class Verb:
    """A command.

    `slots` are read in order, `options` by their names ("until 2026-11-27"), the rest of the line is `text`. `changes`
    marks those that change the ledger: they want a person and are recorded.
    """

    name: str
    summary: str
    slots: tuple[Slot, ...] = ()
    options: tuple[Slot, ...] = ()
    text: Slot | None = None
    aliases: tuple[str, ...] = ()
    example: str = ""
    changes: bool = False
    topic: str = "Look"

    @property
    def usage(self) -> str:
        """How it is typed: `hold PROJECT [GATE] [until DAY] REASON`."""
        words = [self.name]
        words += [slot.name.upper() if slot.required else f"[{slot.name.upper()}]" for slot in self.slots]
        words += [f"[{option.name} {_SHOWN.get(option.kind, option.kind.upper())}]" for option in self.options]
        if self.text:
            said = self.text.name.upper()
            words.append(said if self.text.required else f"[{said}]")
        return " ".join(words)

    @property
    def wanted(self) -> tuple[Slot, ...]:
        """Everything it can be given, in the order of a form."""
        return (*self.slots, *self.options, *((self.text,) if self.text else ()))


_SHOWN: Mapping[str, str] = {"day": "DAY", "word": "VALUE", "text": "TEXT"}

ALL_GATES = "all"
"""Stands for every open gate of a project, where a command takes more than one."""

PROJECT = Slot("project", "project", "Project")
GATE = Slot("gate", "gate", "Gate", required=False)
GATES = Slot("gate", "gates", "Gate, or all", required=False)
CRITERION = Slot("criterion", "criterion", "Criterion")
PERSON = Slot("person", "person", "Person")
UNTIL = Slot("until", "day", "Until", required=False)
REASON = Slot("reason", "text", "Reason")
COMMENT = Slot("comment", "text", "Comment", required=False)
AS_ROLE = Slot("as", "role", "In the role", required=False)
OBLIGATION = Slot("obligation", "word", "Condition or obligation")
STEP = Slot("step", "word", "Criterion, or unchanged")
ABOUT = Slot("about", "word", "Matter")
BY = Slot("by", "day", "By", required=False)

SUBJECT = (
    Slot("version", "word", "Registry version", required=False),
    Slot("digest", "word", "Artifact digest", required=False),
    Slot("dataset", "word", "Dataset snapshot", required=False),
    Slot("commit", "word", "Transform commit", required=False),
)

VERBS: tuple[Verb, ...] = (
    Verb("status", "where a project stands", (PROJECT,), example="status churn-uplift"),
    Verb(
        "blockers",
        "everything a gate still asks for",
        (PROJECT, GATE),
        aliases=("blocking", "blocker"),
        example="blockers churn-uplift production",
    ),
    Verb("show", "a gate with its evidence and signatures", (PROJECT, GATE), aliases=("gate", "open"),
         example="show churn-uplift production"),
    Verb("list", "the gates of all projects", text=Slot("filter", "text", "Which", required=False),
         aliases=("gates", "board"), example="list blocked"),
    Verb("queue", "what is waiting for you", aliases=("waiting", "mine", "inbox"), example="queue"),
    Verb("home", "your page: what is waiting for you, your projects and their next dates", aliases=("me",),
         example="home"),
    Verb("history", "what happened to a gate, by whom and when", (PROJECT, GATE), aliases=("log",),
         example="history churn-uplift production"),
    Verb("changed", "what changed since you signed", (PROJECT, GATE), aliases=("diff",),
         example="changed churn-uplift production"),
    Verb("what-if", "what would follow if somebody signed or a criterion were met", (PROJECT, GATE),
         text=Slot("changes", "text", "If"), aliases=("whatif", "if"),
         example="what-if churn-uplift production Aiko Sato signs and latency-p95 is met"),
    Verb("link", "who you are here, and how to confirm that an account of yours is yours", example="link"),
    # --- sign-off ---
    Verb("submit", "ask for sign-off: freezes the evidence and asks the approvers", (PROJECT, GATE),
         options=(Slot("decide-by", "day", "Decide by", required=False), *SUBJECT), text=COMMENT,
         aliases=("request",), changes=True, topic="Sign off",
         example="submit churn-uplift production decide-by 2026-11-27"),
    Verb("review", "walk through the criteria of a sign-off, then decide", (PROJECT, GATE), aliases=("sign", "walk"),
         topic="Sign off", example="review churn-uplift production"),
    Verb("judge", "confirm one step of a review, or flag it with a remark", (PROJECT, GATE, STEP),
         text=Slot("remark", "text", "Remark", required=False), topic="Sign off",
         example="judge churn-uplift production latency-p95"),
    Verb("decide", "the last step of a review: approve, reject or abstain", (PROJECT, GATE), topic="Sign off",
         example="decide churn-uplift production"),
    Verb("approve", "sign, with conditions where you name them", (PROJECT, GATE),
         options=(AS_ROLE, Slot("condition", "text", "Condition", required=False), BY,
                  Slot("owner", "person", "Owner of the condition", required=False)),
         text=COMMENT, changes=True, topic="Sign off", example="approve churn-uplift production"),
    Verb("reject", "turn a submission down; it is closed", (PROJECT, GATE), options=(AS_ROLE,), text=REASON,
         aliases=("decline",), changes=True, topic="Sign off",
         example="reject churn-uplift production the latency was measured on another version"),
    Verb("abstain", "take no side; fills no seat", (PROJECT, GATE), options=(AS_ROLE,), text=COMMENT, changes=True,
         topic="Sign off", example="abstain churn-uplift production"),
    Verb("withdraw", "take your own signature back", (PROJECT, GATE), text=COMMENT,
         aliases=("unsign",), changes=True, topic="Sign off", example="withdraw churn-uplift production"),
    Verb("cancel", "take a submission back", (PROJECT, GATE), text=REASON, aliases=("withdraw-request",), changes=True,
         topic="Sign off", example="cancel churn-uplift production submitted too early"),
    Verb("question", "ask something on a sign-off request", (PROJECT, GATE),
         text=Slot("question", "text", "Question"), changes=True,
         topic="Sign off", example="question churn-uplift production was the cache warm?"),
    Verb("answer", "answer a question on a sign-off request",
         (PROJECT, GATE, Slot("number", "word", "Question number")),
         text=Slot("answer", "text", "Answer"), changes=True, topic="Sign off",
         example="answer churn-uplift production 1 no, it was cold"),
    Verb("delegate", "let somebody sign in your place until a day, at one gate or at all of a project",
         (PROJECT, GATES, PERSON), options=(UNTIL, AS_ROLE),
         text=COMMENT, changes=True, topic="Sign off",
         example="delegate churn-uplift production maya.lindqvist until 2026-11-27"),
    Verb("undelegate", "end a delegation, at one gate or at all", (PROJECT, GATES), text=COMMENT, changes=True,
         topic="Sign off", example="undelegate churn-uplift production"),
    # --- steer ---
    Verb("hold", "stop a gate at once", (PROJECT, GATE), options=(UNTIL,), text=REASON, aliases=("pause",),
         changes=True, topic="Steer",
         example="hold churn-uplift production until 2026-11-27 drift alarm on the shadow run"),
    Verb("lift", "lift a hold", (PROJECT, GATE), text=COMMENT, aliases=("unhold", "resume"), changes=True,
         topic="Steer", example="lift churn-uplift production"),
    Verb("waive", "let a gate pass without a criterion until a day", (PROJECT, GATE, CRITERION), options=(UNTIL,),
         text=REASON, changes=True, topic="Steer",
         example="waive churn-uplift production runbook until 2026-12-11 the drill covers it"),
    Verb("unwaive", "end a waiver", (PROJECT, GATE, CRITERION), text=COMMENT, changes=True, topic="Steer",
         example="unwaive churn-uplift production runbook"),
    Verb("override", "break glass: pass a gate against its criteria; it is reviewed afterwards", (PROJECT, GATE),
         options=(UNTIL,), text=REASON, aliases=("break-glass",), changes=True, topic="Steer",
         example="override churn-uplift production until 2026-11-22 the old model is failing customers"),
    Verb("review-override", "close the review of an override", (PROJECT, GATE), text=Slot("finding", "text", "Finding"),
         changes=True, topic="Steer", example="review-override churn-uplift production justified, runbook was updated"),
    Verb("report", "report a measured value", (PROJECT, GATE, CRITERION, Slot("value", "word", "Value")),
         options=SUBJECT, text=COMMENT, aliases=("measure",), changes=True, topic="Steer",
         example="report churn-uplift production latency-p95 108 version v3.2"),
    Verb("done", "say that a condition or an obligation is met", (PROJECT, GATE, OBLIGATION),
         text=COMMENT, aliases=("met",), changes=True, topic="Steer",
         example="done churn-uplift production c1 drilled on Tuesday"),
    Verb("record", "keep what was said: as evidence (a value), as a decision or as a risk",
         (Slot("kind", "word", "As"), PROJECT, GATE),
         options=(Slot("criterion", "text", "Criterion", required=False),
                  Slot("value", "text", "Value", required=False),
                  Slot("source", "text", "Where it was said", required=False)),
         text=Slot("text", "text", "What was said"), aliases=("note",), changes=True, topic="Steer",
         example="record decision churn-uplift production only the top tenth is called"),
    Verb("feedback", "say whether an answer was helpful or not",
         (Slot("answer", "word", "Answer"), Slot("verdict", "word", "helpful or not")),
         text=COMMENT, example="feedback 3f9a1c20 helpful"),
    Verb("digest", "your digest now, or when and how it comes (settings, more, at, weekly, pause, mute ...)",
         text=Slot("what", "text", "What", required=False), aliases=("morning",), topic="Digest",
         example="digest at 08:30"),
    Verb("snooze", "do not say a matter of your digest before a day", (ABOUT,), options=(UNTIL,), topic="Digest",
         example="snooze churn-uplift/production/latency-p95 until Friday"),
    Verb("remind", "remind whoever can move a matter of your digest", (ABOUT,), aliases=("nudge",), topic="Digest",
         example="remind churn-uplift/production/latency-p95"),
    Verb("help", "this list, or one command", text=Slot("command", "text", "Command", required=False), aliases=("?",),
         example="help hold", topic="Look"),
)  # fmt: skip

_BY_NAME = {name: verb for verb in VERBS for name in (verb.name, *verb.aliases)}


def verb_named(word: str) -> Verb | None:
    """The command of this name or alias."""
    return _BY_NAME.get(word.casefold())


def nearest_verb(word: str) -> Verb | None:
    """The command that was probably meant."""
    from rapidfuzz import process

    near = process.extractOne(word.casefold(), list(_BY_NAME), score_cutoff=65)
    return _BY_NAME[near[0]] if near else None


def verbs_by_topic() -> dict[str, tuple[Verb, ...]]:
    """The commands for a help text, in the table's order."""
    topics = dict.fromkeys(verb.topic for verb in VERBS)
    return {topic: tuple(verb for verb in VERBS if verb.topic == topic) for topic in topics}
