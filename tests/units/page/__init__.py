"""Test the frame of every page."""
