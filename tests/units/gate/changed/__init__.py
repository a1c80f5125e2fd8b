"""Test the crowd that a new version touches."""
