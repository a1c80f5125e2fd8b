"""Test `avow insight`."""
