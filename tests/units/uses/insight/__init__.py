"""Test what is told of kinds of customers."""
