"""Test taking things in."""
