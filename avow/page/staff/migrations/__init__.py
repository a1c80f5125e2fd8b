"""Make the tables of staff."""
