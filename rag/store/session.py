"""The session that stores read and write through, for those who only pass it on: the library stays here."""

from __future__ import annotations

from sqlalchemy.orm import Session

__all__ = ["Session"]
