"""Lay out a message before anybody is known: its text with holes, its sender, its duties."""
