"""Test what goes outside."""
