"""The annotations of the standing records: what the reader, the lists, the exports and the documentation go by."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

PersonId = Annotated[str, "person"]
"""Somebody of programme.yaml."""

Money = Annotated[Decimal, "money"]
"""An amount in the currency of the project's budget."""

NamedOrId = Annotated[str, "name or id"]
"""A name; the id where none is written."""

Needed = Annotated[str, "needed"]
"""A text that has to be written although it stands behind a field with a default."""

Hours = Annotated[int, "duration"]
"""A time as people write it ("24h", "2 days", "at once"), in hours."""

Severity = Literal["low", "medium", "high"]
RiskKind = Literal["data", "performance", "bias", "drift", "scale", "privacy", "delivery"]
ModelStage = Literal["prototype", "shadow", "canary", "full", "retired"]
Progress = Literal["open", "done"]
