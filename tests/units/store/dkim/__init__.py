"""Test the keys that mail is signed with."""
