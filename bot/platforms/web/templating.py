"""Draws pages: every text that is put into one is escaped."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

STATIC = Path(__file__).with_name("static")
TEMPLATES = Path(__file__).with_name("templates")


class Templates:
    """The pages of this folder, read when first used."""

    def __init__(self) -> None:
        self._pages = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def draw(self, template: str, **values: Any) -> str:
        """The page as HTML."""
        return self._pages.get_template(template).render(values)
