"""Keep, outside the database, what must outlive it: rights that were exercised, and the ledger."""
