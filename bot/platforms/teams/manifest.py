"""The app package that ships, with an installation's own ids in it: what an administrator uploads to Teams."""

from __future__ import annotations

import io
import json
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

PLACE = "https://gates.example.org"
DOMAIN = "gates.example.org"
ID = "APP_ID"
ICONS = ("color.png", "outline.png")
FOLLOW_UPS = ("ChannelMessage.Read.Group", "ChatMessage.Read.Chat")
"""Resource-specific consent: with it the bot hears follow-ups that do not mention it, and all else said there."""


def manifest(*, app: str, address: str, follow_ups: bool = False) -> dict[str, Any]:
    """The manifest for the bot registration `app`, `address` being our page. `follow_ups` asks for consent to hear."""
    domain = urlsplit(address).hostname or DOMAIN
    text = (files("deploy") / "teams" / "manifest.json").read_text("utf-8")
    made: dict[str, Any] = json.loads(
        text.replace(ID, app).replace(PLACE, address.rstrip("/") or PLACE).replace(DOMAIN, domain)
    )
    if follow_ups:
        wanted = [{"name": name, "type": "Application"} for name in FOLLOW_UPS]
        made["webApplicationInfo"] = {"id": app, "resource": f"api://{domain}/{app}"}
        made["authorization"] = {"permissions": {"resourceSpecific": wanted}}
    return made


def package(*, app: str, address: str, follow_ups: bool = False) -> bytes:
    """The zip that is uploaded; the same settings give the same bytes."""
    made = manifest(app=app, address=address, follow_ups=follow_ups)
    content = {"manifest.json": json.dumps(made, indent=2).encode()}
    content |= {name: (files("deploy") / "teams" / name).read_bytes() for name in ICONS}
    kept = io.BytesIO()
    with ZipFile(kept, "w", ZIP_DEFLATED) as zipped:
        for name, data in content.items():
            zipped.writestr(ZipInfo(name), data)
    return kept.getvalue()
