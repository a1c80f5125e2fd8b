"""Test the gate."""
