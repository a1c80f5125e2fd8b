"""Test what is shown that is not words."""
