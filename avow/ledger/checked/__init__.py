"""Check the ledger: derive everything again and compare."""
