"""Change the tables of the record."""
