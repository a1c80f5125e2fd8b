"""Test how what goes out is signed."""
