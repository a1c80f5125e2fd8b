"""Test the accounts of staff."""
