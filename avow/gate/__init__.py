"""Let data out: one question, one answer, one entry."""
