"""The stable JSON of a verdict, the same on the command line and over HTTP."""

from __future__ import annotations

from gates.service.verdict import Unknown, Verdict


def wrong_subject(named: str | None) -> str | None:
    """What is wrong with a subject that was named; a variable that was not set must not ask for any subject at all."""
    if named is None or named.strip():
        return None
    return "'subject' is empty: name the digest or the registry version, or leave it out to ask of whatever was signed."


def verdict_json(found: Verdict | Unknown) -> dict[str, object]:
    """`verdict` is passed, not passed or unknown; it holds for `subject` alone."""
    if isinstance(found, Unknown):
        return {"verdict": "unknown", "reasons": [found.reason]}
    subject = found.subject
    return {
        "verdict": "passed" if found.passed else "not passed",
        "project": found.project,
        "gate": found.gate,
        "state": found.state,
        "subject": {"version": subject.version, "digest": subject.digest} if subject else None,
        "reasons": list(found.reasons),
        "as_of": found.as_of.isoformat(),
        "record": found.record,
        "for_audit": found.for_audit,
    }
