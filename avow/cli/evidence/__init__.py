"""Prove what stands in the ledger, verify it without us, and export it."""
