"""The door to Slack's Web API: one method a call, Slack's refusals in the middle's own words."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.messaging.model import DeliveryError, Rejected, Throttled, Unreachable

DEFAULT_URL = "https://slack.com/api/"
TIMEOUT_SECONDS = 15
RETRY_AFTER_SECONDS = 30.0
"""Waited where Slack throttles without saying for how long."""

PASSING = frozenset({"internal_error", "fatal_error", "service_unavailable", "service_timeout", "request_timeout"})
ADVICE: Mapping[str, str] = {
    "not_in_channel": "Invite the bot to the channel: /invite @gatehouse.",
    "channel_not_found": "The channel is gone, or private and the bot is not in it: invite it with /invite @gatehouse.",
    "is_archived": "The channel is archived.",
    "missing_scope": "Install the app again with the scopes of deploy/slack/manifest.yaml.",
    "invalid_auth": "SLACK_BOT_TOKEN is not valid: gatehouse connect slack.",
    "account_inactive": "The app was removed from the workspace: gatehouse connect slack.",
    "token_revoked": "The app was removed from the workspace: gatehouse connect slack.",
}


class Refused(Rejected):
    """Slack said no; `code` is Slack's own word for it."""

    def __init__(self, method: str, code: str, why: str = "") -> None:
        super().__init__(" ".join(filter(None, (f"Slack refused {method}: {code}.", ADVICE.get(code, ""), why))))
        self.code = code


class SlackApi:
    """Calls methods with the installation's token. Nothing is retried here: that is the outbox's business."""

    def __init__(self, client: AsyncWebClient) -> None:
        self.client = client

    async def call(self, method: str, **arguments: object) -> Mapping[str, Any]:
        """The answer of a method; arguments that are None are not sent.

        Raises:
            Throttled: Slack asks to wait.
            Unreachable: No answer, or a passing failure on Slack's side.
            Refused: Slack will not do it.
        """
        sent = {name: value for name, value in arguments.items() if value is not None}
        return await _translated(method, self.client.api_call(method, json=sent))

    async def read(self, method: str, **arguments: object) -> Mapping[str, Any]:
        """As `call`, for the methods that take no JSON (the reading ones)."""
        sent = {name: value for name, value in arguments.items() if value is not None}
        return await _translated(method, self.client.api_call(method, params=sent))

    async def upload(self, png: bytes, *, title: str, alt: str) -> str:
        """Puts a picture into the workspace, shared with nobody; its file id."""
        sent = self.client.files_upload_v2(file=png, filename="picture.png", title=title, alt_txt=alt)
        answer = await _translated("files.upload", sent)
        return str(answer["files"][0]["id"])

    async def scopes(self) -> tuple[Mapping[str, Any], frozenset[str]]:
        """Who the token is (`auth.test`), and the scopes it has."""
        answer = await self._scoped()
        granted = str(answer.headers.get("x-oauth-scopes") or answer.headers.get("X-OAuth-Scopes") or "")
        return _data(answer), frozenset(filter(None, (scope.strip() for scope in granted.split(","))))

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> str:
        """What some address answers to a POST, or why it does not, in a few words."""
        session = self.client.session
        assert session is not None
        try:
            async with session.post(url, data=body, headers=headers) as answer:
                return (await answer.text())[:1_000] if answer.status == 200 else f"HTTP {answer.status}"
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            return type(error).__name__

    async def _scoped(self) -> Any:
        try:
            return await self.client.auth_test()
        except (SlackClientError, aiohttp.ClientError, TimeoutError, OSError) as error:
            raise _explained("auth.test", error) from error


@asynccontextmanager
async def open_slack_api(token: str, *, url: str = DEFAULT_URL) -> AsyncIterator[SlackApi]:
    """The API with connections that are kept while the block lasts."""
    timeout = aiohttp.ClientTimeout(total=TIMEOUT_SECONDS)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        base = url if url.endswith("/") else f"{url}/"
        yield SlackApi(AsyncWebClient(token=token, base_url=base, session=session, retry_handlers=[]))


async def _translated(method: str, call: Awaitable[Any]) -> Mapping[str, Any]:
    try:
        return _data(await call)
    except (SlackClientError, aiohttp.ClientError, TimeoutError, OSError) as error:
        raise _explained(method, error) from error


def _data(response: Any) -> Mapping[str, Any]:
    return response.data if isinstance(response.data, dict) else {}


def _explained(method: str, error: Exception) -> DeliveryError:
    """What a failure means to whoever wants to send."""
    match error:
        case SlackApiError():
            return _refused(method, error)
        case aiohttp.ClientConnectorError():
            return Unreachable(f"Slack could not be reached for {method}.", arrived=False)
        case _:
            return Unreachable(f"Slack gave no answer to {method} ({type(error).__name__}).")


def _refused(method: str, error: SlackApiError) -> DeliveryError:
    response: Any = error.response
    status = int(getattr(response, "status_code", 200))
    said = _data(response) if hasattr(response, "data") else {}
    code = str(said.get("error") or "")
    if status == 429 or code in ("ratelimited", "rate_limited"):
        headers = {name.casefold(): value for name, value in response.headers.items()}
        return Throttled(float(headers.get("retry-after") or RETRY_AFTER_SECONDS))
    if status == 503 and not code:
        return Unreachable(f"Slack is not available for {method}.", arrived=False)
    if status >= 500 or code in PASSING or not code:
        return Unreachable(f"Slack failed at {method} ({code or status}).")
    why = (said.get("response_metadata") or {}).get("messages") or [said.get("needed")] if said else []
    return Refused(method, code, "; ".join(str(one) for one in why if one))
