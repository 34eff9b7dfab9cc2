"""Shows an answer to the one who acted while Slack lets us: a modal, a change of the modal, an App Home.

What cannot be shown in time is refused here and goes out as a message; nothing is tried twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace

from bot.chat import Form, Reply
from bot.messaging.model import DeliveryError
from bot.platforms.slack.forms import errors_of, note_view, render_form
from bot.platforms.slack.heard import Screen
from bot.platforms.slack.parts import Means
from bot.platforms.slack.render import render_home
from bot.platforms.slack.rich import Json
from bot.platforms.slack.web_api import Refused, SlackApi

OPEN_SECONDS = 2.5
"""A trigger id dies after three seconds; what is not ready by now is not tried."""

STEP_SECONDS = 2.4
"""How long an acknowledgement waits for the next step of a modal before it says that the work goes on."""

WORKING = note_view("Gatehouse", "This is being worked on. It appears here in a moment; if not, in a direct message.")


class Shown:
    """One chance to show an answer. `clock` gives seconds, `began` when the event arrived."""

    def __init__(self, api: SlackApi, screen: Screen, *, began: float, clock: Callable[[], float], page: str) -> None:
        self._api = api
        self._screen = screen
        self._began = began
        self._clock = clock
        self._page = page
        self._acknowledgement: asyncio.Future[Json] = asyncio.get_running_loop().create_future()

    async def __call__(self, answer: Reply | Form, tokens: Mapping[str, str]) -> bool:
        """Whether it was shown."""
        try:
            return await self._show(answer, tokens)
        except Refused as refused:
            return refused.code == "hash_conflict"  # he sees something newer already
        except DeliveryError:
            return False

    async def acknowledgement(self) -> Json:
        """What the acknowledgement of a submission says, waited for as long as Slack waits."""
        left = STEP_SECONDS - (self._clock() - self._began)
        done, _ = await asyncio.wait([self._acknowledgement], timeout=max(0.0, left))
        if done:
            return self._acknowledgement.result()
        self._acknowledgement.cancel()
        return {"response_action": "update", "view": WORKING}

    async def _show(self, answer: Reply | Form, tokens: Mapping[str, str]) -> bool:
        if self._screen.submitted:
            return await self._step(answer, tokens)
        if self._screen.view:
            await self._change(answer, tokens, hash=self._screen.hash)
            return True
        if self._screen.home and isinstance(answer, Reply):
            home = render_home(answer, Means(tokens), page=self._page)
            await self._api.call("views.publish", user_id=self._screen.home, view=home)
            return True
        return isinstance(answer, Form) and await self._open(answer, tokens)

    async def _open(self, form: Form, tokens: Mapping[str, str]) -> bool:
        if not self._screen.trigger or self._clock() - self._began > OPEN_SECONDS:
            return False
        await self._api.call("views.open", trigger_id=self._screen.trigger, view=self._view(form, tokens))
        return True

    async def _step(self, answer: Reply | Form, tokens: Mapping[str, str]) -> bool:
        """The next step of a modal: in the acknowledgement, or after it where that had to go without."""
        if self._acknowledgement.done():
            await self._change(answer, tokens, hash=None)
            return True
        self._acknowledgement.set_result(self._answered(answer, tokens))
        return True

    def _answered(self, answer: Reply | Form, tokens: Mapping[str, str]) -> Json:
        errors = errors_of(answer) if isinstance(answer, Form) else {}
        if errors:
            return {"response_action": "errors", "errors": errors}
        return {"response_action": "update", "view": self._view(answer, tokens)}

    async def _change(self, answer: Reply | Form, tokens: Mapping[str, str], *, hash: str | None) -> None:
        view = self._view(answer, tokens)
        await self._api.call("views.update", view_id=self._screen.view, hash=hash or None, view=view)

    def _view(self, answer: Reply | Form, tokens: Mapping[str, str]) -> Json:
        form = answer if isinstance(answer, Form) else Form("Gatehouse", "", parts=(*answer.parts, *answer.private))
        means = replace(Means(tokens), in_message=False)
        return render_form(form, means, token=tokens.get(form.command, ""), page=self._page)
