"""Test the policy's pages."""
