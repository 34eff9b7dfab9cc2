"""From files and Git trees to documents, records and the ledger."""
