"""Test the pictures of messages."""
