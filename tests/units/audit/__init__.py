"""Test the checker by what it must refuse."""
