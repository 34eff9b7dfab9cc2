"""The use-cases of the ledger, the only way its state changes. They take a session and never commit."""
