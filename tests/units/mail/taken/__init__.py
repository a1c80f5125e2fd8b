"""Test how letters are taken in."""
