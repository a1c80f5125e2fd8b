"""Test the counting of visits."""
