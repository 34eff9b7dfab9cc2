"""The composition root of the web page: who signs in how, what its pages are drawn from."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date
from functools import partial
from ipaddress import ip_network
from secrets import token_hex, token_urlsafe
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from bot.access.tokens import Tokens
from bot.conversation.asking import answer_question
from bot.orders import Orders
from bot.people.linking import Invitations
from bot.people.signin import LocalUsers, NoWayIn, OpenId, ProxyHeader, Sessions, WayIn, session_key
from bot.platforms.web.guard import is_loopback
from bot.platforms.web.site import Audit, Site
from bot.settings import Settings, SettingsError
from bot.wiring import Installation
from gates.audit.checkpoint import read_checkpoints
from gates.audit.verify import verify
from gates.model import Programme
from gates.service.history import differing_states
from gates.store_audit import load_head, read_records
from inference.spend import SpendReport, report_of
from inference.store_spend import held_now, spent_since

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry


def web_site(
    here: Installation,
    orders: Orders,
    *,
    host: str,
    suggestions: tuple[str, ...] = (),
    registry: CollectorRegistry | None = None,
) -> Site:
    """The site that is served on `host`; `registry` holds what its metrics page shows, none is there without it."""
    settings, rooms = here.settings, orders.conversing.rooms
    programme, way = rooms.ledger().programme, way_in(settings, local=is_loopback(host))
    named = programme if isinstance(way, LocalUsers) else None
    public = urlsplit(settings.public_url)
    counted = _counted(registry, here) if registry else {}
    return Site(
        title=programme.name if programme else "Gatehouse",
        answer=partial(answer_question, rooms=rooms),
        ready=lambda: True,
        way=way,
        sessions=Sessions(session_key(settings.data / "web.key"), here.clock, partial(token_urlsafe, 18)),
        people={person.id: person.name for person in named.people.values()} if named else {},
        places={channel.name: channel.name for channel in named.channels.values()} if named else {},
        suggestions=suggestions,
        local=is_loopback(host),
        hosts=frozenset({public.hostname}) if public.hostname else frozenset(),
        secure=public.scheme == "https",
        orders=orders,
        spend=partial(_spend, here),
        audit=partial(_audit, here),
        invitations=invitations(here, lambda: rooms.ledger().programme),
        tokens=Tokens(here.clock, partial(token_hex, 4), partial(token_urlsafe, 32)),
        right_of_way=here.way,
        **counted,
    )


def _counted(registry: CollectorRegistry, here: Installation) -> dict[str, Any]:
    """The metrics page, the counters of web requests on it, and what is counted in the database."""
    from prometheus_client import Counter, Histogram, generate_latest

    from bot.measures import FeedbackCounted

    registry.register(FeedbackCounted(here.database.read))
    requests = Counter(
        "gatehouse_web_requests", "Web requests by kind and status", ("kind", "status"), registry=registry
    )
    seconds = Histogram(
        "gatehouse_web_seconds", "Seconds until a web request was answered", ("kind",), registry=registry
    )

    def count(kind: str, status: int, took: float) -> None:
        requests.labels(kind, str(status)).inc()
        seconds.labels(kind).observe(took)

    return {"metrics": partial(generate_latest, registry), "count": count}


def _spend(here: Installation, month: date) -> SpendReport:
    """What the model has cost in the month that begins on this day."""
    now = here.clock()
    with here.database.read() as session:
        rows, held = spent_since(session, month), held_now(session, now=now)
    return report_of(rows, held, month=month, today=now.astimezone(UTC).date())


def _audit(here: Installation) -> Audit:
    """The whole log verified, against the signed checkpoints where there are any."""
    file = here.settings.audit_checkpoint_file
    seen = None
    if file.is_file():
        with file.open(encoding="utf-8", errors="replace") as lines:
            seen = read_checkpoints(lines, here.audit_key().public)
    with here.database.read() as session:
        checkpoints = seen.seen if seen else None
        verified = verify(read_records(session), head=load_head(session), checkpoints=checkpoints)
        states = tuple(differing_states(session))
    said = "There is no checkpoint file: a tail cut off together with the head, or a chain made anew, cannot be seen."
    if seen and verified.against:
        said = f"Compared with {verified.against:,} signed checkpoints."
    return Audit(verified, (*(seen.problems if seen else ()), *states), said)


def invitations(here: Installation, programme: Callable[[], Programme | None]) -> Invitations | None:
    """How people confirm their accounts by signing in; None where no provider signs them in."""
    settings = here.settings
    if settings.sign_in != "oidc":
        return None
    return Invitations(here.database, programme, here.clock, settings.public_url)


def way_in(settings: Settings, *, local: bool) -> WayIn:
    """How people sign in here.

    Raises:
        SettingsError: What was chosen lacks a setting, or would let anybody be anyone.
    """
    match settings.sign_in or ("local" if local else "none"):
        case "local":
            if not local:
                raise SettingsError(
                    "GATEHOUSE_SIGN_IN=local lets whoever opens the page be anyone, so it is for loopback alone. "
                    "Set it to proxy or oidc, or serve on 127.0.0.1."
                )
            return LocalUsers()
        case "proxy":
            return _proxy(settings)
        case "oidc":
            return _provider(settings)
    return NoWayIn()


def _proxy(settings: Settings) -> ProxyHeader:
    try:
        trusted = tuple(ip_network(part.strip()) for part in settings.proxy_trusted.split(",") if part.strip())
    except ValueError as error:
        raise SettingsError(
            f"GATEHOUSE_PROXY_TRUSTED wants addresses or networks, comma separated: {error}."
        ) from error
    if not trusted or not settings.proxy_header.strip():
        raise SettingsError("GATEHOUSE_SIGN_IN=proxy needs GATEHOUSE_PROXY_TRUSTED and GATEHOUSE_PROXY_HEADER.")
    return ProxyHeader(settings.proxy_header.strip(), trusted)


def _provider(settings: Settings) -> OpenId:
    needed = {
        "GATEHOUSE_OIDC_ISSUER": settings.oidc_issuer,
        "GATEHOUSE_OIDC_CLIENT_ID": settings.oidc_client_id,
        "GATEHOUSE_PUBLIC_URL": settings.public_url,
    }
    missing = [name for name, value in needed.items() if not value]
    if missing:
        raise SettingsError(f"GATEHOUSE_SIGN_IN=oidc needs {', '.join(missing)} as well.")
    return OpenId(
        settings.oidc_issuer.rstrip("/"),
        settings.oidc_client_id,
        settings.oidc_client_secret.get_secret_value(),
        settings.public_url.rstrip("/"),
    )
