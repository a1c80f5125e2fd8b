"""Test the work that waits."""
