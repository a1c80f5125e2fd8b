"""Bring a store back to the ledger that was published."""
