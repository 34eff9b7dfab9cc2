"""Plain records of a foreign collection, as a mapping hands them over, into projects whose gates the records decide."""

from __future__ import annotations

from gates.fields import Fields
from gates.model import Gate, Project
from gates.record_criteria import read_criterion
from gates.record_problems import Problems, RecordProblem, Where
from gates.records import check_twins, source_of


def load_mapped(record: object, where: Where, *, access_id: int = 0) -> Project | tuple[RecordProblem, ...]:
    """A project out of one mapped record, or all that is wrong with it.

    The record is `{project, name, noun?, status?, aliases?, owner?, gates: [{gate, name?, owner?, due?, passed_on?,
    approved_by?, criteria: [{id, kind: record, title, checks: [{test, actual, expected, unmet, document?, line?,
    quote?, access_id?}]}]}]}`. People are names as the collection writes them. A gate passes when all of its checks
    hold; `approved_by` is shown then and never counts by itself.
    """
    problems = Problems(where)
    fields = Fields(record, "", problems)
    slug = fields.need("project")
    project = Project(
        slug=slug,
        name=fields.text("name") or slug,
        gates=tuple(_gate(inner, slug, position) for position, inner in enumerate(fields.items("gates"), 1)),
        noun=fields.text("noun") or "record",
        status=fields.text("status"),
        aliases=fields.texts("aliases"),
        owner=fields.text("owner"),
        source=source_of(record, where),
        access_id=access_id,
    )
    fields.close()
    check_twins(project, problems)
    return project if not problems.found else tuple(problems.found)


def _gate(fields: Fields, project: str, position: int) -> Gate:
    slug = fields.need("gate")
    gate = Gate(
        slug=slug,
        name=fields.text("name") or slug,
        position=position,
        owner=fields.text("owner"),
        due=fields.day("due"),
        state="computed",
        passed_on=fields.day("passed_on"),
        approved_by=fields.texts("approved_by"),
        criteria=tuple(read_criterion(inner, project) for inner in fields.items("criteria")),
        key=fields.key,
    )
    fields.close()
    return gate
