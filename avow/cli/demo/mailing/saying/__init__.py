"""Say no in every way there is."""
