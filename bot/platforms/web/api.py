"""The API for pipelines: values in, verdicts out, each with a scoped token."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.access.evidence import take_evidence
from bot.access.model import Action, ApiToken
from bot.access.tokens import Tokens
from bot.access.verdicts import verdict_json, wrong_subject
from bot.orders import Orders
from bot.platforms.failure import log_failure
from bot.platforms.web.api_parse import FIELD_OF_RULE, Measured, parse_evidence
from bot.platforms.web.desk import Desk
from bot.platforms.web.guard import error_response
from bot.platforms.web.parse import Rejected
from bot.process.pools import Busy
from gates.service.answers import KEY_RULE
from gates.service.receipt import Recorded
from gates.service.verdict import Unknown, verdict
from gates.signoff.context import Refused

log = logging.getLogger(__name__)

WATCHED = "The value was kept for the escalation rules that watch it."
NO_TOKEN = "This wants a token: Authorization: Bearer ght_... An engineer makes one: gatehouse token create."


@dataclass(frozen=True)
class Api:
    """The API of one site."""

    desk: Desk
    orders: Orders
    tokens: Tokens

    def routes(self) -> list[Route]:
        return [
            Route("/api/evidence", self.evidence, methods=["POST"]),
            Route("/api/verdict/{project}/{gate}", self.verdict),
        ]

    async def evidence(self, request: Request) -> Response:
        """Take one measured value; under the same Idempotency-Key it takes effect once."""
        body, sent = await self.desk.body(request), request.headers.get("authorization", "")
        key = request.headers.get("idempotency-key", "").strip()
        if not 8 <= len(key) <= 100:
            said = "An Idempotency-Key header of 8 to 100 characters is needed: one for each measurement."
            return error_response(Rejected(400, said, "Idempotency-Key"))
        measured = body if isinstance(body, Rejected) else parse_evidence(body)
        return await self._run(lambda: self._take(measured, sent, key))

    def _take(self, measured: Measured | Rejected, sent: str, key: str) -> Response:
        token = self._token(sent)
        if isinstance(token, Rejected):
            return _unauthorised(token)
        if isinstance(measured, Rejected):
            return error_response(measured)
        wrong = _beyond(token, "evidence", measured.project, measured.gate) or _other_producer(token, measured)
        if wrong:
            return error_response(wrong)
        value = measured.value_of(token)
        done = take_evidence(
            self.orders, value, project=measured.project, gate=measured.gate, key=f"api/{token.id}/{key}"
        )
        return _refused(done) if isinstance(done, Refused) else _taken(done, measured)

    async def verdict(self, request: Request) -> Response:
        """Whether a gate lets a subject through: 200 with the verdict, 404 when there is no such gate."""
        project, gate = request.path_params["project"], request.path_params["gate"]
        subject, sent = request.query_params.get("subject"), request.headers.get("authorization", "")
        return await self._run(lambda: self._verdict(project, gate, subject, sent))

    def _verdict(self, project: str, gate: str, subject: str | None, sent: str) -> Response:
        token = self._token(sent)
        if isinstance(token, Rejected):
            return _unauthorised(token)
        if wrong := _beyond(token, "verdict", project, gate) or _names_nothing(subject):
            return error_response(wrong)
        with self.orders.database.read() as session:
            found = verdict(session, project, gate=gate, subject=subject)
        return JSONResponse(verdict_json(found), 404 if isinstance(found, Unknown) else 200)

    def _token(self, sent: str) -> ApiToken | Rejected:
        kind, _, text = sent.partition(" ")
        if kind.lower() != "bearer" or not text.strip():
            return Rejected(401, NO_TOKEN)
        with self.orders.database.read() as session:
            token = self.tokens.recognise(session, text.strip())
        return token or Rejected(401, "This token is not known here, has expired or was revoked. Make a new one.")

    async def _run(self, work: Callable[[], Response]) -> Response:
        try:
            return await self.desk.orders.run(work)
        except Busy:
            said = "Many others are waiting just now. This was not taken; send it again with the same key."
            return error_response(Rejected(503, said), retry_after=5)
        except Exception as error:
            event = log_failure(log, error)
            failed = Rejected(500, f"Something failed on this side; send it again. Event {event} is in the log.")
            return error_response(failed, event=event)


def _unauthorised(rejected: Rejected) -> Response:
    response = error_response(rejected)
    response.headers["WWW-Authenticate"] = 'Bearer realm="gatehouse"'
    return response


def _beyond(token: ApiToken, action: Action, project: str, gate: str) -> Rejected | None:
    if token.allows(action, project=project, gate=gate):
        return None
    has = ", ".join(map(str, token.scopes))
    return Rejected(403, f"The token {token.name!r} is not for {action}:{project}/{gate}. It is for {has}.")


def _names_nothing(subject: str | None) -> Rejected | None:
    wrong = wrong_subject(subject)
    return Rejected(400, wrong, "subject") if wrong else None


def _other_producer(token: ApiToken, measured: Measured) -> Rejected | None:
    """A token that belongs to a person reports for nobody else."""
    if measured.producer is None and token.person is None:
        said = "'producer' is missing: the id of who triggered the measurement. That person cannot approve the gate."
        return Rejected(400, said, "producer")
    if token.person and measured.producer not in (None, token.person):
        return Rejected(403, f"This token reports for {token.person!r} alone.", "producer")
    return None


def _taken(done: Recorded, measured: Measured) -> Response:
    report = done.report
    finding = next((found for found in report.findings if found.criterion.id == measured.criterion), None)
    plain = {
        "record": done.receipt.record,
        "again": done.again,
        "project": report.project,
        "gate": report.gate,
        "criterion": measured.criterion,
        "counts": not done.remarks,
        "met": finding.met if finding else None,
        "reason": " ".join(done.remarks) or (finding.reason if finding else WATCHED),
        "state": report.state,
        "receipt": done.receipt.line,
    }
    return JSONResponse(plain, 200 if done.again else 201)


def _refused(refused: Refused) -> Response:
    """Why the ledger did not take it: `how` says what it takes."""
    field = FIELD_OF_RULE.get(refused.rule)
    body = {"error": refused.reason, "how": refused.how, **({"field": field} if field else {})}
    status = 404 if not refused.rule else 409 if refused.rule == KEY_RULE else 422
    return JSONResponse(body, status)
