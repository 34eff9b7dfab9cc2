"""The tables of every room as one schema, for the one migration history."""

from __future__ import annotations

from bot.access.tables import AccessTable
from bot.answers.tables import AnswersTable
from bot.messaging.tables import MessagingTable
from bot.subscriptions.tables import DigestTable
from gates.tables import GatesTable
from inference.tables import InferenceTable
from rag.tables import RagTable

METADATA = [
    RagTable.metadata,
    GatesTable.metadata,
    MessagingTable.metadata,
    InferenceTable.metadata,
    AnswersTable.metadata,
    DigestTable.metadata,
    AccessTable.metadata,
]
