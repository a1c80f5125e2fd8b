"""Change the tables of the ledger."""
