"""Test the journal's files."""
