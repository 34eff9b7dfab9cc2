"""The ledger of gates: what a gate asks for, what is there, and who can move it."""
