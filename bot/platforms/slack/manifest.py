"""The app manifest that ships, with an installation's own address in it. Pure but for reading the file."""

from __future__ import annotations

from importlib.resources import files

PLACE = "https://gates.example.org"
SOCKET_OFF, SOCKET_ON = "socket_mode_enabled: false", "socket_mode_enabled: true"


def manifest(*, address: str = "") -> str:
    """The manifest as YAML: for requests to `address`, or for Socket Mode when there is none."""
    text = _shipped()
    if address:
        return text.replace(PLACE, address.rstrip("/"))
    kept = (line for line in text.splitlines() if PLACE not in line)
    return "\n".join(kept).replace(SOCKET_OFF, SOCKET_ON) + "\n"


def wanted_scopes() -> frozenset[str]:
    """The bot scopes of the manifest."""
    import yaml

    return frozenset(yaml.safe_load(_shipped())["oauth_config"]["scopes"]["bot"])


def _shipped() -> str:
    return (files("deploy") / "slack" / "manifest.yaml").read_text("utf-8")
