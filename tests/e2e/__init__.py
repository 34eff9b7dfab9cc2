"""Whole conversations against Microsoft's own test client: `make test-e2e`."""
