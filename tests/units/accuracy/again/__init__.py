"""Test what is done again in an older store."""
