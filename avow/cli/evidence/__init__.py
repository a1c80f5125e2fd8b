"""Prove what stands in the ledger, and verify it without us."""
