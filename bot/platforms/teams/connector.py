"""Teams' REST service: plain JSON to the address an activity came from, failures in the middle's own words."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import quote

import httpx

from bot.messaging.model import DeliveryError, Rejected, Throttled, Unreachable
from bot.platforms.teams.trust import is_service_url

Json = Mapping[str, Any]
Token = Callable[[], Awaitable[str]]

DEFAULT_SERVICE = "https://smba.trafficmanager.net/teams/"
"""Where a tenant is written to before the first activity has told its own address."""

TIMEOUT_SECONDS = 15.0
RETRY_AFTER_SECONDS = 30.0
PASSING = frozenset({408, 412, 500, 502, 503, 504})
ADVICE: Mapping[int, str] = {
    400: "Teams did not understand it",
    401: "TEAMS_APP_ID and TEAMS_APP_PASSWORD are not taken: gatehouse connect teams --check",
    403: "The app is not installed there: add it to the team, the chat or for the person",
    404: "The conversation or the message is gone",
    413: "The message is too large for Teams",
}


class TeamsRefused(Rejected):
    """Teams said no; `status` is its HTTP status."""

    def __init__(self, what: str, status: int, code: str = "") -> None:
        advice = ADVICE.get(status, "")
        super().__init__(" ".join(filter(None, (f"Teams refused {what}: {status} {code}".rstrip() + ".", advice))))
        self.status = status


class Connector:
    """Calls with the app's token, which goes to addresses of Teams alone. Nothing is retried: that is the outbox's."""

    def __init__(self, client: httpx.AsyncClient, token: Token, *, local: bool = False) -> None:
        self._client = client
        self._token = token
        self._local = local

    async def post(self, service: str, path: str, body: Json) -> Json:
        """As `call` with POST."""
        answer: Json = await self.call("POST", service, path, body)
        return answer

    async def call(
        self, method: str, service: str, path: str, body: Json | None = None, *, query: Mapping[str, str] | None = None
    ) -> Any:
        """The answer's JSON.

        Raises:
            Throttled: Teams asks to wait.
            Unreachable: No answer, or a passing failure on Teams' side.
            TeamsRefused: Teams will not do it.
        """
        if not is_service_url(service, local=self._local):
            raise Rejected(f"{service!r} is no address of Teams; nothing is sent there.")
        what = f"{method} {path.partition('/')[0]}"
        headers = await self._headers()
        try:
            answer = await self._client.request(
                method,
                f"{service.rstrip('/')}/v3/{path}",
                json=body,
                params=dict(query or {}),
                headers=headers,
                timeout=TIMEOUT_SECONDS,
            )
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise Unreachable("Teams could not be reached.", arrived=False) from error
        except httpx.HTTPError as error:
            raise Unreachable(f"Teams gave no answer ({type(error).__name__}).") from error
        if answer.is_success:
            return _json(answer)
        raise _explained(what, answer)

    async def _headers(self) -> dict[str, str]:
        token = await self._token()
        return {"authorization": f"Bearer {token}"} if token else {}


def segment(name: str) -> str:
    """An id as a piece of a path."""
    return quote(name, safe="")


def _json(answer: httpx.Response) -> Any:
    try:
        return answer.json()
    except ValueError:
        return {}


def _explained(what: str, answer: httpx.Response) -> DeliveryError:
    if answer.status_code == 429:
        return Throttled(_seconds(answer.headers.get("retry-after", "")))
    if answer.status_code in PASSING:
        return Unreachable(f"Teams failed at {what} ({answer.status_code}).")
    said = _json(answer)
    error = said.get("error") if isinstance(said, dict) else None
    return TeamsRefused(what, answer.status_code, str(error.get("code") or "") if isinstance(error, dict) else "")


def _seconds(said: str) -> float:
    try:
        return max(0.0, float(said))
    except ValueError:
        return RETRY_AFTER_SECONDS
