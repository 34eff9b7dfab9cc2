"""The page where somebody who has signed in confirms that an account of a chat platform is his."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.chat import Line, Outcome, Reply
from bot.messaging.model import Account, AccountFacts
from bot.people.linking import GONE, PATH, Invitations
from bot.people.links import Linked
from bot.platforms.web.entering import form_fields
from bot.platforms.web.pages import Pages, Seen
from bot.platforms.web.parse import Rejected

SIGN_IN_FIRST = "Sign in first; nothing was done."


@dataclass(frozen=True)
class LinkPage:
    """Opening the page changes nothing, so that a preview of the link uses nothing up; the button on it does."""

    pages: Pages
    invitations: Invitations

    def routes(self) -> list[Route]:
        path = f"{PATH}/{{invitation}}"
        return [Route(path, self.show), Route(path, self.confirm, methods=["POST"])]

    async def show(self, request: Request) -> Response:
        """Whose account it is as far as its platform tells, and who is signed in here."""
        token = str(request.path_params["invitation"])

        def drawn(seen: Seen) -> Response:
            found = self.invitations.look(token)
            if found is None:
                return self.pages.problem(seen.visitor, GONE, status=404)
            facts, back = _facts(*found), f"{PATH}/{token}"
            return self.pages.desk.page(seen.visitor, "link.html", here="link", facts=facts, back=back)

        return await self.pages.shown(request, drawn)

    async def confirm(self, request: Request) -> Response:
        """The account is bound to who is signed in, once."""
        desk, token = self.pages.desk, str(request.path_params["invitation"])
        visitor, fields = await desk.visitor(request), await form_fields(desk, request)
        if isinstance(fields, Rejected):
            return self.pages.problem(visitor, fields.message, status=fields.status)
        if strange := desk.visitors.strange(visitor, fields.get("token")):
            return self.pages.problem(visitor, strange.message, status=strange.status)
        person = visitor.person
        if person is None:
            return self.pages.problem(visitor, SIGN_IN_FIRST, status=403)

        def confirmed(_: Seen) -> Response:
            done = self.invitations.confirm(token, person)
            if not isinstance(done, Linked):
                return self.pages.problem(visitor, done.reason, status=409)
            said = f"{done.link.account.text} is yours, {visitor.name}: what you do there counts."
            return self.pages.outcome(visitor, Outcome(Reply((Line(said),))), key="")

        return await self.pages.shown(request, confirmed)


def _facts(account: Account, facts: AccountFacts | None) -> list[tuple[str, str]]:
    """An account in words, for its owner to know it again."""
    platform = {"slack": "Slack", "teams": "Teams"}.get(account.platform, account.platform)
    told = [("Name", facts.name), ("E-mail", facts.email)] if facts else []
    rows = [("Platform", platform), ("Workspace", account.workspace), ("User", account.user), *told]
    return [(label, value) for label, value in rows if value]
