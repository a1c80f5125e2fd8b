"""Test the commands about staff, and about those who work for us."""
