"""Take mail that is delivered to us."""
