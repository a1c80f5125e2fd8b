"""Test each module beside its mirror."""
