"""Test what goes out, and to whom."""
