"""Test what programs are answered."""
