"""Test forms."""
