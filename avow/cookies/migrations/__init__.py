"""Make the table of tallies."""
