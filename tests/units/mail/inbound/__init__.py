"""Test how letters are read."""
