"""Take letters in: keep them as they came, find what they are about, count what comes back, hold them as cases."""
