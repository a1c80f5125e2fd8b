"""Test counting by kinds, and withholding."""
