"""Gates of mapped records: which there are, which checks fail, and questions about them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.fields.folding import fold
from rag.fields.schema import CheckRule, Condition, GateRule
from rag.fields.templates import fill_leniently
from rag.model import Answer
from rag.records.asking import Asking
from rag.records.compose import Sources, answer, label_of
from rag.records.record import Evidence, Reading, Record, RecordReader, of_fact, passes
from rag.records.shape import Shape


@dataclass(frozen=True)
class CheckResult:
    """One check of a gate on one record: what is there, what is expected, and the sentence if it fails."""

    rule: CheckRule
    actual: tuple[Reading, ...]
    expected: tuple[str, ...]
    passed: bool
    unmet: str
    title: str


@dataclass(frozen=True)
class MappedGate:
    """A gate of one record. It is passed when every check passes; without checks it is not."""

    name: str
    stage: str
    owners: tuple[Reading, ...]
    approvers: tuple[Reading, ...]
    checks: tuple[CheckResult, ...]

    @property
    def passed(self) -> bool:
        return bool(self.checks) and all(check.passed for check in self.checks)

    @property
    def reasons(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(check.unmet for check in self.checks if not check.passed))


def gates_of(record: Record, reader: RecordReader) -> list[MappedGate]:
    """The gates a mapping defines for this record, in the order of rules and stages."""
    return [
        _gate(record, rule, stage, reader)
        for rule in reader.vocabulary.gates
        if rule.kind == record.entity.kind
        for stage in _stages(rule, reader)
        if all(_applies(record, condition, stage, reader) for condition in rule.when)
    ]


def _stages(rule: GateRule, reader: RecordReader) -> Sequence[str]:
    stages = reader.vocabulary.stages
    return stages.order if rule.each_stage and stages else ("",)


def _applies(record: Record, condition: Condition, stage: str, reader: RecordReader) -> bool:
    return reader.holds(record, condition.model_copy(update={"field": _at(condition.field, stage)}))


def _at(text: str, stage: str) -> str:
    return text.replace("{stage}", stage)


def _gate(record: Record, rule: GateRule, stage: str, reader: RecordReader) -> MappedGate:
    approvers = _readings(record, _at(rule.approved_by, stage), reader) if rule.approved_by else []
    checks: list[CheckResult] = []
    for check in rule.checks:
        result = _check(record, check, stage, reader)
        checks.append(result)
        if check.test == "present" and not result.passed:
            break
    owners = _readings(record, _at(rule.owner, stage), reader) if rule.owner else []
    return MappedGate(_at(rule.gate, stage), stage, tuple(owners), tuple(approvers), tuple(checks))


def _check(record: Record, rule: CheckRule, stage: str, reader: RecordReader) -> CheckResult:
    """A check; after an absent value the later ones say nothing more, so the caller stops there."""
    readings = _readings(record, _at(rule.actual, stage), reader)
    expected = tuple(_expected(record, rule, stage, reader))
    passed = passes(rule.test, [reading.value for reading in readings], expected)
    if rule.test in ("in", "differs") and not expected:
        passed = False

    def value_of(name: str) -> str | None:
        if name == "stage":
            return stage
        return ", ".join(reading.value for reading in _readings(record, name, reader)) or None

    sentence = fill_leniently(_at(rule.unmet, stage), value_of)
    return CheckResult(rule, tuple(readings), expected, passed, sentence, _at(rule.actual, stage))


def _expected(record: Record, rule: CheckRule, stage: str, reader: RecordReader) -> Iterator[str]:
    yield from rule.values
    if rule.field:
        yield from (reading.value for reading in _readings(record, _at(rule.field, stage), reader))
    if rule.list:
        yield from reader.listed(rule.list)
    concept = reader.vocabulary.concept(rule.actual)
    if rule.group and concept and concept.rule:
        yield from concept.rule.groups.get(rule.group, ())


def _readings(record: Record, name: str, reader: RecordReader) -> list[Reading]:
    concept = reader.vocabulary.concept(name)
    return reader.read(record, concept) if concept else reader.field_readings(record, fold(name))


# --- questions ------------------------------------------------------------------------


def answer_gate(asking: Asking, record: Record, shape: Shape) -> Answer | None:
    """Whether a named gate of a record is approved, and why not; None when no gate is named."""
    words = {word.text for word in asking.question.words} | set(shape.text.split())
    if asking.question.form == "who":
        return _approvers(asking, record, shape) if words & _APPROVES else None
    wants_verdict, wants_reasons = words & _VERDICT, words & _REASONS
    if not (wants_verdict or wants_reasons):
        return None
    gate = _named(gates_of(record, asking.reader), asking, shape)
    if gate is None:
        return None
    sources = Sources()
    evidence = [item for check in gate.checks for reading in check.actual for item in reading.evidence]
    marks = sources.mark(evidence or _first(record), entity=record.name)
    people = [reading.value for reading in gate.approvers]
    if gate.passed:
        values = ["approved", *people] if wants_verdict else ["none"]
        return answer(f"{label_of(record)}: {gate.name} is approved{_by(people)} {marks}.", values, sources)
    values = ["not approved", *gate.reasons] if wants_verdict else list(gate.reasons)
    return answer(
        f"{label_of(record)}: {gate.name} is not approved: {'; '.join(gate.reasons)} {marks}.", values, sources
    )


_VERDICT = frozenset("approved passed pass signed ready met through cleared valid given granted".split())
_REASONS = frozenset(
    """missing unmet block blocks blocking open lacking lacks fails needed holding wrong outstanding
    waiting waits""".split()
)
_APPROVES = frozenset("approved signed gave passed cleared granted".split())


def _approvers(asking: Asking, record: Record, shape: Shape) -> Answer | None:
    """Who has approved a named gate; None when no gate is named, or it is not approved by anybody."""
    gate = _named(gates_of(record, asking.reader), asking, shape)
    if gate is None or not gate.passed or not gate.approvers:
        return None
    sources = Sources()
    marks = sources.mark([item for reading in gate.approvers for item in reading.evidence], entity=record.name)
    people = [reading.value for reading in gate.approvers]
    return answer(f"{label_of(record)}: {gate.name} is approved{_by(people)} {marks}.", people, sources)


def _by(people: Sequence[str]) -> str:
    return f" by {', '.join(people)}" if people else ""


def _first(record: Record) -> list[Evidence]:
    return [of_fact(f) for f in record.facts[:1]]


def _named(gates: Sequence[MappedGate], asking: Asking, shape: Shape) -> MappedGate | None:
    """The gate all words of whose name, or of a synonym of it, stand in the question."""
    spoken = set(shape.text.split())
    return next((gate for gate in gates if any(set(name.split()) <= spoken for name in _names(gate, asking))), None)


def _names(gate: MappedGate, asking: Asking) -> list[str]:
    stages = asking.vocabulary.stages
    calls = (gate.stage, *(stages.also_called.get(gate.stage, ()) if stages else ()))
    rule = next(rule for rule in asking.vocabulary.gates if gate.name in (rule.gate, _at(rule.gate, gate.stage)))
    templates = (rule.gate, *rule.synonyms)
    return [fold(_at(template, call)) for template in templates for call in calls]
