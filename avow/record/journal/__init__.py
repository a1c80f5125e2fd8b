"""Write each right that was exercised, and the ledger, into the journal outside the database."""
