"""Test the door of programs."""
