"""Structured facts of documents, and the mapping files that explain a foreign collection."""
