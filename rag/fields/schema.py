"""The keys of a mapping file, as validated values. `deploy/docs/mapping.md` explains each."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

Test = Literal["present", "absent", "in", "not_in", "equals", "differs"]
Take = Literal["whole", "first_date", "number", "version"]
Answers = Literal["text", "person", "date", "number", "money", "version", "entity"]


class Part(BaseModel):
    """Base of every part: unknown keys are mistakes, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


def _tuple(value: object) -> object:
    return (value,) if isinstance(value, str) else value


class EntityRule(Part):
    """Which files are entities, and what each is called."""

    files: tuple[str, ...]
    kind: str
    plural: str = ""
    also_called: tuple[str, ...] = ()
    id: str
    title: str | None = None
    aliases: tuple[str, ...] = ()
    part_of: bool = False
    prefix: str = ""
    skip_when: dict[str, str] = Field(default_factory=dict)

    _lists = field_validator("files", "also_called", "aliases", mode="before")(_tuple)


class Condition(Part):
    """A test on one field of the same entity."""

    field: str
    test: Test
    values: tuple[str, ...] = ()
    group: str | None = None

    _lists = field_validator("values", mode="before")(_tuple)


class Cite(Part):
    """A sentence of a document that a rule rests on."""

    document: str
    quote: str


class Default(Part):
    """The value a field has when nothing is recorded, and why."""

    value: str
    when: tuple[Condition, ...]
    cite: Cite
    say: str = ""


class FieldRule(Part):
    """A concept: the fields it is read from, the words people use for it, the shape of its values."""

    read: tuple[str, ...] = Field(alias="from")
    synonyms: tuple[str, ...] = ()
    answers: Answers = "text"
    take: Take = "whole"
    separator: str | None = None
    plain: bool = False
    refers_to: str | None = None
    empty: tuple[str, ...] = ()
    groups: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    default: Default | None = None
    missing: str = ""

    _lists = field_validator("read", "synonyms", "empty", mode="before")(_tuple)


class DerivedRule(Part):
    """A relation computed from others: of the entities in field `of`, those that meet `where`."""

    of: str
    where: tuple[Condition, ...]
    when: tuple[Condition, ...] = ()
    synonyms: tuple[str, ...] = ()


class Stages(Part):
    """The stages entities pass, in order; the field that says which, and the milestone of each."""

    order: tuple[str, ...]
    field: str
    milestone: str | None = None
    also_called: dict[str, tuple[str, ...]] = Field(default_factory=dict)


class ListRule(Part):
    """Names kept in a document of their own, such as the people who may approve."""

    document: str
    field: str
    synonyms: tuple[str, ...] = ()


class CheckRule(Part):
    """One thing a gate asks for, and the sentence shown when it is unmet."""

    test: Test
    actual: str
    values: tuple[str, ...] = ()
    group: str | None = None
    list: str | None = None
    field: str | None = None
    unmet: str

    _lists = field_validator("values", mode="before")(_tuple)


class GateRule(Part):
    """A gate: what it is called, whom it is for and which checks must all hold."""

    gate: str
    kind: str
    synonyms: tuple[str, ...] = ()
    each_stage: bool = False
    owner: str | None = None
    approved_by: str | None = None
    when: tuple[Condition, ...] = ()
    checks: tuple[CheckRule, ...]


class Precedence(Part):
    """Where two places contradict each other on a field, the one that wins; the other is shown as stale."""

    field: str
    winner: str
    over: str


class MappingRules(Part):
    """A whole mapping file."""

    collection: str
    text_format: str | None = None
    formats: dict[str, str] = Field(default_factory=dict)
    entities: tuple[EntityRule, ...]
    fields: dict[str, FieldRule] = Field(default_factory=dict)
    derived: dict[str, DerivedRule] = Field(default_factory=dict)
    stages: Stages | None = None
    lists: dict[str, ListRule] = Field(default_factory=dict)
    gates: tuple[GateRule, ...] = ()
    precedence: tuple[Precedence, ...] = ()

    @model_validator(mode="after")
    def _names_resolve(self) -> MappingRules:
        for kind in (gate.kind for gate in self.gates):
            if kind not in {rule.kind for rule in self.entities}:
                raise ValueError(f"gates: kind {kind!r} is not the kind of any entity")
        return self
