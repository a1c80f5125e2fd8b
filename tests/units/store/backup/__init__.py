"""Test the file of a backup."""
