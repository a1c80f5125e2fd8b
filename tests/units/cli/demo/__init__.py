"""Test the demo."""
