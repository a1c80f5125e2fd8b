"""Test the decision."""
