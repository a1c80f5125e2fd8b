"""Test the links that leave."""
