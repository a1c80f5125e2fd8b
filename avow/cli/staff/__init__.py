"""Manage the accounts of staff."""
