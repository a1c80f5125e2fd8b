"""Open to a checker what the ledger commits to: who, when and which uses, and no field of anybody."""
