"""Bind those who work for us to what they agreed to."""
