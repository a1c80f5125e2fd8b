"""Read the log: its bytes, its tree, its signatures, its entries."""
