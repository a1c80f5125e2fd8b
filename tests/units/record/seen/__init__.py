"""Test who is found, and what is noted of it."""
