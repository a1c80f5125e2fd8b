"""Answer programs: whether a use is permitted, and which choices bear on it; no field leaves here."""
