"""Test choices."""
