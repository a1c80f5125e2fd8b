"""Test the commands that let programs in."""
