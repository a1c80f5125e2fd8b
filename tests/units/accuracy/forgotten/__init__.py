"""Test what is forgotten."""
