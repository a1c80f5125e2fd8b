"""Test the demo of a mailing."""
