"""Take things in: checked, stamped and kept, one by one or many at once."""
