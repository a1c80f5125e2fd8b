"""Test sign-in and correction."""
