"""Reads a measured value as a pipeline sends it: every mistake names the field and what may stand there. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.access.model import ApiToken
from bot.platforms.web.parse import Rejected, clean, read_object
from gates.model import Subject
from gates.signoff.commands import ReportValue

FIELDS = ("project", "gate", "criterion", "value", "unit", "subject", "conditions", "producer", "source")
NEEDED = ("project", "gate", "criterion", "value")
SUBJECT = ("model", "version", "digest", "dataset", "commit")
LONGEST = 300

FIELD_OF_RULE: Mapping[str, str] = {
    "Kind": "criterion",
    "Number": "value",
    "Producer": "producer",
    "Key": "Idempotency-Key",
}
"""Which field a rule of the ledger finds fault with."""

EXPECTED = '{"project": "...", "gate": "...", "criterion": "...", "value": "108", "producer": "..."}'


@dataclass(frozen=True)
class Measured:
    """A value for one criterion, with what it was measured on."""

    project: str
    gate: str
    criterion: str
    value: str
    unit: str | None
    subject: Subject | None
    conditions: tuple[tuple[str, str], ...]
    producer: str | None
    source: str

    def value_of(self, token: ApiToken) -> ReportValue:
        """As the ledger takes it: measured, not said by somebody; a token's own person answers for it."""
        return ReportValue(
            self.criterion,
            self.value,
            self.unit,
            self.subject,
            self.conditions,
            producer=token.person or self.producer,
            self_reported=False,
            source=self.source or token.name,
        )


def parse_evidence(body: bytes) -> Measured | Rejected:
    """The value in a JSON body, or what is wrong with it."""
    fields = read_object(body, expected=EXPECTED)
    if isinstance(fields, Rejected):
        return fields
    wrong = _unknown(fields, FIELDS, "") or _missing(fields) or _no_texts(fields)
    if wrong:
        return wrong
    subject = _texts(fields.get("subject"), "subject", SUBJECT)
    conditions = _texts(fields.get("conditions"), "conditions", None)
    if isinstance(subject, Rejected):
        return subject
    if isinstance(conditions, Rejected):
        return conditions
    text = {name: clean(str(value)) for name, value in fields.items() if value is not None}
    return Measured(
        text["project"],
        text["gate"],
        text["criterion"],
        text["value"],
        text.get("unit"),
        Subject(*(subject.get(name) for name in SUBJECT)) if subject else None,
        tuple(sorted(conditions.items())),
        text.get("producer"),
        text.get("source", ""),
    )


def _unknown(fields: Mapping[str, object], known: tuple[str, ...], where: str) -> Rejected | None:
    name = next((name for name in fields if name not in known), None)
    if name is None:
        return None
    return Rejected(
        400, f"Unknown field {where + clean(name[:40])!r}. Valid fields: {', '.join(known)}.", where + name[:40]
    )


def _missing(fields: Mapping[str, object]) -> Rejected | None:
    name = next((name for name in NEEDED if fields.get(name) in (None, "")), None)
    return Rejected(400, f"{name!r} is missing. Needed: {', '.join(NEEDED)}.", name) if name else None


def _no_texts(fields: Mapping[str, object]) -> Rejected | None:
    for name, value in fields.items():
        if name in ("subject", "conditions") or value is None:
            continue
        number = name == "value" and isinstance(value, int | float) and not isinstance(value, bool)
        if not (number or isinstance(value, str)) or len(str(value)) > LONGEST:
            return Rejected(400, f"{name!r} must be text of at most {LONGEST} characters.", name)
    return None


def _texts(value: object, name: str, known: tuple[str, ...] | None) -> dict[str, str] | Rejected:
    """An object of short texts or numbers; the field at fault otherwise."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        return Rejected(400, f"{name!r} must be an object of texts.", name)
    if known and (wrong := _unknown(value, known, f"{name}.")):
        return wrong
    for key, inner in value.items():
        if isinstance(inner, bool) or not isinstance(inner, str | int | float) or len(str(inner)) > LONGEST:
            return Rejected(400, f"'{name}.{clean(key[:40])}' must be text or a number.", f"{name}.{key[:40]}")
    return {clean(key): clean(str(inner)) for key, inner in value.items()}
