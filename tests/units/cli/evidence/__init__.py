"""Test what looks after a store."""
