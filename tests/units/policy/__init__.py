"""Test the reading, checking and rendering of policies."""
