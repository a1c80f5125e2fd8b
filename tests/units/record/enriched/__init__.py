"""Test how facts from others are read."""
