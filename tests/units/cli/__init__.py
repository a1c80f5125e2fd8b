"""Test the command."""
