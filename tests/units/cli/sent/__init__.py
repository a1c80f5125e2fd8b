"""Test the commands that look after what goes out."""
