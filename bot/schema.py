"""The tables of every room as one schema, for the one migration history."""

from __future__ import annotations

from gates.tables import GatesTable
from rag.tables import RagTable

METADATA = [RagTable.metadata, GatesTable.metadata]
