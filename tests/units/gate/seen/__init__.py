"""Test what staff see."""
